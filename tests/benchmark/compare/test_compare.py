"""The command that compares runs."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest

from benchmark.compare.command import main
from tests.benchmark.report.made import card, write
from tests.made_runs import write_one, write_world


def test_a_results_folder_is_compared_in_every_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = str(write_world(tmp_path))
    assert main([results, "--methods", "cmet,edtalk"]) == 0
    text = capsys.readouterr().out
    assert "Emotion accuracy [%]" in text and "0 tests adjusted together (Holm)" in text and "exploratory" in text
    assert main([results, "--methods", "cmet,edtalk", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["metric"] for row in rows] == ["emotion_accuracy", "identity", "au_error"]
    out = tmp_path / "compared.json"
    assert main([results, "--metrics", "identity", "--format", "json", "--out", str(out)]) == 0
    assert len(json.loads(out.read_text())["comparisons"]) == 6


def test_the_last_lines_say_who_is_better(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for method, shift in (("source_copy", 0.0), ("a", 10.0), ("b", 10.0), ("c", 30.0), ("ground_truth", 40.0)):
        values = shift + np.random.default_rng(0).normal(size=8 * 6)[:: -1 if method == "b" else 1]
        cards = [card("edit_success"), card("identity_similarity")]
        write(tmp_path, method, {one["name"]: values for one in cards}, cards=cards, speakers=8)
    results = str(tmp_path / "results")
    assert main([results, "--methods", "c,a"]) == 0
    text = capsys.readouterr().out.splitlines()
    assert text[-2] == "3 tests adjusted together (Holm)"
    assert text[-1] == (
        "c and a: of 1 primary metric, c is better by edit_success; "
        "of 1 exploratory metric, c is better by identity_similarity"
    )
    head = next(number for number, line in enumerate(text) if line.startswith("ranks on the split"))
    assert text[head + 2].split() == ["Edit", "success", "1", "a", "2-3", "b"]
    assert main([results, "--methods", "a,b"]) == 0
    assert "no significant difference by 1 primary metric" in capsys.readouterr().out.splitlines()[-1]


def test_json_has_ranks_and_no_nan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(write_world(tmp_path)), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["tests"] == 0 and len(found["ranks"]) == 12
    assert {row["not_ranked"] for row in found["ranks"]} == {"floor", "ceiling", "scored on 17 of 18"}


def test_runs_are_named_by_their_folders(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders = [str(write_one(tmp_path, name)) for name in ("cmet", "edtalk")]
    assert main(folders) == 0
    assert "cmet / edtalk" in capsys.readouterr().out


def test_of_several_runs_of_a_method_the_newest_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_world(tmp_path, ("cmet", "edtalk"))
    new = write_one(tmp_path, "cmet", seed=7)
    path = new / "run.json"
    path.write_text(path.read_text().replace("2026-11-22T10:01:30Z", "2026-11-23T10:01:30Z"))
    results = tmp_path / "results"
    assert main([str(results), "--metrics", "identity", "--format", "csv"]) == 0
    mixed = capsys.readouterr().out
    assert (
        main([str(new), str(results / "puppets/test/edtalk/edta0000"), "--metrics", "identity", "--format", "csv"]) == 0
    )
    assert capsys.readouterr().out == mixed


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--methods", "cmet,eat"], "no run of 'eat' that can be compared"),
        (["--metrics", "fid"], "no metric 'fid'"),
        (["--level", "1.5"], "the level must be from 0.5"),
        (["--split", "train"], "no complete run in"),
        (["--metric", "fid"], "unknown option '--metric'; did you mean '--metrics'?"),
        (["--format", "xml"], "no such choice 'xml'"),
    ],
)
def test_what_cannot_be_compared_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], flags: list[str], sentence: str
) -> None:
    assert main([str(write_world(tmp_path)), *flags]) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.startswith("error: ") and sentence in said.err and said.err.count("\n") == 1


def test_a_folder_of_two_splits_needs_a_choice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = write_world(tmp_path)
    write_one(tmp_path, "cmet", split="extended")
    assert main([str(results)]) == 2
    assert "runs are of puppets/extended, puppets/test" in capsys.readouterr().err
    assert main([str(results / "nowhere")]) == 2
