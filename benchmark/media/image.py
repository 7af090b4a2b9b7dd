"""Still images, read with OpenCV (libjpeg's smooth chroma, EXIF orientation), which FFmpeg's decoders do not give."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmark.core.status import Status
from benchmark.media.errors import MediaError
from benchmark.media.picture import over_black

CLEAR = frozenset({".png", ".webp"})
"""Formats that may be transparent."""
SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp"})


def is_image(path: Path) -> bool:
    """Whether the file's name says that it is a still image."""
    return path.suffix.lower() in SUFFIXES


def read_image(path: Path | str) -> NDArray[np.uint8]:
    """Read a jpg, png, bmp or webp.

    Returns:
        uint8 (H, W, 3), RGB; what is transparent lies over black, 16-bit images become 8-bit.

    Raises:
        MediaError: `missing_file`, `unreadable_image`.
    """
    path = Path(path)
    if not path.is_file():
        raise MediaError(Status.MISSING_FILE, f"no such file: {path.name}")
    packed = np.frombuffer(path.read_bytes(), np.uint8)
    picture = cv2.imdecode(packed, cv2.IMREAD_COLOR) if len(packed) else None
    if picture is None:
        raise MediaError(Status.UNREADABLE_IMAGE, f"{path.name} is no image that decodes")
    colours = np.ascontiguousarray(np.asarray(picture, np.uint8)[..., ::-1])
    return over_black(np.dstack([colours, alpha])) if (alpha := _alpha(packed, path)) is not None else colours


def _alpha(packed: NDArray[np.uint8], path: Path) -> NDArray[np.uint8] | None:
    """How opaque each pixel of an image is, uint8 (H, W); None if all are, or the format knows no transparency."""
    if path.suffix.lower() not in CLEAR:
        return None
    whole = cv2.imdecode(packed, cv2.IMREAD_UNCHANGED)
    if whole is None or whole.ndim != 3 or whole.shape[2] != 4:
        return None
    alpha = whole[..., 3] if whole.dtype == np.uint8 else whole[..., 3] // 257
    return None if (alpha == 255).all() else alpha.astype(np.uint8)
