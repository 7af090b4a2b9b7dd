"""The kernel distance between all outputs and all targets, and those of all resamples, from the same sums."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmark.core.types import Sample
from benchmark.formulas.kernel_distance import kernel_draws, kernel_sums
from benchmark.formulas.memoize import memoize_arrays
from benchmark.metrics.base import FeatureMap
from benchmark.metrics.pooling import Rows, bootstrap_fn, feature_pair

sums = memoize_arrays(kernel_sums)
"""The sums of which the kernel distance and those of all resamples are made."""

Whole = NDArray[np.integer]


def kernel_distances(x: Rows, whose_x: Whole, y: Rows, whose_y: Whole, counts: Whole) -> Rows:
    """`kernel_draws` with sums that may be known; arguments as of `frechet_draws`."""
    return kernel_draws(sums(x, whose_x, y, whose_y), counts)


def kernel_of_set(samples: Sequence[Sample], features: Sequence[FeatureMap], needs: tuple[str, str]) -> float:
    """The kernel distance of all rows, from the sums that resamples of the speakers need."""
    speakers = sorted({sample.speaker for sample in samples})
    whose = np.array([speakers.index(sample.speaker) for sample in samples])
    once = np.ones((1, len(speakers)), np.int64)
    return float(bootstrap_fn(kernel_distances, feature_pair(*needs))(samples, features, whose, once)[0])
