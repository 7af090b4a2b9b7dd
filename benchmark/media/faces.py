"""Where the face is in every frame of a clip: found once, seen by every metric.

A detector looks at every fifth frame; in between, the box and the points move in a straight line, before the first and
after the last finding they stand still. Where it finds none, it looks at the frames around, too: those without a face,
and those that are black or faded, are known by number, and nobody measures a face there. Crops are cut from the track,
so that all metrics see the same alignment.
Coordinates are pixels x, y of the clip's frames, float64.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmark.core.status import Status
from benchmark.media.blank import blank_frames
from benchmark.media.errors import MediaError
from benchmark.media.similarity import similarity
from benchmark.media.yunet import Detections

STEP = 5
"""The detector looks at frames 0, 5, 10, ...: a head at 25 fps moves little in 0.2 s."""
RIVAL_AREA = 0.5
RIVAL_SCORE = 0.7
"""A second face counts if its box has half the area of the largest and a score of 0.7: not a picture on the wall."""

Several = Literal["largest", "refuse"]

ALIGNED_SIZE = 112
ALIGNED_POINTS = np.array([[38.29, 51.70], [73.53, 51.50], [56.03, 71.74], [41.55, 92.37], [70.73, 92.20]])
"""Where eyes, nose tip and mouth corners lie in an aligned 112 px face: the points of ArcFace (Deng et al., CVPR 2019,
https://github.com/deepinsight/insightface), rounded to hundredths."""


class Detector(Protocol):
    """Anything that finds faces in one RGB picture."""

    def detect(self, picture: NDArray[np.uint8]) -> Detections:
        """All faces of a picture uint8 (H, W, 3), RGB."""


@dataclass(frozen=True)
class FaceTrack:
    """The face of one clip: what was found in the frames that were looked at."""

    frames: int
    """How many frames the clip has."""
    sampled: NDArray[np.intp]
    """intp (S,): the frames in which a face was found, rising, S >= 1."""
    boxes: NDArray[np.float64]
    """float64 (S, 4): left, top, right, bottom."""
    points: NDArray[np.float64]
    """float64 (S, 5, 2): eye, eye, nose tip, mouth corner, mouth corner; image-left first."""
    scores: NDArray[np.float64]
    """float64 (S,): the detector's confidence, in [0, 1]."""
    looked_at: int
    """In how many of the frames 0, step, 2 * step, ... the detector looked; S / looked_at of them show a face."""
    absent: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))
    """intp (A,): frames that were looked at and show no face, and blank ones, rising."""

    @property
    def found_share(self) -> float:
        """Share of the looked-at frames that show a face, in (0, 1]."""
        return len(self.sampled) / self.looked_at

    def present(self, frames: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Whether each of these frames shows a face, bool (F,), as far as the detector looked."""
        return ~np.isin(frames, self.absent)

    def boxes_at(self, frames: NDArray[np.integer] | NDArray[np.floating]) -> NDArray[np.float64]:
        """Boxes (F, 4) of any frames or moments between them, on the straight line between the frames looked at."""
        return self._between(self.boxes, frames)

    def points_at(self, frames: NDArray[np.integer] | NDArray[np.floating]) -> NDArray[np.float64]:
        """Points (F, 5, 2) of any frames or moments between them, between those looked at on a straight line."""
        return self._between(self.points.reshape(len(self.points), 10), frames).reshape(-1, 5, 2)

    def _between(
        self, values: NDArray[np.float64], frames: NDArray[np.integer] | NDArray[np.floating]
    ) -> NDArray[np.float64]:
        columns = [np.interp(frames, self.sampled, values[:, column]) for column in range(values.shape[1])]
        return np.stack(columns, axis=1)


def track_face(
    frames: NDArray[np.uint8], detector: Detector, *, step: int = STEP, several: Several = "refuse"
) -> FaceTrack:
    """Find the face of a clip.

    Args:
        frames: uint8 (T, H, W, 3), RGB.
        detector: looks at frames 0, step, 2 * step, ...
        step: 1 looks at every frame.
        several: what to do when more than half of the frames with a face hold a second one of nearly the same weight:
            "refuse" raises, "largest" takes the largest of each frame.

    Returns:
        The track of the largest face of each frame.

    Raises:
        MediaError: `no_face` in no frame, or `several_faces`.
    """
    sampled, boxes, points, scores = [], [], [], []
    crowded = 0
    looked_at = range(0, len(frames), step)
    missed: set[int] = set()
    for index in looked_at:
        found = detector.detect(frames[index])
        if len(found.scores) == 0:
            missed.add(index)
            continue
        areas = (found.boxes[:, 2:] - found.boxes[:, :2]).prod(axis=1)
        largest = int(np.argmax(areas))
        rivals = (areas >= RIVAL_AREA * areas[largest]) & (found.scores >= RIVAL_SCORE)
        rivals[largest] = False
        crowded += bool(rivals.any())
        sampled.append(index)
        boxes.append(found.boxes[largest])
        points.append(found.points[largest])
        scores.append(found.scores[largest])
    if not sampled:
        raise MediaError(Status.NO_FACE, f"no face in the {len(looked_at)} frames looked at")
    if several == "refuse" and crowded > len(sampled) / 2:
        raise MediaError(Status.SEVERAL_FACES, f"more than one face in {crowded} of {len(sampled)} frames with a face")
    return FaceTrack(
        frames=len(frames),
        sampled=np.asarray(sampled, np.intp),
        boxes=np.stack(boxes),
        points=np.stack(points),
        scores=np.asarray(scores),
        looked_at=len(looked_at),
        absent=_without_face(frames, detector, missed, step),
    )


def _without_face(frames: NDArray[np.uint8], detector: Detector, missed: set[int], step: int) -> NDArray[np.intp]:
    """Frames in which nobody can be measured: blank ones, and those without a face near a looked-at one without."""
    near = {place for index in missed for place in range(index - step + 1, index + step)}
    absent = blank_frames(frames)
    absent[sorted(missed)] = True
    for index in sorted(near - missed):
        if 0 <= index < len(frames) and index % step and not absent[index]:
            absent[index] = len(detector.detect(frames[index]).scores) == 0
    return np.flatnonzero(absent)


def square_crop(picture: NDArray[np.uint8], box: NDArray[np.floating], scale: float = 1.0) -> NDArray[np.uint8]:
    """Cut the square of side `scale * max(width, height)` about the box's centre, as far as it lies in the picture.

    Args:
        picture: uint8 (H, W, 3).
        box: (4,): left, top, right, bottom.
        scale: of the side; 1 just holds the box.

    Returns:
        uint8 (h, w, 3), h and w at most the side, less at the picture's edge.

    Raises:
        MediaError: `no_face`, if the square lies outside the picture.
    """
    height, width = picture.shape[:2]
    left, top, right, bottom = square(box, scale)
    x0, y0 = max(0, round(left)), max(0, round(top))
    x1, y1 = min(width, round(right)), min(height, round(bottom))
    if x1 <= x0 or y1 <= y0:
        raise MediaError(Status.NO_FACE, "the face lies outside the picture")
    return picture[y0:y1, x0:x1]


def square(box: NDArray[np.floating], scale: float = 1.0) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of the square of side `scale * max(width, height)` about the box's centre."""
    left, top, right, bottom = (float(value) for value in box)
    half = scale * max(right - left, bottom - top) / 2
    x, y = (left + right) / 2, (top + bottom) / 2
    return x - half, y - half, x + half, y + half


def pad_to_square(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Add black on both sides of the shorter side (one line more at right or bottom) until the picture is square."""
    height, width = picture.shape[:2]
    side = max(height, width)
    above, before = (side - height) // 2, (side - width) // 2
    return np.pad(picture, ((above, side - height - above), (before, side - width - before), (0, 0)))


def resize(picture: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """Bilinear resize to (size, size); the picture's shape may change."""
    result: NDArray[np.uint8] = np.asarray(cv2.resize(picture, (size, size), interpolation=cv2.INTER_LINEAR), np.uint8)
    return result


def aligned_crop(
    picture: NDArray[np.uint8], points: NDArray[np.floating], size: int = ALIGNED_SIZE
) -> NDArray[np.uint8]:
    """The face turned upright and scaled so that its five points lie where identity networks expect them.

    Args:
        picture: uint8 (H, W, 3).
        points: (5, 2): eye, eye, nose tip, mouth corner, mouth corner; image-left first.
        size: side of the result, pixels.

    Returns:
        uint8 (size, size, 3), bilinear, black outside the picture.
    """
    matrix = similarity(points, ALIGNED_POINTS * (size / ALIGNED_SIZE))
    warped = cv2.warpAffine(picture, matrix, (size, size), flags=cv2.INTER_LINEAR, borderValue=(0, 0, 0))
    result: NDArray[np.uint8] = np.asarray(warped, np.uint8)
    return result


def warp_square(
    picture: NDArray[np.uint8], centre: NDArray[np.floating], side: float, size: int, angle: float = 0.0
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """Cut a square that may be turned and may reach over the picture's edge (black there), and resize it.

    Args:
        picture: uint8 (H, W, 3).
        centre: (2,), x, y.
        side: of the square, pixels of the picture, > 0.
        size: of the result, pixels.
        angle: of the square's upper edge against the x axis, radians, clockwise as seen.

    Returns:
        uint8 (size, size, 3), bilinear; and float64 (2, 3), the transform from the result's pixels back to the
        picture's, for `benchmark.media.similarity.apply`.
    """
    scale = side / size
    cosine, sine = scale * np.cos(angle), scale * np.sin(angle)
    turn = np.array([[cosine, -sine], [sine, cosine]])
    middle = (size - 1) / 2
    back = np.column_stack([turn, np.asarray(centre, np.float64) - turn @ [middle, middle]])
    warped = cv2.warpAffine(picture, back, (size, size), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    return np.asarray(warped, np.uint8), back
