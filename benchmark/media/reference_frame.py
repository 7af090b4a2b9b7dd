"""Which frame of a clip stands for the person: the first that shows the face well, not simply the first.

A film may begin black, faded in, or with a title. Two questions are asked of every frame without a network: is it blank
(`blank`), and does it look at all like the clip's usual picture? With a detector, a face must be found there, seen from
the front. The first frame is kept wherever it passes, so ordinary clips start as they always did.
"""

from __future__ import annotations

from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmark.core.status import Status
from benchmark.media.blank import WELL_SEEN, blank_frames, contrasts
from benchmark.media.errors import MediaError
from benchmark.media.yunet import Detections

CLEAR = 0.95
"""Share of the clip's contrast from which a frame counts as fully faded in; frames of a talking face have more."""
FLAT = 2.0
"""Levels of 255: a clip of less contrast shows nothing at all."""
ALIKE = 0.3
"""Least correlation with the clip's median picture, both of 32 x 32 gray pixels. Frames of one shot have 0.5 and more,
a head that turns away 0.2 to 0.5."""
SMALL = 32
FRONTAL = 0.25
"""Distance of the nose tip from the middle between the eyes, along the line of the eyes, in shares of their distance: a
head that is turned by about 25 degrees."""


class Finder(Protocol):
    """Anything that finds faces in one RGB picture, as `benchmark.media.faces.Detector`."""

    def detect(self, picture: NDArray[np.uint8]) -> Detections:
        """All faces of a picture uint8 (H, W, 3), RGB."""


def reference_frame(frames: NDArray[np.uint8], detector: Finder | None = None) -> int:
    """The number of the frame that stands for the person.

    Args:
        frames: uint8 (T, H, W, 3), RGB, of one shot.
        detector: finds faces; None: the frames are face crops, of which blank and foreign pictures are passed over.

    Returns:
        0 where the first frame shows the face; else the first frame that shows it clearly. Where no frame shows it from
        the front, the most frontal one.

    Raises:
        MediaError: `no_face`: no frame shows anything, or the detector finds a face in none.
    """
    contrast = contrasts(frames)
    usual = float(np.quantile(contrast, WELL_SEEN))
    if usual < FLAT:
        raise MediaError(Status.NO_FACE, f"none of the {len(frames)} frames shows a picture, all are of one colour")
    alike = likenesses(frames) >= ALIKE
    if alike.mean() < 0.5:  # a clip of many pictures has no usual one
        alike[:] = True
    candidates = np.flatnonzero(alike & (contrast >= CLEAR * usual)).tolist()
    if not blank_frames(frames)[0] and alike[0]:
        candidates = [0, *(index for index in candidates if index)]
    if detector is None:
        return int(candidates[0]) if candidates else int(contrast.argmax())
    turned = {}
    for index in candidates:
        turn = turn_of_head(detector.detect(frames[index]))
        if turn is not None and turn <= FRONTAL:
            return int(index)
        if turn is not None:
            turned[index] = turn
    if not turned:
        raise MediaError(Status.NO_FACE, f"no face in the {len(candidates)} frames that show a picture")
    return min(turned, key=lambda index: turned[index])


def likenesses(frames: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Correlation of frames uint8 (T, H, W, 3) with the clip's median picture, float64 (T,); 0 for blank ones."""
    small = np.stack([cv2.resize(f, (SMALL, SMALL), interpolation=cv2.INTER_AREA).mean(axis=2) for f in frames])
    rows = small.reshape(len(small), -1)
    usual = np.median(rows, axis=0)
    rows, usual = rows - rows.mean(axis=1, keepdims=True), usual - usual.mean()
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(usual)
    return np.asarray(rows @ usual / np.maximum(lengths, 1e-9), np.float64)


def turn_of_head(found: Detections) -> float | None:
    """How far the largest face of a picture is turned aside, as `FRONTAL`; None without a face."""
    if len(found.scores) == 0:
        return None
    areas = (found.boxes[:, 2:] - found.boxes[:, :2]).prod(axis=1)
    right, left, nose = found.points[int(np.argmax(areas))][:3]
    across = left - right
    return abs(float((nose - (right + left) / 2) @ across / max(float(across @ across), 1e-9)))
