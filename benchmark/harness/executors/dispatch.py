"""Split a run's pending work into chunks, have an executor do them, and tell the run what the cache does not know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmark.core.fingerprint import ContentIndex
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.harness.context import Prepared
from benchmark.harness.executors.base import Chunk, Executor, SampleOutcome, Stage
from benchmark.harness.extract import pending_samples
from benchmark.harness.features import FeatureStore
from benchmark.harness.journal import Journal
from benchmark.harness.outputs import Output, stored_outputs
from benchmark.media.errors import MediaError
from benchmark.media.video import probe

CHUNKS_A_WORKER = 4
"""So many chunks for each worker: small enough that none waits long for the last, large enough to be few."""


@dataclass(frozen=True)
class Dispatcher:
    """Hands the stages of a run to an executor."""

    executor: Executor

    def generate(self, prepared: Prepared, contents: ContentIndex, journal: Journal) -> tuple[dict[str, Output], bool]:
        """Have outputs made.

        Returns:
            Those that the cache does not hold (a crash, a time limit, quarantine), and whether any was tried.
        """
        there = stored_outputs(prepared.plan, prepared.samples, prepared.method, prepared.workspace, contents)
        pending = [sample for sample in prepared.samples if sample.id not in there]
        ended = self._do(prepared, "generate", pending, journal)
        return {e.sample: Output(e.sample, "", e.status, e.reason) for e in ended if not e.cached}, bool(ended)

    def extract(
        self,
        prepared: Prepared,
        outputs: Mapping[str, Output],
        contents: ContentIndex,
        store: FeatureStore,
        journal: Journal,
    ) -> dict[str, Output]:
        """Have features computed. Returns the samples whose extraction killed its worker, as failed outputs."""
        p = prepared
        pending = pending_samples(p.plan, p.samples, p.metrics, outputs, p.workspace, contents, store)
        ended = self._do(prepared, "extract", pending, journal)
        return {e.sample: Output(e.sample, "", e.status, e.reason) for e in ended if e.status != Status.OK}

    def _do(self, prepared: Prepared, stage: Stage, pending: Sequence[Sample], journal: Journal) -> list[SampleOutcome]:
        if not pending:
            return []
        costs = {sample.id: cost_of(sample) for sample in pending}
        # neighbours share a source, whose features are then made once
        ordered = sorted(pending, key=lambda sample: (str(sample.source), sample.id))
        chunks = split(prepared, stage, [sample.id for sample in ordered], costs, self.executor.workers())
        journal.note("stage", stage=stage, samples=len(pending), chunks=len(chunks), executor=self.executor.name)
        return self.executor.run(chunks, journal)


def cost_of(sample: Sample) -> float:
    """Estimated cost of a sample: the seconds of its source, as the header says; 1 where it says nothing."""
    try:
        return probe(sample.source).duration or 1.0
    except MediaError:
        return 1.0


def split(
    prepared: Prepared, stage: Stage, names: Sequence[str], costs: Mapping[str, float], workers: int
) -> list[Chunk]:
    """Chunks of neighbours with about equal cost, the dearest first, so that the last ones to end are short."""
    wanted = sum(costs[name] for name in names) / max(1, workers * CHUNKS_A_WORKER)
    chunks: list[Chunk] = []
    held, cost = list[str](), 0.0
    for place, name in enumerate(names, 1):
        held.append(name)
        cost += costs[name]
        if cost >= wanted or place == len(names):
            chunks.append(Chunk(prepared.config, stage, tuple(held), cost))
            held, cost = [], 0.0
    return sorted(chunks, key=lambda chunk: -chunk.cost)
