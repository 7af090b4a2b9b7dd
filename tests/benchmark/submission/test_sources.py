"""Where a prepared corpus lies, lengths and sizes are its own; where none does, the good sentence says so."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmark.datasets.extended import Extended
from benchmark.datasets.mead import Mead
from benchmark.media.audio import write_wav
from benchmark.media.video import write_clip
from benchmark.submission.check import check_submission
from benchmark.submission.command import main
from benchmark.submission.expected import expected_videos
from benchmark.submission.sources import SLACK, measured
from tests.benchmark.submission.made import CARD, LIMIT, clip

FRAMES = 20


@pytest.fixture
def mead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A prepared MEAD of three samples, and a submission to it: a copy of the sources."""
    rows = [row for row in Mead().rows("test") if row["intensity"] == "level_1"][:3]
    monkeypatch.setattr(Mead, "rows", lambda self, split: rows)
    for seed, row in enumerate(rows):
        write_clip(tmp_path / "root/FPS25" / f"{row['source']}.mp4", clip(9, FRAMES))
        write_clip(tmp_path / "mine" / f"{row['sample_id']}.mp4", clip(seed, FRAMES))
    (tmp_path / "mine/manifest.json").write_text(json.dumps({"dataset": "mead", "split": "test", "method": CARD}))
    return tmp_path / "root", tmp_path / "mine"


def test_without_sources_the_good_sentence_says_what_was_not_compared(
    mead: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    root, mine = mead
    assert main([str(mine)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "good: 3 of 3 videos of mead/test by 'mine' can be scored",
        "lengths and sizes of 3 were not compared with their sources, which this machine does not have; "
        "they are compared when it is scored",
    ]
    assert main([str(mine), f"dataset.root={root}", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sentences"] == [
        "good: 3 of 3 videos of mead/test by 'mine' can be scored"
    ]


def test_with_sources_lengths_and_sizes_must_be_theirs(mead: tuple[Path, Path]) -> None:
    root, mine = mead
    names = sorted(path for path in mine.glob("*.mp4"))
    write_clip(names[0], clip(0, FRAMES - SLACK))
    write_clip(names[1], clip(1, FRAMES - SLACK - 1))
    write_clip(names[2], clip(2, FRAMES, side=64))
    assert not any("short" in problem for problem in check_submission(mine, LIMIT).problems)
    assert sorted(check_submission(mine, LIMIT, {"root": str(root)}).problems) == sorted(
        [
            f"{names[1].name}: too short: {FRAMES - SLACK - 1} frames, must be {FRAMES}, give or take {SLACK}",
            f"{names[2].name}: wrong size: 64x64 px, must be 32x32",
        ]
    )


def test_a_source_that_is_not_there_leaves_its_sample_unmeasured(mead: tuple[Path, Path]) -> None:
    root, mine = mead
    next(iter(root.rglob("*.mp4"))).unlink()
    report = check_submission(mine, LIMIT, {"root": str(root)})
    assert report.good and 0 < report.unmeasured


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["dataset.root=/nowhere"], "no such folder"),
        (["dataset.rot=x"], "unknown option 'dataset.rot'; did you mean 'dataset.root'?"),
        (["seed=1"], "unknown option 'seed'"),
        (["dataset.speech=x"], "dataset mead has no option dataset.speech"),
    ],
)
def test_a_wrong_folder_or_option_is_wrong_usage(
    words: list[str], sentence: str, mead: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(mead[1]), *words]) == 2
    assert sentence in capsys.readouterr().err


def test_the_embedded_corpus_needs_no_sources(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(folder), "dataset.root=."]) == 2
    assert "needs no sources" in capsys.readouterr().err


def test_in_the_extended_set_the_recording_says_how_long_a_video_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = Extended().rows("test")[:2]
    monkeypatch.setattr(Extended, "rows", lambda self, split: rows)
    for row in rows:
        write_clip(tmp_path / "root" / f"{row['source']}.mp4", clip(1, FRAMES))
    (tmp_path / "gemini" / rows[0]["audio"]).parent.mkdir(parents=True)
    write_wav(tmp_path / "gemini" / f"{rows[0]['audio']}.wav", np.zeros(16_000 * 2, np.float32))
    videos = expected_videos("extended", "test")
    found = measured(videos, "extended", "test", {"root": str(tmp_path / "root"), "speech": str(tmp_path / "gemini")})
    first, second = (row["sample_id"] for row in rows)
    assert found[first] == replace(videos[first], frames=50, width=32, height=32, slack=SLACK)
    assert found[second] == videos[second]  # its recording is not here
