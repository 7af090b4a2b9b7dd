"""Board, comparison, report and sensitivity give one answer on one folder: which run, which role, who failed.

Each test changes a copy of the results that ship as somebody did when the answers still differed.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmark.analysis.roles import CEILING, FLOOR, role_of
from benchmark.compare.command import find_runs
from benchmark.report.gather import gather
from benchmark.sensitivity.command import gather as gather_rankings
from leaderboard.choosing import choose
from leaderboard.data import load_board
from leaderboard.overview import overview
from leaderboard.sample_view import samples_of
from leaderboard.scores import read_scores
from leaderboard.votes.study import study_of
from tests.benchmark.analysis.shipped import add_trial, copy_results, rename


def runs_by_surface(results: Path) -> dict[str, dict[str, str]]:
    """Surface -> method -> the run that counts there."""
    board = load_board(results)
    selected = board.runs_of(choose(board.rows, "puppets", "test"))
    entries = gather([results]).entries
    return {
        "board": {run.method: str(run.record["run_id"]) for run in selected},
        "compare": {run.method: str(run.record["run_id"]) for run in find_runs([results], None, None, None)},
        "report": {entry.method: str(entry.records[0]["run_id"]) for entry in entries},
    }


def roles_by_surface(results: Path) -> dict[str, dict[str, str]]:
    """Surface -> method -> role."""
    board = load_board(results)
    lines = overview(choose(board.rows, "puppets", "test")).lines
    return {
        "board": {line.method: line.role for line in lines},
        "compare": {run.method: role_of(run.record) for run in find_runs([results], None, None, None)},
        "report": {entry.method: entry.role for entry in gather([results]).entries},
    }


def one(answers: dict[str, dict[str, str]]) -> dict[str, str]:
    """The answer that all surfaces give."""
    first, *others = answers.values()
    assert all(other == first for other in others), answers
    return first


def test_a_later_trial_run_changes_nothing(tmp_path: Path) -> None:
    results = copy_results(tmp_path)
    before, rankings = one(runs_by_surface(results)), gather_rankings([results])
    trial = add_trial(results, "cmet", 8)
    assert one(runs_by_surface(results)) == before and trial not in before.values()
    assert gather_rankings([results]).equals(rankings)
    assert [run.record["plan"].get("limit") for run in find_runs([results], ["cmet", "edtalk-audio"], None, None)] == [
        None,
        None,
    ]


def test_a_method_with_a_trial_run_only_stands_in_no_table_and_is_named(tmp_path: Path) -> None:
    results = copy_results(tmp_path)
    add_trial(results, "cmet", 8)
    for folder in (results / "puppets/test/cmet").iterdir():
        if not folder.name.startswith("fff"):
            folder.rename(tmp_path / "gone")
    assert "cmet" not in one(runs_by_surface(results))
    board = load_board(results)
    assert [left.method for left in board.selection("puppets", "test").left_out] == ["cmet"]
    assert len(gather([results]).left_out) == 1


def test_a_floor_by_another_name_is_the_floor_everywhere(tmp_path: Path) -> None:
    results = copy_results(tmp_path)
    rename(results, "source_copy", "src")
    roles = one(roles_by_surface(results))
    assert {role: name for name, role in roles.items() if role} == {FLOOR: "src", CEILING: "ground_truth"}
    board = load_board(results)
    study = study_of(board, choose(board.rows, "puppets", "test"))
    assert all("src" not in methods for methods in study.pairs_of.values())
    assert set(study.checks.values()) <= {("ground_truth", "src")}


@pytest.mark.parametrize("split", ["test", "extended"])
def test_nobody_failed_on_the_results_that_ship(tmp_path: Path, split: str) -> None:
    """Extended emotions have no class of the judges: a number less, and nobody's failure."""
    board = load_board(copy_results(tmp_path, split))
    scores = read_scores([run.folder for run in board.runs_of(board.rows)])
    samples = samples_of(scores)
    assert len(samples) == {"test": 56, "extended": 48}[split]
    assert (
        int((samples["failures"] > 0).sum())
        == sum(run.record["counts"]["planned"] - run.record["counts"]["scored"] for run in board.runs)
        == 0
    )
