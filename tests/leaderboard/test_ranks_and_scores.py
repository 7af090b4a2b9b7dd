"""Rank ranges and the fast reader of scores."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmark.analysis.family import compare_runs
from benchmark.analysis.roles import role_of
from benchmark.results.store import SCORES_FILE
from leaderboard.choosing import choose
from leaderboard.data import load_board
from leaderboard.ranks import rank_ranges
from leaderboard.sample_view import grid, samples_of
from leaderboard.scores import read_scores
from tests.made_runs import write_one, write_world


def test_rank_ranges_are_those_of_the_compare_command(tmp_path: Path) -> None:
    for name in ("source_copy", "ground_truth", "cmet", "edtalk", "float"):
        write_one(tmp_path, name, fails=0)
    board = load_board(tmp_path / "results")
    rows = choose(board.rows, "puppets", "test")
    rows = rows[rows["metric"] == "au_error"]
    scores = read_scores([run.folder for run in board.runs])
    runs = [run for run in board.runs if not role_of(run.record)]
    family = compare_runs(runs, ["au_error"])
    expected = {("au_error", s.method): str(s.rank) for s in family.standings("au_error") if s.rank}
    assert expected and rank_ranges(scores, rows) == expected
    assert len(set(expected.values())) > 1  # somebody is told apart


def test_a_row_without_full_coverage_has_no_rank(tmp_path: Path) -> None:
    write_world(tmp_path)
    write_one(tmp_path, "half", fails=5)
    write_one(tmp_path, "cmet", fails=0)
    write_one(tmp_path, "float", fails=0)
    board = load_board(tmp_path / "results")
    found = rank_ranges(read_scores([run.folder for run in board.runs]), choose(board.rows, "puppets", "test"))
    assert {method for _, method in found} == {"cmet", "float"}


def test_the_fast_reader_gives_what_the_store_gives(tmp_path: Path) -> None:
    folder = write_one(tmp_path)
    fast = read_scores([folder]).astype({"sample_id": "str", "metric": "str", "status": "str"})
    slow = load_board(tmp_path / "results").runs[0].scores()
    both = slow.merge(fast, on=["sample_id", "metric"], suffixes=("", "_fast"))
    assert len(both) == len(slow) == len(fast)
    np.testing.assert_array_equal(both["value"], both["value_fast"])
    assert (both["status"] == both["status_fast"]).all()


@pytest.mark.parametrize("content", [b"", b"PAR1 not really", b"<html>"])
def test_a_damaged_table_is_left_out_and_the_others_are_read(content: bytes, tmp_path: Path) -> None:
    good, bad = write_one(tmp_path, "cmet"), write_one(tmp_path, "cut")
    (bad / SCORES_FILE).write_bytes(content)
    assert set(read_scores([good, bad, tmp_path / "absent"])["method"].astype(str)) == {"cmet"}
    assert read_scores([bad]).empty


def test_infinities_and_missing_values_are_no_numbers(tmp_path: Path) -> None:
    folder = write_one(tmp_path)
    table = pd.read_parquet(folder / SCORES_FILE)
    ok = table.index[table["status"] == "ok"]
    table.loc[ok[0], "value"], table.loc[ok[1], "value"], table.loc[ok[2], "value"] = np.inf, -np.inf, np.nan
    table.to_parquet(folder / SCORES_FILE)
    read = read_scores([folder])
    assert len(read) == len(table) - 3
    assert np.isfinite(read.loc[read["status"] == "ok", "value"]).all()


def test_samples_and_grid_follow_the_scores(tmp_path: Path) -> None:
    scores = read_scores([write_one(tmp_path, "cmet"), write_one(tmp_path, "edtalk")])
    samples = samples_of(scores)
    assert len(samples) == 18 and samples["failures"].sum() == 2
    numbers = grid(scores, "identity", ["edtalk", "cmet", "nobody"])
    assert list(numbers.columns) == ["edtalk", "cmet"] and numbers["cmet"].isna().sum() == 1
