"""Choosing frames for another clock."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.media.clip import Clip
from benchmark.media.fps import nearest_frames, to_fps
from tests.benchmark.media.made import made_sound


def numbered(count: int, fps: float) -> Clip:
    frames = np.zeros((count, 2, 2, 3), np.uint8)
    frames[:] = np.arange(count, dtype=np.uint8)[:, None, None, None]
    return Clip(frames, fps, made_sound(count / fps))


def test_thirty_to_twenty_five_drops_every_sixth() -> None:
    clip = to_fps(numbered(30, 30.0), 25.0)
    assert clip.frames[:6, 0, 0, 0].tolist() == [0, 1, 2, 4, 5, 6]
    assert len(clip.frames) == 25 and clip.fps == 25.0 and clip.audio is not None and len(clip.audio) == 16000


def test_twenty_to_twenty_five_repeats() -> None:
    assert to_fps(numbered(8, 20.0), 25.0).frames[:, 0, 0, 0].tolist() == [0, 1, 2, 2, 3, 4, 5, 6, 6, 7]


def test_the_right_rate_is_left_alone() -> None:
    clip = numbered(5, 25.0)
    assert to_fps(clip, 25.0) is clip


def test_one_frame_stays_one() -> None:
    assert len(to_fps(numbered(1, 60.0), 25.0).frames) == 1


@given(
    gaps=st.lists(st.floats(0.001, 0.5), min_size=0, max_size=40),
    fps=st.floats(1.0, 120.0),
    count=st.integers(1, 60),
)
def test_the_chosen_frame_is_the_nearest(gaps: list[float], fps: float, count: int) -> None:
    times = np.concatenate([[0.0], np.cumsum(gaps)])
    chosen = nearest_frames(times, fps, count)
    ticks = np.arange(count) / fps
    best = np.abs(times[None] - ticks[:, None]).min(axis=1)
    assert np.allclose(np.abs(times[chosen] - ticks), best, atol=2e-9)
    assert (np.diff(chosen) >= 0).all()


@pytest.mark.parametrize("fps", [23.976, 25.0, 29.97, 30.0, 60.0])
def test_time_is_off_by_at_most_half_a_source_frame(fps: float) -> None:
    times = np.arange(200) / fps
    count = int(times[-1] * 25)
    chosen = nearest_frames(times, 25.0, count)
    assert np.abs(times[chosen] - np.arange(count) / 25.0).max() <= 0.5 / fps + 1e-9
