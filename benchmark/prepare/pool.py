"""Clips in several processes: each has its own detector, and one that dies takes no other clip with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmark.core.pool import Lost, run_in_processes
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
    """Outcomes in the order in which they are done; of a clip that ends its process twice, `crashed`."""
    if workers <= 1:
        open_worker(detector)
        for job in jobs:
            yield work(job, out, recipe)
        return
    function, setup = partial(work, out=out, recipe=recipe), partial(open_worker, detector)
    for job, outcome in run_in_processes(function, jobs, workers=workers, setup=setup):
        if isinstance(outcome, Lost):
            state = tuple(tuple(piece) for piece in job.state())
            reason = f"reading it ends the process ({outcome.how}): a damaged file, or out of memory"
            outcome = Outcome(job.clip, Status.CRASHED, reason, source_state=state)
            Ledger(out).note(outcome)
        yield outcome
