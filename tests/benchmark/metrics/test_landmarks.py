"""Landmark distances in closed form."""

from __future__ import annotations

import numpy as np
import pytest

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
