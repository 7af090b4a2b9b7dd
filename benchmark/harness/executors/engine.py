"""What executors on an existing engine share: a chunk that is lost is tried again sample by sample.

An engine repeats by itself what a lost node had in hand. A chunk that fails for good holds a sample that ends its
worker; alone, only that sample does.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import replace

from benchmark.core.progress import show_progress
from benchmark.core.status import Status
from benchmark.harness.executors.base import Chunk, Executor, SampleOutcome
from benchmark.harness.journal import Journal

ChunkResult = tuple[Chunk, list[SampleOutcome] | str]
"""A chunk, and how its samples ended, or why it was lost."""


class Engine(Executor):
    """Chunks as tasks of somebody else's scheduler."""

    @abstractmethod
    def submit(self, chunks: Sequence[Chunk], again: bool) -> Iterator[ChunkResult]:
        """Hand chunks over; their results, as they come. `again`: each holds one sample of a chunk that was lost.

        Raises:
            BenchmarkError: what a user must act on.
        """

    def run(self, chunks: Sequence[Chunk], journal: Journal) -> list[SampleOutcome]:
        """See `Executor.run`."""
        if not chunks:
            return []
        outcomes: list[SampleOutcome] = []
        lost: list[Chunk] = []

        def record(found: Sequence[SampleOutcome]) -> None:
            for one in found:
                outcomes.append(one)
                reason = {"reason": one.reason} if one.reason else {}
                journal.note(
                    "end", stage=chunks[0].stage, sample=one.sample, status=one.status, seconds=one.seconds, **reason
                )
            progress.show(len(outcomes))

        with show_progress(chunks[0].stage, sum(len(chunk.samples) for chunk in chunks)) as progress:
            for chunk, found in self.submit(chunks, again=False):
                if isinstance(found, str):
                    lost.append(chunk)
                else:
                    record(found)
            alone = [replace(chunk, samples=(name,)) for chunk in lost for name in chunk.samples]
            for chunk, found in self.submit(alone, again=True) if alone else ():
                if isinstance(found, str):
                    found = [quarantine(chunk.samples[0], found)]
                record(found)
        return outcomes


def quarantine(sample: str, why: str) -> SampleOutcome:
    """The outcome of a sample that ends its worker each time."""
    return SampleOutcome(sample, Status.QUARANTINED, f"its worker was lost each time: {why}", cached=False)
