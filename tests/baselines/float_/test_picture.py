"""The square about a face."""

from __future__ import annotations

import numpy as np
import pytest

from baselines.float_.picture import MARGIN, face_square
from benchmark.media.errors import MediaError
from benchmark.media.yunet import Detections
from tests.benchmark.media.made import made_frames


class Finder:
    """Finds what it is told."""

    def __init__(self, *boxes: tuple[float, float, float, float]) -> None:
        self.boxes = np.array(boxes, float).reshape(-1, 4)

    def detect(self, picture: np.ndarray) -> Detections:
        return Detections(self.boxes, np.zeros((len(self.boxes), 5, 2)), np.full(len(self.boxes), 0.9))


def test_the_square_has_the_margin_about_the_boxs_centre() -> None:
    picture = made_frames(1, 200, 240)[0]
    square = face_square(picture, Finder((90, 60, 130, 120)))
    radius = int(30 * MARGIN)
    assert square.shape == (2 * radius, 2 * radius, 3)
    np.testing.assert_array_equal(square, picture[90 - radius : 90 + radius, 110 - radius : 110 + radius])


def test_beyond_the_picture_it_is_black() -> None:
    picture = np.full((100, 100, 3), 200, np.uint8)
    square = face_square(picture, Finder((0, 20, 40, 80)))
    radius = int(30 * MARGIN)
    assert square.shape == (2 * radius, 2 * radius, 3)
    assert not square[:, : radius - 20].any() and (square[:, radius - 20 : radius] == 200).all()


def test_the_largest_face_is_cut_and_none_is_an_error() -> None:
    picture = made_frames(1, 200, 240)[0]
    two = face_square(picture, Finder((10, 10, 20, 20), (90, 60, 130, 120)))
    np.testing.assert_array_equal(two, face_square(picture, Finder((90, 60, 130, 120))))
    with pytest.raises(MediaError) as caught:
        face_square(picture, Finder())
    assert caught.value.status == "no_face"
