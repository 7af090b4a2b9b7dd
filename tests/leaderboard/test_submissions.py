"""Submissions: what the page says is what the command says; what is kept waits, and twice the same is once."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from benchmark.errors import BenchmarkError
from leaderboard import review
from leaderboard.submissions import Checked, check, keep, queue

MANIFEST = {"dataset": "puppets", "split": "test",
            "method": {"name": "mine", "title": "Mine", "cue": "audio", "licence": "MIT"}}  # fmt: skip


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_the_page_says_what_the_command_says(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"manifest.json": json.dumps(MANIFEST).encode(), "x.mp4": b"no video"})
    line = [sys.executable, "-m", "benchmark.validate", "submission", str(path)]
    said = subprocess.run(line, capture_output=True, text=True, check=False)
    checked = check(path)
    assert not checked.good and said.returncode == 1
    assert list(checked.sentences) == said.stdout.splitlines()
    assert any("not of this split: x.mp4" in sentence for sentence in checked.sentences)


def test_a_check_that_takes_too_long_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"manifest.json": b"{}"})
    assert "more than 0.01 s" in check(path, 0.01).sentences[0]


def test_a_kept_submission_waits_and_the_same_bytes_are_one(tmp_path: Path) -> None:
    good = Checked(True, ("good: all",), MANIFEST)
    first, other = zipped(tmp_path / "a.zip", {"a": b"1"}), zipped(tmp_path / "b.zip", {"a": b"2"})
    ids = [keep(path, good, tmp_path / "kept")["id"] for path in (first, first, other)]
    assert ids[0] == ids[1] != ids[2]
    waiting = queue(tmp_path / "kept")
    assert [record["state"] for record in waiting] == ["waiting", "waiting"]
    assert {record["manifest"]["method"]["name"] for record in waiting} == {"mine"}
    record = tmp_path / "kept" / ids[0] / "record.json"
    whole = json.loads(record.read_text())
    for damaged in ("{", "[]", json.dumps(whole | {"manifest": {}}), json.dumps({"manifest": whole["manifest"]})):
        record.write_text(damaged)
        assert [one["id"] for one in queue(tmp_path / "kept")] == [ids[2]]


def test_a_bad_one_is_never_kept(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError):
        keep(zipped(tmp_path / "a.zip", {}), Checked(False, ("bad",)), tmp_path / "kept")
    assert not (tmp_path / "kept").exists()


def test_a_reviewer_lists_and_refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = keep(zipped(tmp_path / "a.zip", {"a": b"1"}), Checked(True, (), MANIFEST), tmp_path / "kept")
    assert review.main(["list", "--submissions", str(tmp_path / "kept")]) == 0
    assert record["id"] in capsys.readouterr().out
    assert review.main(["refuse", "nobody", "--submissions", str(tmp_path / "kept")]) == 2
    assert review.main(["refuse", record["id"], "--submissions", str(tmp_path / "kept")]) == 0
    assert queue(tmp_path / "kept")[0]["state"] == "refused"
