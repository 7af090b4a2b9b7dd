"""What a controlled damage is: it spoils a real clip in one known way and by a known strength.

A damage first chooses the clip that is shown (`choose`; most show the sample's own) and then changes it (`apply`).
Strength 0 is no damage: the recording itself, byte for byte. Same sample, strength and seed: same clip.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np

from benchmark.core.errors import SampleError
from benchmark.core.registry import Registry
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.media.clip import Clip


class Damage(ABC):
    """One kind of damage."""

    name: ClassVar[str]
    title: ClassVar[str]
    unit: ClassVar[str]
    """The unit of the strength, e.g. "pixels"."""
    strengths: ClassVar[tuple[float, ...]]
    """The curve's points, rising, the first 0."""
    version: ClassVar[str] = "1"

    def choose(self, sample: Sample, samples: Sequence[Sample], strength: float, seed: int) -> Sample:
        """The sample whose recording is shown in this one's place.

        Raises:
            SampleError: there is none that would do, e.g. `no_other_speaker`.
        """
        return sample

    def apply(self, clip: Clip, sample: Sample, strength: float, rng: np.random.Generator) -> Clip:
        """The damaged clip: same rate, and never called with strength 0. `sample`: the one that is shown.

        Raises:
            SampleError: this clip can't be damaged so, e.g. `no_audio`.
        """
        return clip


def find_recording(sample: Sample) -> Path:
    """The real recording that is damaged: the target, or the source where the dataset has no target."""
    return sample.target if sample.target is not None else sample.source


def is_picked(index: int, count: int, share: float) -> bool:
    """Whether the element `index` of `count` is among an evenly spread share, which grows by adding elements only."""
    order = [int(f"{k:016b}"[::-1], 2) for k in range(count)]  # van der Corput: every beginning is spread evenly
    rank = sorted(range(count), key=order.__getitem__).index(index)
    return rank < round(share * count)


def require_sound(clip: Clip) -> np.ndarray:
    """The clip's sound. Raises SampleError `no_audio`."""
    if clip.audio is None:
        raise SampleError(Status.NO_AUDIO, "the clip has no sound to damage")
    return clip.audio


DAMAGES: Registry[type[Damage]] = Registry("damage", "emotion_edit_benchmark.damages")
