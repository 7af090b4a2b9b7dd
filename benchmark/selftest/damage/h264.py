"""h264 at falling rates: what a video platform does to an output."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np

from benchmark.core.types import Sample
from benchmark.media.clip import Clip
from benchmark.media.video import read_clip, write_clip
from benchmark.selftest.damage.base import Damage


class H264(Damage):
    """Strength: x264's constant rate factor; 51 is the worst."""

    name: ClassVar[str] = "h264"
    title: ClassVar[str] = "h264"
    unit: ClassVar[str] = "CRF"
    strengths: ClassVar[tuple[float, ...]] = (0, 18, 28, 38, 48)

    def apply(self, clip: Clip, sample: Sample, strength: float, rng: np.random.Generator) -> Clip:
        """See `Damage.apply`. The sound stays as it was."""
        height, width = clip.frames.shape[1:3]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "coded.mp4"
            write_clip(path, replace(clip, audio=None), crf=round(strength))
            coded = read_clip(path).frames
        return replace(clip, frames=np.ascontiguousarray(coded[: len(clip.frames), :height, :width]))
