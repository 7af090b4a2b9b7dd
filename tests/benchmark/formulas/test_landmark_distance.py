from __future__ import annotations

import numpy as np
import pytest

from benchmark.formulas.landmark_distance import Part, landmark_distance, landmark_velocity_distance

TRACK = np.random.default_rng(0).uniform(0, 128, (6, 68, 2))


@pytest.mark.parametrize("part", ["mouth", "face"])
def test_moving_the_head_changes_no_position_and_identical_tracks_are_zero(part: Part) -> None:
    moved = TRACK + np.random.default_rng(1).uniform(-20, 20, (6, 1, 2))
    assert landmark_distance(TRACK, moved, part) == pytest.approx(0, abs=1e-12)
    assert landmark_distance(TRACK, TRACK, part) == 0
    assert landmark_velocity_distance(TRACK, TRACK, part) == 0


def test_one_moved_mouth_point_has_a_closed_form() -> None:
    """Point 50 moved by (3, 4): it is 5 (1 - 1/20) away after centring, the 19 others 5/20 each."""
    moved = TRACK.copy()
    moved[:, 50] += (3, 4)
    expected = (5 * 19 / 20 + 19 * 5 / 20) / 20
    assert landmark_distance(TRACK, moved, "mouth") == pytest.approx(expected, rel=1e-12)
    expected = (5 * 67 / 68 + 67 * 5 / 68) / 68
    assert landmark_distance(TRACK, moved, "face") == pytest.approx(expected, rel=1e-12)


def test_points_outside_the_mouth_do_not_move_the_mouth() -> None:
    moved = TRACK.copy()
    moved[:, :48] += np.random.default_rng(2).uniform(-9, 9, (6, 48, 2))
    assert landmark_distance(TRACK, moved, "mouth") == pytest.approx(0, abs=1e-12)
    assert landmark_distance(TRACK, moved, "face") > 1


def test_a_steady_drift_has_a_closed_form_in_velocity() -> None:
    """Every point drifts by (3, 4) a frame more: 5 pixels a step, 5 steps, divided by all 6 frames."""
    drift = TRACK + np.arange(6)[:, None, None] * np.array([3.0, 4.0])
    assert landmark_velocity_distance(TRACK, drift, "mouth") == pytest.approx(5 * 5 / 6, rel=1e-12)
    assert landmark_velocity_distance(TRACK, drift, "face") == pytest.approx(5 * 5 / 6, rel=1e-12)


def test_frames_without_a_face_are_left_out() -> None:
    other = TRACK + np.random.default_rng(3).uniform(-5, 5, TRACK.shape)
    holed = other.copy()
    holed[2] = np.nan
    keep = np.array([0, 1, 3, 4, 5])
    for distance in (landmark_distance, landmark_velocity_distance):
        expected = distance(TRACK[keep], other[keep], "mouth")
        assert distance(TRACK, holed, "mouth") == expected
        valid = np.ones(6, bool)
        valid[2] = False
        assert distance(TRACK, other, "mouth", valid) == expected


def test_what_cannot_be_compared_is_refused() -> None:
    nothing = np.full_like(TRACK, np.nan)
    with pytest.raises(ValueError, match="no frame has a face"):
        landmark_distance(TRACK, nothing, "face")
    with pytest.raises(ValueError, match="marked valid holds values that are not finite"):
        landmark_distance(TRACK, nothing, "face", np.ones(6, bool))
    with pytest.raises(ValueError, match="of one shape"):
        landmark_distance(TRACK, TRACK[:5], "face")
    with pytest.raises(ValueError, match="at least 2 valid frames"):
        landmark_velocity_distance(TRACK[:1], TRACK[:1], "face")
    with pytest.raises(ValueError, match="part must be one of"):
        landmark_distance(TRACK, TRACK, "nose")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"valid must be bool \(6,\)"):
        landmark_distance(TRACK, TRACK, "face", np.ones(5, bool))
