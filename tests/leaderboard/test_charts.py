"""Charts say what the table says."""

from __future__ import annotations

import pandas as pd
import pytest

from leaderboard.charts import by_group, colours, forest
from leaderboard.data import load_board
from tests.made_runs import write_world


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return load_board(write_world(tmp_path_factory.mktemp("charts"))).rows


@pytest.mark.parametrize(
    ("metric", "best"), [("emotion_accuracy", "Cmet"), ("identity", "Edtalk"), ("au_error", "Cmet")]
)
def test_the_best_method_is_drawn_on_top_with_its_interval(rows: pd.DataFrame, metric: str, best: str) -> None:
    part = rows[(rows["metric"] == metric) & (rows["group"] == "all")]
    figure = forest(part)
    assert [trace.y[0] for trace in figure.data][-1] == best  # the last is the uppermost
    row = part[part["title"] == best].iloc[0]
    trace = figure.data[-1]
    assert trace.x[0] == row["value"]
    assert trace.x[0] + trace.error_x.array[0] == pytest.approx(row["ci_high"])
    assert trace.x[0] - trace.error_x.arrayminus[0] == pytest.approx(row["ci_low"])
    assert len(figure.layout.shapes) == 2  # floor and ceiling


def test_every_emotion_has_every_methods_value(rows: pd.DataFrame) -> None:
    part = rows[(rows["metric"] == "identity") & (rows["group"] == "emotion")]
    figure = by_group(part)
    assert [trace.name for trace in figure.data][-2:] == ["Ground Truth (ceiling)", "Source Copy (floor)"]
    for trace in figure.data[:2]:
        own = part[part["title"] == trace.name].set_index("group_value")["value"]
        assert list(trace.y) == [own[emotion] for emotion in trace.x]


def test_no_number_is_an_empty_chart(rows: pd.DataFrame) -> None:
    nothing = rows.assign(value=float("nan"))
    assert len(forest(nothing).data) == 0 and len(by_group(nothing).data) == 0


def test_a_method_keeps_its_colour_whatever_the_order() -> None:
    assert colours({"b": "", "a": "", "src": "floor"}) == colours({"src": "floor", "a": "", "b": ""})
