"""The summary, against means and deviations of the rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmark.results.store import read_summary
from tests.benchmark.harness.runs import folder_of_run


def test_the_summary_is_the_mean_of_the_rows(run, scores, tmp_path: Path) -> None:
    run("--method toy --metrics toy_level,toy_change,toy_spread")
    table = scores()
    summary = read_summary(folder_of_run(tmp_path / "root")).set_index(["metric", "group", "group_value"])
    levels = table[table["metric"] == "toy_level"]
    assert summary.loc[("toy_level", "all", "all"), "value"] == pytest.approx(levels["value"].mean())
    happy = levels[levels["emotion"] == "happy"]["value"]
    assert summary.loc[("toy_level", "emotion", "happy"), "value"] == pytest.approx(happy.mean())
    change = summary.loc[("toy_change", "all", "all")]
    assert (change["n_scored"], change["n_planned"], change["clusters"]) == (6, 9, 3)
    assert change["ci_low"] <= change["value"] <= change["ci_high"]
    one_speaker = summary.loc[("toy_level", "speaker", "S1")]
    assert np.isnan(one_speaker["ci_low"]) and one_speaker["clusters"] == 1
    spread = summary.loc[("toy_spread", "all", "all")]
    assert spread["value"] == pytest.approx(np.std(levels["value"])) and spread["n_scored"] == 9
    assert summary.loc[("toy_change", "group", "extended"), "status"] == "not_applicable"
