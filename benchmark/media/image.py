"""Still images, read with OpenCV (libjpeg's smooth chroma, EXIF orientation), which FFmpeg's decoders do not give."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmark.media.errors import MediaError

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp"})


def is_image(path: Path) -> bool:
    """Whether the file's name says that it is a still image."""
    return path.suffix.lower() in SUFFIXES


def read_image(path: Path | str) -> NDArray[np.uint8]:
    """Read a jpg, png, bmp or webp.

    Returns:
        uint8 (H, W, 3), RGB; transparency is dropped, 16-bit images become 8-bit.

    Raises:
        MediaError: `missing_file`, `unreadable_image`.
    """
    path = Path(path)
    if not path.is_file():
        raise MediaError("missing_file", f"no such file: {path.name}")
    packed = np.frombuffer(path.read_bytes(), np.uint8)
    picture = cv2.imdecode(packed, cv2.IMREAD_COLOR) if len(packed) else None
    if picture is None:
        raise MediaError("unreadable_image", f"{path.name} is no image that decodes")
    return np.ascontiguousarray(np.asarray(picture, np.uint8)[..., ::-1])
