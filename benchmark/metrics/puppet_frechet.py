"""Do the pictures look like real ones, as a set? On puppets, by the features of the small face judge.

The Frechet distance between Gaussians fitted to the features (128 numbers a frame) of all generated and of all target
frames, as FID is with Inception's. The same number of evenly spread frames is taken from every clip, so that long
clips do not dominate. It is not comparable with FID of other features.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmark.metrics.base import NOT_NEGATIVE, FeatureMap, metric
from benchmark.metrics.frechet import frechet_distance
from benchmark.types import Sample

OUTPUT = "output/puppet_face.features"
TARGET = "target/puppet_face.features"
FRAMES = 16
"""Frames of every clip."""


@metric(
    name="frechet_face",
    title="Frechet distance of face features",
    unit="",
    bounds=NOT_NEGATIVE,
    higher_is_better=False,
    level="set",
    needs=(OUTPUT, TARGET),
    protocol="puppets-v1",
)
def frechet_face(samples: Sequence[Sample], features: Sequence[FeatureMap]) -> float:
    """Frechet distance between the pooled frames of outputs and targets; 0 for identical sets."""
    made, wanted = (
        np.concatenate([f[name][np.linspace(0, len(f[name]) - 1, FRAMES).round().astype(int)] for f in features])
        for name in (OUTPUT, TARGET)
    )
    return frechet_distance(made, wanted)
