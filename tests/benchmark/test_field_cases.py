"""Inputs that people really had, through the commands they used: the same content in another form scores the same.

`../shared/cases`: a face of 50 frames with clicks at 0.5, 1.0 and 1.5 s, plain and in the forms of bug reports. Tests
of the same kinds on made files stand beside the code: `tests/benchmark/media`.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmark.extractors import EXTRACTORS, FACE_TRACKERS
from benchmark.extractors.base import Extractor, Features
from benchmark.extractors.lazy_clip import LazyClip
from benchmark.media.audio import read_audio
from benchmark.media.video import probe, read_clip
from benchmark.metrics.motion_kept import measure_own_motion
from benchmark.run.command import main as run
from cmet.edit import main as edit
from tests.benchmark.media.recordings import clicks_of
from tests.shared_files import CASES, WEIGHTS, needs_cases, needs_weights

pytestmark = [needs_cases, needs_weights]
DETECTOR = WEIGHTS / "yunet" / "yunet_n_dynamic.onnx"
SAME_FACE = ("C01_recorder.webm", "C02_artwork.mp4", "C03_sar2.mp4", "C10_black3.mp4", "C10_fade.mp4")


@pytest.fixture(scope="module")
def points() -> Callable[[str], Features]:
    """The mesh of a case's face."""
    options = {"weights": WEIGHTS, "batch_size": 32}
    tracker, mesh = FACE_TRACKERS.get("yunet")(), EXTRACTORS.get("landmarks_facemesh")()
    assert isinstance(mesh, Extractor)
    tracker.load("cpu", options)
    mesh.load("cpu", options)
    return lambda name: mesh.extract(LazyClip(CASES / name, {"yunet": tracker}))


@pytest.mark.parametrize("name", SAME_FACE)
def test_the_same_face_in_another_form_moves_as_much(points: Callable[[str], Features], name: str) -> None:
    plain = measure_own_motion(points("plain.mp4")["points"])
    assert measure_own_motion(points(name)["points"]) == pytest.approx(plain, rel=0.1)


@pytest.mark.parametrize(("name", "left_out"), [("plain.mp4", 0), ("C10_black3.mp4", 3), ("C10_fade.mp4", 8)])
def test_frames_that_show_no_face_are_left_out(points: Callable[[str], Features], name: str, left_out: int) -> None:
    found = points(name)
    assert int(found["left_out"]) == left_out == int(np.isnan(found["points"]).all(axis=(1, 2)).sum())


def test_a_recording_of_a_browser_has_the_rate_of_its_frames() -> None:
    for name, frames in (("C01_recorder.webm", 50), ("C01_recorder_8s.webm", 200)):
        clip, facts = read_clip(CASES / name), probe(CASES / name)
        assert len(clip.frames) == frames == facts.frames and clip.fps == 25.0 == facts.fps
    assert clicks_of(read_clip(CASES / "C01_recorder.webm").audio) == pytest.approx([0.5, 1.0, 1.5], abs=0.04)
    assert len(read_clip(CASES / "C01_recorder_8s.webm", max_bytes=200 * 480 * 480 * 3).frames) == 200


@pytest.mark.slow
def test_a_recording_of_eight_seconds_is_edited_within_six_gigabytes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cmet.edit", "--source", str(CASES / "C01_recorder_8s.webm")]
    command += ["--emotion-speech", str(CASES / "plain.mp4"), "--neutral-speech", str(CASES / "plain192.mp4")]
    command += ["--face-detector", str(DETECTOR), "--device", "cpu", "--out", str(tmp_path / "out.mp4")]

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))

    done = subprocess.run(command, preexec_fn=limit, capture_output=True, text=True)  # noqa: PLW1509 - no threads here
    assert done.returncode == 0, done.stderr
    assert len(read_clip(tmp_path / "out.mp4").frames) == 200


def test_the_film_and_not_its_cover_is_read_and_pixels_are_square() -> None:
    plain = read_clip(CASES / "plain.mp4")
    for name in ("C02_artwork.mp4", "C03_sar2.mp4"):
        clip = read_clip(CASES / name)
        assert clip.frames.shape == plain.frames.shape
        assert np.abs(clip.frames.astype(int) - plain.frames).mean() < 3


@pytest.mark.parametrize("name", ["C05_gap.mkv", "C05_gap.mp4"])
def test_what_follows_a_gap_in_the_sound_stays_at_its_time(name: str) -> None:
    audio = read_clip(CASES / name).audio
    assert audio is not None
    for heard in (audio, read_audio(CASES / name)):
        clicks = clicks_of(heard)
        assert clicks[0] == pytest.approx(0.5, abs=0.04) and clicks[-1] == pytest.approx(1.5, abs=0.04)
        assert np.abs(heard[round(0.65 * 16000) : round(0.95 * 16000)]).max() < 1e-3


def test_a_rate_that_changes_inside_the_file_changes_nothing() -> None:
    mixed, plain = (read_audio(CASES / f"C07_{name}_rate.mp3") for name in ("mixed", "one"))
    assert clicks_of(mixed) == pytest.approx([0.525, 1.025, 1.553, 2.053], abs=0.01)
    assert len(mixed) / 16000 == pytest.approx(2.455, abs=0.01) and len(plain) / 16000 == pytest.approx(2.455, abs=0.01)


@pytest.mark.slow
def test_frames_of_any_rate_are_paired_by_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMOTION_BENCHMARK_WEIGHTS", str(WEIGHTS))
    metrics = "metrics=[aligned_ssim,mouth_correlation,face_motion]"
    options = [f"method.folder={CASES / 'C09' / 'out'}", f"dataset.manifest={CASES / 'C09' / 'm.csv'}"]
    code = run(["--method", "videos", "--dataset", "clips", *options, f"runtime.root={tmp_path}", metrics])
    assert code == 0
    (path,) = tmp_path.glob("results/**/scores.parquet")
    table = pd.read_parquet(path).pivot(index="sample_id", columns="metric", values="value")
    assert table.loc["r25", "aligned_ssim"] == pytest.approx(0.943, abs=0.001)
    assert (table["aligned_ssim"] - table.loc["r25", "aligned_ssim"]).abs().max() < 0.03
    assert table["mouth_correlation"].min() > 0.9 and table["face_motion"].notna().all()


@pytest.mark.parametrize("name", ["C10_black3.mp4", "C10_fade.mp4"])
def test_an_edit_starts_from_a_frame_with_a_face(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    levels = {}
    for source in ("plain.mp4", name):
        out = tmp_path / f"out_{source}"
        cue = ["--emotion-speech", str(CASES / "plain.mp4"), "--neutral-speech", str(CASES / "plain192.mp4")]
        arguments = ["--source", str(CASES / source), *cue, "--face-detector", str(DETECTOR), "--out", str(out)]
        assert edit([*arguments, "--device", "cpu"]) == 0
        said = capsys.readouterr().out
        assert ("person: frame" in said) == (source == name)
        levels[source] = read_clip(out).frames.mean(axis=(1, 2, 3))
    assert np.abs(levels[name] - levels["plain.mp4"].mean()).max() < 5
