"""Another person in a share of the clips, showing the same emotion where there is such a recording."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from benchmark.core.errors import SampleError
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.selftest.damage.base import Damage, is_picked


class IdentitySwap(Damage):
    """Strength: percent of the clips."""

    name: ClassVar[str] = "identity_swap"
    title: ClassVar[str] = "Identity swapped"
    unit: ClassVar[str] = "% of clips"
    strengths: ClassVar[tuple[float, ...]] = (0, 50, 100)

    def choose(self, sample: Sample, samples: Sequence[Sample], strength: float, seed: int) -> Sample:
        """See `Damage.choose`."""
        index = [s.id for s in samples].index(sample.id)
        if not is_picked(index, len(samples), strength / 100):
            return sample
        others = [s for s in samples if s.speaker != sample.speaker]
        if not others:
            raise SampleError(Status.NO_OTHER_SPEAKER, "all clips show one speaker")
        alike = [s for s in others if s.emotion == sample.emotion] or others
        return min(alike, key=lambda s: (abs(s.intensity - sample.intensity), s.id))
