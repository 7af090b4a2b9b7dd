"""Watch a run from another terminal: `python -m benchmark.run --watch results/puppets/test/cmet/RUN`."""

from __future__ import annotations

import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmark.core.errors import UsageError
from benchmark.core.status import Status
from benchmark.harness.journal import read_journal
from benchmark.harness.provenance import describe_gpu_use
from benchmark.results.store import ResultsError, load_run

EVERY = 2.0


@dataclass
class State:
    """What a journal says of the run's last driver."""

    planned: int = 0
    stages: dict[str, set[str]] = field(default_factory=dict)
    """Stage -> samples that have ended in it."""
    failures: Counter[str] = field(default_factory=Counter)
    """Status -> samples."""
    workers: set[int] = field(default_factory=set)
    """Processes that ended a sample."""
    lost: int = 0
    """Workers that died or were ended."""
    begun: float = 0.0
    last: float = 0.0
    complete: bool = False

    def rate(self) -> float:
        """Samples a second, of the stage in hand."""
        done = len(next(reversed(self.stages.values()))) if self.stages else 0
        return done / (self.last - self.begun) if self.last > self.begun else 0.0


def state_of(folder: Path) -> State:
    """Read a run's journal from the last driver on."""
    state = State()
    for entry in read_journal(folder):
        event, now = entry.get("event"), float(entry.get("time", 0.0))
        if event == "driver":
            state = State(planned=int(entry.get("samples", 0)), begun=now)
        elif event == "stage":
            state.begun = now
            state.stages.setdefault(str(entry.get("stage")), set())
        elif event == "end":
            stage = str(entry.get("stage"))
            if stage not in state.stages:
                state.begun = state.last or state.begun
            state.stages.setdefault(stage, set()).add(str(entry.get("sample")))
            worker = entry.get("worker")
            state.workers.add(int(entry.get("pid", 0) if worker is None else worker))
            if entry.get("status") != Status.OK:
                state.failures[str(entry.get("status"))] += 1
        elif event == "worker_lost":
            state.lost += 1
        elif event == "complete":
            state.complete = True
        state.last = max(state.last, now)
    return state


def line(state: State, record: dict[str, Any]) -> str:
    """One line: stage, samples, rate, time left, failures by reason, workers, GPU use."""
    if not state.stages:
        return f"{record['status']}, nothing has ended yet"
    stage, done = next(reversed(state.stages.items()))
    parts = [f"{stage} {len(done)}/{state.planned}"]
    rate = state.rate()
    if rate > 0:
        left = (state.planned - len(done)) / rate
        parts.append(f"{rate:.2f} samples/s, {left:.0f} s left" if not state.complete else f"{rate:.2f} samples/s")
    parts.append(f"{len(state.workers)} worker(s)" + (f", {state.lost} lost" if state.lost else ""))
    parts += [f"{count} {status}" for status, count in sorted(state.failures.items())]
    parts += describe_gpu_use()
    return " · ".join([str(record["status"]), *parts])


def watch(place: Path, every: float = EVERY) -> int:
    """Print a line whenever something changed, until the run has ended. Returns 0 for a complete run, 1 else.

    Raises:
        UsageError: there is no such run.
    """
    folder = place.parent if place.name == "run.json" else place
    shown = ""
    while True:
        try:
            record = load_run(folder)
        except ResultsError as error:
            raise UsageError(f"--watch: {error}") from error
        now = line(state_of(folder), record)
        if now != shown:
            print(now, flush=True)
            shown = now
        if record["status"] != "started":
            if record.get("error"):
                print(record["error"], file=sys.stderr)
            return 0 if record["status"] == "complete" else 1
        time.sleep(every)
