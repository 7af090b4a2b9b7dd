"""The face track on a made detector, the crops, and YuNet's decoding; the real graph where it is at hand."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from benchmark.media.errors import MediaError
from benchmark.media.faces import (
    ALIGNED_POINTS,
    aligned_crop,
    pad_to_square,
    resize,
    square_crop,
    track_face,
    warp_square,
)
from benchmark.media.similarity import apply
from benchmark.media.video import read_clip
from benchmark.media.yunet import Detections, YuNet, decode, intersection_over_union, suppress
from tests.shared_files import MEDIA, WEIGHTS, needs_media, needs_weights

Box = tuple[float, float, float, float, float]
"""left, top, right, bottom, score."""


class Script:
    """A detector that reads the frame's number from its first pixel and answers from a script."""

    def __init__(self, answers: dict[int, list[Box]]) -> None:
        self.answers = answers
        self.asked: list[int] = []

    def detect(self, picture: NDArray[np.uint8]) -> Detections:
        number = int(picture[0, 0, 0])
        self.asked.append(number)
        rows = np.array(self.answers.get(number, []), float).reshape(-1, 5)
        corners = rows[:, [0, 1, 2, 1, 0, 1, 0, 3, 2, 3]].reshape(-1, 5, 2)
        return Detections(rows[:, :4], corners, rows[:, 4])


def numbered(count: int) -> NDArray[np.uint8]:
    frames = np.zeros((count, 40, 40, 3), np.uint8)
    frames[:, 20:] = 200
    frames[:, 0, 0, 0] = np.arange(count)
    return frames


def test_the_box_moves_in_a_straight_line_between_findings() -> None:
    detector = Script({0: [(0, 0, 10, 10, 0.9)], 5: [(10, 5, 20, 15, 0.9)], 10: [(10, 5, 20, 15, 0.8)]})
    track = track_face(numbered(13), detector)
    assert detector.asked == [0, 5, 10] and track.sampled.tolist() == [0, 5, 10] and track.found_share == 1.0
    assert np.allclose(track.boxes_at(np.arange(6)), [[2 * t, t, 10 + 2 * t, 10 + t] for t in range(6)])
    assert np.allclose(track.boxes_at(np.array([12])), [[10, 5, 20, 15]])  # stands still after the last
    assert np.allclose(track.points_at(np.array([0, 5]))[:, 0], [[0, 0], [10, 5]])


def test_frames_around_one_without_a_face_are_looked_at_and_known() -> None:
    face = [(0.0, 0.0, 10.0, 10.0, 0.9)]
    detector = Script({index: face for index in range(13) if index not in (5, 6, 7)})
    track = track_face(numbered(13), detector)
    assert sorted(detector.asked) == list(range(11)) and track.sampled.tolist() == [0, 10]
    assert track.absent.tolist() == [5, 6, 7] and track.looked_at == 3
    assert track.present(np.arange(4, 9)).tolist() == [True, False, False, False, True]


def test_a_black_or_faded_frame_between_two_faces_is_none() -> None:
    frames = numbered(11)
    frames[7, 20:], frames[3, 20:] = 7, 90
    detector = Script({index: [(0, 0, 10, 10, 0.9)] for index in range(11)})
    track = track_face(frames, detector)
    assert detector.asked == [0, 5, 10] and track.absent.tolist() == [3, 7]


def test_a_frame_without_a_face_is_bridged() -> None:
    track = track_face(numbered(11), Script({0: [(0, 0, 10, 10, 0.9)], 10: [(20, 0, 30, 10, 0.9)]}))
    assert track.sampled.tolist() == [0, 10] and track.found_share == pytest.approx(2 / 3)
    assert np.allclose(track.boxes_at(np.array([5])), [[10, 0, 20, 10]])


def test_the_largest_face_wins_and_small_ones_do_not_count() -> None:
    crowd = [(0, 0, 5, 5, 0.99), (10, 10, 30, 30, 0.8)]
    track = track_face(numbered(6), Script({0: crowd, 5: crowd}))
    assert np.allclose(track.boxes, [[10, 10, 30, 30]] * 2)


def test_two_faces_are_refused_unless_told_otherwise() -> None:
    pair = [(0, 0, 18, 18, 0.9), (20, 0, 39, 19, 0.9)]
    detector = Script({0: pair, 5: pair, 10: [pair[0]]})
    with pytest.raises(MediaError) as caught:
        track_face(numbered(11), detector)
    assert caught.value.status == "several_faces"
    assert np.allclose(track_face(numbered(11), detector, several="largest").boxes[0], [20, 0, 39, 19])


def test_a_passing_second_face_is_not_two_faces() -> None:
    pair = [(0, 0, 18, 18, 0.9), (20, 0, 39, 19, 0.9)]
    assert len(track_face(numbered(11), Script({0: pair, 5: [pair[0]], 10: [pair[0]]})).sampled) == 3


def test_no_face_is_a_status() -> None:
    with pytest.raises(MediaError) as caught:
        track_face(numbered(11), Script({}))
    assert caught.value.status == "no_face"


def test_a_square_crop_is_clipped_to_the_picture() -> None:
    picture = np.arange(40 * 40 * 3, dtype=np.uint32).reshape(40, 40, 3).astype(np.uint8)
    assert np.array_equal(square_crop(picture, np.array([10, 12, 20, 32.0])), picture[12:32, 5:25])
    assert np.array_equal(square_crop(picture, np.array([-5, 10, 15, 20.0])), picture[5:25, 0:15])
    with pytest.raises(MediaError):
        square_crop(picture, np.array([60, 60, 70, 70.0]))


def test_padding_makes_a_square_with_the_picture_in_the_middle() -> None:
    padded = pad_to_square(np.full((4, 7, 3), 9, np.uint8))
    assert padded.shape == (7, 7, 3) and (padded[1:5] == 9).all() and padded[0].max() == 0 == padded[5:].max()


def test_an_aligned_face_has_its_points_where_they_belong() -> None:
    picture = np.zeros((200, 200, 3), np.uint8)
    points = ALIGNED_POINTS @ np.array([[0.8, 0.35], [-0.35, 0.8]]) + [60, 30]
    for x, y in points:
        cv2.circle(picture, (round(x), round(y)), 2, (255, 255, 255), -1)
    crop = aligned_crop(picture, points)
    assert crop.shape == (112, 112, 3)
    for x, y in ALIGNED_POINTS:
        assert crop[round(y), round(x)].mean() > 150


def test_a_warped_square_knows_its_way_back() -> None:
    rng = np.random.default_rng(0)
    picture = cv2.GaussianBlur(rng.integers(0, 256, (80, 100, 3), dtype=np.uint8), (0, 0), 3)
    crop, back = warp_square(picture, np.array([50.0, 40.0]), 40.0, 64, angle=0.3)
    for u, v in [(10, 10), (32, 40), (60, 5)]:
        x, y = apply(back, np.array([u, v]))
        assert np.abs(crop[v, u].astype(int) - picture[round(y), round(x)]).max() <= 8
    assert np.allclose(apply(back, np.array([31.5, 31.5])), [50, 40])


def test_resize_gives_a_square() -> None:
    assert resize(np.zeros((10, 20, 3), np.uint8), 7).shape == (7, 7, 3)


def test_iou_and_suppression() -> None:
    boxes = np.array([[0, 0, 10, 10], [5, 0, 15, 10], [20, 20, 30, 30], [0, 0, 10, 9.0]])
    assert np.allclose(intersection_over_union(boxes[0], boxes[1:]), [1 / 3, 0, 0.9])
    assert suppress(boxes, np.array([0.6, 0.9, 0.7, 0.5]), overlap=0.3).tolist() == [1, 2]
    assert suppress(boxes, np.array([0.9, 0.6, 0.7, 0.5]), overlap=0.5).tolist() == [0, 2, 1]


def test_decoding_follows_the_formulas() -> None:
    raw = {}
    for stride, cells in ((8, 16), (16, 4), (32, 1)):  # a padded picture of 32 x 32
        raw |= {
            f"cls_{stride}": np.zeros((1, cells, 1), np.float32),
            f"obj_{stride}": np.zeros((1, cells, 1), np.float32),
        }
        raw |= {
            f"bbox_{stride}": np.zeros((1, cells, 4), np.float32),
            f"kps_{stride}": np.zeros((1, cells, 10), np.float32),
        }
    raw["cls_8"][0, 6], raw["obj_8"][0, 6] = 0.81, 0.64  # row 1, column 2
    raw["bbox_8"][0, 6] = [0.5, 0.25, np.log(2), np.log(3)]
    raw["kps_8"][0, 6, :2] = [0.5, -0.5]
    found = decode(raw, 32)
    assert found.scores[6] == pytest.approx(0.72) and np.delete(found.scores, 6).max() == 0
    assert np.allclose(found.boxes[6], [20 - 8, 10 - 12, 20 + 8, 10 + 12], atol=1e-5)
    assert np.allclose(found.points[6, 0], [20, 4])


@needs_weights
@needs_media
def test_yunet_agrees_with_opencv_on_a_real_face() -> None:
    graph = WEIGHTS / "yunet/yunet_n_dynamic.onnx"
    picture = read_clip(MEDIA / "cmet/video/W009_038.mp4", max_frames=1).frames[0]
    ours = YuNet(graph).detect(picture)
    theirs = cv2.FaceDetectorYN.create(str(graph), "", (256, 256), 0.5, 0.3)
    _, faces = theirs.detect(np.ascontiguousarray(picture[..., ::-1]))
    assert len(ours.scores) == len(faces) == 1
    left, top, width, height = faces[0, :4]
    assert np.allclose(ours.boxes[0], [left, top, left + width, top + height], atol=0.5)
    assert np.allclose(ours.points[0].ravel(), faces[0, 4:14], atol=0.5)
    assert ours.scores[0] == pytest.approx(float(faces[0, 14]), abs=1e-3)


@needs_weights
@needs_media
def test_a_large_picture_gives_boxes_in_its_own_pixels() -> None:
    picture = read_clip(MEDIA / "cmet/video/W009_038.mp4", max_frames=1).frames[0]
    detector = YuNet(WEIGHTS / "yunet/yunet_n_dynamic.onnx")
    large = np.asarray(cv2.resize(picture, (1024, 1024)), np.uint8)
    small = np.asarray(cv2.resize(large, (640, 640)), np.uint8)
    assert np.allclose(detector.detect(large).boxes * 640 / 1024, detector.detect(small).boxes)


@needs_weights
@needs_media
def test_two_real_faces_side_by_side_are_refused() -> None:
    picture = read_clip(MEDIA / "cmet/video/W009_038.mp4", max_frames=1).frames
    detector = YuNet(WEIGHTS / "yunet/yunet_n_dynamic.onnx")
    with pytest.raises(MediaError) as caught:
        track_face(np.concatenate([picture, picture], axis=2), detector)
    assert caught.value.status == "several_faces"
    with pytest.raises(MediaError) as caught:
        track_face(np.full((1, 128, 128, 3), 90, np.uint8), detector)
    assert caught.value.status == "no_face"
