"""Rows of many clips as one set a side, and whose they are: what distances between sets are computed from."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmark.core.errors import SampleError
from benchmark.core.types import Sample
from benchmark.formulas.input_checks import enough
from benchmark.metrics.base import DrawsFunction, FeatureMap

Rows = NDArray[np.float64]
Two = tuple[Rows, Rows]
Sides = Callable[[FeatureMap], tuple[NDArray[np.floating], NDArray[np.floating]]]
"""What a clip brings to either side, (n, D) each: of the output, of the target."""
Distances = Callable[[Rows, NDArray[np.integer], Rows, NDArray[np.integer], NDArray[np.integer]], Rows]
"""`frechet_draws` or `kernel_draws`."""
LEAST_VIDEOS = 2


def both(first: str, second: str) -> Sides:
    """All rows of two features; a vector becomes one row."""
    return lambda clip: (np.atleast_2d(clip[first]), np.atleast_2d(clip[second]))


def pooled(features: Sequence[FeatureMap], sides: Sides) -> Two:
    """The rows of all clips, one set a side.

    Raises:
        SampleError: `too_few_samples` for fewer than two clips, `not_finite`.
    """
    if len(features) < LEAST_VIDEOS:
        raise SampleError(
            "too_few_samples", f"a distance between sets needs {LEAST_VIDEOS} videos, got {len(features)}"
        )
    made, wanted = (np.concatenate(side) for side in zip(*map(sides, features), strict=True))
    return enough(made, 2, "rows", "too_few_samples"), enough(wanted, 2, "rows", "too_few_samples")


def of_draws(distances: Distances, sides: Sides, factor: float = 1.0) -> DrawsFunction:
    """`Metric.of_draws` of a distance between pooled rows, times `factor`."""

    def draws(
        samples: Sequence[Sample],
        features: Sequence[FeatureMap],
        speakers: NDArray[np.integer],
        counts: NDArray[np.integer],
    ) -> NDArray[np.float64]:
        made, wanted = pooled(features, sides)
        lengths = np.array([[len(rows) for rows in sides(clip)] for clip in features])
        whose = [np.repeat(speakers, lengths[:, side]) for side in (0, 1)]
        return factor * distances(made, whose[0], wanted, whose[1], counts)

    return draws
