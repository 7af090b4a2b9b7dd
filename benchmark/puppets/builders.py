"""Processes that make clips side by side.

Each builder is a process of its own (`python -m benchmark.puppets.builders FOLDER SEED`) that reads one JSON task a
line and answers with one line when it is done. It ends when its input closes, so none survives the process that started
it, however that one ends.
"""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmark.core.errors import BenchmarkError, MissingRequirement, one_line
from benchmark.core.interpreter import module_command, module_environment
from benchmark.puppets.clip_plan import ClipPlan

Task = tuple[ClipPlan, bool]
"""A clip, and whether it needs a picture."""

ALONE = 6
"""Up to so many tasks are done in this process, without starting others."""


def run_all(tasks: Sequence[Task], folder: Path, seed: int, workers: int) -> Iterator[str]:
    """Make clips; yields each clip's id when it is finished, in any order.

    Raises:
        BenchmarkError: a clip could not be made.
    """
    if workers <= 1 or len(tasks) <= ALONE:
        for task in tasks:
            yield _make(task, folder, seed)
        return
    waiting: queue.SimpleQueue[Task] = queue.SimpleQueue()
    for task in tasks:
        waiting.put(task)
    finished: queue.SimpleQueue[str | BaseException | None] = queue.SimpleQueue()
    stop = threading.Event()
    threads = [
        threading.Thread(target=_feed, args=(waiting, finished, stop, folder, seed), daemon=True)
        for _ in range(min(workers, len(tasks)))
    ]
    for thread in threads:
        thread.start()
    try:
        running = len(threads)
        while running:
            news = finished.get()
            if news is None:
                running -= 1
            elif isinstance(news, BaseException):
                raise news
            else:
                yield news
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _feed(
    waiting: queue.SimpleQueue[Task],
    finished: queue.SimpleQueue[str | BaseException | None],
    stop: threading.Event,
    folder: Path,
    seed: int,
) -> None:
    """Hand tasks to one builder process until there are none."""
    environment = module_environment() | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = module_command("benchmark.puppets.builders", str(folder), str(seed))
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True, bufsize=1
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            while not stop.is_set():
                try:
                    plan, picture = waiting.get_nowait()
                except queue.Empty:
                    break
                process.stdin.write(json.dumps({**asdict(plan), "picture": picture}) + "\n")
                answer = json.loads(process.stdout.readline() or '{"error": "the builder ended unexpectedly"}')
                if "error" in answer:
                    kind = MissingRequirement if answer.get("missing") else BenchmarkError
                    finished.put(kind(f"could not make {plan.id}: {answer['error']}"))
                    return
                finished.put(str(answer["done"]))
        except (OSError, ValueError) as error:
            finished.put(BenchmarkError(f"a builder process failed: {one_line(error)}"))
        finally:
            process.stdin.close()
            finished.put(None)


def _make(task: Task, folder: Path, seed: int) -> str:
    from benchmark.puppets.corpus import make_clip, make_sound

    plan, picture = task
    (make_clip if picture else make_sound)(plan, folder, seed)
    return plan.id


def main() -> None:
    """Make clips as told on standard input until it closes."""
    import cv2

    cv2.setNumThreads(1)
    folder, seed = Path(sys.argv[1]), int(sys.argv[2])
    for line in sys.stdin:
        task = json.loads(line)
        picture = bool(task.pop("picture"))
        try:
            answer = {"done": _make((ClipPlan(**task), picture), folder, seed)}
        except MissingRequirement as error:
            answer = {"error": one_line(error), "missing": "yes"}
        except Exception as error:  # the other side reports it
            answer = {"error": f"{type(error).__name__}: {one_line(error)}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
