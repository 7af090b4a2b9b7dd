"""The corpus doctor finds what was broken on purpose."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from benchmark.media.clip import Clip
from benchmark.media.video import read_clip, write_clip
from benchmark.prepare.command import main
from benchmark.prepare.expected_clips import wanted_clips
from tests.benchmark.prepare.trees import POINTER_FILE, faceless, mead_tree, silent, take
from tests.shared_files import WEIGHTS, needs_weights


def rows_of(path: Path) -> dict[str, dict[str, str]]:
    with path.open() as file:
        return {row["clip"]: row for row in csv.DictReader(file)}


@needs_weights
def test_every_fault_of_a_copy_as_downloaded_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = take(0, "s29")
    clips = wanted_clips("mead")[:7]
    data = dict.fromkeys(clips, good.video)
    data[clips[1]] = good.video[:500]
    data[clips[2]] = faceless(good.video, tmp_path)
    data[clips[3]] = POINTER_FILE
    data[clips[4]] = silent(good.video, tmp_path)
    data[clips[5]] = good.mute
    source, table = mead_tree(tmp_path / "mead", data), tmp_path / "found.csv"
    flags = ["check", str(source), "--csv", str(table), "--weights", str(WEIGHTS), "--workers", "1"]
    assert main(flags) == 1
    rows = rows_of(table)
    assert set(rows) == set(wanted_clips("mead"))
    assert [rows[clip]["status"] for clip in clips] == [
        "ok", "unreadable_file", "no_face", "lfs_pointer", "silent", "no_audio", "ok",
    ]  # fmt: skip
    assert rows[wanted_clips("mead")[50]]["status"] == "missing_file"
    assert float(rows[clips[0]]["fps"]) == 30.0  # as downloaded: no fault
    said = capsys.readouterr().out
    assert "identity" in said and "missing_file: not there" in said and f"2 of {len(rows)} clips are good" in said


@needs_weights
def test_a_prepared_copy_must_have_its_size_rate_and_one_face(tmp_path: Path) -> None:
    clips = wanted_clips("mead")[:5]
    folder = tmp_path / "FPS25"
    (tmp_path / "raw.mp4").write_bytes(take(0, "s29").video)
    clip = read_clip(tmp_path / "raw.mp4")
    wide = np.repeat(np.repeat(clip.frames[:, 16:144, 40:168], 2, axis=1), 2, axis=2)
    small = clip.frames[:, 16:144, 40:168]
    two = np.concatenate([small, small], axis=2).repeat(2, axis=1)
    two = np.stack([np.vstack([np.hstack([f, f]), np.full((128, 256, 3), 90, np.uint8)]) for f in small])
    made = {
        clips[0]: Clip(wide, 25.0, clip.audio),
        clips[1]: Clip(wide, 30.0, clip.audio),
        clips[2]: Clip(small, 25.0, clip.audio),
        clips[3]: Clip(two, 25.0, clip.audio),
        clips[4]: Clip(wide[:20], 25.0, clip.audio),
    }
    for name, one in made.items():
        path = folder / f"{name}.mp4"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_clip(path, one)
    (folder / f"{clips[0]}.wav").write_bytes(take(0, "s29").wav)
    table = tmp_path / "found.csv"
    assert main(["check", str(tmp_path), "--csv", str(table), "--weights", str(WEIGHTS), "--workers", "2"]) == 1
    rows = rows_of(table)
    assert [rows[name]["status"] for name in clips] == ["ok", "wrong_fps", "wrong_size", "several_faces", "too_short"]
    assert "audio_longer" in rows[clips[4]]["findings"] or float(rows[clips[4]]["audio_seconds"]) <= 0.9
