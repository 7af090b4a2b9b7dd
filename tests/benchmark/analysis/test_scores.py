"""The fast reader of scores."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmark.analysis.scores import read_scores
from benchmark.results.store import SCORES_FILE
from leaderboard.data import load_board
from tests.made_runs import write_one


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
