"""Older runs get today's intervals from their scores; nothing else of them changes, and nothing spoilt is made good."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from benchmark.core.files import file_sha256
from benchmark.results.audit import audit_run
from benchmark.results.evidence import read_intervals
from benchmark.results.store import read_summary, write_summary
from benchmark.run.resummarise import main
from benchmark.statistics.beta_binomial import share_interval

OLD = Path(__file__).parents[2] / "golden" / "results" / "statistics_3"
"""A run of statistics version 3: four speakers, a share, a number and a set metric."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the run at its place in a results folder."""
    record = json.loads((OLD / "run.json").read_text())
    place = tmp_path / record["dataset"] / record["split"] / record["method"]["name"] / record["run_id"]
    shutil.copytree(OLD, place)
    record["plan"]["n_resamples"] = 100  # of the intervals beside the summary's
    (place / "run.json").write_text(json.dumps(record))
    return place


def test_an_old_run_is_valid_and_has_the_old_intervals(folder: Path) -> None:
    assert audit_run(folder) == []
    methods = set(read_summary(folder)["ci_method"])
    assert {"cr2_t", "cluster_bootstrap_centred_exact"} <= methods
    assert not any(name.startswith(("beta_binomial", "cr2_t_floored", "cluster_bootstrap_t")) for name in methods)


def test_intervals_change_and_nothing_else(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, scores = read_summary(folder), file_sha256(folder / "scores.parquet")
    assert main([str(folder)]) == 0 and "restated" in capsys.readouterr().out
    after = read_summary(folder)
    assert audit_run(folder) == [] and file_sha256(folder / "scores.parquet") == scores
    same = [name for name in before if not name.startswith("ci_")]
    pd.testing.assert_frame_equal(before[same], after[same])
    stated = {name for name in set(after["ci_method"]) if name}
    assert stated == {"beta_binomial", "cr2_t_floored", "cluster_bootstrap_t_exact"}
    record = json.loads((folder / "run.json").read_text())
    assert record["provenance"]["resummarised"] == {"statistics": "4"}
    shares = {card["name"]: card["share"] for card in record["metrics"]}
    assert shares["emotion_accuracy"] == "yes_no" and shares["action_unit_error"] == ""


def test_the_interval_of_a_share_is_that_of_its_scores(folder: Path) -> None:
    main([str(folder)])
    scores = pd.read_parquet(folder / "scores.parquet").query("metric == 'emotion_accuracy'")
    expected = share_interval(scores["value"], scores["speaker"].to_numpy(), scale=100.0)
    row = read_summary(folder).query("metric == 'emotion_accuracy' and group == 'all'").iloc[0]
    assert (row["ci_low"], row["ci_high"]) == (expected.low, expected.high)
    beside = read_intervals(folder).query("metric == 'emotion_accuracy' and group == 'all'").set_index("ci_method")
    assert beside.loc["beta_binomial", "ci_low"] == expected.low
    assert {"cr2_t", "cr2_t_floored", "wilson"} <= set(beside.index)


def test_the_second_time_changes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([str(folder)])
    bytes_of = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert main([str(folder.parents[3])]) == 0 and "as it was" in capsys.readouterr().out
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == bytes_of


def test_a_run_that_was_changed_by_hand_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    summary = read_summary(folder)
    summary.loc[0, "value"] += 1.0
    write_summary(folder, summary)
    before = (folder / "summary.csv").read_bytes()
    assert main([str(folder)]) == 1 and "refused" in capsys.readouterr().err
    assert (folder / "summary.csv").read_bytes() == before


def test_a_place_without_runs_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2 and "no run there" in capsys.readouterr().err
