"""The context of a run: what its copies share, and what each of them may not do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from benchmark.core.types import Sample
from benchmark.harness.extract import extract
from benchmark.harness.generate import generate
from benchmark.methods.base import Method, MethodInfo
from tests.benchmark.harness.contexts import toy_context


def test_only_the_process_that_drives_a_run_writes_its_journal(tmp_path: Path) -> None:
    context = toy_context(tmp_path)
    generate(context, context.samples[:1])
    assert not context.folder.exists(), "a context that is only opened leaves nothing in results"
    driver = context.with_journal()
    generate(driver.for_worker(), context.samples[1:2])
    assert not context.folder.exists()
    generate(driver, context.samples[2:3])
    assert [path.name for path in context.folder.iterdir()] == ["journal.jsonl"]


def test_another_method_shares_samples_features_and_networks_but_no_output(tmp_path: Path, calls) -> None:
    class Repeated(Method):
        info = MethodInfo("repeated", "Repeated", "1", "none")

        def edit(self, sample: Sample, seed: int) -> Path:
            return sample.source

    context = toy_context(tmp_path, "toy_change")
    extract(context, generate(context))
    assert sum(line.startswith("brightness") for line in calls()) == 12  # three sources, nine outputs
    other = context.with_method(Repeated, replace(context.plan, method="repeated", generation="r" * 64))
    outputs = generate(other)
    assert {o.ok for o in outputs.values()} == {True} and other.video_path("S1_sad") != context.video_path("S1_sad")
    extract(other, outputs)
    assert calls() == []  # what it copies has been seen as sources
    assert other.networks is context.networks and other.store is context.store


def test_a_run_over_fewer_samples_says_so_in_its_plan(tmp_path: Path) -> None:
    context = toy_context(tmp_path)
    fewer = context.with_samples(context.samples[3:5])
    assert fewer.plan.samples == ("S2_happy", "S2_sad")
    assert list(generate(fewer)) == ["S2_happy", "S2_sad"]


def test_a_method_is_loaded_once_and_counts_its_edits_until_it_is_released(tmp_path: Path, calls) -> None:
    context = toy_context(tmp_path)
    outputs = generate(context, context.samples[:2]) | generate(context, context.samples[2:4])
    assert calls().count("load toy") == 1
    assert [output.order for output in outputs.values()] == [0, 1, 2, 3]
    context.release()
    (after,) = generate(context, context.samples[4:5]).values()
    assert after.order == 0 and calls().count("load toy") == 1
