"""How sharp the face is: the variance of the Laplacian of the gray face, resized to 256x256.

J. L. Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy: a comparative study", ICPR 2000. It needs no
second picture, but depends on what is shown: compare outputs with their own source only. Noise counts as sharpness.
"""

from __future__ import annotations

from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmark.extractors.base import Extractor, Features
from benchmark.extractors.facial_emotion import FACE_SQUARE, face_squares
from benchmark.extractors.facts import AREA_OR_BILINEAR, Colour, Frames, Picture
from benchmark.extractors.lazy_clip import LazyClip
from benchmark.extractors.sampling import SAMPLED_FRAMES, sample_faces

PICTURE = Picture(FACE_SQUARE, (256,), AREA_OR_BILINEAR, True, Colour("gray", 0, 255))


class Sharpness(Extractor):
    """Features: `laplacian_variance` float64 (S,), of the sampled frames, >= 0."""

    name: ClassVar[str] = "sharpness"
    version: ClassVar[str] = "1"
    provides: ClassVar[tuple[str, ...]] = ("laplacian_variance",)
    face_tracker: ClassVar[str] = "yunet"
    frames: ClassVar[Frames] = SAMPLED_FRAMES
    picture: ClassVar[Picture] = PICTURE

    def extract(self, footage: LazyClip) -> Features:
        """Of each sampled frame. Raises SampleError `no_face`, `several_faces`, `unreadable_video`."""
        crops = face_squares(sample_faces(footage))
        return {"laplacian_variance": np.array([laplacian_variance(crop) for crop in crops])}


def laplacian_variance(crop: NDArray[np.uint8]) -> float:
    """Variance of the four-neighbour Laplacian of a face crop uint8 (h, w, 3), RGB, in gray and resized."""
    gray = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
    mode = cv2.INTER_AREA if min(gray.shape) >= PICTURE.side else cv2.INTER_LINEAR
    resized = cv2.resize(gray, (PICTURE.side, PICTURE.side), interpolation=mode)
    return float(np.asarray(cv2.Laplacian(resized, cv2.CV_64F)).var())
