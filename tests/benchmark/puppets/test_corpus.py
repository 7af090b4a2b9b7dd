"""The corpus on disk is the same for the same seed, however it was made, and survives interruption."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from benchmark.core.action_units import ACTION_UNITS
from benchmark.core.types import EMOTIONS
from benchmark.media.audio import read_audio
from benchmark.media.video import read_clip
from benchmark.puppets import corpus
from benchmark.puppets.command import main
from benchmark.puppets.corpus import TRUTH, build, corpus_folder, is_done, make_clip, perform
from benchmark.puppets.plan import ClipPlan, clips_of

ROOT = Path(__file__).parents[3]
HAPPY = ClipPlan("P25", "happy", 2, "s31")
NEUTRAL = ClipPlan("P25", "neutral", 1, "s31")
HEARD = [ClipPlan("P26", "sad", 3, "s35"), ClipPlan("P27", "angry", 1, "s36")]


def hashes(folder: Path) -> dict[str, str]:
    """sha256 of every finished file."""
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir()) if p.name[0] != "."}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two clips and two recordings, made in this process."""
    folder = tmp_path_factory.mktemp("corpus")
    build([HAPPY, NEUTRAL], HEARD, folder)
    return folder


def test_a_clip_has_picture_sound_and_truth_of_the_same_length(made: Path) -> None:
    clip = read_clip(made / f"{HAPPY.id}.mp4")
    sound = read_audio(made / f"{HAPPY.id}.wav")
    with np.load(made / f"{HAPPY.id}.npz", allow_pickle=False) as stored:
        truth = {name: stored[name] for name in stored.files}
    assert set(truth) == set(TRUTH)
    frames = len(clip.frames)
    assert clip.frames.shape == (frames, 128, 128, 3) and clip.fps == 25
    assert len(sound) == frames * 640
    assert truth["action_units"].shape == (frames, len(ACTION_UNITS))
    assert truth["landmarks"].shape == (frames, 68, 2)
    assert truth["affect"].shape == (7,)
    assert all(array.dtype == np.float32 for array in truth.values())


def test_the_video_carries_the_wav_in_time(made: Path) -> None:
    clip = read_clip(made / f"{HAPPY.id}.mp4")
    sound = read_audio(made / f"{HAPPY.id}.wav")
    assert clip.audio is not None
    length = min(len(clip.audio), len(sound))
    spectrum = np.fft.rfft(clip.audio[:length]) * np.conj(np.fft.rfft(sound[:length]))
    lag = int(np.argmax(np.fft.irfft(spectrum)))
    assert min(lag, length - lag) <= 16  # a millisecond


def test_the_truth_is_what_was_performed(made: Path) -> None:
    acted = perform(HAPPY)
    with np.load(made / f"{HAPPY.id}.npz") as stored:
        assert stored["action_units"].tobytes() == acted.motion.action_units.tobytes()
        assert stored["visemes"].tobytes() == acted.motion.visemes.tobytes()


def test_emotion_moves_the_face(made: Path) -> None:
    happy, neutral = (np.load(made / f"{plan.id}.npz")["landmarks"] for plan in (HAPPY, NEUTRAL))
    corners = [48, 54]  # 300-W: corners of the mouth
    nose = 33

    def height(points: np.ndarray) -> float:
        return float((points[:, corners, 1].mean(1) - points[:, nose, 1]).mean())

    assert height(happy) < height(neutral) - 0.5


def test_making_it_again_gives_the_same_bytes(made: Path, tmp_path: Path) -> None:
    make_clip(HAPPY, tmp_path)
    again = hashes(tmp_path)
    assert again == {name: digest for name, digest in hashes(made).items() if name in again}
    assert len(again) == 4


def test_other_processes_give_the_same_bytes(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "ALONE", 0)
    build([HAPPY, NEUTRAL], HEARD, tmp_path, workers=2)
    assert hashes(tmp_path) == hashes(made)


def test_damaged_and_missing_files_are_made_again(made: Path, tmp_path: Path) -> None:
    build([HAPPY], [], tmp_path)
    whole = hashes(tmp_path)
    video = tmp_path / f"{HAPPY.id}.mp4"
    for damage in (lambda: video.write_bytes(video.read_bytes()[:1000]), video.unlink):
        damage()
        assert not is_done(HAPPY, tmp_path, True)
        build([HAPPY], [], tmp_path)
        assert is_done(HAPPY, tmp_path, True)
        assert hashes(tmp_path) == whole


def test_finished_clips_are_left_alone(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise AssertionError("nothing was missing")

    monkeypatch.setattr(corpus, "make_clip", refuse)
    monkeypatch.setattr(corpus, "make_sound", refuse)
    build([HAPPY, NEUTRAL], HEARD, made)


def test_a_recording_becomes_a_clip_when_its_picture_is_needed(tmp_path: Path) -> None:
    build([], [HAPPY], tmp_path)
    assert is_done(HAPPY, tmp_path, False) and not is_done(HAPPY, tmp_path, True)
    build([HAPPY], [], tmp_path)
    assert is_done(HAPPY, tmp_path, False) and is_done(HAPPY, tmp_path, True)


def test_another_seed_is_another_corpus(tmp_path: Path) -> None:
    assert corpus_folder(tmp_path, 0) != corpus_folder(tmp_path, 1)
    assert perform(HAPPY, 0).speech.audio.tobytes() != perform(HAPPY, 1).speech.audio.tobytes()


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_every_emotion_can_be_performed(emotion: str) -> None:
    acted = perform(ClipPlan("P28", emotion, 3, "s33"))
    assert len(acted.motion) == acted.speech.frames
    assert 20 < acted.speech.frames < 75


def test_the_command_line_makes_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--split", "train", "--limit", "1", "--out", str(tmp_path), "--workers", "1"]) == 0
    assert "1 clips and 0 recordings" in capsys.readouterr().out
    assert len(hashes(tmp_path)) == 4
    assert main(["--split", "nowhere", "--out", str(tmp_path)]) == 2
    assert "no split 'nowhere'" in capsys.readouterr().err


@pytest.mark.slow
def test_killed_at_any_moment_the_same_command_completes_the_work(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmark.puppets", "--limit", "3", "--workers", "2", "--out"]
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    subprocess.run([*command, str(whole)], check=True, cwd=ROOT)
    for wanted in (2, 9):  # finished clips at which the process is killed
        process = subprocess.Popen([*command, str(broken)], cwd=ROOT)
        while process.poll() is None and len(list(broken.glob("*.json"))) < wanted:
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    subprocess.run([*command, str(broken)], check=True, cwd=ROOT)
    assert hashes(broken) == hashes(whole)
    seen, heard = clips_of("test", 3)
    assert len(hashes(whole)) == 4 * len(seen) + 2 * len(heard)
