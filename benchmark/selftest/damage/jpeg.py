"""JPEG, frame by frame."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import cv2
import numpy as np

from benchmark.core.types import Sample
from benchmark.media.clip import Clip
from benchmark.selftest.damage.base import Damage


class Jpeg(Damage):
    """Strength: 100 - quality of libjpeg's scale."""

    name: ClassVar[str] = "jpeg"
    title: ClassVar[str] = "JPEG"
    unit: ClassVar[str] = "100 - quality"
    strengths: ClassVar[tuple[float, ...]] = (0, 25, 50, 75, 90)

    def apply(self, clip: Clip, sample: Sample, strength: float, rng: np.random.Generator) -> Clip:
        """See `Damage.apply`."""
        quality = [int(cv2.IMWRITE_JPEG_QUALITY), round(100 - strength)]
        frames = []
        for frame in clip.frames:
            _, data = cv2.imencode(".jpg", np.ascontiguousarray(frame[..., ::-1]), quality)
            frames.append(np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR))[..., ::-1])
        return replace(clip, frames=np.ascontiguousarray(np.stack(frames), np.uint8))
