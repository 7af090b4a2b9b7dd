"""The difference of two methods on the same samples: interval and test.

The mean of the paired differences has the cluster-robust interval and test of `clustered.py`. Two things are added.

*The possible range.* Two accuracies differ by no more than 100 points, so no interval reaches further.

*Yes or no.* Where every sample is right or wrong, few pairs may differ, and then Student's test finds too much: 5 of 56
clips better and none worse has p = 0.015 by it, but by McNemar's exact test, which asks nothing of the spread, 0.0625.
The larger p counts. The interval holds the exact one that belongs to McNemar's test: m of N pairs differ, a share pi of
them (Clopper & Pearson, Biometrika 26, 1934) in favour of the first, and m / N (2 pi - 1) is the difference; with m = 0
it is the share of pairs that may differ unseen, 1 - ((1 - level) / 2)^(1 / N), to either side. So p < 1 - level if and
only if the interval leaves out 0, and 56 of 56 against 0 of 56 is known, with an interval that has a width.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from benchmark.statistics.bootstrap import Interval
from benchmark.statistics.clustered import ClusteredMean, clustered_mean
from benchmark.statistics.paired import detectable_difference, mcnemar_p

UNBOUNDED = (-math.inf, math.inf)
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Difference:
    """First minus second, over the samples that both have. Numbers that do not exist are NaN."""

    mean: ClusteredMean
    """Of the differences."""
    interval: Interval
    """Within the possible range; method `cr2_t_floored`, or `cr2_t_mcnemar` for yes or no."""
    p: float
    """Two-sided, that there is no difference; NaN with fewer than two speakers."""
    p_mcnemar: float
    """McNemar's exact p over samples; NaN unless each is yes or no."""

    @property
    def value(self) -> float:
        """The mean difference; NaN without a common sample."""
        return self.mean.mean

    def detectable(self, level: float = 0.95, power: float = 0.8) -> float:
        """Smallest true difference that t tests like these find with probability `power`; NaN without variation."""
        if not self.mean.varies:
            return math.nan
        errors = ((self.mean.standard_error, self.mean.df), (self.mean.clip_error, self.mean.n - 1.0))
        return max(detectable_difference(error, df, level=level, power=power) for error, df in errors)


def paired_difference(
    first: ArrayLike,
    second: ArrayLike,
    clusters: Sequence[Any] | NDArray[Any],
    *,
    ends: tuple[float, float] = UNBOUNDED,
    yes_no: bool = False,
    level: float = 0.95,
) -> Difference:
    """Compare two methods sample by sample.

    Args:
        first: float (N,), finite: the first method's numbers.
        second: float (N,), finite: the second's on the same samples.
        clusters: (N,), the cluster (speaker) of each sample.
        ends: least and greatest value that a sample can have.
        yes_no: whether every sample is one of the two ends.
        level: confidence of the interval.

    Raises:
        ValueError: numbers are not finite, do not fit each other, or `yes_no` is said of others than the ends.
    """
    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if a.shape != b.shape:
        raise ValueError(f"both methods need the same samples, got {a.shape} and {b.shape}")
    if yes_no and not (is_yes_no(a, ends) and is_yes_no(b, ends)):
        raise ValueError(f"yes or no must be one of two ends, here {ends[0]:g} and {ends[1]:g}")
    mean = clustered_mean(differences(a, b), clusters)
    width = ends[1] - ends[0]
    interval, p, exact = mean.interval(level).within(-width, width), mean.p_value(), math.nan
    if yes_no:
        better, worse = int(np.sum(a > b)), int(np.sum(a < b))
        exact = mcnemar_p(better, worse)
        p = max(p, exact)
        if mean.clusters >= 2:
            low, high = (width * end for end in discordant_interval(better, worse, len(a), level))
            both = (interval.low, interval.high) if interval.defined else (mean.mean, mean.mean)
            low, high = min(low, both[0]), max(high, both[1])
            interval = Interval(low, high, level, "cr2_t_mcnemar", mean.clusters)
    return Difference(mean, interval, p, exact)


def differences(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """First minus second, float64 of their shape; 0 where only rounding is left of it."""
    found = first - second
    return np.where(np.abs(found) <= _ROUNDING * np.maximum(np.abs(first), np.abs(second)), 0.0, found)


def is_yes_no(values: ArrayLike, ends: tuple[float, float]) -> bool:
    """Whether every number is one of two finite ends, so that the mean is a share; True without any number."""
    there = np.asarray(values, dtype=np.float64)
    return bool(np.isfinite(ends).all() and np.isin(there[np.isfinite(there)], ends).all())


def discordant_interval(better: int, worse: int, pairs: int, level: float = 0.95) -> tuple[float, float]:
    """The exact interval of the difference of two shares that belongs to McNemar's test, within -1 and 1.

    Args:
        better: pairs in which only the first succeeds.
        worse: pairs in which only the second does.
        pairs: all pairs, at least 1.
        level: confidence, between 0 and 1.
    """
    differing = better + worse
    if differing == 0:
        unseen = 1.0 - ((1.0 - level) / 2.0) ** (1.0 / pairs)
        return -unseen, unseen
    found = stats.binomtest(better, differing).proportion_ci(level, method="exact")
    share = differing / pairs
    return share * (2.0 * float(found.low) - 1.0), share * (2.0 * float(found.high) - 1.0)
