"""Another emotion of the same person in a share of the clips."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from benchmark.core.errors import SampleError
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.selftest.damage.base import Damage, is_picked


class EmotionShuffle(Damage):
    """Strength: percent of the clips."""

    name: ClassVar[str] = "emotion_shuffle"
    title: ClassVar[str] = "Emotion shuffled"
    unit: ClassVar[str] = "% of clips"
    strengths: ClassVar[tuple[float, ...]] = (0, 25, 50, 100)

    def choose(self, sample: Sample, samples: Sequence[Sample], strength: float, seed: int) -> Sample:
        """See `Damage.choose`. The emotions of a person move on by one, so that every one is still shown."""
        index = [s.id for s in samples].index(sample.id)
        if not is_picked(index, len(samples), strength / 100):
            return sample
        own = sorted((s for s in samples if s.speaker == sample.speaker), key=lambda s: (s.emotion, s.id))
        emotions = sorted({s.emotion for s in own})
        if len(emotions) < 2:
            raise SampleError(Status.NO_OTHER_EMOTION, f"all clips of {sample.speaker} show one emotion")
        other = emotions[(emotions.index(sample.emotion) + 1) % len(emotions)]
        return min((s for s in own if s.emotion == other), key=lambda s: (abs(s.intensity - sample.intensity), s.id))
