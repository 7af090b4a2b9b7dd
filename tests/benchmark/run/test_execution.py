"""`benchmark.run(...)` is the command, from Python."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import benchmark
from benchmark.core.errors import MissingCheckpoint, UsageError
from benchmark.run.command import main


def test_a_run_from_python_is_the_run_of_the_command(run, scores, tmp_path: Path) -> None:
    options = {"statistics.n_resamples": 50, "seed": 3}
    results = benchmark.run(
        "toy", dataset="toy", metrics=["toy_level"], limit=4, root=tmp_path / "root", options=options
    )
    assert run("--method toy --metrics toy_level --limit 4", "seed=3", root="other") == 0
    (stored,) = results.runs
    assert stored.folder.is_relative_to(tmp_path / "root") and stored.record["status"] == "complete"
    assert results.scores.equals(scores(root="other")) and results.failures.empty
    words = stored.record["provenance"]["command"]
    assert words[:3] == ["python", "-m", "benchmark.run"] and main(words[3:]) == 0
    assert [one.folder for one in benchmark.load_results(tmp_path / "root").runs] == [stored.folder]
    overall = results.summary[results.summary["group"] == "all"]
    assert list(overall["n_scored"]) == [4]


def test_what_was_done_is_not_done_twice_and_is_read_back(calls, tmp_path: Path) -> None:
    def start() -> pd.DataFrame:
        return benchmark.run(["toy", "source_copy"], dataset="toy", metrics=["toy_level"], root=tmp_path).scores

    first = start()
    assert calls()
    assert start().equals(first) and not calls()
    assert (
        benchmark.load_results(tmp_path)
        .scores.sort_values(["method", "sample_id"], ignore_index=True)
        .equals(first.sort_values(["method", "sample_id"], ignore_index=True))
    )


def test_what_can_not_be_run_is_raised_after_the_others_are_stored(tmp_path: Path) -> None:
    with pytest.raises(MissingCheckpoint, match="toy.pt"):
        benchmark.run(["toy_missing", "toy"], dataset="toy", metrics=["toy_level"], limit=2, root=tmp_path)
    assert [one.method for one in benchmark.load_results(tmp_path).runs] == ["toy"]
    with pytest.raises(UsageError, match="unknown option 'sede'; did you mean 'seed'"):
        benchmark.run("toy", dataset="toy", root=tmp_path, options={"sede": 1})


def test_samples_are_those_that_a_method_is_given(tmp_path: Path) -> None:
    found = benchmark.samples("toy", limit=3, root=tmp_path)
    assert [sample.id for sample in found] == ["S1_happy", "S1_sad", "S1_sarcastic"]
    assert all(isinstance(sample, benchmark.Sample) and sample.source.is_file() for sample in found)
    with pytest.raises(UsageError, match="unknown split 'tset'"):
        benchmark.samples("toy", "tset", root=tmp_path)
