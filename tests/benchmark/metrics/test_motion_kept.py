"""Motion of lips and face: closed forms, statuses, invariance."""

from __future__ import annotations

import numpy as np
import pytest

from benchmark.core.errors import SampleError
from benchmark.metrics.landmark_schemes import MESH, MESH_LIPS
from benchmark.metrics.motion_kept import correlation_over_time, measure_own_motion, motion_correlation


def test_lips_that_move_alike_correlate_whatever_their_mean_and_frozen_ones_do_not() -> None:
    track = np.random.default_rng(0).standard_normal((30, 8))
    assert motion_correlation(track + 5.0, track) == pytest.approx(1.0)
    assert motion_correlation(-track, track) == pytest.approx(-1.0)
    assert motion_correlation(np.tile(track[:1], (30, 1)), track) == 0.0
    for bad in ((track[:1], track[:1]), (track, np.ones((30, 8)))):
        with pytest.raises(SampleError):
            motion_correlation(*bad)


def test_openings_are_compared_at_the_same_time() -> None:
    slow, fast = np.sin(np.arange(50) / 25 * 9), np.sin(np.arange(60) / 30 * 9)
    assert correlation_over_time(fast, slow, 30.0, 25.0) > 0.99
    assert correlation_over_time(np.ones(50), slow, 25.0, 25.0) == 0.0
    for bad in ((slow[:40], slow), (slow, np.ones(50)), (slow[:1], slow[:1])):
        with pytest.raises(SampleError):
            correlation_over_time(*bad, 25.0, 25.0)


def made_mesh(frames: int, swing: float = 0.0) -> np.ndarray:
    """A random but fixed face of eye distance 50 whose lips move up and down by `swing` pixels."""
    face = np.random.default_rng(0).uniform(-80, 80, (468, 2))
    face[list(MESH.right_eye)], face[list(MESH.left_eye)] = [-25, 0], [25, 0]
    track = np.tile(face, (frames, 1, 1))
    track[:, MESH_LIPS, 1] += swing * np.where(np.arange(frames) % 2, 1, -1)[:, None]
    return track


def moved_head(track: np.ndarray) -> np.ndarray:
    """The same track with a head that turns in the picture, comes nearer and wanders."""
    t = np.arange(len(track))
    turn, grow = 0.2 * np.sin(t / 3), 1 + 0.1 * np.cos(t / 5)
    rotation = np.stack([np.stack([np.cos(turn), -np.sin(turn)], -1), np.stack([np.sin(turn), np.cos(turn)], -1)], -2)
    return grow[:, None, None] * track @ rotation.transpose(0, 2, 1) + np.stack([3.0 * t, 100 - t], -1)[:, None]


def test_head_motion_alone_is_no_motion() -> None:
    assert measure_own_motion(moved_head(made_mesh(20))) < 1e-9


def test_swinging_lips_are_measured_in_eye_distances_whatever_the_head_does() -> None:
    still = measure_own_motion(made_mesh(20, 2.0), MESH_LIPS)
    assert still == pytest.approx(100 * 2.0 / 50, rel=0.1)  # a part of the swing is taken for head motion
    assert measure_own_motion(moved_head(made_mesh(20, 2.0)), MESH_LIPS) == pytest.approx(still, rel=0.02)
    assert measure_own_motion(3 * made_mesh(20, 2.0), MESH_LIPS) == pytest.approx(still)
    assert measure_own_motion(made_mesh(20, 4.0), MESH_LIPS) == pytest.approx(2 * still, rel=0.02)
    assert measure_own_motion(made_mesh(20, 2.0)) < 0.2 * still


def test_one_frame_has_no_motion_to_measure() -> None:
    with pytest.raises(SampleError) as caught:
        measure_own_motion(made_mesh(1))
    assert caught.value.status == "too_short"


def test_frames_without_a_face_do_not_count_as_motion() -> None:
    track = made_mesh(20, 2.0)
    faceless = np.insert(track, 7, np.full((3, 468, 2), np.nan), axis=0)
    assert measure_own_motion(faceless) == measure_own_motion(track)


def test_openings_are_compared_where_both_clips_show_a_face() -> None:
    whole = np.sin(np.arange(50) / 25 * 9)
    output, source = whole.copy(), whole.copy()
    output[:4], source[20:25] = np.nan, np.nan
    assert correlation_over_time(output, source, 25.0, 25.0) == pytest.approx(1.0)
    rng = np.random.default_rng(0)
    noise = rng.standard_normal(50)
    kept = np.setdiff1d(np.arange(50), [*range(4), *range(20, 25)])
    output[kept] = noise[kept]
    expected = np.corrcoef(noise[kept], whole[kept])[0, 1]
    assert correlation_over_time(output, source, 25.0, 25.0) == pytest.approx(expected)
    with pytest.raises(SampleError) as caught:
        correlation_over_time(np.full(50, np.nan), whole, 25.0, 25.0)
    assert caught.value.status == "too_short"
