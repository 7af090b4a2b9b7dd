"""Rows of many clips as one set a side, and whose they are: what distances between sets are computed from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmark.core.errors import SampleError
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.formulas.input_checks import require_rows
from benchmark.metrics.base import BootstrapFunction, FeatureMap

Rows = NDArray[np.float64]
SideRows = Callable[[FeatureMap], tuple[NDArray[np.floating], NDArray[np.floating]]]
"""What a clip brings to either side, (n, D) each: of the output, of the target."""
DistanceDraws = Callable[[Rows, NDArray[np.integer], Rows, NDArray[np.integer], NDArray[np.integer]], Rows]
"""`frechet_draws` or `kernel_draws`: rows and speakers of either side, how often each speaker is drawn -> (B,)."""
LEAST_VIDEOS = 2


class PooledFeatures(NamedTuple):
    """The rows of all clips, one set a side."""

    output: Rows
    """The rows of the outputs, float64 (n, D)."""
    target: Rows
    """The rows of the targets, float64 (m, D)."""


def feature_pair(output: str, target: str) -> SideRows:
    """All rows of two features; a vector becomes one row."""
    return lambda clip: (np.atleast_2d(clip[output]), np.atleast_2d(clip[target]))


def pool(features: Sequence[FeatureMap], rows_of: SideRows) -> PooledFeatures:
    """The rows of all clips, one set a side.

    Raises:
        SampleError: `too_few_samples` for fewer than two clips, `not_finite`.
    """
    if len(features) < LEAST_VIDEOS:
        raise SampleError(
            Status.TOO_FEW_SAMPLES, f"a distance between sets needs {LEAST_VIDEOS} videos, got {len(features)}"
        )
    sides = (np.concatenate(side) for side in zip(*map(rows_of, features), strict=True))
    return PooledFeatures(*(require_rows(side, 2, "rows", Status.TOO_FEW_SAMPLES) for side in sides))


def bootstrap_fn(distances: DistanceDraws, rows_of: SideRows, factor: float = 1.0) -> BootstrapFunction:
    """`Metric.bootstrap` of a distance between pooled rows, times `factor`."""

    def bootstrap(
        samples: Sequence[Sample],
        features: Sequence[FeatureMap],
        speakers: NDArray[np.integer],
        counts: NDArray[np.integer],
    ) -> NDArray[np.float64]:
        pooled = pool(features, rows_of)
        lengths = np.array([[len(rows) for rows in rows_of(clip)] for clip in features])
        whose = [np.repeat(speakers, lengths[:, side]) for side in (0, 1)]
        return factor * distances(pooled.output, whose[0], pooled.target, whose[1], counts)

    return bootstrap
