"""Every file that leaves the board holds what the screen shows, with the group of samples in its name."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

pytest.importorskip("streamlit", reason='the leaderboard needs streamlit: pip install -e ".[app]"')

from leaderboard.places import SEEDED
from tests.leaderboard.test_app import html_of, open_app

CHOICE = {
    "split": "extended",
    "group": "emotion:sarcastic",
    "methods": "cmet,edtalk-label",
    "metrics": "action_unit_error,edit_success",
    "sort": "action_unit_error",
}


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """File name -> what writes it."""
    import streamlit as st

    found: dict[str, Any] = {}

    def button(self: object, label: str, data: Any, file_name: str, *args: object, **more: object) -> bool:
        found[file_name] = data
        return False

    monkeypatch.setattr(st.delta_generator.DeltaGenerator, "download_button", button)
    monkeypatch.setattr(st, "download_button", lambda *args, **more: button(None, *args, **more))
    return found


def test_csv_latex_and_picture_follow_the_chosen_emotion(
    downloads: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(SEEDED, monkeypatch, **CHOICE)
    assert not app.exception
    assert {Path(name).stem for name in downloads} == {"puppets_extended_emotion-sarcastic"}
    shown = app.dataframe[0].value
    frame = pd.read_csv(io.StringIO(downloads["puppets_extended_emotion-sarcastic.csv"]()), keep_default_na=False)
    assert list(frame["method"]) == list(shown["method"]) and set(frame["group_value"]) == {"sarcastic"}
    assert set(frame["method"]) == {"source_copy", "cmet", "edtalk-label", "ground_truth"}
    assert set(frame["n_planned"]) == {8}
    latex = downloads["puppets_extended_emotion-sarcastic.tex"]()
    page = html_of(app)
    for row in shown[shown["metric"] == "action_unit_error"].to_dict("records"):
        number = f"{row['value']:.1f}"
        assert f"${number}$" in latex and f">{number}<" in page
    assert "sarcastic only: 8 samples" in latex
    assert downloads["puppets_extended_emotion-sarcastic.png"]()[:4] == b"\x89PNG"


def test_over_all_samples_the_name_says_dataset_and_split(
    downloads: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_app(SEEDED, monkeypatch)
    assert set(downloads) == {"puppets_test.csv", "puppets_test.tex", "puppets_test.png"}


def test_ranks_do_not_depend_on_what_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = open_app(SEEDED, monkeypatch).dataframe[0].value
    few = open_app(SEEDED, monkeypatch, methods="edtalk-image,edtalk-label", metrics="edit_success").dataframe[0].value
    assert len(few) == 4 and few["rank_best"].notna().sum() == 2
    both = few.merge(whole, on=["method", "metric"], suffixes=("", "_whole"))
    assert len(both) == 4
    for what in ("rank_best", "rank_worst", "place", "p_holm", "value"):
        pd.testing.assert_series_equal(both[what], both[f"{what}_whole"], check_names=False)
