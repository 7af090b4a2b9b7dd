"""Results as tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmark.core.errors import UsageError
from benchmark.results.load import load_results
from benchmark.results.schema import SCORES, SUMMARY
from tests.made_runs import write_world


def test_a_folder_is_read_from_any_height(tmp_path: Path) -> None:
    results = load_results(write_world(tmp_path))
    assert len(results.runs) == len({run.method for run in results.runs}) > 2 and not results.broken
    assert len(results.scores) == sum(len(run.scores()) for run in results.runs)
    one = load_results(str(results.runs[0].folder))
    assert [run.folder for run in one.runs] == [results.runs[0].folder]
    assert set(one.summary["method"]) == {results.runs[0].method}
    assert set(results.failures["status"]) == set(results.scores["status"]) - {"ok"}


def test_what_can_not_be_used_is_said_and_nothing_is_a_table_too(tmp_path: Path) -> None:
    folder = load_results(write_world(tmp_path)).runs[0].folder
    (folder / "run.json").write_text("{")
    results = load_results(tmp_path)
    assert [broken.folder for broken in results.broken] == [folder]
    (tmp_path / "empty").mkdir()
    empty = load_results(tmp_path / "empty")
    assert list(empty.scores) == [column.name for column in SCORES]
    assert list(empty.summary) == [column.name for column in SUMMARY]
    with pytest.raises(UsageError, match="no such folder"):
        load_results(tmp_path / "gone")
