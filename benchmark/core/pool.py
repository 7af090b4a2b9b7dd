"""Work in several processes, one of which may die and takes no other's work with it.

    for clip, outcome in run_in_processes(partial(make, out=out), clips, workers=4):
        if isinstance(outcome, Lost):
            ...

Each process is a Python of its own that reads tasks from its input and ends when that closes, so none survives the one
that started it, however that ends; and, unlike `multiprocessing`'s, it does not import the user's script again. The
stages of a run have their own workers (`benchmark.harness.executors`), which are timed and watched from outside.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeVar

from benchmark.core.errors import BenchmarkError, one_line
from benchmark.core.interpreter import module_command, module_environment
from benchmark.core.threads import VARIABLES

T = TypeVar("T")
R = TypeVar("R")

Setup = Callable[[], None]


@dataclass(frozen=True)
class Lost:
    """What came of an item whose process died twice, the second time with nothing beside it."""

    how: str
    """How the process ended: "ended by signal 9"."""


def run_in_processes(
    function: Callable[[T], R], items: Sequence[T], *, workers: int, setup: Setup | None = None
) -> Iterator[tuple[T, R | Lost]]:
    """Call a function for every item, in other processes.

    Args:
        function: of a module, or a `partial` of one; it and the items must pickle.
        items: what to work on.
        workers: how many processes at the most; each computes with one thread.
        setup: called once in each process before its first item.

    Yields:
        Each item with its result, in the order in which they are done. An item in hand when its process dies is tried
        once more alone, after the others.

    Raises:
        Exception: what the function raised; the other processes are ended.
    """
    suspects: list[T] = []
    with _Crew(setup) as crew, ThreadPoolExecutor(max(1, min(workers, len(items)))) as threads:
        tasks = {threads.submit(crew.ask, function, item): item for item in items}
        try:
            for task in as_completed(tasks):
                item, result = tasks[task], task.result()
                if isinstance(result, Lost):
                    suspects.append(item)
                else:
                    yield item, result
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
            crew.end()
    for item in suspects:
        with _Crew(setup) as alone:
            yield item, alone.ask(function, item)


class _Crew:
    """As many processes as are asked at once."""

    def __init__(self, setup: Setup | None) -> None:
        self.setup, self.ended = setup, False
        self.idle: queue.SimpleQueue[_Process] = queue.SimpleQueue()
        self.all: list[_Process] = []

    def __enter__(self) -> _Crew:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        for process in self.all:
            with suppress(OSError), process.popen:  # closes its pipes; some of a task may be left in one
                pass

    def ask(self, function: Callable[..., Any], item: Any) -> Any:
        """See `_Process.ask`."""
        try:
            process = self.idle.get_nowait()
        except queue.Empty:
            process = _Process(self.setup)
            self.all.append(process)
            if self.ended:
                process.popen.kill()
        result = process.ask(function, item)
        if not isinstance(result, Lost):
            self.idle.put(process)
        return result

    def end(self) -> None:
        """End all, in the middle of an item if they have one."""
        self.ended = True
        for process in self.all:
            process.popen.kill()


class _Process:
    """A Python that does one task after the other."""

    def __init__(self, setup: Setup | None) -> None:
        self.popen = subprocess.Popen(
            module_command("benchmark.core.pool"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=module_environment() | dict.fromkeys(VARIABLES, "1"),
        )
        self.setup = setup

    def ask(self, function: Callable[..., Any], item: Any) -> Any:
        """The function's result, or Lost if the process died. Raises what the function raised."""
        assert self.popen.stdin is not None and self.popen.stdout is not None
        task = pickle.dumps((self.setup, function, item))
        self.setup = None
        try:
            self.popen.stdin.write(task)
            self.popen.stdin.flush()
            result, error = pickle.load(self.popen.stdout)
        except (EOFError, OSError, pickle.UnpicklingError):
            code = self.popen.wait()
            return Lost(f"ended by signal {-code}" if code < 0 else f"ended with {code}")
        if error is not None:
            raise error
        return result


def serve(tasks: BinaryIO, answers: BinaryIO) -> None:
    """Do tasks until there are no more: pickles of (setup or None, function, item) -> (result, error or None)."""
    while True:
        try:
            setup, function, item = pickle.load(tasks)
        except EOFError:
            return
        answer: tuple[Any, BaseException | None]
        try:
            if setup is not None:
                setup()
            answer = (function(item), None)
        except Exception as error:
            error.add_note(f"in a process of its own:\n{traceback.format_exc()}")
            answer = (None, error)
        answers.write(_pickled(answer))
        answers.flush()


def _pickled(answer: tuple[Any, BaseException | None]) -> bytes:
    """An answer that surely unpickles, as some exceptions do not: those made with other words than they say."""
    try:
        data = pickle.dumps(answer)
        pickle.loads(data)
    except Exception as problem:
        said = answer[1] or problem
        data = pickle.dumps((None, BenchmarkError(f"{type(said).__name__}: {one_line(said)}")))
    return data


def main() -> None:
    """A process of the pool. What its tasks print goes to stderr."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started it decides
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)
        serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
