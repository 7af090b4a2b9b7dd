"""Landmark distances in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from benchmark.core.errors import SampleError
from benchmark.metrics.landmarks import relative_distance


def test_landmark_distance_is_relative_and_resampled() -> None:
    face = np.random.default_rng(1).uniform(0, 100, (68, 2))
    face[36:42], face[42:48] = [30, 40], [70, 40]
    target = np.tile(face, (10, 1, 1))
    output = np.tile(face, (20, 1, 1))
    output[:, 48:68:2, 1] += 3.0
    output[:, 49:68:2, 1] -= 3.0  # the mouth's centre stays
    assert relative_distance(output, target, "mouth") == pytest.approx(100 * 3 / 40)
    assert relative_distance(output, target, "face") == pytest.approx(100 * 3 / 40 * 20 / 68)
    assert relative_distance(output + [50, -20], target, "mouth") == pytest.approx(100 * 3 / 40)


def test_frames_without_a_face_on_either_side_are_left_out() -> None:
    rng = np.random.default_rng(2)
    output, target = rng.uniform(0, 100, (2, 10, 68, 2))
    part = relative_distance(output[5:], target[5:], "face")
    output[:2], target[2:5] = np.nan, np.nan
    eyes = (
        100.0
        / np.linalg.norm(
            target[[0, 1, 5, 6, 7, 8, 9], 36:42].mean(axis=1) - target[[0, 1, 5, 6, 7, 8, 9], 42:48].mean(axis=1),
            axis=-1,
        ).mean()
    )
    others = 100.0 / np.linalg.norm(target[5:, 36:42].mean(axis=1) - target[5:, 42:48].mean(axis=1), axis=-1).mean()
    assert relative_distance(output, target, "face") == pytest.approx(part * eyes / others)
    with pytest.raises(SampleError) as caught:
        relative_distance(np.full_like(output, np.nan), target, "face")
    assert caught.value.status == "no_track"
