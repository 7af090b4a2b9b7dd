"""The table of several methods."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import pandas as pd

from benchmark.analysis.side_by_side import Section, section_title, side_by_side
from benchmark.core.types import Sample
from benchmark.metrics.base import MetricInfo

INFO = MetricInfo("accuracy", "Accuracy", "%", higher_is_better=True, protocol="p1")
JUDGED = MetricInfo("judged", "Judged", "", higher_is_better=False, protocol="p1")
ROW = {
    "method": "ours", "metric": "accuracy", "group": "all", "value": 51.786, "ci_low": 32.4, "ci_high": 71.21,
    "n_scored": 56, "n_planned": 56, "status": "ok",
}  # fmt: skip
NONE = {"value": math.nan, "ci_low": math.nan, "ci_high": math.nan, "n_scored": 0}


def section(title: str, *rows: dict[str, object]) -> Section:
    return Section(title, (INFO, JUDGED), pd.DataFrame([ROW | row for row in rows]))


def test_a_cell_holds_value_interval_and_what_is_missing() -> None:
    part = section(
        "Basic",
        {},
        {"method": "late", "n_scored": 54, "ci_low": math.nan, "ci_high": math.nan},
        {"method": "gone", "status": "missing_checkpoint", **NONE},
        {"group": "emotion", "value": 1.0},
    )
    names = ("ours", "late", "gone", "other")
    table = side_by_side([part], {name: name for name in names}, {}, markdown=True)
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    assert lines[0] == ["Basic", "ours", "late", "gone", "other"] and len(lines) == 3
    assert lines[2] == ["Accuracy, % ↑", "51.8 [32.4, 71.2]", "51.8 54/56", "missing checkpoint", "-"]


def test_each_split_is_a_section_and_a_metric_without_meaning_there_has_no_row() -> None:
    basic = section("Basic", {}, {"metric": "judged", "value": 0.0, "ci_low": 0.0, "ci_high": 0.0})
    extended = section("Extended", {"status": "no_class", **NONE}, {"metric": "judged"})
    lines = [line.rstrip() for line in side_by_side([basic, extended], {"ours": "ours"}, {}).splitlines()]
    assert lines[2] == "Basic" and lines[6] == "Extended" and lines[5] == ""
    assert lines[3].split() == ["Accuracy,", "%", "↑", "51.8", "[32.4,", "71.2]"]
    assert lines[4].split() == ["Judged", "↓", "0", "[0,", "0]"] and lines[7].startswith("Judged") and len(lines) == 8


def test_a_section_says_which_emotions_it_is_about(tmp_path: Path) -> None:
    happy = Sample("a", "d", "s", "P1", "", tmp_path, "neutral", "happy", 1, None)
    ironic = dataclasses.replace(happy, emotion="sarcastic", speaker="P2")
    assert section_title("d", "s", [happy]) == "Basic emotions (d/s, 1 samples, 1 speakers)"
    assert section_title("d", "s", [ironic]).startswith("Extended emotions")
    assert section_title("d", "s", [happy, ironic]) == "Basic and extended emotions (d/s, 2 samples, 2 speakers)"
