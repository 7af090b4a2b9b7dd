"""Which frame stands for the person, and which frames are blank: drawn puppets behind black, faded and foreign ones."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmark.media.blank import blank_frames, nearest_seen
from benchmark.media.errors import MediaError
from benchmark.media.reference_frame import likenesses, reference_frame, turn_of_head
from benchmark.media.yunet import Detections
from benchmark.puppets.corpus import perform
from benchmark.puppets.face.render import render
from benchmark.puppets.face.style import FaceStyle
from benchmark.puppets.plan import ClipPlan


@pytest.fixture(scope="module")
def talking() -> NDArray[np.uint8]:
    """Twenty frames of a talking puppet, uint8 (20, 64, 64, 3)."""
    plan = ClipPlan("P25", "happy", 2, "s29")
    acted = perform(plan)
    return render(FaceStyle.of(plan.identity, 0), acted.motion.select(slice(10, 30)), 64)


def faded(frames: NDArray[np.uint8], shares: NDArray[np.float64]) -> NDArray[np.uint8]:
    return (frames * shares[:, None, None, None]).astype(np.uint8)


def title() -> NDArray[np.uint8]:
    """A picture of high contrast that is no face."""
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[20:26, ::4] = picture[40:44, 1::3] = 255
    return picture


class Looks:
    """A detector that finds a face in some frames, turned aside by a share of the eyes' distance."""

    def __init__(self, frames: NDArray[np.uint8], turned: dict[int, float]) -> None:
        self.known = {frames[index].tobytes(): turn for index, turn in turned.items()}

    def detect(self, picture: NDArray[np.uint8]) -> Detections:
        turn = self.known.get(picture.tobytes())
        if turn is None:
            return Detections(np.zeros((0, 4)), np.zeros((0, 5, 2)), np.zeros(0))
        points = np.array([[[20, 30], [40, 30], [30 + 20 * turn, 40], [24, 50], [36, 50]]], np.float64)
        return Detections(np.array([[10.0, 10, 50, 60]]), points, np.array([0.9]))


def test_an_ordinary_clip_starts_with_its_first_frame(talking: NDArray[np.uint8]) -> None:
    assert reference_frame(talking) == 0 and not blank_frames(talking).any()
    assert nearest_seen(talking).tolist() == list(range(20))
    assert likenesses(talking).min() > 0.8


@pytest.mark.parametrize("black", [1, 3, 12])
def test_black_frames_are_passed_over(talking: NDArray[np.uint8], black: int) -> None:
    frames = talking.copy()
    frames[:black] = 0
    assert reference_frame(frames) == black and blank_frames(frames).tolist() == [True] * black + [False] * (20 - black)
    assert nearest_seen(frames).tolist() == [black] * black + list(range(black, 20))


@pytest.mark.parametrize("white", [False, True])
def test_a_face_that_is_still_faded_is_not_taken(talking: NDArray[np.uint8], white: bool) -> None:
    shares = np.minimum(np.arange(20) / 10, 1.0)
    frames = faded(talking, shares)
    if white:
        frames = (frames + 255 * (1 - shares[:, None, None, None])).astype(np.uint8)
    assert reference_frame(frames) == 10 and blank_frames(frames).tolist() == (shares < 0.61).tolist()


def test_a_title_is_not_the_person(talking: NDArray[np.uint8]) -> None:
    frames = talking.copy()
    frames[:4] = title()
    assert reference_frame(frames) == 4


def test_a_black_flash_takes_the_nearest_frame(talking: NDArray[np.uint8]) -> None:
    frames = talking.copy()
    frames[9:11] = 0
    assert nearest_seen(frames).tolist() == [*range(9), 8, 11, *range(11, 20)]


def test_a_clip_that_shows_nothing_is_said_so_in_one_line(talking: NDArray[np.uint8]) -> None:
    for frames in (np.zeros_like(talking), np.full_like(talking, 77)):
        with pytest.raises(MediaError, match="all are of one colour") as caught:
            reference_frame(frames)
        assert caught.value.status == "no_face" and "\n" not in str(caught.value)


def test_with_a_detector_the_first_frontal_face_is_taken(talking: NDArray[np.uint8]) -> None:
    assert reference_frame(talking, Looks(talking, {0: 0.1, 5: 0.0})) == 0
    assert reference_frame(talking, Looks(talking, {0: 0.6, 3: 0.4, 5: -0.2, 6: 0.0})) == 5
    assert reference_frame(talking, Looks(talking, {2: 0.6, 7: 0.4, 8: 0.5})) == 7, "else the most frontal one"
    with pytest.raises(MediaError, match="no face") as caught:
        reference_frame(talking, Looks(talking, {}))
    assert caught.value.status == "no_face"


def test_the_turn_of_a_head_does_not_depend_on_its_tilt() -> None:
    points = np.array([[20.0, 30], [40, 30], [35, 40], [24, 50], [36, 50]])
    angle = 0.4
    tilt = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    for laid in (points, points @ tilt.T):
        found = Detections(np.array([[0.0, 0, 9, 9]]), laid[None], np.array([0.9]))
        assert turn_of_head(found) == pytest.approx(0.25)
