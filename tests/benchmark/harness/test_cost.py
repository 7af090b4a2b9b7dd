"""Costs reach the summary and never the scores; failures that count as values are counted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmark.harness import meter
from benchmark.harness.meter import Meter
from benchmark.metrics import METRICS
from benchmark.metrics.base import metric
from benchmark.results.audit import audit_run
from benchmark.results.store import read_summary

COSTS = "aitv_author,aitv_standard,frames_per_second_standard,peak_memory_standard"


def folder_of_run(root: Path, method: str = "toy") -> Path:
    (folder,) = (root / "results" / "toy" / "test" / method).iterdir()
    return folder


def test_costs_stand_in_the_summary_with_n_and_never_among_the_scores(run, scores, tmp_path: Path) -> None:
    assert run(f"--method toy --metrics toy_level,{COSTS}") == 0
    assert set(scores()["metric"]) == {"toy_level"}
    folder = folder_of_run(tmp_path / "root")
    table = read_summary(folder)
    overall = table[table["group"] == "all"].set_index("metric")
    assert overall.loc["aitv_author", ["n_scored", "n_planned"]].tolist() == [9, 9]
    assert overall.loc["aitv_standard", ["n_scored", "n_planned"]].tolist() == [8, 9]  # without the warm-up
    assert (overall.loc[COSTS.split(","), "status"] == "ok").all()
    timing = pd.read_parquet(folder / "timing.parquet").sort_values("order")
    assert timing["order"].tolist() == list(range(9)) and (timing["synchronised"] >= timing["seconds"]).all()
    assert overall.loc["aitv_author", "value"] == pytest.approx(timing["seconds"].mean())
    assert overall.loc["aitv_standard", "value"] == pytest.approx(timing["synchronised"].iloc[1:].mean())
    rate = (timing["frames"] / timing["synchronised"]).iloc[1:].mean()
    assert overall.loc["frames_per_second_standard", "value"] == pytest.approx(rate)
    assert 10 < overall.loc["peak_memory_standard", "value"] < 100_000
    assert overall.loc["aitv_author", "ci_low"] <= overall.loc["aitv_author", "value"]
    assert audit_run(folder) == []


def test_two_fresh_runs_have_the_same_scores_whatever_the_clock_says(run, tmp_path: Path) -> None:
    for root in ("one", "two"):
        assert run(f"--method toy --metrics toy_level,{COSTS}", root=root) == 0
    one, two = (folder_of_run(tmp_path / root) for root in ("one", "two"))
    assert (one / "scores.parquet").read_bytes() == (two / "scores.parquet").read_bytes()


def test_a_failed_sample_has_no_cost_and_says_why(run, tmp_path: Path) -> None:
    assert run(f"--method toy --metrics {COSTS}", "method.fail=S2_sad") == 1
    table = read_summary(folder_of_run(tmp_path / "root"))
    row = table[(table["metric"] == "aitv_author") & (table["group"] == "all")].iloc[0]
    assert (row["n_scored"], row["n_planned"]) == (8, 9)
    alone = table[(table["metric"] == "aitv_author") & (table["group_value"] == "sad")].iloc[0]
    assert alone["n_scored"] == 2


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Metrics that count a failure as 0: of an output, and of a source."""
    for role in ("output", "source"):

        def one(sample, features, role=role) -> float:
            """Whether the toy's picky eye sees it."""
            return 100.0 * float(features[f"{role}/picky.one"][0])

        made = metric(
            name=f"toy_counted_{role}",
            title="Counted",
            unit="%",
            higher_is_better=True,
            needs=(f"{role}/picky.one",),
            protocol="toy-v1",
            failed_value=0.0,
        )(one)
        METRICS.add(made.info.name, made)


def test_what_the_output_lacks_is_counted_and_what_others_lack_is_not(run, scores, counted) -> None:
    code = run("--method toy --metrics toy_counted_output,toy_nowhere", "method.fail=S1_sarcastic")
    assert code == 1
    table = scores()
    rows = table[table["metric"] == "toy_counted_output"].set_index("sample_id")
    assert rows.loc["S2_sarcastic", "value"] == 100.0
    for failed in ("S1_sad", "S2_sad", "S1_sarcastic"):  # no face; no face; the method refused
        assert (rows.loc[failed, "value"], rows.loc[failed, "status"]) == (0.0, "ok")
    assert rows.loc["S1_happy", "status"] == "extractor_failed" and np.isnan(rows.loc["S1_happy", "value"])
    assert set(table[table["metric"] == "toy_nowhere"].status) == {"missing_checkpoint", "too_dark"}


def test_the_meter_sees_memory_that_is_held_and_given_back() -> None:
    with Meter() as small:
        small.mark_return()
    with Meter() as large:
        held = np.ones(40_000_000)
        del held
        large.mark_return()
    assert small.seconds is not None and small.synchronised is not None and small.synchronised >= small.seconds
    if meter._MARK.exists() and small.peak_bytes is not None and large.peak_bytes is not None:
        assert large.peak_bytes - small.peak_bytes > 250e6


def test_what_raises_is_not_measured() -> None:
    cost = Meter()
    with pytest.raises(ZeroDivisionError), cost:
        raise ZeroDivisionError
    assert cost.seconds is None and cost.synchronised is None
