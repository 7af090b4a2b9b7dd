"""Frames are lost; the last one that came stays on, as a player shows it."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np

from benchmark.core.types import Sample
from benchmark.media.clip import Clip
from benchmark.selftest.damage.base import Damage, is_picked


class FramesDropped(Damage):
    """Strength: percent of the frames; the first is never lost."""

    name: ClassVar[str] = "frames_dropped"
    title: ClassVar[str] = "Frames dropped"
    unit: ClassVar[str] = "% of frames"
    strengths: ClassVar[tuple[float, ...]] = (0, 25, 50, 75, 90)

    def apply(self, clip: Clip, sample: Sample, strength: float, rng: np.random.Generator) -> Clip:
        """See `Damage.apply`."""
        count = len(clip.frames)
        kept = [k for k in range(count) if k == 0 or not is_picked(k - 1, count - 1, strength / 100)]
        shown = np.array(kept)[np.searchsorted(kept, np.arange(count), side="right") - 1]
        return replace(clip, frames=clip.frames[shown])
