"""The rectangle of a clip and the turned square of a portrait."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmark.checkpoints.load import verify
from benchmark.media.errors import MediaError
from benchmark.media.image import read_image
from benchmark.media.video import read_clip
from benchmark.media.yunet import YUNET, Detections, YuNet
from cmet.inference.face_crop import PORTRAIT_POINTS, Region, cut, find_region, portrait, whole
from tests.shared_files import MEDIA, WEIGHTS, needs_media, needs_weights


class Script:
    """A detector that knows the boxes: one list of (left, top, right, bottom) for each picture, in turn."""

    def __init__(self, *boxes: list[tuple[float, float, float, float]], points: np.ndarray | None = None) -> None:
        self.boxes = list(boxes)
        self.points = np.zeros((5, 2)) if points is None else points

    def detect(self, picture: np.ndarray) -> Detections:
        boxes = np.array(self.boxes.pop(0) if len(self.boxes) > 1 else self.boxes[0], np.float64).reshape(-1, 4)
        return Detections(boxes, np.tile(self.points, (len(boxes), 1, 1)), np.ones(len(boxes)))


FRAMES = np.zeros((15, 120, 200, 3), np.uint8)  # looked at: 0, 5, 10


def test_the_rectangle_is_the_union_enlarged_by_a_tenth_on_every_side() -> None:
    moving = Script([(60, 30, 90, 70)], [(66, 34, 96, 74)], [(70, 30, 100, 70)])
    # union 60..100 x 30..74, side 44 * 1.2 = 52.8 about (80, 52)
    assert find_region(FRAMES, moving) == Region(54, 26, 107, 79)  # 53 wide and high
    assert find_region(FRAMES, Script([(60, 30, 100, 70)])) == Region(56, 26, 104, 74)


def test_at_the_edge_the_square_moves_inside_or_is_clamped() -> None:
    corner = [(0.0, 0.0, 50.0, 50.0)]  # 60 wide about (25, 25): -5..55
    assert find_region(FRAMES, Script(corner)) == Region(0, 0, 60, 60)
    assert find_region(FRAMES, Script(corner), mode="paper") == Region(0, 0, 55, 55)
    tall = [(80.0, 0.0, 140.0, 118.0)]  # 141.6 is more than the frame is high
    assert find_region(FRAMES, Script(tall)) == Region(50, 0, 170, 120)
    clamped = find_region(FRAMES, Script(tall), mode="paper")
    assert (clamped.width, clamped.height) == (142, 120)


def test_somebody_who_walks_by_is_not_cut_out() -> None:
    face, other = (60.0, 30.0, 90.0, 60.0), (120.0, 10.0, 180.0, 70.0)
    assert find_region(FRAMES, Script([face], [face, other], [face])) == find_region(FRAMES, Script([face]))
    places = [[(40.0 * i, 10.0, 40.0 * i + 30, 40.0)] for i in range(4)]
    with pytest.raises(MediaError, match="stays at one place in only 0 of 4") as error:
        find_region(np.zeros((20, 120, 200, 3), np.uint8), Script(*places))
    assert error.value.status == "moving_face"
    with pytest.raises(MediaError, match="no face"):
        find_region(FRAMES, Script([]))


def test_the_cut_shows_the_rectangle() -> None:
    frames = np.zeros((2, 120, 200, 3), np.uint8)
    frames[:, :, :, 0], frames[:, :, :, 1] = np.arange(200), np.arange(120)[:, None]
    same = cut(frames, Region(40, 20, 72, 52), 32)
    np.testing.assert_array_equal(same, frames[:, 20:52, 40:72])
    half = cut(frames, Region(40, 20, 104, 84), 32)  # each pixel is the mean of four
    np.testing.assert_allclose(half[0, 3, 5], frames[0, 26:28, 50:52].mean(axis=(0, 1)), atol=0.5)


def test_whole_frames_must_be_square_unless_the_reference_is_followed() -> None:
    with pytest.raises(MediaError, match="200x120 are no face crops"):
        whole(FRAMES, 32)
    assert whole(FRAMES, 32, "paper").shape == (15, 32, 32, 3)
    assert whole(FRAMES[:, :120, :120], 32).shape == (15, 32, 32, 3)


@pytest.mark.parametrize("scale", [0.4, 1.0, 7.0])
def test_a_portrait_is_turned_upright_and_scaled(scale: float) -> None:
    size, angle = 128, 0.4
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points = (PORTRAIT_POINTS - 128) @ turn.T + 400 + 100 * scale
    side = int(800 + 200 * scale)
    picture = np.zeros((side, side, 3), np.uint8)
    yy, xx = np.mgrid[:side, :side]
    for x, y in points:  # a soft dot on each point
        dot = np.exp(-((xx - x) ** 2 + (yy - y) ** 2) / (2 * (4 * scale) ** 2))
        picture[..., 1] = np.maximum(picture[..., 1], (255 * dot).astype(np.uint8))
    box = [(*points.min(axis=0), *points.max(axis=0))]
    face = portrait(picture, Script(box, points=points), size)[..., 1].astype(float)
    for x, y in (PORTRAIT_POINTS + 0.5) / 2 - 0.5:
        window = np.s_[round(y) - 6 : round(y) + 7, round(x) - 6 : round(x) + 7]
        weights = face[window]
        rows, columns = np.mgrid[window]
        centre = (columns * weights).sum() / weights.sum(), (rows * weights).sum() / weights.sum()
        np.testing.assert_allclose(centre, (x, y), atol=0.25)


@pytest.fixture(scope="module")
def yunet() -> YuNet:
    path = WEIGHTS / YUNET.name
    verify(path, YUNET)
    return YuNet(path)


@needs_media
@needs_weights
def test_a_clip_that_the_authors_cut_is_cut_as_it_is(yunet: YuNet) -> None:
    frames = read_clip(MEDIA / "cmet" / "video" / "W009_038.mp4").frames
    region = find_region(frames, yunet, "paper")
    assert np.abs(np.array(region) - [0, 0, 256, 256]).max() <= 4
    assert find_region(frames, yunet).width >= 252


@needs_media
@needs_weights
def test_a_wide_recording_is_cut_like_the_authors_clips(yunet: YuNet) -> None:
    path = next(path for path in sorted((MEDIA / "eamm" / "mead_raw").iterdir()) if path.suffix == ".mp4")
    frames = read_clip(path, max_frames=30).frames
    region = find_region(frames, yunet)
    assert frames.shape[1:3] == (1080, 1920) and region.width == region.height
    found = yunet.detect(cut(frames[:1], region, 256)[0]).points[0]
    assert np.abs(found - PORTRAIT_POINTS).mean() < 15  # the authors' own crops scatter by up to 13


@needs_media
@needs_weights
def test_a_real_portrait_lands_on_the_points(yunet: YuNet) -> None:
    picture = read_image(MEDIA / "cmet" / "identity" / "W009_001_identity_source.jpg")
    around = cv2.copyMakeBorder(picture, 150, 200, 300, 100, cv2.BORDER_CONSTANT)
    for given in (picture, around):
        found = yunet.detect(portrait(given, yunet, 256)).points[0]
        assert np.abs(found - PORTRAIT_POINTS).max() < 8


def test_the_detector_is_found_in_the_folders_of_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmark.checkpoints.errors import WeightsError
    from cmet.inference.face_detector import VARIABLE, load_detector

    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(FileNotFoundError, match="get yunet_n_dynamic.onnx from https://raw.* --face-detector FILE"):
        load_detector()
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    (tmp_path / "yunet_n_dynamic.onnx").write_bytes(b"no graph")
    with pytest.raises(WeightsError, match="8 bytes, expected 322906"):
        load_detector()
    with pytest.raises(WeightsError, match="no such file"):
        load_detector(tmp_path / "absent.onnx")
    if (WEIGHTS / YUNET.name).is_file():
        monkeypatch.setenv(VARIABLE, f"{tmp_path / 'none'}:{WEIGHTS}")
        assert isinstance(load_detector(), YuNet)
