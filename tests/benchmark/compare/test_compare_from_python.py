"""`benchmark.compare(...)` is the command, from Python."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest

import benchmark
from benchmark.analysis.comparability import NotComparable
from benchmark.compare.command import main
from tests.made_runs import write_world


def test_the_numbers_are_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = write_world(tmp_path)
    assert main([str(results), "--methods", "cmet,edtalk", "--format", "csv"]) == 0
    printed = pd.read_csv(io.StringIO(capsys.readouterr().out))
    found = benchmark.compare(results, methods=["cmet", "edtalk"]).table().reset_index(drop=True)
    assert list(found["metric"]) == list(printed["metric"])
    assert found["p_holm"].to_numpy() == pytest.approx(printed["p_holm"].to_numpy(), nan_ok=True)


def test_runs_may_be_given_as_they_were_read(tmp_path: Path) -> None:
    runs = {run.method: run for run in benchmark.load_results(write_world(tmp_path)).runs}
    by_run = benchmark.compare(runs["cmet"], runs["edtalk"]).table()
    by_folder = benchmark.compare(str(runs["cmet"].folder), runs["edtalk"].folder).table()
    assert by_run.equals(by_folder) and not by_run.empty


def test_what_can_not_be_compared_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotComparable, match="no such folder"):
        benchmark.compare(tmp_path / "gone")
    with pytest.raises(NotComparable, match="level must be from 0.5"):
        benchmark.compare(tmp_path, level=95)
