"""The results that ship: whole, small, of real runs, with clips that are there."""

from __future__ import annotations

import json

from benchmark.results.audit import audit_run
from leaderboard.curves import read_curves
from leaderboard.data import SEEDED, load_board
from leaderboard.seed import LARGEST_MIB, draw


def test_they_are_whole_and_of_every_method_that_runs_here() -> None:
    board = load_board(SEEDED)
    assert not board.broken and all(run.complete for run in board.runs)
    assert {run.record["split"] for run in board.runs} == {"test", "extended"}
    assert {"cmet", "source_copy", "ground_truth"} <= {run.method for run in board.runs}
    assert not any(run.record["method"].get("mock") for run in board.runs)
    assert audit_run(board.runs[0].folder) == []


def test_they_are_small() -> None:
    sizes = [path.stat().st_size for path in SEEDED.parent.rglob("*") if path.is_file()]
    assert max(sizes) < 2**20 and sum(sizes) < LARGEST_MIB * 2**20


def test_clips_of_the_drawn_samples_are_there_with_their_curves() -> None:
    root = SEEDED.parent
    for run in load_board(SEEDED).runs:
        drawn = draw(run.record, 0)
        assert len(drawn) == len({card["emotion"] for card in run.record["samples"]})
        for card in run.record["samples"]:
            if card["id"] in drawn:
                assert all((root / card[what]).is_file() for what in ("source", "target", "output"))
                curves = read_curves(root, card["id"])[run.method]
                assert len(curves["mouth"]) > 10 and abs(sum(v[0] for v in curves["emotion"].values()) - 1) < 0.01


def test_curves_of_a_strange_name_or_a_damaged_file_are_none(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "curves").mkdir()
    for number, words in enumerate(("{", "[]", json.dumps({"views": 3}))):
        (tmp_path / "curves" / f"s{number}.json").write_text(words)
        assert read_curves(tmp_path, f"s{number}") == {}
    assert read_curves(tmp_path, "../../etc/passwd") == {}
