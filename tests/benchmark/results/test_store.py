"""Run folders: what is written comes back, the bytes depend on the content alone, damage is reported."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from benchmark.core.errors import UsageError
from benchmark.results import store
from benchmark.results.schema import SCHEMA_VERSION, SCORES, SUMMARY
from tests.made_runs import record_of, scores_of, summary_of, write_one, write_world

PLACE = {"dataset": "puppets", "split": "test", "run_id": "cmet0000"}


def test_scores_come_back_as_written(tmp_path: Path) -> None:
    scores = scores_of("cmet", **PLACE)
    store.write_scores(tmp_path, scores)
    back = store.read_scores(tmp_path)
    assert list(back) == [column.name for column in SCORES]
    key = ["sample_id", "metric"]
    left = back.sort_values(key, ignore_index=True)
    right = scores[list(back)].sort_values(key, ignore_index=True)
    assert (left.drop(columns="value") == right.drop(columns="value")).all(axis=None)
    np.testing.assert_array_equal(left["value"].to_numpy(), right["value"].to_numpy(dtype=float))


def test_a_missing_value_is_null_in_the_file(tmp_path: Path) -> None:
    store.write_scores(tmp_path, scores_of("cmet", **PLACE))
    column = pq.read_table(tmp_path / store.SCORES_FILE).column("value")
    assert column.null_count == 3
    assert not any(math.isnan(value) for value in column.drop_null().to_pylist())


def test_the_order_of_rows_does_not_change_the_bytes(tmp_path: Path) -> None:
    scores = scores_of("cmet", **PLACE)
    shuffled = scores.sample(frac=1.0, random_state=3)[sorted(scores)]
    store.write_scores(tmp_path / "a", scores)
    store.write_scores(tmp_path / "b", shuffled)
    assert (tmp_path / "a" / store.SCORES_FILE).read_bytes() == (tmp_path / "b" / store.SCORES_FILE).read_bytes()


def test_a_summary_comes_back_to_the_last_digit(tmp_path: Path) -> None:
    summary = summary_of(scores_of("cmet", **PLACE))
    summary.loc[0, ["ci_low", "ci_high", "ci_level"]] = None
    summary.loc[0, "ci_method"] = ""
    store.write_summary(tmp_path, summary)
    back = store.read_summary(tmp_path)
    assert list(back) == [column.name for column in SUMMARY]
    for column in SUMMARY:
        np.testing.assert_array_equal(back[column.name].to_numpy(), summary[column.name].to_numpy())


def test_text_that_looks_like_a_missing_value_stays_text(tmp_path: Path) -> None:
    summary = summary_of(scores_of("cmet", **PLACE))
    summary["protocol"] = "NA"
    summary["unit"] = ""
    store.write_summary(tmp_path, summary)
    back = store.read_summary(tmp_path)
    assert set(back["protocol"]) == {"NA"} and set(back["unit"]) == {""}


def test_json_never_holds_nan(tmp_path: Path) -> None:
    record = record_of("cmet", **PLACE, scores=scores_of("cmet", **PLACE))
    record["timing"]["seconds"] = {"generate": float("nan"), "score": np.float32("inf"), "all": np.float64(1.5)}
    record["machine"] = {"root": Path("a") / "b", "workers": np.int64(2)}
    store.write_run(tmp_path, record)
    text = (tmp_path / store.RUN_FILE).read_text()
    assert "NaN" not in text and "Infinity" not in text
    back = json.loads(text)
    assert back["timing"]["seconds"] == {"generate": None, "score": None, "all": 1.5}
    assert back["machine"] == {"root": "a/b", "workers": 2}


def test_a_wrong_table_is_refused_and_leaves_the_old_one(tmp_path: Path) -> None:
    scores = scores_of("cmet", **PLACE)
    store.write_scores(tmp_path, scores)
    before = (tmp_path / store.SCORES_FILE).read_bytes()
    with pytest.raises(store.ResultsError, match="'speaker' is missing"):
        store.write_scores(tmp_path, scores.drop(columns="speaker"))
    assert (tmp_path / store.SCORES_FILE).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [store.SCORES_FILE]


def test_runs_are_listed_with_the_broken_ones_beside_them(tmp_path: Path) -> None:
    results = write_world(tmp_path)
    (write_one(tmp_path, "cut") / store.RUN_FILE).write_text('{"schema_version": 1, "run')
    (write_one(tmp_path, "gone") / store.SCORES_FILE).unlink()
    (write_one(tmp_path, "empty") / store.RUN_FILE).write_text("[]")
    (write_one(tmp_path, "bare") / store.RUN_FILE).unlink()
    shutil.copytree(results / "puppets/test/cmet", results / "puppets/test/copied")
    future = write_one(tmp_path, "future") / store.RUN_FILE
    future.write_text(future.read_text().replace(f'"schema_version": {SCHEMA_VERSION}', '"schema_version": 99'))
    listing = store.list_runs(results)
    assert [run.method for run in listing.runs] == ["cmet", "edtalk", "ground_truth", "source_copy"]
    problems = {run.folder.parent.name: run.problem for run in listing.broken}
    assert set(problems) == {"cut", "gone", "empty", "bare", "copied", "future"}
    assert "scores.parquet: missing although the run is complete" in problems["gone"]
    assert "belongs to puppets/test/cmet" in problems["copied"]
    assert "schema_version" in problems["future"]


def test_a_damaged_table_is_one_error_not_a_traceback(tmp_path: Path) -> None:
    folder = write_one(tmp_path)
    (folder / store.SCORES_FILE).write_bytes(b"PAR1 and then nothing")
    (folder / store.SUMMARY_FILE).write_bytes(b"\xff\xfe\x00binary")
    for read in (store.read_scores, store.read_summary):
        with pytest.raises(store.ResultsError) as caught:
            read(folder)
        assert "\n" not in str(caught.value)


def test_a_folder_that_is_not_there_holds_no_runs(tmp_path: Path) -> None:
    assert store.list_runs(tmp_path / "nothing") == store.Listing((), ())


def test_results_are_read_without_torch() -> None:
    code = "import sys, benchmark.results.store, benchmark.statistics.bootstrap; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_an_empty_table_is_a_table(tmp_path: Path) -> None:
    store.write_scores(tmp_path, scores_of("cmet", **PLACE).iloc[:0])
    assert isinstance(store.read_scores(tmp_path), pd.DataFrame)


@pytest.mark.parametrize("place", [0, 1, 2, 3])
@pytest.mark.parametrize("name", ["../x", "a/b", "", "..", "a\\b", "a\nb"])
def test_no_name_leads_out_of_the_results(tmp_path: Path, name: str, place: int) -> None:
    names = ["clips", "test", "cmet", "0123"]
    assert store.run_folder(tmp_path, *names) == tmp_path / "clips" / "test" / "cmet" / "0123"
    names[place] = name
    with pytest.raises(UsageError, match="can't name a folder"):
        store.run_folder(tmp_path, *names)
