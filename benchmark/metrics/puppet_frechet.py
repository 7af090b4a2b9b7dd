"""Do the pictures look like real ones, as a set? On puppets, by the features of the small face judge.

The Frechet distance between Gaussians fitted to the features (128 numbers a frame) of all generated and of all target
frames, as FID is with Inception's. The same number of evenly spread frames is taken from every clip, so that long
clips do not dominate. It is not comparable with FID of other features.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmark.core.types import Sample
from benchmark.formulas.frechet import frechet_distance
from benchmark.formulas.frechet_bootstrap import frechet_draws
from benchmark.metrics.base import NOT_NEGATIVE, FeatureMap, metric
from benchmark.metrics.pooling import of_draws, pooled

OUTPUT = "output/puppet_face.features"
TARGET = "target/puppet_face.features"
FRAMES = 16
"""Frames of every clip."""


def spread_frames(clip: FeatureMap) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Sixteen evenly spread frames of output and target, (16, 128) each."""
    made, wanted = (
        clip[name][np.linspace(0, len(clip[name]) - 1, FRAMES).round().astype(int)] for name in (OUTPUT, TARGET)
    )
    return made, wanted


@metric(
    name="frechet_face",
    title="Frechet distance of face features",
    unit="",
    bounds=NOT_NEGATIVE,
    higher_is_better=False,
    level="set",
    needs=(OUTPUT, TARGET),
    protocol="puppets-v1",
    of_draws=of_draws(frechet_draws, spread_frames),
)
def frechet_face(samples: Sequence[Sample], features: Sequence[FeatureMap]) -> float:
    """Frechet distance between the pooled frames of outputs and targets; 0 for identical sets."""
    return frechet_distance(*pooled(features, spread_frames))
