"""One enumeration holds every status, and old words are read as today's."""

from __future__ import annotations

import ast
import csv
import io
import json
import pickle
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

import benchmark
from benchmark.core.errors import SampleError
from benchmark.core.status import (
    NOT_APPLICABLE,
    NOT_FAILED,
    NOT_THE_METHODS_FAULT,
    OLD_WORDS,
    Concerns,
    Status,
    current_word,
)
from benchmark.results.migration import migrate, with_current_words
from benchmark.results.schema import STATUS

ROOT = Path(benchmark.__file__).parents[1]


def test_a_status_is_its_word_wherever_it_is_written(tmp_path: Path) -> None:
    assert f"{Status.NO_FACE}" == str(Status.NO_FACE) == "no_face" and Status("no_face") is Status.NO_FACE
    assert json.dumps({"status": Status.NO_FACE}) == '{"status": "no_face"}'
    assert pickle.loads(pickle.dumps(Status.NO_FACE)) is Status.NO_FACE
    text = io.StringIO()
    csv.writer(text).writerow([Status.NO_FACE])
    assert text.getvalue().strip() == "no_face"
    table = pd.DataFrame({"status": [Status.OK, "no_face"]})
    table.to_parquet(tmp_path / "t.parquet")
    assert pq.read_table(tmp_path / "t.parquet")["status"].to_pylist() == ["ok", "no_face"]
    assert table["status"].isin(NOT_FAILED).tolist() == [True, False] and "ok" in NOT_FAILED
    assert type(SampleError(Status.NO_FACE, "x").status) is str


def test_every_status_has_a_form_that_results_may_hold_and_a_meaning() -> None:
    assert all(STATUS.fullmatch(status) and status.meaning for status in Status)
    assert len({status.meaning for status in Status}) == len(Status)


def test_what_is_nobodys_failure_is_decided_in_one_place() -> None:
    assert NOT_FAILED - NOT_APPLICABLE == {Status.OK}
    assert NOT_APPLICABLE < NOT_THE_METHODS_FAULT and Status.OK not in NOT_THE_METHODS_FAULT
    assert {Status.NO_CLASS, Status.NO_TARGET, Status.NO_TARGET_CHANGE} <= NOT_APPLICABLE
    assert Status.MISSING_VIDEO.concerns is Concerns.OUTPUT, "an output that the method owes is its own failure"
    assert Status.MISSING_FILE in NOT_THE_METHODS_FAULT


def test_no_code_spells_a_status_that_the_enumeration_has() -> None:
    spelled = []
    for package in ("benchmark", "baselines", "cmet", "leaderboard"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if "wrappers" in path.parts:  # they run without this package
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("SampleError", "MediaError"):
                    first = node.args[0] if node.args else None
                    if isinstance(first, ast.Constant):
                        spelled.append(f"{path.relative_to(ROOT)}:{node.lineno}: {first.value}")
    assert not spelled


def test_old_words_have_left_the_enumeration_and_others_stay_what_they_are() -> None:
    assert not OLD_WORDS.keys() & {str(status) for status in Status}
    assert current_word("unknown_class") == "no_class" and type(current_word("unknown_class")) is str
    assert current_word("word_of_a_plugin") == "word_of_a_plugin"


def test_stored_tables_and_counts_are_read_in_todays_words() -> None:
    table = with_current_words(pd.DataFrame({"status": ["ok", "unknown_class", "mine", None]}))
    assert table["status"].tolist()[:3] == ["ok", "no_class", "mine"] and pd.isna(table["status"][3])
    assert with_current_words(pd.DataFrame({"value": [1]})).columns.tolist() == ["value"]
    failed = {"missing_source": 2, "missing_file": 1, "no_face": 3}
    record = migrate({"schema_version": 2, "counts": {"planned": 9, "failed": failed}})
    assert record["counts"] == {"planned": 9, "failed": {"missing_file": 3, "no_face": 3}}


@pytest.mark.parametrize("counts", [None, {"failed": None}, {"failed": {"no_face": 1}}])
def test_records_without_old_words_are_left_alone(counts: object) -> None:
    record = {"schema_version": 2, "counts": counts}
    assert migrate(record) == record
