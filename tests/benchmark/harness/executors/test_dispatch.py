"""What a run hands to an executor, and what it makes of the answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.config.spec import ExecutorConfig
from benchmark.harness.executors.base import Chunk, Executor, SampleOutcome
from benchmark.harness.executors.dispatch import Dispatcher, split
from benchmark.harness.executors.task import run_chunk
from benchmark.harness.generate import generate
from benchmark.harness.journal import Journal
from tests.benchmark.harness.contexts import toy_context


class InThisProcess(Executor):
    """Does the chunks one after the other; samples of `killers` end their worker each time."""

    name = "here"

    def __init__(self, killers: Sequence[str] = ()) -> None:
        super().__init__(ExecutorConfig())
        self.killers = set(killers)
        self.chunks: list[Chunk] = []

    def workers(self) -> int:
        return 1

    def run(self, chunks: Sequence[Chunk], journal: Journal) -> list[SampleOutcome]:
        self.chunks += chunks
        outcomes = [
            SampleOutcome(name, "quarantined", "each time", cached=False)
            for chunk in chunks
            for name in chunk.samples
            if name in self.killers
        ]
        for chunk in chunks:
            alive = tuple(name for name in chunk.samples if name not in self.killers)
            outcomes += run_chunk(Chunk(chunk.config, chunk.stage, alive))
        return outcomes


@given(st.lists(st.floats(0.1, 100.0), min_size=1, max_size=60), st.floats(0.1, 300.0))
def test_every_sample_is_in_one_group_of_neighbours_and_the_most_expensive_comes_first(
    costs: list[float], target: float
) -> None:
    names = [f"s{k:02}" for k in range(len(costs))]
    groups = split(names, dict(zip(names, costs, strict=True)), target)
    assert sorted(name for members, _ in groups for name in members) == names
    for members, cost in groups:
        first = names.index(members[0])
        assert list(members) == names[first : first + len(members)]
        assert cost == pytest.approx(sum(costs[first : first + len(members)]))
        assert cost - costs[names.index(members[-1])] < target, "it was complete before its last sample"
    assert [cost for _, cost in groups] == sorted((cost for _, cost in groups), reverse=True)


def test_only_what_is_missing_is_handed_over_and_nothing_where_all_is_there(tmp_path: Path) -> None:
    context, executor = toy_context(tmp_path), InThisProcess()
    generate(context, context.samples[:4])
    not_cached, tried = Dispatcher(executor).generate(context)
    assert (not_cached, tried) == ({}, True)
    assert sorted(name for chunk in executor.chunks for name in chunk.samples) == [s.id for s in context.samples[4:]]
    executor.chunks.clear()
    assert Dispatcher(executor).generate(context) == ({}, False) and not executor.chunks
    outputs = generate(context)
    assert Dispatcher(executor).extract(context, outputs) == {}
    executor.chunks.clear()
    assert Dispatcher(executor).extract(context, outputs) == {} and not executor.chunks


def test_a_sample_that_ends_its_workers_is_not_tried_by_the_driver(tmp_path: Path, calls) -> None:
    context = toy_context(tmp_path)
    refused, tried = Dispatcher(InThisProcess(["S2_sad"])).generate(context)
    assert tried and {name: output.status for name, output in refused.items()} == {"S2_sad": "quarantined"}
    calls()
    outputs = generate(context, refused=refused)
    assert calls() == [] and sum(output.ok for output in outputs.values()) == 8
    assert (outputs["S2_sad"].status, outputs["S2_sad"].reason) == ("quarantined", "each time")
