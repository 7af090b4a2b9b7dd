"""A reviewer has a submission scored by the harness; what is shown of it is the submission's own card."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from benchmark.datasets import DATASETS
from benchmark.media.clip import Clip
from benchmark.media.video import read_clip, write_clip
from benchmark.results.audit import audit_run
from benchmark.results.store import read_run, read_scores, read_summary
from benchmark.run.command import main as run
from leaderboard import review, submissions
from leaderboard.data import load_board
from leaderboard.submissions import Checked, check, keep, queue

CARD = {"name": "mine", "title": "Mine, [tinted](x) *sources*", "version": "4", "cue": "audio", "licence": "MIT",
        "year": 2025, "paper": "https://example.org/paper", "code": "https://example.org/code",
        "trained_on": ["puppets/test"]}  # fmt: skip
MANIFEST = {"dataset": "puppets", "split": "test", "method": CARD}


def kept(tmp_path: Path, content: bytes = b"1", manifest: Mapping[str, Any] = MANIFEST) -> str:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a", content)
    record = keep(tmp_path / "a.zip", Checked(True, (), manifest), tmp_path / "kept")
    return str(record["id"])


def state(tmp_path: Path) -> str:
    (record,) = queue(tmp_path / "kept")
    return str(record["state"])


def test_a_reviewer_lists_and_refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name, folder = kept(tmp_path), ["--submissions", str(tmp_path / "kept")]
    assert review.main(["list", *folder]) == 0
    assert name in capsys.readouterr().out
    assert review.main(["refuse", "nobody", *folder]) == 2
    assert review.main(["refuse", "../kept", *folder]) == 2
    assert review.main(["refuse", name, *folder]) == 0
    assert state(tmp_path) == "refused"


@pytest.fixture
def checked_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submissions, "check", lambda *given, **more: Checked(True, ("good: all",), MANIFEST))


@pytest.mark.parametrize(("code", "expected"), [(0, "accepted"), (1, "accepted"), (2, "waiting"), (-9, "waiting")])
def test_only_a_run_that_came_to_its_end_makes_it_accepted(
    code: int, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, checked_good: None
) -> None:
    lines = []

    def ended(line: list[str], **more: Any) -> subprocess.CompletedProcess[str]:
        lines.append(line)
        return subprocess.CompletedProcess(line, code)

    name = kept(tmp_path)
    monkeypatch.setattr(review.subprocess, "run", ended)
    words = ["score", name, "--submissions", str(tmp_path / "kept"), "--root", str(tmp_path), "runtime.workers=1"]
    assert review.main(words) == code
    assert state(tmp_path) == expected
    assert lines[0][lines[0].index("--method") + 1] == "mine" and lines[0][-1] == "runtime.workers=1"


def test_an_archive_that_was_changed_or_is_not_good_any_more_waits_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name, folder = kept(tmp_path), ["--submissions", str(tmp_path / "kept")]
    assert review.main(["score", name, *folder]) == 2
    assert "manifest.json is missing" in capsys.readouterr().err
    (tmp_path / "kept" / name / "submission.zip").write_bytes(b"other")
    assert review.main(["score", name, *folder]) == 2
    assert "the archive is not the one that was kept" in capsys.readouterr().err
    assert state(tmp_path) == "waiting"


def test_a_built_in_name_never_reaches_the_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Even where the check of another version let it through, the run itself refuses the name."""
    manifest = MANIFEST | {"method": CARD | {"name": "cmet"}}
    name = kept(tmp_path, manifest=manifest)
    monkeypatch.setattr(submissions, "check", lambda *given, **more: Checked(True, (), manifest))
    assert review.main(["score", name, "--submissions", str(tmp_path / "kept"), "--root", str(tmp_path / "root")]) == 2
    assert "the name 'cmet' is taken by the benchmark itself" in capfd.readouterr().err
    assert not (tmp_path / "root").exists() and state(tmp_path) == "waiting"


def submission(path: Path, cache: Path, tint: Callable[[int], int]) -> Path:
    """A zip of the sources of puppets/test, each a little brighter at its edge, so that no two are the same."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", json.dumps(MANIFEST))
        for number, sample in enumerate(DATASETS.get("puppets")({}).samples("test", cache, 0, 2)):
            source = read_clip(sample.source)
            frames = source.frames.copy()
            frames[:, :4, : 2 + 2 * number] = tint(number)
            video = path.with_name("one.mp4")
            write_clip(video, Clip(frames, source.fps, source.audio, source.sample_rate))
            archive.write(video, f"{sample.id}.mp4")
    return path


def only(root: Path, method: str) -> Path:
    (folder,) = (root / "results/puppets/test" / method).iterdir()
    return folder


def numbers(table: pd.DataFrame) -> pd.DataFrame:
    return table.drop(columns=["run_id", "method"], errors="ignore").reset_index(drop=True)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_submission_is_scored_as_its_videos_are_and_shown_with_its_card(tmp_path: Path) -> None:
    root, folder = tmp_path / "root", tmp_path / "kept"
    archive = submission(tmp_path / "a.zip", root / "cache", lambda number: 200)
    checked = check(archive)
    assert checked.good, checked.sentences
    name = keep(archive, checked, folder)["id"]
    words = ["score", name, "--submissions", str(folder), "--root", str(root)]
    assert review.main(words) == 0
    assert queue(folder)[0]["state"] == "accepted"

    record = read_run(only(root, "mine"))
    card = record["method"]
    assert {key: card[key] for key in CARD} == CARD and not card["mock"]
    assert any("trained on 4 of the 4 speakers" in warning for warning in record["warnings"])
    assert not audit_run(only(root, "mine").resolve(), True)
    rows = load_board(root / "results").rows
    assert set(rows["title"]) == {CARD["title"]} and set(rows["family"]) == {"speech"} and set(rows["year"]) == {"2025"}

    with zipfile.ZipFile(archive) as opened:
        opened.extractall(tmp_path / "videos")
    assert run(["--method", "videos", f"method.folder={tmp_path / 'videos'}", f"runtime.root={root}"]) == 0
    direct = only(root, "videos")
    pd.testing.assert_frame_equal(numbers(read_scores(only(root, "mine"))), numbers(read_scores(direct)))
    pd.testing.assert_frame_equal(numbers(read_summary(only(root, "mine"))), numbers(read_summary(direct)))

    before = read_scores(only(root, "mine"))
    assert review.main(words) == 0  # once more: the same run, nothing besides
    pd.testing.assert_frame_equal(read_scores(only(root, "mine")), before)
    assert queue(folder)[0]["state"] == "accepted"

    second = submission(tmp_path / "b.zip", root / "cache", lambda number: 20)
    other = keep(second, check(second), folder)["id"]
    assert review.main(["score", other, *words[2:], "executor.name=processes", "executor.workers=2"]) == 0
    runs = sorted((root / "results/puppets/test/mine").iterdir())
    assert len(runs) == 2, "two submissions of one name are two runs"
    assert {read_run(one)["method"]["title"] for one in runs} == {CARD["title"]}
    pd.testing.assert_frame_equal(read_scores(next(one for one in runs if one.name == record["run_id"])), before)


def test_the_reviewers_command_never_loads_torch() -> None:
    code = "import sys, leaderboard.review\nassert not {'torch', 'hydra', 'av'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
