"""Split a run's pending work into chunks, have an executor do them, and tell the run what the cache does not know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.harness.context import RunContext
from benchmark.harness.executors.base import Chunk, Executor, SampleOutcome, Stage
from benchmark.harness.extract import pending_samples
from benchmark.harness.outputs import Output, stored_outputs
from benchmark.media.errors import MediaError
from benchmark.media.video import probe

CHUNKS_A_WORKER = 4
"""Each worker gets about so many chunks: enough that none waits long for the last, few enough to cost little."""


@dataclass(frozen=True)
class Dispatcher:
    """Hands the stages of a run to an executor."""

    executor: Executor

    def generate(self, context: RunContext) -> tuple[dict[str, Output], bool]:
        """Have outputs made.

        Returns:
            Those that the cache does not hold (a crash, a time limit, quarantine), and whether any was tried.
        """
        stored = stored_outputs(context, context.samples)
        pending = [sample for sample in context.samples if sample.id not in stored]
        outcomes = self._run(context, "generate", pending)
        return {o.sample: Output(o.sample, "", o.status, o.reason) for o in outcomes if not o.cached}, bool(outcomes)

    def extract(self, context: RunContext, outputs: Mapping[str, Output]) -> dict[str, Output]:
        """Have features computed. Returns the samples whose extraction killed its worker, as failed outputs."""
        outcomes = self._run(context, "extract", pending_samples(context, outputs))
        return {o.sample: Output(o.sample, "", o.status, o.reason) for o in outcomes if o.status != Status.OK}

    def _run(self, context: RunContext, stage: Stage, pending: Sequence[Sample]) -> list[SampleOutcome]:
        if not pending:
            return []
        costs = {sample.id: cost_of(sample) for sample in pending}
        # neighbours share a source, whose features are then made once
        ordered = sorted(pending, key=lambda sample: (str(sample.source), sample.id))
        target = sum(costs.values()) / max(1, self.executor.workers() * CHUNKS_A_WORKER)
        groups = split([sample.id for sample in ordered], costs, target)
        chunks = [Chunk(context.config, stage, names, cost) for names, cost in groups]
        executor = self.executor.name
        context.journal.note("stage", stage=stage, samples=len(pending), chunks=len(chunks), executor=executor)
        return self.executor.run(chunks, context.journal)


def cost_of(sample: Sample) -> float:
    """Estimated cost of a sample: the seconds of its source, as the header says; 1 where it says nothing."""
    try:
        return probe(sample.source).duration or 1.0
    except MediaError:
        return 1.0


def split(names: Sequence[str], costs: Mapping[str, float], target: float) -> list[tuple[tuple[str, ...], float]]:
    """Groups of neighbours of about equal cost, the most expensive first, so that the last ones to end are short.

    Args:
        names: of the samples, neighbours beside each other.
        costs: of each, in any one unit.
        target: cost at which a group is complete.

    Returns:
        The names of each group, and its cost.
    """
    groups: list[tuple[tuple[str, ...], float]] = []
    members, cost = list[str](), 0.0
    for count, name in enumerate(names, 1):
        members.append(name)
        cost += costs[name]
        if cost >= target or count == len(names):
            groups.append((tuple(members), cost))
            members, cost = [], 0.0
    return sorted(groups, key=lambda group: -group[1])
