"""Which run counts, who is best, how a number is written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from leaderboard import overview_html
from leaderboard.choosing import best_methods, choose, groupings
from leaderboard.clips import views_of
from leaderboard.data import load_board
from leaderboard.overview import overview
from leaderboard.tables import long_table
from leaderboard.wording import digits, written
from tests.made_runs import write_one, write_world


def rows_of(root: Path) -> pd.DataFrame:
    return choose(load_board(root / "results").rows, "puppets", "test")


def places(root: Path, metric: str) -> dict[str, int | None]:
    table = overview(rows_of(root), [metric])
    return {line.method: line.cells[0].place for line in table.lines if line.cells[0] is not None}


@pytest.fixture
def world(tmp_path: Path) -> Path:
    for method in ("source_copy", "ground_truth", "cmet", "edtalk"):
        write_one(tmp_path, method, fails=0)
    return tmp_path


def test_the_floor_stands_first_and_the_ceiling_last(world: Path) -> None:
    lines = overview(rows_of(world)).lines
    assert [line.role for line in lines] == ["floor", "", "", "ceiling"]


def test_best_and_second_follow_the_direction_of_the_metric(world: Path) -> None:
    assert places(world, "emotion_accuracy") == {"source_copy": None, "cmet": 1, "edtalk": 2, "ground_truth": None}
    assert places(world, "identity") == {"source_copy": None, "cmet": 2, "edtalk": 1, "ground_truth": None}
    assert places(world, "au_error") == {"source_copy": None, "cmet": 1, "edtalk": 2, "ground_truth": None}


def test_a_method_that_missed_a_sample_is_not_ranked(world: Path) -> None:
    write_one(world, "cmet", fails=1)
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


def test_the_long_table_keeps_every_digit(world: Path) -> None:
    rows = rows_of(world)
    table = long_table(rows)
    assert table["value"].tolist() == rows["value"].tolist()
    assert {"dataset", "split", "method", "metric", "value", "low", "high", "scored", "planned", "date"} <= set(table)


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (83.333, "%", "83.3 %"),
        (0.91234, "cosine", "0.912"),
        (31.2, "dB", "31.20 dB"),
        (329.862, "", "329.9"),
        (0.00004, "", "4.00e-05"),
        (0.0, "", "0.000"),
        (None, "%", "–"),
    ],
)
def test_numbers_are_written_for_people(value: float | None, unit: str, expected: str) -> None:
    assert written(value, unit) == expected


def test_a_number_keeps_the_digits_of_its_unit() -> None:
    assert digits(12.345, "px") == "12.35"


def test_a_metric_without_any_number_is_said_below_the_table(world: Path) -> None:
    rows = rows_of(world)
    sync = rows[rows["metric"] == "identity"].assign(
        metric="lse_c",
        metric_title="LSE-C",
        value=float("nan"),
        n_scored=0,
        status="missing_checkpoint",
        reason="get it",
    )
    table = overview(pd.concat([rows, sync]))
    assert [head.metric for head in table.heads] == ["emotion_accuracy", "identity", "au_error"]
    assert [(absent.head.metric, absent.reason) for absent in table.absent] == [("lse_c", "get it")]
    assert "<b>LSE-C</b>: get it" in overview_html.render(table)
    alone = overview(sync)
    assert "<table" not in overview_html.render(alone) and "<b>LSE-C</b>: get it" in overview_html.render(alone)


def test_nothing_that_a_result_says_becomes_markup(tmp_path: Path) -> None:
    write_world(tmp_path)
    rows = rows_of(tmp_path)
    evil = "<script>alert(1)</script>"
    columns = ["title", "metric_title", "unit", "reason", "finished"]
    for value in (float("nan"), 1.0):
        broken = rows.assign(**dict.fromkeys(columns, evil), status="no_face", value=value)
        page = overview_html.render(overview(broken))
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
