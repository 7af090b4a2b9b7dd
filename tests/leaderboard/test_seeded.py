"""The results that ship: whole, small, of real runs, with clips that are there."""

from __future__ import annotations

import re

import numpy as np

from benchmark.results.audit import audit_run
from leaderboard.curves import read_curves
from leaderboard.data import load_board
from leaderboard.places import SEEDED
from leaderboard.seed import LARGEST_MIB, draw


def test_they_are_whole_and_of_every_method_that_runs_here() -> None:
    board = load_board(SEEDED)
    assert not board.broken and all(run.complete for run in board.runs)
    assert {run.record["split"] for run in board.runs} == {"test", "extended"}
    assert {"cmet", "source_copy", "ground_truth"} <= {run.method for run in board.runs}
    assert not any(run.record["method"].get("mock") for run in board.runs)
    assert audit_run(board.runs[0].folder) == []


def test_they_name_no_place_of_the_machine_that_made_them() -> None:
    for path in [*SEEDED.rglob("*.json"), *SEEDED.rglob("*.jsonl")]:
        text = path.read_text(encoding="utf-8")
        assert not re.findall(r'[=" ](?:/[\w.\-]+){2,}', text), path


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
                curves = read_curves(root, run.record["dataset"], run.record["split"], card["id"])["views"]
                own = curves[run.method]
                assert len(own["mouth"]["values"]) > 10
                assert abs(sum(values[0] for values in own["emotion"]["values"].values()) - 1) < 0.01
                assert np.mean(curves["source"]["identity"]["values"]) > 0.9
                assert np.mean(own["identity"]["values"]) <= np.mean(curves["source"]["identity"]["values"])
