"""Put an edited face back into the frames that it was cut from, with a soft edge."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmark.media.face_region import Region

FEATHER = 0.12
"""Width of the soft edge as a share of the rectangle's shorter side: inside the crop's margin, outside the face."""


def feathered_mask(region: Region, width: int, height: int, feather: float = FEATHER) -> NDArray[np.float32]:
    """How much of the edited face is shown.

    Args:
        region: the rectangle, in a frame of `width` x `height`.
        width: of the frame.
        height: of the frame.
        feather: width of the soft edge as a share of the shorter side, in [0, 0.5].

    Returns:
        float32 (region.height, region.width) in (0, 1]: 1 inside, falling to 0 just outside the rectangle as half a
        cosine; no soft edge where the rectangle ends with the frame, since there is nothing to blend with.
    """
    ramp = feather * min(region.width, region.height)
    across = _profile(region.width, ramp, region.left > 0, region.right < width)
    down = _profile(region.height, ramp, region.top > 0, region.bottom < height)
    return np.asarray(down[:, None] * across[None, :], np.float32)


def _profile(length: int, ramp: float, soft_start: bool, soft_end: bool) -> NDArray[np.float64]:
    """One side of the mask (length,), the ramps beginning half a pixel outside."""
    position = np.arange(length) + 1.0
    profile = np.ones(length)
    for soft, distance in ((soft_start, position), (soft_end, position[::-1])):
        if soft and ramp > 0:
            profile *= 0.5 - 0.5 * np.cos(np.pi * np.clip(distance / (ramp + 1.0), 0.0, 1.0))
    return profile


def paste(
    frames: NDArray[np.uint8], faces: NDArray[np.uint8], region: Region, feather: float = FEATHER
) -> NDArray[np.uint8]:
    """Put faces back.

    Args:
        frames: uint8 (T, H, W, 3), the frames that the faces belong into; they stay as they are.
        faces: uint8 (T, S, S, 3), edited crops of `region`.
        region: the rectangle of the frames that was cut.
        feather: see `feathered_mask`.

    Returns:
        uint8 (T, H, W, 3); outside the rectangle the frames' own pixels.

    Raises:
        ValueError: not as many faces as frames, or the rectangle is not inside them.
    """
    if len(frames) != len(faces):
        raise ValueError(f"{len(faces)} faces can't be put into {len(frames)} frames")
    height, width = frames.shape[1:3]
    if not (0 <= region.left < region.right <= width and 0 <= region.top < region.bottom <= height):
        raise ValueError(f"{region} is not inside frames of {width}x{height}")
    mask = feathered_mask(region, width, height, feather)[..., None]
    out = frames.copy()
    for frame, face in zip(out, faces, strict=True):
        enlarging = region.width >= face.shape[1]
        way = cv2.INTER_CUBIC if enlarging else cv2.INTER_AREA
        fitted = np.asarray(cv2.resize(face, (region.width, region.height), interpolation=way), np.float32)
        place = frame[region.top : region.bottom, region.left : region.right]
        place[:] = np.rint(place + mask * (fitted - place)).clip(0, 255).astype(np.uint8)
    return out
