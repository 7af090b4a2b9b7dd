"""The landmarks move as FACS says, the sides and signs are what they are called, and they lie on the picture."""

from __future__ import annotations

import numpy as np
import pytest

from benchmark.core.action_units import ACTION_UNITS
from benchmark.puppets.face.render import FaceStyle, landmarks, render
from benchmark.puppets.parameters import EYES, POSE, VISEMES, FaceMotion

IDENTITIES = ("anna", "bo", "cy", "dee")

# 300-W numbers (0-based). "Left" and "right" are the picture's; the puppet's own left is the picture's right.
LEFT_BROW, RIGHT_BROW = slice(17, 22), slice(22, 27)
INNER_BROWS, OUTER_BROWS = [21, 22], [17, 26]
LEFT_EYE, RIGHT_EYE = slice(36, 42), slice(42, 48)
UPPER_LIDS, LOWER_LIDS = [37, 38, 43, 44], [40, 41, 46, 47]
LEFT_CORNER, RIGHT_CORNER = 48, 54
UPPER_LIP, LOWER_LIP = 51, 57
INNER_TOP, INNER_BOTTOM = 62, 66
CHIN, NOSE_TIP = 8, 30


def points(identity: str = "anna", **values: float) -> np.ndarray:
    """Landmarks (68, 2) of a still face but for the named parameters."""
    motion = FaceMotion.still(1)
    groups = (
        (ACTION_UNITS, motion.action_units),
        (VISEMES, motion.visemes),
        (POSE, motion.pose),
        (EYES, motion.eyes),
    )
    for name, value in values.items():
        names, array = next((names, array) for names, array in groups if name in names)
        array[0, names.index(name)] = value
    return landmarks(FaceStyle.of(identity, 0), motion)[0].astype(np.float64)


def moved(identity: str = "anna", **values: float) -> np.ndarray:
    return points(identity, **values) - points(identity)


def gap(face: np.ndarray) -> float:
    return float(face[INNER_BOTTOM, 1] - face[INNER_TOP, 1])


def opening(face: np.ndarray, eye: slice) -> float:
    lids = face[eye]
    return float((lids[4, 1] + lids[5, 1] - lids[1, 1] - lids[2, 1]) / 2)


@pytest.mark.parametrize("identity", IDENTITIES)
class TestActionUnits:
    """One sentence of the FACS manual each; y grows downwards."""

    def test_au1_raises_the_inner_brows_more_than_the_outer(self, identity: str) -> None:
        step = moved(identity, AU1=1.0)[:, 1]
        assert (step[INNER_BROWS] < -2.0).all()
        assert (np.abs(step[OUTER_BROWS]) < 0.5 * np.abs(step[INNER_BROWS])).all()

    @pytest.mark.parametrize(("unit", "raised", "still"), [("AU2L", 25, 18), ("AU2R", 18, 25)])
    def test_au2_raises_the_outer_brow_of_one_side(self, identity: str, unit: str, raised: int, still: int) -> None:
        step = moved(identity, **{unit: 1.0})[:, 1]
        assert step[raised] < -2.0
        assert abs(step[still]) < 0.05

    def test_au4_lowers_the_brows_and_draws_them_together(self, identity: str) -> None:
        step = moved(identity, AU4=1.0)
        assert (step[INNER_BROWS, 1] > 1.5).all()
        assert step[21, 0] > 0.5
        assert step[22, 0] < -0.5

    def test_au5_raises_the_upper_lids_only(self, identity: str) -> None:
        step = moved(identity, AU5=1.0)[:, 1]
        assert (step[UPPER_LIDS] < -1.0).all()
        assert (np.abs(step[LOWER_LIDS]) < 0.6).all()

    def test_au7_and_au6_narrow_the_eyes_from_below(self, identity: str) -> None:
        for unit in ("AU6", "AU7"):
            step = moved(identity, **{unit: 1.0})[:, 1]
            assert (step[LOWER_LIDS] < -0.4).all()
            assert opening(points(identity, **{unit: 1.0}), LEFT_EYE) < opening(points(identity), LEFT_EYE) - 0.8

    def test_au9_pulls_the_nose_and_the_upper_lip_up(self, identity: str) -> None:
        step = moved(identity, AU9=1.0)[:, 1]
        assert (step[31:36] < -1.0).all()
        assert step[UPPER_LIP] < -0.5

    def test_au10_raises_the_upper_lip(self, identity: str) -> None:
        step = moved(identity, AU10=1.0)[:, 1]
        assert step[UPPER_LIP] < -1.2
        assert abs(step[LEFT_CORNER]) < 0.3

    @pytest.mark.parametrize(("unit", "corner", "other", "way"), [("AU12L", 54, 48, 1), ("AU12R", 48, 54, -1)])
    def test_au12_raises_and_widens_one_corner(
        self, identity: str, unit: str, corner: int, other: int, way: int
    ) -> None:
        step = moved(identity, **{unit: 1.0})
        assert step[corner, 1] < -2.5
        assert way * step[corner, 0] > 2.0
        assert np.abs(step[other]).max() < 0.15 * np.abs(step[corner]).max()

    @pytest.mark.parametrize(("unit", "corner", "other"), [("AU14L", 54, 48), ("AU14R", 48, 54)])
    def test_au14_moves_one_corner(self, identity: str, unit: str, corner: int, other: int) -> None:
        step = np.abs(moved(identity, **{unit: 1.0}))
        assert step[corner].max() > 0.4
        assert step[other].max() < 0.1

    def test_au15_lowers_the_corners(self, identity: str) -> None:
        step = moved(identity, AU15=1.0)[:, 1]
        assert (step[[LEFT_CORNER, RIGHT_CORNER]] > 2.5).all()

    def test_au17_pushes_chin_and_lower_lip_up(self, identity: str) -> None:
        step = moved(identity, AU17=1.0)[:, 1]
        assert step[LOWER_LIP] < -1.0
        assert step[CHIN] < -0.5

    def test_au20_stretches_the_mouth_sideways(self, identity: str) -> None:
        step = moved(identity, AU20=1.0)
        assert step[RIGHT_CORNER, 0] > 2.5
        assert step[LEFT_CORNER, 0] < -2.5
        assert abs(step[RIGHT_CORNER, 1]) < 0.35 * step[RIGHT_CORNER, 0]

    def test_au23_narrows_and_thins_the_lips(self, identity: str) -> None:
        rest, tight = points(identity), points(identity, AU23=1.0)
        assert tight[RIGHT_CORNER, 0] - tight[LEFT_CORNER, 0] < rest[RIGHT_CORNER, 0] - rest[LEFT_CORNER, 0] - 2.0
        assert tight[LOWER_LIP, 1] - tight[UPPER_LIP, 1] < 0.75 * (rest[LOWER_LIP, 1] - rest[UPPER_LIP, 1])

    def test_au24_presses_the_lips_shut_against_a_parting(self, identity: str) -> None:
        assert gap(points(identity, AU25=1.0)) > 2.0
        assert gap(points(identity, AU25=1.0, AU24=1.0)) < 0.3
        rest, pressed = points(identity), points(identity, AU24=1.0)
        assert pressed[LOWER_LIP, 1] - pressed[UPPER_LIP, 1] < 0.75 * (rest[LOWER_LIP, 1] - rest[UPPER_LIP, 1])

    def test_au25_parts_the_lips_without_the_jaw(self, identity: str) -> None:
        parted = points(identity, AU25=1.0)
        assert gap(parted) > 2.0
        assert abs(parted[CHIN, 1] - points(identity)[CHIN, 1]) < 0.1

    def test_au26_drops_the_chin_and_opens_the_mouth(self, identity: str) -> None:
        dropped = points(identity, AU26=1.0)
        assert dropped[CHIN, 1] - points(identity)[CHIN, 1] > 5.0
        assert gap(dropped) > 5.0
        assert abs(moved(identity, AU26=1.0)[NOSE_TIP, 1]) < 0.3

    def test_au43_and_blink_close_the_eyes(self, identity: str) -> None:
        rest = points(identity)
        for eye in (LEFT_EYE, RIGHT_EYE):
            assert opening(points(identity, AU43=1.0), eye) < 0.35 * opening(rest, eye)
            assert opening(points(identity, blink=1.0), eye) < 0.1 * opening(rest, eye)

    def test_the_effect_grows_with_the_intensity(self, identity: str) -> None:
        for unit in ACTION_UNITS:
            size = [np.abs(moved(identity, **{unit: level})).max() for level in (0.3, 0.6, 1.0)]
            assert 0.15 * size[2] < size[0] < size[1] < size[2] + 1e-6, unit


class TestPose:
    """Signs as the picture shows them, and parallax: what stands out moves more."""

    def test_positive_yaw_turns_the_nose_right_and_the_tip_moves_most(self) -> None:
        step = moved(yaw=20.0)[:, 0]
        assert step[NOSE_TIP] > 6.0
        assert step[NOSE_TIP] > step[27] > step[[0, 16]].mean()
        assert moved(yaw=-20.0)[NOSE_TIP, 0] < -6.0

    def test_a_turned_head_shows_its_far_side_narrower(self) -> None:
        face = points(yaw=25.0)
        assert face[39, 0] - face[36, 0] > 1.2 * (face[45, 0] - face[42, 0])

    def test_positive_pitch_lifts_the_nose(self) -> None:
        assert moved(pitch=15.0)[NOSE_TIP, 1] < -3.0
        assert moved(pitch=-15.0)[NOSE_TIP, 1] > 3.0

    def test_positive_roll_tilts_the_crown_to_the_right(self) -> None:
        step = moved(roll=15.0)
        assert step[27, 0] > 2.0
        assert step[CHIN, 0] < -2.0
        face = points(roll=15.0)
        slope = np.degrees(np.arctan2(*(face[RIGHT_EYE].mean(0) - face[LEFT_EYE].mean(0))[::-1]))
        assert slope == pytest.approx(15.0, abs=0.5)

    def test_shifts_go_right_and_up_by_a_share_of_the_side(self) -> None:
        np.testing.assert_allclose(moved(shift_x=0.05), [[6.4, 0.0]] * 68, atol=1e-3)
        np.testing.assert_allclose(moved(shift_y=0.05), [[0.0, -6.4]] * 68, atol=1e-3)

    def test_scale_is_the_log_of_the_size(self) -> None:
        def width(face: np.ndarray) -> float:
            return float(face[RIGHT_EYE].mean(0)[0] - face[LEFT_EYE].mean(0)[0])

        assert width(points(scale=0.1)) / width(points()) == pytest.approx(np.exp(0.1), rel=1e-4)


class TestVisemes:
    def test_open_drops_the_jaw_and_adds_to_au26_up_to_a_limit(self) -> None:
        speech, jaw, both = (gap(points(**v)) for v in ({"open": 1.0}, {"AU26": 0.5}, {"open": 1.0, "AU26": 0.5}))
        most = gap(points(open=1.0, AU26=1.0))
        assert speech > 3.0
        assert max(speech, jaw) < both < speech + jaw + 0.5
        assert both <= most < 1.6 * gap(points(AU26=1.0))

    def test_press_closes_an_open_mouth(self) -> None:
        assert gap(points(open=0.5, press=1.0)) < 0.75 * gap(points(open=0.5))
        assert gap(points(AU25=1.0, press=1.0)) < 0.2

    def test_round_narrows_and_wide_widens(self) -> None:
        def width(face: np.ndarray) -> float:
            return float(face[RIGHT_CORNER, 0] - face[LEFT_CORNER, 0])

        assert width(points(round=1.0)) < width(points()) - 5.0
        assert width(points(wide=1.0)) > width(points()) + 3.0

    def test_teeth_and_tongue_part_the_lips_a_little(self) -> None:
        for viseme in ("teeth", "tongue"):
            assert 0.8 < gap(points(**{viseme: 1.0})) < gap(points(AU26=1.0))


class TestOnThePicture:
    def test_landmarks_grow_with_the_picture(self) -> None:
        motion, style = FaceMotion.still(1), FaceStyle.of("bo", 0)
        small, large = landmarks(style, motion, 128), landmarks(style, motion, 256)
        np.testing.assert_allclose(2.0 * (small + 0.5) - 0.5, large, atol=1e-4)

    def test_the_face_fills_the_picture_like_a_talking_head(self) -> None:
        for identity in IDENTITIES:
            face = points(identity) / 128.0
            assert 0.40 < face[36:48, 1].mean() < 0.46
            assert 0.80 < face[CHIN, 1] < 0.88
            assert 0.42 < face[16, 0] - face[0, 0] < 0.58

    def test_order_runs_as_in_300w(self) -> None:
        face = points()
        assert (np.diff(face[0:9, 1]) > 0).all()
        assert (np.diff(face[0:17, 0]) > -0.2).all()
        assert (np.diff(face[17:27, 0]) > 0).all()
        assert (np.diff(face[27:31, 1]) > 0).all()
        assert (np.diff(face[31:36, 0]) > 0).all()
        assert (np.diff(face[48:55, 0]) > 0).all()
        assert (np.diff(face[54:60, 0]) < 0).all()
        assert (face[[37, 38, 43, 44], 1] < face[[41, 40, 47, 46], 1]).all()

    @pytest.mark.parametrize("pose", [{}, {"yaw": 18.0}, {"pitch": -12.0, "roll": 10.0}])
    def test_the_open_mouth_is_dark_and_the_pupils_too_where_the_landmarks_say(self, pose: dict[str, float]) -> None:
        """The warp that draws and the projection that marks are two ways to the same place."""
        motion = FaceMotion.still(1)
        motion.action_units[0, ACTION_UNITS.index("AU26")] = 1.0
        for name, value in pose.items():
            motion.pose[0, POSE.index(name)] = value
        style = FaceStyle.of("id6", 0)
        frame, face = render(style, motion)[0].astype(float).sum(-1), landmarks(style, motion)[0]

        def shade(x: float, y: float) -> float:
            return float(frame[round(y) - 1 : round(y) + 2, round(x) - 1 : round(x) + 2].mean())

        cheeks = [shade(*(0.5 * (face[31] + face[3]))), shade(*(0.5 * (face[35] + face[13])))]
        mouth = 0.35 * face[INNER_TOP] + 0.65 * face[INNER_BOTTOM]
        assert shade(*mouth) < 0.45 * min(cheeks)
        for eye in (LEFT_EYE, RIGHT_EYE):
            middle = face[eye].mean(0)
            assert shade(*middle) < 0.75 * max(cheeks)

    def test_the_chin_landmark_lies_where_the_face_ends(self) -> None:
        """Below the jaw drop's chin the picture changes; above it the skin goes on: the drawn chin follows."""
        motion = FaceMotion.still(2)
        motion.action_units[1, ACTION_UNITS.index("AU26")] = 1.0
        style = FaceStyle.of("id6", 0)
        rest, dropped = render(style, motion).astype(float)
        face = landmarks(style, motion)
        shift = face[1, CHIN, 1] - face[0, CHIN, 1]
        column = round(float(face[0, CHIN, 0]))
        rows = np.arange(round(float(face[0, CHIN, 1])) - 6, round(float(face[0, CHIN, 1])) + 4)
        strip = rest[rows, column - 3 : column + 4].mean(1)

        def error(by: int) -> float:
            return float(np.abs(dropped[rows + by, column - 3 : column + 4].mean(1) - strip).mean())

        best = min(range(-2, 14), key=error)
        assert abs(best - shift) <= 1.5
