from __future__ import annotations

import math

import pandas as pd

from benchmark.analysis.text_table import aligned, results_table
from benchmark.metrics.base import MetricInfo


def test_columns_are_as_wide_as_their_widest_cell_and_numbers_stand_right() -> None:
    assert aligned([("name", "n"), ("a", "1"), ("bbbbbb", "100")]).splitlines() == [
        "name      n",
        "──────  ───",
        "a         1",
        "bbbbbb  100",
    ]


def test_a_head_without_rows_is_a_head() -> None:
    head, rule = aligned([("name", "n")]).splitlines()
    assert head.split() == ["name", "n"] and set(rule) == {"─", " "}


def test_a_row_shows_value_interval_coverage_and_direction() -> None:
    info = MetricInfo("lse_d", "Sync distance", "", higher_is_better=False, protocol="p1")
    row = {
        "method": "m", "metric": "lse_d", "group": "all", "value": 7.5, "ci_low": 7.0, "ci_high": 8.0, "ci_level": 0.95,
        "n_scored": 8, "n_planned": 9, "status": "ok",
    }  # fmt: skip
    nothing = row | {"method": "n", "value": math.nan, "ci_low": math.nan, "ci_high": math.nan, "status": "no_audio"}
    lines = results_table(pd.DataFrame([row, nothing]), [info], "title").splitlines()
    assert lines[0] == "title" and "95% interval" in lines[1]
    assert lines[3].split() == ["m", "Sync", "distance", "↓", "7.500", "7.000", "to", "8.000", "8/9", "p1"]
    assert lines[4].split() == ["n", "Sync", "distance", "↓", "no_audio", "-", "8/9", "p1"]
