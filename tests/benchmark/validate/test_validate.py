"""A results folder is checked as a whole: every file, and the files against each other."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmark.results import store
from benchmark.validate.command import main
from tests.made_runs import write_one, write_world


def test_good_runs_are_good(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(write_world(tmp_path))]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "4 of 4 runs are good"


def test_one_run_can_be_checked_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-q", str(write_one(tmp_path))]) == 0
    assert capsys.readouterr().out == "1 of 1 runs are good\n"


def edit_record(folder: Path, **changes: Any) -> None:
    path = folder / store.RUN_FILE
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def raise_value(folder: Path) -> None:
    summary = store.read_summary(folder)
    summary.loc[0, ["value", "ci_high"]] += 1.0
    store.write_summary(folder, summary)


def forget_a_failure(folder: Path) -> None:
    """Drop the failed sample from the scores, as if it had never been planned."""
    scores = store.read_scores(folder)
    store.write_scores(folder, scores[scores["status"] == "ok"])


def count_wrong(folder: Path) -> None:
    summary = store.read_summary(folder)
    summary.loc[0, "n_planned"] = summary.loc[0, "n_scored"]
    store.write_summary(folder, summary)


def rename_method(folder: Path) -> None:
    store.write_scores(folder, store.read_scores(folder).assign(method="other"))


FAULTS: list[tuple[Callable[[Path], object], str]] = [
    (raise_value, "the mean of the scores"),
    (forget_a_failure, "has no row for P1_happy_1 (1 of 18 missing)"),
    (count_wrong, "n_planned is 17, the scores hold 18"),
    (rename_method, "column 'method' holds other, run.json says cmet"),
    (lambda f: edit_record(f, status="started"), "the run is not complete but started"),
    (lambda f: edit_record(f, run_id="else"), "says that it belongs to puppets/test/cmet/else"),
    (lambda f: edit_record(f, metrics=[]), "is not among the metrics of run.json"),
    (lambda f: edit_record(f, counts={"planned": 3, "generated": 3, "scored": 3}), "counts.planned is 3"),
    (lambda f: (f / store.SUMMARY_FILE).unlink(), "No such file"),
    (lambda f: (f / store.SCORES_FILE).write_bytes(b"no"), "scores.parquet"),
    (lambda f: (f / store.RUN_FILE).write_text("{"), "run.json"),
]


@pytest.mark.parametrize(("spoil", "sentence"), FAULTS, ids=[sentence for _, sentence in FAULTS])
def test_a_spoilt_run_is_found_and_the_others_are_still_checked(
    spoil: Callable[[Path], object], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_one(tmp_path, "source_copy")
    spoil(write_one(tmp_path, "cmet"))
    assert main([str(tmp_path / "results")]) == 1
    out = capsys.readouterr().out
    assert sentence in out
    assert "1 of 2 runs are good" in out and "Traceback" not in out


@pytest.mark.parametrize("make", [False, True])
def test_an_absent_or_empty_folder_is_wrong_usage(make: bool, tmp_path: Path) -> None:
    folder = tmp_path / "results"
    if make:
        folder.mkdir()
    assert main([str(folder)]) == 2


@pytest.mark.parametrize(
    "place", ["results", "results/puppets", "results/puppets/test", "results/puppets/test/cmet", "."]
)
def test_any_folder_above_runs_will_do(place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_world(tmp_path)
    assert main([str(tmp_path / place)]) == 0
    assert f"{1 if place.endswith('cmet') else 4} of" in capsys.readouterr().out
