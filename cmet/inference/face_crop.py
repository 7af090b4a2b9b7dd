"""From any picture to the face model's: one rectangle for a clip, one turned square for a portrait.

A clip is cut as the authors cut theirs: the union of the face's boxes over all frames, enlarged by a tenth on every
side, as a square. (Their own clips are found again so: the square of W009_038, cut by them to 256 pixels, is the
picture itself within 4 pixels.) Their square is clamped to the frame and squashed to the model's size; here it is moved
into the frame first, which keeps the face's shape; `paper` mode clamps.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmark.core.status import Status
from benchmark.media.errors import MediaError
from benchmark.media.face_region import Region, region_of
from benchmark.media.faces import Detector, track_face
from benchmark.media.similarity import similarity
from cmet.inference.editing import Mode
from cmet.inference.motion import resized

PORTRAIT_POINTS = np.array([[97.5, 105.7], [161.5, 107.6], [129.5, 145.4], [99.4, 172.1], [155.3, 173.8]])
"""Eyes, nose tip, mouth corners in an aligned portrait of 256 pixels: the mean of what YuNet finds in the 14 identity
images of the C-MET repository, which its 68-point alignment made; they scatter by 4 to 8 pixels."""
PORTRAIT_SIZE = 256


def find_region(frames: NDArray[np.uint8], detector: Detector, mode: Mode = "clean") -> Region:
    """The rectangle of a clip that the face model is shown.

    Args:
        frames: uint8 (T, H, W, 3), RGB.
        detector: finds faces; the largest of each frame is followed.
        mode: see the module.

    Raises:
        MediaError: `no_face`; `moving_face`: the largest face is somewhere else in more than half of the frames.
    """
    track = track_face(frames, detector, several="largest")
    height, width = frames.shape[1:3]
    return region_of(track, width, height, clamped=mode == "paper")


def cut(frames: NDArray[np.uint8], region: Region, size: int) -> NDArray[np.uint8]:
    """The rectangle of every frame at the face model's size: uint8 (T, H, W, 3) -> (T, size, size, 3)."""
    return resized(frames[:, region.top : region.bottom, region.left : region.right], size)


def whole(frames: NDArray[np.uint8], size: int, mode: Mode = "clean") -> NDArray[np.uint8]:
    """Frames that show the face only, at the face model's size.

    Raises:
        MediaError: `not_square` in clean mode; `paper` squashes them, as the reference does.
    """
    height, width = frames.shape[1:3]
    if height != width and mode == "clean":
        raise MediaError(
            Status.NOT_SQUARE, f"frames of {width}x{height} are no face crops: let the face be found and cut"
        )
    return resized(frames, size)


def portrait(picture: NDArray[np.uint8], detector: Detector, size: int) -> NDArray[np.uint8]:
    """The largest face of an image, turned upright, where the face model expects it.

    Args:
        picture: uint8 (H, W, 3), RGB.
        detector: finds faces with five points.
        size: side of the result.

    Returns:
        uint8 (size, size, 3), black outside the picture.

    Raises:
        MediaError: `no_face`.
    """
    points = track_face(picture[None], detector, several="largest").points[0]
    # pixel centres: 256 pixels are stretched to `size` about their common edge
    target = (PORTRAIT_POINTS + 0.5) * (size / PORTRAIT_SIZE) - 0.5
    matrix = similarity(points, target)
    shrink = float(np.hypot(*matrix[:, 0]))
    if shrink < 0.5:  # bilinear sampling alone would alias: shrink by area first
        factor = 2 * shrink
        height, width = picture.shape[:2]
        small = (max(1, round(width * factor)), max(1, round(height * factor)))
        picture = np.asarray(cv2.resize(picture, small, interpolation=cv2.INTER_AREA), np.uint8)
        scale = np.array([small[0] / width, small[1] / height])
        matrix = similarity((points + 0.5) * scale - 0.5, target)
    warped = cv2.warpAffine(picture, matrix, (size, size), flags=cv2.INTER_LINEAR, borderValue=(0, 0, 0))
    return np.asarray(warped, np.uint8)
