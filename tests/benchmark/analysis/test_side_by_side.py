"""The tables of several splits as one text."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np

from benchmark.analysis.gather import gather
from benchmark.analysis.side_by_side import Section, section_title, side_by_side
from benchmark.analysis.standings import standings_of
from benchmark.analysis.table import Table, build_table
from benchmark.core.types import Sample
from tests.benchmark.report.made import card, write

N = 18
CARDS = (card("accuracy", unit="%"), card("judged", higher=False))


def table(root: Path) -> Table:
    evidence = gather([root / "results"])
    return build_table(evidence, standings_of(evidence))


def test_a_cell_holds_value_interval_and_what_is_missing(tmp_path: Path) -> None:
    half = {"accuracy": np.tile([0.0, 100.0], N // 2), "judged": np.ones(N)}
    write(tmp_path, "ours", half, cards=CARDS)
    write(tmp_path, "late", half, cards=CARDS, fails=2)
    write(tmp_path, "gone", {"accuracy": np.full(N, np.nan)}, cards=CARDS[:1], status="missing_checkpoint")
    made = table(tmp_path)
    text = side_by_side([Section("Basic", made)], markdown=True)
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]
    assert lines[0] == ["Basic", "gone", "late", "ours"] and len(lines) == 4
    assert lines[2][:2] == ["Accuracy, % ↑", "missing checkpoint"] and lines[3][1] == "-"
    assert lines[2][2].endswith("] 16/18") and lines[2][3].startswith("50.0 [") and lines[2][3].endswith("]")


def test_each_split_is_a_section_and_a_metric_without_numbers_has_no_row(tmp_path: Path) -> None:
    for method in ("ours", "source_copy"):
        write(tmp_path / "a", method, cards=CARDS)
        write(tmp_path / "b", method, {"accuracy": np.full(N, np.nan)}, cards=CARDS, status="no_class")
    text = side_by_side([Section("Basic", table(tmp_path / "a")), Section("Extended", table(tmp_path / "b"))])
    lines = [line.rstrip() for line in text.splitlines()]
    assert lines[0].split() == ["source_copy", "ours"]
    assert lines[2] == "Basic" and lines[6] == "Extended" and lines[5] == ""
    assert lines[3].startswith("Accuracy, % ↑") and lines[7].startswith("Judged") and len(lines) == 8


def test_a_section_says_which_emotions_it_is_about(tmp_path: Path) -> None:
    happy = Sample("a", "d", "s", "P1", "", tmp_path, "neutral", "happy", 1, None)
    ironic = dataclasses.replace(happy, emotion="sarcastic", speaker="P2")
    assert section_title("d", "s", [happy]) == "Basic emotions (d/s, 1 samples, 1 speakers)"
    assert section_title("d", "s", [ironic]).startswith("Extended emotions")
    assert section_title("d", "s", [happy, ironic]) == "Basic and extended emotions (d/s, 2 samples, 2 speakers)"
