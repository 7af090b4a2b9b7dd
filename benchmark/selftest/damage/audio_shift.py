"""The sound comes later than the picture by k frames."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np

from benchmark.core.types import Sample
from benchmark.media.clip import Clip
from benchmark.selftest.damage.base import Damage, require_sound


class AudioShift(Damage):
    """Strength: delay in frames; silence before, the end is cut."""

    name: ClassVar[str] = "audio_shift"
    title: ClassVar[str] = "Sound delayed"
    unit: ClassVar[str] = "frames"
    strengths: ClassVar[tuple[float, ...]] = (0, 1, 2, 3, 5, 8)

    def apply(self, clip: Clip, sample: Sample, strength: float, rng: np.random.Generator) -> Clip:
        """See `Damage.apply`."""
        sound = require_sound(clip)
        late = min(round(strength / clip.fps * clip.sample_rate), len(sound))
        shifted = np.concatenate([np.zeros(late, np.float32), sound[: len(sound) - late]])
        return replace(clip, audio=shifted.astype(np.float32))
