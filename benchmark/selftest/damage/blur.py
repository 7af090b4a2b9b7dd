"""Gaussian blur: an edit that draws softly."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import cv2
import numpy as np

from benchmark.core.types import Sample
from benchmark.media.clip import Clip
from benchmark.selftest.damage.base import Damage


class Blur(Damage):
    """Strength: standard deviation in percent of the picture's shorter side, so that sizes compare."""

    name: ClassVar[str] = "blur"
    title: ClassVar[str] = "Gaussian blur"
    unit: ClassVar[str] = "sigma, % of side"
    strengths: ClassVar[tuple[float, ...]] = (0, 0.5, 1, 2, 4)

    def apply(self, clip: Clip, sample: Sample, strength: float, rng: np.random.Generator) -> Clip:
        """See `Damage.apply`."""
        sigma = strength / 100 * min(clip.frames.shape[1:3])
        frames = np.stack([cv2.GaussianBlur(frame, (0, 0), sigma) for frame in clip.frames])
        return replace(clip, frames=frames.astype(np.uint8))
