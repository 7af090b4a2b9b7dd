"""The board's table: who is best, what is chosen, and nobody's markup in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from benchmark.analysis.table import EVERY_SAMPLE, Absent, Table
from leaderboard import overview_html
from leaderboard.clips import views_of
from leaderboard.data import load_board, open_split
from leaderboard.rows import best_methods, choose, groupings
from leaderboard.tables import numbers
from tests.made_runs import write_one, write_world


def rows_of(root: Path) -> pd.DataFrame:
    return choose(load_board(root / "results").rows, "puppets", "test")


def table_of(root: Path, group: tuple[str, str] = EVERY_SAMPLE) -> Table:
    opened = open_split(load_board(root / "results"), "puppets", "test")
    assert opened is not None
    return opened.table(group)


def places(root: Path, metric: str) -> dict[str, int | None]:
    (column,) = table_of(root).chosen(metrics=[metric]).columns
    return {method: cell.place for method, cell in column.cells.items()}


@pytest.fixture
def world(tmp_path: Path) -> Path:
    for method in ("source_copy", "ground_truth", "cmet", "edtalk"):
        write_one(tmp_path, method, fails=0)
    return tmp_path


def test_the_floor_stands_first_and_the_ceiling_last(world: Path) -> None:
    assert [entry.role for entry in table_of(world).entries] == ["floor", "", "", "ceiling"]


def test_best_and_second_follow_the_direction_of_the_metric(world: Path) -> None:
    assert places(world, "emotion_accuracy") == {"source_copy": None, "cmet": 1, "edtalk": 2, "ground_truth": None}
    assert places(world, "identity") == {"source_copy": None, "cmet": 2, "edtalk": 1, "ground_truth": None}
    assert places(world, "au_error") == {"source_copy": None, "cmet": 1, "edtalk": 2, "ground_truth": None}


def test_a_method_that_missed_a_sample_is_not_ranked(world: Path) -> None:
    write_one(world, "cmet", fails=1)
    write_one(world, "float", fails=0)
    assert places(world, "emotion_accuracy")["cmet"] is None
    assert places(world, "emotion_accuracy")["edtalk"] == 1


def test_floor_and_ceiling_stay_whatever_is_chosen(world: Path) -> None:
    rows = load_board(world / "results").rows
    assert set(choose(rows, "puppets", "test", methods=["cmet"])["method"]) == {"source_copy", "cmet", "ground_truth"}


def test_groups_come_in_reading_order(world: Path) -> None:
    assert groupings(rows_of(world)) == [("all", "all")]
    every = load_board(world / "results").rows
    assert groupings(every) == [
        ("all", "all"),
        ("group", "basic"),
        ("group", "extended"),
        ("emotion", "angry"),
        ("emotion", "happy"),
        ("emotion", "sarcastic"),
    ]


def test_the_numbers_keep_every_digit_and_are_those_of_the_group(world: Path) -> None:
    rows = choose(load_board(world / "results").rows, "puppets", "test", ("emotion", "happy"))
    table = table_of(world, ("emotion", "happy"))
    frame = numbers(table, ["cmet"])
    assert sorted(frame["value"]) == sorted(rows["value"]) and set(frame["group_value"]) == {"happy"}
    assert set(frame.loc[frame["verified"], "method"]) == {"cmet"} and set(frame["date"]) == {"2026-11-22"}


def test_a_metric_without_any_number_is_said_below_the_table(world: Path) -> None:
    table = table_of(world)
    facts = table.columns[0].facts
    table = replace(table, columns=table.columns[1:], absent=(Absent(facts, "get <it>"),))
    assert "<b>Emotion accuracy</b>: get &lt;it&gt;" in overview_html.render(table)
    alone = replace(table, columns=())
    assert "<table" not in overview_html.render(alone) and "Emotion accuracy" in overview_html.render(alone)


def test_nothing_that_a_result_says_becomes_markup(tmp_path: Path) -> None:
    write_world(tmp_path)
    evil = "<script>alert(1)</script>"
    table = table_of(tmp_path)
    (first, *_) = table.columns
    spoilt_facts = replace(first.facts, title=evil, unit=evil)
    entries = tuple(replace(entry, title=evil) for entry in table.entries)
    for value in (None, 1.0):
        cells = {m: replace(cell, value=value, reason=evil, status="no_face") for m, cell in first.cells.items()}
        broken = replace(table, entries=entries, columns=(replace(first, facts=spoilt_facts, cells=cells),))
        page = overview_html.render(broken, {"cmet": evil}, ["cmet"], lambda entry, column: f"samples?{evil}")
        assert "<script>" not in page and "&lt;script&gt;" in page
    board = load_board(tmp_path / "results")
    views = views_of(board, board.rows, "P1_happy_1")
    spoilt = [replace(view, scores=view.scores.assign(reason=evil, unit=evil)) for view in views]
    page = overview_html.render_scores(spoilt, {"cmet": evil}, {"identity": evil})
    assert "<script>" not in page and "&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("metric", "best"), [("emotion_accuracy", ["cmet"]), ("au_error", ["cmet"]), ("identity", ["edtalk"])]
)
def test_charts_have_the_best_methods_by_the_metrics_direction_and_the_frames(
    tmp_path: Path, metric: str, best: list[str]
) -> None:
    rows = load_board(write_world(tmp_path)).rows
    part = rows[(rows["metric"] == metric) & (rows["group"] == "all")]
    assert best_methods(part, 1) == [*best, "source_copy", "ground_truth"]
    assert set(best_methods(part, 5)) == {"cmet", "edtalk", "source_copy", "ground_truth"}
    assert best_methods(part.assign(value=float("nan")), 5) == ["source_copy", "ground_truth"]
