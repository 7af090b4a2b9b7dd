"""How much the output's aligned face looks like the other clip's: PSNR and SSIM of the two 112 px faces.

Both faces are turned upright and scaled by their five points, so a moving head costs nothing; a new expression does.
Both clips are at 25 frames per second: for frame i of the output the other clip's nearest frame that the evaluators
looked at, at or before i, is taken.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from benchmark.extractors.base import Features, PairExtractor
from benchmark.extractors.facts import BLACK_OUTSIDE, RGB_BYTES, Frames, Picture
from benchmark.extractors.lazy_clip import LazyClip
from benchmark.extractors.sampling import ARCFACE_CROP, SAMPLED_FRAMES, sample_faces
from benchmark.formulas.psnr import psnr
from benchmark.formulas.ssim import ssim
from benchmark.media.faces import ALIGNED_SIZE, aligned_crop


class AlignedQuality(PairExtractor):
    """Features: `psnr` float64 (S,), dB, infinite for equal faces; `ssim` float64 (S,), in [-1, 1]."""

    name: ClassVar[str] = "aligned_quality"
    version: ClassVar[str] = "2"
    provides: ClassVar[tuple[str, ...]] = ("psnr", "ssim")
    face_tracker: ClassVar[str] = "yunet"
    frames: ClassVar[Frames] = Frames(
        f"{SAMPLED_FRAMES}, against the last such frame of the other clip that is no later"
    )
    picture: ClassVar[Picture] = Picture(ARCFACE_CROP, (ALIGNED_SIZE,), BLACK_OUTSIDE, False, RGB_BYTES)

    def extract_pair(self, output: LazyClip, other: LazyClip) -> Features:
        """Of each sampled frame. Raises SampleError `no_face`, `several_faces`, `unreadable_video`."""
        faces, others = sample_faces(output), sample_faces(other)
        partner = np.clip(np.searchsorted(others.indices, faces.indices, side="right") - 1, 0, None)
        pairs = [
            (aligned_crop(picture, points), aligned_crop(others.pictures[j], others.points[j]))
            for picture, points, j in zip(faces.pictures, faces.points, partner, strict=True)
        ]
        return {"psnr": np.array([psnr(a, b) for a, b in pairs]), "ssim": np.array([ssim(a, b) for a, b in pairs])}
