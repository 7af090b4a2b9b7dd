"""Rankings under several protocols: ranks, directions, Kendall's tau, ties."""

from __future__ import annotations

import math
import re
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest

from benchmark.sensitivity.chart import plot
from benchmark.sensitivity.command import main
from benchmark.sensitivity.rankings import agreement, main_only, ranked, report
from tests.made_runs import write_one


def table(second: list[float]) -> pd.DataFrame:
    rows = []
    for metric, values in (("lse_c", [3.0, 2.0, 1.0]), ("lse_d", second)):
        for method, value in zip("abc", values, strict=True):
            rows.append(("sync", metric, "p", method, value, "", 5, 5))
    columns = ["quantity", "metric", "protocol", "method", "value", "unit", "n_scored", "n_planned"]
    return ranked(pd.DataFrame(rows, columns=columns))


@pytest.mark.parametrize(
    ("distances", "tau", "same"), [([1, 2, 3], 1, True), ([3, 2, 1], -1, False), ([1, 3, 2], 1 / 3, True)]
)
def test_tau_in_closed_form_with_either_direction(distances: list[float], tau: float, same: bool) -> None:
    (row,) = agreement(table(distances)).to_dict("records")
    assert row["tau"] == pytest.approx(tau) and row["same_winner"] is same and row["methods"] == 3


def test_all_ties_have_no_tau() -> None:
    (row,) = agreement(table([1, 1, 1])).to_dict("records")
    assert math.isnan(row["tau"])


def test_the_plot_is_well_formed() -> None:
    ElementTree.fromstring(plot(table([1, 3, 2])))


def test_the_report_shows_value_and_rank_of_every_way() -> None:
    ranks = table([1, 3, 2])
    text = report(ranks, agreement(ranks))
    lines = [re.sub(r" +", " ", line) for line in text.splitlines()]
    assert "| b | 2 (2.) | 3 (3.) |" in lines and "| sync | lse_c [p] | lse_d [p] | yes | 0.3333 | 3 |" in lines


def test_main_metrics_stand_first_in_their_rule() -> None:
    rows = pd.DataFrame(
        {"metric": ["fid_author", "fid_standard", "kid_standard"], "protocol": ["cmet-author-v1"] + ["standard-v1"] * 2}
    )
    assert list(main_only(rows)["metric"]) == ["fid_author", "fid_standard"]


def test_one_method_is_no_ranking(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(write_one(tmp_path, "cmet"))]) == 2
    assert "at least two methods" in capsys.readouterr().err
