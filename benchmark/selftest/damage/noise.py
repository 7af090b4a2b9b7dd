"""White noise on every pixel and channel."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np

from benchmark.core.types import Sample
from benchmark.media.clip import Clip
from benchmark.selftest.damage.base import Damage


class Noise(Damage):
    """Strength: standard deviation in 8-bit steps, before rounding and clipping."""

    name: ClassVar[str] = "noise"
    title: ClassVar[str] = "White noise"
    unit: ClassVar[str] = "sigma, 8-bit steps"
    strengths: ClassVar[tuple[float, ...]] = (0, 4, 8, 16, 32)

    def apply(self, clip: Clip, sample: Sample, strength: float, rng: np.random.Generator) -> Clip:
        """See `Damage.apply`."""
        noisy = [frame + rng.normal(0.0, strength, frame.shape) for frame in clip.frames]
        return replace(clip, frames=np.clip(np.rint(np.stack(noisy)), 0, 255).astype(np.uint8))
