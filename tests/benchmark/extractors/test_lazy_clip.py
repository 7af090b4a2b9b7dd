"""Every clip that an extractor looks at is on one clock; the file's own frames are there for who counts them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmark.core.errors import SampleError
from benchmark.extractors.lazy_clip import LazyClip
from benchmark.extractors.quality import Quality
from benchmark.extractors.sampling import at_frames, frames_with_face
from benchmark.media.clip import Clip
from benchmark.media.faces import FaceTrack
from benchmark.media.video import write_clip
from tests.benchmark.media.made import made_sound
from tests.benchmark.media.recordings import number_of, numbered


def write_at(path: Path, fps: float, seconds: float = 2.0) -> Path:
    """A film whose picture at time t says floor(25 t), at any rate."""
    frames = np.stack([numbered(int(25 * index / fps + 1e-6)) for index in range(round(seconds * fps))])
    write_clip(path, Clip(frames, fps, made_sound(seconds)))
    return path


@pytest.mark.parametrize("fps", [24.0, 25.0, 30.0, 50.0])
def test_frame_i_is_what_is_seen_at_its_time_whatever_the_rate(tmp_path: Path, fps: float) -> None:
    clip = LazyClip(write_at(tmp_path / "a.mp4", fps))
    assert clip.clip.fps == 25.0 and len(clip.clip.frames) == 50
    seen = np.array([number_of(frame) for frame in clip.clip.frames])
    assert np.abs(seen - np.arange(50)).max() <= 1
    assert clip.recorded.fps == fps and len(clip.recorded.frames) == round(2 * fps)
    assert (clip.recorded is clip.clip) == (fps == 25.0)


def test_clips_of_two_rates_are_compared_by_time(tmp_path: Path) -> None:
    slow, fast = write_at(tmp_path / "a.mp4", 25.0), write_at(tmp_path / "b.mp4", 50.0)
    found = Quality().extract_pair(LazyClip(fast), LazyClip(slow))
    assert len(found["ssim"]) == 50 and found["ssim"].mean() > 0.95


def track(frames: int, absent: list[int]) -> FaceTrack:
    return FaceTrack(
        frames, np.array([0]), np.zeros((1, 4)), np.zeros((1, 5, 2)), np.ones(1), 1, np.array(absent, np.intp)
    )


def test_rows_stand_at_the_frames_that_show_a_face() -> None:
    present = frames_with_face(track(12, [0, 1, 4]), "a.mp4", 10)
    rows = at_frames(np.arange(7, dtype=np.float32), present)
    assert np.array_equal(rows, [np.nan, np.nan, 0, 1, np.nan, 2, 3, 4, 5, 6], equal_nan=True)


def test_a_clip_with_too_few_faces_has_a_status() -> None:
    with pytest.raises(SampleError, match="shows a face in 4 of its first 12 frames only") as caught:
        frames_with_face(track(12, list(range(8))), "a.mp4")
    assert caught.value.status == "no_track"
    assert frames_with_face(track(3, []), "a.mp4").all()  # short, but seen throughout
