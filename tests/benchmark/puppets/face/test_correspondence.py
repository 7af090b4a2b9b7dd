"""True motion: closed form for poses, the landmarks' own way, and warping the source gives the target."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from benchmark.core.action_units import ACTION_UNITS
from benchmark.puppets.face.correspondence import CanonicalMap, Correspondence, Part, canonical_map, correspond
from benchmark.puppets.face.pose import PIVOT_Y
from benchmark.puppets.face.render import FaceStyle, landmarks, render
from benchmark.puppets.parameters import FaceMotion

SIZE = 128
STYLE = FaceStyle.of("anna", 0)


def motion(frames: int, **units: float) -> FaceMotion:
    """Frame 0 rests; the last frame shows the units."""
    moved = FaceMotion.still(frames)
    for name, value in units.items():
        moved.action_units[-1, ACTION_UNITS.index(name)] = value
    return moved


def between(style: FaceStyle, moved: FaceMotion, size: int = SIZE) -> tuple[CanonicalMap, Correspondence]:
    """The last frame's map, and where its points are in frame 0."""
    source, target = canonical_map(style, moved, 0, size), canonical_map(style, moved, len(moved) - 1, size)
    return target, correspond(style, target, moved, 0, source)


def pixel_grid(size: int) -> np.ndarray:
    return np.stack(np.meshgrid(np.arange(size), np.arange(size)), -1).astype(np.float64)


def test_a_frame_corresponds_to_itself() -> None:
    _, found = between(STYLE, motion(1))
    apart = np.abs(found.positions - pixel_grid(SIZE))
    # the renderer interpolates its warp by cubics between points 4 pixels apart
    assert apart.max() < 0.5 and apart.mean() < 0.1
    assert found.visible.mean() > 0.995


def test_a_turn_in_the_plane_a_shift_and_a_zoom_have_a_closed_form() -> None:
    moved = motion(2)
    roll, shift, zoom = 9.0, (0.03, -0.02), 0.06
    moved.pose[1] = (0.0, 0.0, roll, *shift, zoom)
    target, found = between(STYLE, moved)
    angle = math.radians(roll)
    turn = math.exp(zoom) * np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    pivot = np.array([0.5 * SIZE - 0.5, PIVOT_Y * SIZE - 0.5])
    centred = pixel_grid(SIZE) - pivot - np.array([shift[0], -shift[1]]) * SIZE
    expected = centred @ np.linalg.inv(turn).T + pivot
    above_the_neck = (target.parts != Part.WALL) & (expected[..., 1] < STYLE.chin_y * SIZE)
    assert above_the_neck.mean() > 0.2
    assert np.abs(found.positions - expected)[above_the_neck].max() < 0.4
    wall = target.parts == Part.WALL
    np.testing.assert_allclose(found.positions[wall], pixel_grid(SIZE)[wall], atol=1e-3)


@pytest.mark.parametrize("units", [{"AU1": 0.9, "AU5": 0.5}, {"AU12L": 0.8, "AU12R": 0.8, "AU6": 0.6}, {"AU26": 0.8}])
def test_landmarks_correspond_to_the_same_landmarks(units: dict[str, float]) -> None:
    moved = motion(2, **units)
    moved.pose[1, :3] = (8.0, -4.0, 3.0)
    _, found = between(STYLE, moved)
    points = landmarks(STYLE, moved, SIZE)
    assert np.linalg.norm(points[1] - points[0], axis=1).max() > 4.0
    # jaw, brows and nose lie on the skin; corners and peaks of the outer lips on the rim of their strips
    for group, tolerance in ((np.r_[17:36], 0.7), (np.r_[50:53, 56:59], 1.2)):
        for number in group:
            x, y = points[1, number]
            here = cv2.remap(found.positions, np.float32([[x]]), np.float32([[y]]), cv2.INTER_LINEAR)[0, 0]
            assert np.linalg.norm(here - points[0, number]) < tolerance, number


@pytest.mark.parametrize("name", ["face000", "face005", "face006"])
def test_warping_the_source_gives_the_target_where_the_source_shows_it(name: str) -> None:
    style = FaceStyle.of(name, 0)
    assert style.glasses == "none"
    moved = motion(2, AU12L=0.7, AU12R=0.7, AU6=0.5, AU1=0.6, AU2L=0.5, AU2R=0.5)
    moved.visemes[1, 0] = 0.3
    moved.pose[1] = (7.0, 3.0, -4.0, 0.01, 0.01, 0.02)
    source, target = render(style, moved, SIZE)
    seen, found = between(style, moved)
    warped = cv2.remap(source, found.positions, None, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]

    def psnr(one: np.ndarray, where: np.ndarray) -> float:
        return float(-10 * np.log10(np.square((one.astype(float) - target) / 255)[where].mean()))

    head = (seen.parts != Part.WALL) & found.visible
    assert head.mean() > 0.3
    assert psnr(warped, head) > 29.0
    assert psnr(warped, head) > psnr(source, head) + 6.0
    wall = (seen.parts == Part.WALL) & found.visible
    assert psnr(warped, wall) > 30.0


def test_the_inside_of_a_mouth_and_an_eye_behind_its_lid_are_hidden() -> None:
    moved = motion(2, AU26=0.9, AU25=0.9)
    moved.eyes[0, 0] = 1.0  # the source blinks
    target, found = between(STYLE, moved)
    assert (target.parts == Part.MOUTH).sum() > 100
    for part in (Part.MOUTH, Part.LEFT_EYE, Part.RIGHT_EYE):
        assert found.visible[target.parts == part].mean() < 0.1
    assert found.visible[target.parts == Part.SKIN].mean() > 0.95


def test_a_coarser_map_is_the_mean_of_the_finer_one() -> None:
    moved = motion(2, AU12L=0.7, AU12R=0.7)
    moved.pose[1, 0] = 8.0
    fine, coarse = canonical_map(STYLE, moved, 1, 128), canonical_map(STYLE, moved, 1, 64)
    mean = cv2.resize(fine.places, (64, 64), interpolation=cv2.INTER_AREA)
    same = coarse.parts == Part.SKIN
    assert np.quantile(np.abs(mean - coarse.places)[same], 0.95) < 0.002


def test_a_size_that_does_not_divide_the_fine_grid_is_refused() -> None:
    with pytest.raises(ValueError, match="divide 256"):
        canonical_map(STYLE, motion(1), 0, 100)
