"""The watched workers of one stage: which one does what, which one is lost, and which sample is set aside.

A worker that ends, is silent for too long or spends too long on a sample is killed. That counts as a failure of the
sample in hand, and the rest of the chunk goes to others. After the second failure the sample is in quarantine and its
row says why.
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
from benchmark.core.files import DiskFull
from benchmark.core.progress import show_progress
from benchmark.core.status import Status
from benchmark.harness.executors.base import Chunk, SampleOutcome
from benchmark.harness.executors.worker import serve
from benchmark.harness.journal import Journal

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess


MAX_FAILURES = 2
"""A sample is set aside after so many failures."""
SILENCE_LIMIT = 60.0
"""A worker that says nothing for so many seconds counts as stuck (stopped, or deep in a system call)."""
MAX_STARTUP_FAILURES = 3
"""When so many workers in a row end before they begin a sample, nothing will ever begin."""


@dataclass
class Worker:
    """A worker process, as the driver sees it."""

    process: SpawnProcess
    pipe: Connection
    number: int
    chunk: Chunk | None = None
    sample: str | None = None
    """The sample that it works on; None: it has not begun one of its chunk."""
    begun_together: int = 1
    """How many samples were begun at once: a method that works on many at once has the time of all."""
    since: float = 0.0
    """When it began the sample, or was given the chunk; monotonic seconds."""
    heard: float = 0.0
    """When its last message came; monotonic seconds."""

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.join(5)
        self.pipe.close()


class WorkerPool:
    """The workers of one stage.

    Args:
        chunks: all work of the stage.
        count: at most so many workers.
        gpus: numbers of the GPUs, one for each worker in turn; none: workers see what this process sees.
        threads: of each worker.
        limit: seconds for a sample.
        journal: told of begun and ended samples, and of lost workers.
    """

    def __init__(
        self,
        chunks: Sequence[Chunk],
        count: int,
        gpus: Sequence[str],
        threads: int,
        limit: float,
        journal: Journal,
    ) -> None:
        self.pending = deque(chunks)
        self.count, self.gpus, self.threads, self.limit, self.journal = count, gpus, threads, limit, journal
        self.failures: dict[str, list[str]] = {}
        self.outcomes: dict[str, SampleOutcome] = {}
        self.workers: list[Worker] = []
        self.startup_failures = 0
        self.context = multiprocessing.get_context("spawn")
        self.total = sum(len(chunk.samples) for chunk in chunks)
        self.stage = chunks[0].stage if chunks else "generate"

    def run(self) -> list[SampleOutcome]:
        """Do everything; no worker is left behind, however it ends."""
        try:
            with show_progress(self.stage, self.total) as progress:
                while len(self.outcomes) < self.total:
                    self._start_workers()
                    self._hand_out_chunks()
                    for pipe in wait([worker.pipe for worker in self.workers], timeout=0.5):
                        worker = next(w for w in self.workers if w.pipe is pipe)
                        self._receive(worker)
                    self.check_time_limits()
                    progress.show(len(self.outcomes))
        except BaseException:
            for worker in self.workers:
                worker.kill()
            raise
        return list(self.outcomes.values())

    def _start_workers(self) -> None:
        """Start as many as there is work for."""
        busy = sum(worker.chunk is not None for worker in self.workers)
        while len(self.workers) < min(self.count, busy + len(self.pending)):
            used = {worker.number for worker in self.workers}
            number = next(n for n in range(self.count) if n not in used)
            ours, theirs = self.context.Pipe()
            gpu = self.gpus[number % len(self.gpus)] if self.gpus else None
            process = self.context.Process(target=serve, args=(theirs, gpu, self.threads), daemon=True)
            process.start()
            theirs.close()
            self.workers.append(Worker(process, ours, number, heard=time.monotonic()))

    def _hand_out_chunks(self) -> None:
        """Give a chunk to every worker that has none."""
        for worker in self.workers:
            if worker.chunk is None and self.pending:
                chunk = self.pending.popleft()
                try:
                    worker.pipe.send(chunk)
                except OSError:
                    self.pending.appendleft(chunk)  # it is dead; `_receive` will find out
                    continue
                worker.chunk, worker.sample = chunk, None
                worker.since = worker.heard = time.monotonic()

    def _receive(self, worker: Worker) -> None:
        """Take one message of a worker, or find that it is dead."""
        try:
            event, content = worker.pipe.recv()
        except (EOFError, OSError):
            self._give_up(worker, "")
            return
        worker.heard = time.monotonic()
        if event == "begin":
            self.startup_failures = 0
            (worker.sample, worker.begun_together), worker.since = content, worker.heard
            self.journal.note("begin", stage=self.stage, sample=worker.sample, worker=worker.number)
        elif event == "done":
            for outcome in content:
                self._finish(outcome, worker.number)
            worker.chunk = worker.sample = None
        elif event == "failed":
            self._take_error(worker, content)

    def _take_error(self, worker: Worker, payload: dict[str, Any]) -> None:
        """An error that a worker survived: one that a user must act on ends the run, others are a sample's."""
        if payload["full"]:
            raise DiskFull(payload["text"])
        kind = getattr(errors, payload["kind"], None) if payload["kind"] else None
        if isinstance(kind, type) and issubclass(kind, BenchmarkError):
            raise kind(payload["text"])
        chunk, sample = worker.chunk, worker.sample
        assert chunk is not None
        worker.chunk = worker.sample = None
        if sample is None:
            raise BenchmarkError(f"a worker can't open the run: {payload['text']}")
        self.record_failure(chunk, sample, payload["text"])

    def check_time_limits(self) -> None:
        """Kill workers that hang."""
        now = time.monotonic()
        for worker in list(self.workers):
            if worker.chunk is None:
                continue
            if now - worker.heard > SILENCE_LIMIT:
                self._give_up(worker, f"its worker gave no sign of life for {SILENCE_LIMIT:.0f} s")
            elif worker.sample is not None and now - worker.since > self.limit * worker.begun_together:
                self._give_up(worker, f"it was over the time limit of {self.limit:g} s for a sample")

    def _give_up(self, worker: Worker, why: str) -> None:
        """A worker is dead or must die: its sample has a failure, the rest of its chunk goes to others."""
        worker.kill()
        self.workers.remove(worker)
        code = worker.process.exitcode
        how = f"was ended by signal {-code}" if code and code < 0 else f"ended with {code}"
        why = why or f"its worker {how}"
        self.journal.note("worker_lost", worker=worker.number, sample=worker.sample, reason=why)
        if worker.chunk is None:
            return
        if worker.sample is None:
            self.startup_failures += 1
            if self.startup_failures >= MAX_STARTUP_FAILURES:
                raise BenchmarkError(f"workers end before they begin: {why}")
            self.pending.appendleft(worker.chunk)
            return
        self.record_failure(worker.chunk, worker.sample, why)

    def record_failure(self, chunk: Chunk, sample: str, why: str) -> None:
        """Count what happened to a sample, and put the chunk's other samples back."""
        failures = self.failures.setdefault(sample, [])
        failures.append(why)
        # what the chunk had finished lies in the cache; asking for it again costs nothing
        if others := tuple(name for name in chunk.samples if name != sample):
            self.pending.append(replace(chunk, samples=others))
        if len(failures) >= MAX_FAILURES:
            reasons = "; then ".join(failures) if len(set(failures)) > 1 else f"each time {why}"
            reason = f"tried {MAX_FAILURES} times: {reasons}"
            self._finish(SampleOutcome(sample, Status.QUARANTINED, reason, cached=False), None)
        else:
            self.pending.append(replace(chunk, samples=(sample,)))

    def _finish(self, outcome: SampleOutcome, worker: int | None) -> None:
        self.outcomes[outcome.sample] = outcome
        reason = {"reason": outcome.reason} if outcome.reason else {}
        self.journal.note(
            "end", stage=self.stage, sample=outcome.sample, status=outcome.status, seconds=outcome.seconds,
            worker=worker, **reason,
        )  # fmt: skip
