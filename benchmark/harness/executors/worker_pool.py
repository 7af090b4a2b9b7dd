"""The watched workers of one stage: who does what, who is lost, and which sample is set aside.

A worker that ends, is silent for too long or spends too long on a sample is killed; the sample in hand has a strike,
the rest of the chunk goes to others. After the second strike a sample is in quarantine and its row says why.
"""

from __future__ import annotations

import multiprocessing
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any

from benchmark.core import errors
from benchmark.core.errors import BenchmarkError
from benchmark.core.progress import Steps
from benchmark.harness.executors.base import Chunk, Ended
from benchmark.harness.executors.worker import serve
from benchmark.harness.journal import Journal
from benchmark.harness.pipeline import QUARANTINED
from benchmark.harness.run_lock import DiskFull

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess


TRIES = 2
"""Strikes after which a sample is set aside."""
SILENT = 60.0
"""Seconds without one after which a worker counts as stuck (stopped, or deep in a system call)."""


STARTS = 3
"""Workers in a row that end before they begin a sample: then nothing will ever begin."""


@dataclass
class Worker:
    """A worker process, as the driver sees it."""

    process: SpawnProcess
    pipe: Connection
    number: int
    chunk: Chunk | None = None
    sample: str | None = None
    """In hand."""
    together: int = 1
    """How many were begun with it: a method that works on many at once has the time of all."""
    since: float = 0.0
    """When it began the sample, or was given the chunk; monotonic seconds."""
    heard: float = 0.0
    """When it last spoke."""

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.join(5)
        self.pipe.close()


class Crew:
    """The workers of one stage."""

    def __init__(
        self,
        chunks: Sequence[Chunk],
        count: int,
        gpus: Sequence[str],
        threads: int,
        limit: float,
        journal: Journal,
    ) -> None:
        self.waiting = deque(chunks)
        self.count, self.gpus, self.threads, self.limit, self.journal = count, gpus, threads, limit, journal
        self.strikes: dict[str, list[str]] = {}
        self.ended: dict[str, Ended] = {}
        self.crew: list[Worker] = []
        self.barren = 0
        self.context = multiprocessing.get_context("spawn")
        self.total = sum(len(chunk.samples) for chunk in chunks)
        self.stage = chunks[0].stage if chunks else "generate"

    def work(self) -> list[Ended]:
        """Do everything; no worker is left behind, however it ends."""
        steps = Steps(self.stage, self.total)
        try:
            while len(self.ended) < self.total:
                self._staff()
                for pipe in wait([worker.pipe for worker in self.crew], timeout=0.5):
                    worker = next(w for w in self.crew if w.pipe is pipe)
                    self._listen(worker)
                self._look_after()
                steps.at(len(self.ended))
        except BaseException:
            for worker in self.crew:
                worker.kill()
            raise
        finally:
            steps.close()
        return list(self.ended.values())

    def _staff(self) -> None:
        """Start missing workers and give chunks to those that have none."""
        busy = sum(worker.chunk is not None for worker in self.crew)
        while len(self.crew) < min(self.count, busy + len(self.waiting)):
            used = {worker.number for worker in self.crew}
            number = next(n for n in range(self.count) if n not in used)
            mine, theirs = self.context.Pipe()
            gpu = self.gpus[number % len(self.gpus)] if self.gpus else None
            process = self.context.Process(target=serve, args=(theirs, gpu, self.threads), daemon=True)
            process.start()
            theirs.close()
            self.crew.append(Worker(process, mine, number, heard=time.monotonic()))
        for worker in self.crew:
            if worker.chunk is None and self.waiting:
                chunk = self.waiting.popleft()
                try:
                    worker.pipe.send(chunk)
                except OSError:
                    self.waiting.appendleft(chunk)  # it is dead; `_listen` will find out
                    continue
                worker.chunk, worker.sample = chunk, None
                worker.since = worker.heard = time.monotonic()

    def _listen(self, worker: Worker) -> None:
        """Take one word of a worker, or find that it is dead."""
        try:
            event, what = worker.pipe.recv()
        except (EOFError, OSError):
            self._lost(worker, "")
            return
        worker.heard = time.monotonic()
        if event == "begin":
            self.barren = 0
            (worker.sample, worker.together), worker.since = what, worker.heard
            self.journal.note("begin", stage=self.stage, sample=worker.sample, worker=worker.number)
        elif event == "done":
            for one in what:
                self._end(one, worker.number)
            worker.chunk = worker.sample = None
        elif event == "failed":
            self._failed(worker, what)

    def _failed(self, worker: Worker, what: dict[str, Any]) -> None:
        """An error that a worker survived: one that a user must act on ends the run, others are a sample's."""
        if what["full"]:
            raise DiskFull(what["text"])
        kind = getattr(errors, what["kind"], None) if what["kind"] else None
        if isinstance(kind, type) and issubclass(kind, BenchmarkError):
            raise kind(what["text"])
        chunk, sample = worker.chunk, worker.sample
        assert chunk is not None
        worker.chunk = worker.sample = None
        if sample is None:
            raise BenchmarkError(f"a worker can't open the run: {what['text']}")
        self._strike(chunk, sample, what["text"])

    def _look_after(self) -> None:
        """Kill workers that hang."""
        now = time.monotonic()
        for worker in list(self.crew):
            if worker.chunk is None:
                continue
            if now - worker.heard > SILENT:
                self._lost(worker, f"its worker gave no sign of life for {SILENT:.0f} s")
            elif worker.sample is not None and now - worker.since > self.limit * worker.together:
                self._lost(worker, f"it was over the time limit of {self.limit:g} s for a sample")

    def _lost(self, worker: Worker, why: str) -> None:
        """A worker is dead or must die: what it had in hand has a strike, the rest goes to others."""
        worker.kill()
        self.crew.remove(worker)
        code = worker.process.exitcode
        ended = f"was ended by signal {-code}" if code and code < 0 else f"ended with {code}"
        why = why or f"its worker {ended}"
        self.journal.note("worker_lost", worker=worker.number, sample=worker.sample, reason=why)
        if worker.chunk is None:
            return
        if worker.sample is None:
            self.barren += 1
            if self.barren >= STARTS:
                raise BenchmarkError(f"workers end before they begin: {why}")
            self.waiting.appendleft(worker.chunk)
            return
        self._strike(worker.chunk, worker.sample, why)

    def _strike(self, chunk: Chunk, sample: str, why: str) -> None:
        """Count what happened to a sample, and put the chunk's other samples back."""
        strikes = self.strikes.setdefault(sample, [])
        strikes.append(why)
        # what the chunk had finished lies in the cache; asking for it again costs nothing
        if others := tuple(name for name in chunk.samples if name != sample):
            self.waiting.append(replace(chunk, samples=others))
        if len(strikes) >= TRIES:
            reasons = "; then ".join(strikes) if len(set(strikes)) > 1 else f"each time {why}"
            self._end(Ended(sample, QUARANTINED, f"tried {TRIES} times: {reasons}", kept=False), None)
        else:
            self.waiting.append(replace(chunk, samples=(sample,)))

    def _end(self, one: Ended, worker: int | None) -> None:
        self.ended[one.sample] = one
        self.journal.note(
            "end", stage=self.stage, sample=one.sample, status=one.status, seconds=one.seconds, worker=worker,
            **({"reason": one.reason} if one.reason else {}),
        )  # fmt: skip
