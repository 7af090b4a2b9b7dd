"""A run from its configuration to its record: what is written when, and what a number depends on."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from benchmark.results.store import list_runs, read_run
from tests.benchmark.harness import toy
from tests.benchmark.harness.runs import EVERYTHING, folder_of_run


def test_an_unchanged_run_computes_nothing(run, calls, tmp_path: Path) -> None:
    run("--method toy --metrics toy_level,toy_error,psnr")
    assert any(line.startswith("edit") for line in calls())
    before = (folder_of_run(tmp_path / "root") / "scores.parquet").read_bytes()
    assert run("--method toy --metrics toy_level,toy_error,psnr") == 0
    assert calls() == []
    assert (folder_of_run(tmp_path / "root") / "scores.parquet").read_bytes() == before


def test_what_does_not_apply_is_no_failure(run) -> None:
    assert run("--method toy --metrics toy_change,toy_error") == 0


def test_the_machine_is_no_part_of_the_run(run, calls, tmp_path: Path) -> None:
    run("--method toy --metrics toy_level")
    calls()
    run("--method toy --metrics toy_level", "runtime.batch_size=3", "runtime.workers=1")
    assert calls() == []
    assert folder_of_run(tmp_path / "root")


def test_a_run_computes_with_the_threads_it_says_whatever_the_machine_has(run, monkeypatch, tmp_path: Path) -> None:
    """The last bits of a convolution depend on them: one, unless asked for more."""
    import torch

    seen: list[int] = []
    monkeypatch.setattr(
        toy.Brightness, "extract", lambda self, _: seen.append(torch.get_num_threads()) or {"mean": np.ones(1)}
    )
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        run("--method source_copy --metrics toy_level", root="one")
        assert set(seen) == {1} and torch.get_num_threads() == 2
        seen.clear()
        run("--method source_copy --metrics toy_level", "executor.cpus=2", root="two")
        assert set(seen) == {2}
    finally:
        torch.set_num_threads(before)
    assert read_run(folder_of_run(tmp_path / "two", "source_copy"))["machine"]["threads"] == 2


def test_the_same_command_elsewhere_gives_the_same_bytes(run, tmp_path: Path) -> None:
    for root in ("a", "b"):
        run(f"--method toy --metrics {EVERYTHING}", root=root)
    first, second = folder_of_run(tmp_path / "a"), folder_of_run(tmp_path / "b")
    assert first.name == second.name
    for name in ("scores.parquet", "summary.csv"):
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_the_plan_is_written_before_anything_runs(run, tmp_path: Path) -> None:
    assert run("--method toy_missing --metrics toy_level") == 2
    record = read_run(folder_of_run(tmp_path / "root", "toy_missing"))
    assert record["status"] == "failed"
    assert record["error"] == "missing checkpoint: toy.pt, get it from https://example.org/toy.pt"
    assert record["plan"]["samples"] == [f"S{i}_{e}" for i in (1, 2, 3) for e in ("happy", "sad", "sarcastic")]


def test_a_complete_record_says_what_was_run(run, tmp_path: Path) -> None:
    run("--method toy --metrics toy_level,toy_spread", "seed=3")
    folder = folder_of_run(tmp_path / "root")
    record = read_run(folder)
    assert record["status"] == "complete" and record["plan"]["seed"] == 3
    assert record["fingerprints"]["scoring"].startswith(record["run_id"])
    assert set(record["timing"]["seconds"]) == {"plan", "generate", "extract", "score", "aggregate"}
    assert {card["id"] for card in record["samples"]} == set(record["plan"]["samples"])
    assert all((tmp_path / "root" / card["output"]).is_file() for card in record["samples"])
    assert not list_runs(tmp_path / "root" / "results").broken
    assert json.dumps(record)
