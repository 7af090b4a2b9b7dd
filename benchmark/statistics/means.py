"""The interval of a mean over few speakers, by its method's name; the summary's is chosen by what the mean is of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.statistics import beta_binomial, clustered
from benchmark.statistics.beta_binomial import share_interval
from benchmark.statistics.bootstrap import Interval
from benchmark.statistics.clustered import clustered_mean

Ends = tuple[float, float]
Clusters = Sequence[Any] | NDArray[Any]
MeanInterval = Callable[[NDArray[np.float64], Clusters, Ends, float], Interval]
"""(float64 (N,) finite, (N,) clusters, least and greatest value of a sample, level) -> interval within the ends."""


def _share(values: NDArray[np.float64], clusters: Clusters, ends: Ends, level: float) -> Interval:
    return share_interval(values, clusters, level=level, scale=ends[1])


def _floored(values: NDArray[np.float64], clusters: Clusters, ends: Ends, level: float) -> Interval:
    return clustered_mean(values, clusters).interval(level).within(*ends)


def _plain(values: NDArray[np.float64], clusters: Clusters, ends: Ends, level: float) -> Interval:
    return clustered_mean(values, clusters).plain_interval(level).within(*ends)


MEAN_INTERVALS: Mapping[str, MeanInterval] = {
    beta_binomial.NAME: _share,
    clustered.FLOORED: _floored,
    clustered.PLAIN: _plain,
}
"""Name of a method -> the method. `cr2_t` is that of runs made before the other two."""


def mean_method(share: bool) -> str:
    """Which of `MEAN_INTERVALS` the summary states: of shares (yes or no, or a share a sample), else of numbers."""
    return beta_binomial.NAME if share else clustered.FLOORED
