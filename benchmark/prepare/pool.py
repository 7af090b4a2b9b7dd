"""Clips in several processes: each has its own detector, and one that dies takes no other clip with it."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

from benchmark.core.status import Status
from benchmark.prepare.clip import Recipe, make_clip
from benchmark.prepare.job import Job, Outcome
from benchmark.prepare.ledger import Ledger

_state: dict[str, Any] = {}


def open_worker(detector: Path | None) -> None:
    """Make a process ready: one thread, one detector."""
    import cv2

    from benchmark.media.yunet import YuNet

    cv2.setNumThreads(1)
    _state["detector"] = None if detector is None else YuNet(detector)


def work(job: Job, out: Path, recipe: Recipe) -> Outcome:
    """Make a clip and note it, in a worker: the note lies beside the files whatever happens to the others."""
    outcome = make_clip(job, out, recipe, _state["detector"])
    Ledger(out).note(outcome)
    return outcome


def outcomes(jobs: Sequence[Job], out: Path, recipe: Recipe, detector: Path | None, workers: int) -> Iterator[Outcome]:
    """Outcomes in the order in which they are done.

    A clip in hand when a process dies is tried once more alone; if that kills the process too, its status is
    `crashed`.
    """
    if workers <= 1:
        open_worker(detector)
        for job in jobs:
            yield work(job, out, recipe)
        return
    waiting = list(jobs)[::-1]
    while waiting:
        suspects: list[Job] = []
        with _pool(workers, detector) as pool:
            running: dict[Future[Outcome], Job] = {}
            while (waiting or running) and not suspects:
                while waiting and len(running) < 2 * workers:
                    job = waiting.pop()
                    try:
                        running[pool.submit(work, job, out, recipe)] = job
                    except BrokenProcessPool:
                        suspects.append(job)
                        break
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    job = running.pop(future)
                    try:
                        yield future.result()
                    except BrokenProcessPool:
                        suspects.append(job)
            suspects += running.values()
        for job in suspects:
            yield alone(job, out, recipe, detector)


def alone(job: Job, out: Path, recipe: Recipe, detector: Path | None) -> Outcome:
    """A clip in a process of its own. One that was noted before its process died needs no second time."""
    ledger = Ledger(out)
    if (before := ledger.done(job)) is not None:
        return before
    with _pool(1, detector) as pool:
        try:
            return pool.submit(work, job, out, recipe).result()
        except BrokenProcessPool:
            outcome = Outcome(job.clip, Status.CRASHED, "reading it ends the process: a damaged file, or out of memory",
                              source_state=tuple(tuple(state) for state in job.state()))  # fmt: skip
            ledger.note(outcome)
            return outcome


def _pool(workers: int, detector: Path | None) -> ProcessPoolExecutor:
    # spawn: decoders and onnxruntime have threads, which do not survive a fork
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=open_worker, initargs=(detector,))
