"""FID: do all outputs together look like all targets together? Inception pool3, sixteen frames a clip, pooled."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmark.metrics.base import FeatureMap, metric
from benchmark.metrics.frechet import frechet_distance
from benchmark.types import Sample

OUTPUT = "output/inception_pool3.pool3"
TARGET = "target/inception_pool3.pool3"


@metric(
    name="fid",
    title="FID, pooled",
    unit="",
    higher_is_better=False,
    level="set",
    needs=(OUTPUT, TARGET),
    protocol="fid-pooled16-v1",
)
def fid(samples: Sequence[Sample], features: Sequence[FeatureMap]) -> float:
    """Frechet distance of the pooled features; far above 0 by sampling alone while there are few clips."""
    made, wanted = (np.concatenate([feature[name] for feature in features]) for name in (OUTPUT, TARGET))
    return frechet_distance(made, wanted)
