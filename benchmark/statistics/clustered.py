"""The mean of clustered values in closed form: standard error, degrees of freedom, interval, test.

Speakers are few (MEAD's test list has four) and their clips alike, so neither "clips are independent" nor "the
normal quantile will do" holds. The variance is the cluster-robust CR2 estimate and the reference distribution Student's
t with Satterthwaite degrees of freedom (Bell & McCaffrey, "Bias reduction in standard errors for linear regression with
multi-stage samples", Survey Methodology 28, 2002; Imbens & Kolesar, Rev. Econ. Stat. 98, 2016). For a mean both have a
closed form:

    e_g = sum of (y - mean) over cluster g,   p_g = n_g / N,   w_g = 1 / (N^2 (1 - p_g))
    V   = sum_g w_g e_g^2
    df  = (sum_g w_g C_gg)^2 / sum_gh (w_g C_gh)(w_h C_gh),   C_gh = n_g [g = h] - n_g n_h / N

With clusters of equal size V is the variance of the cluster means divided by their number, df is G - 1, and interval
and test are exactly the one-sample t interval and test of the cluster means.

A few clusters can have nearly the same mean by chance, and then V says too little: four speakers with half of their
clips right each would have no error at all. So an interval is never narrower than Student's of independent clips,
with s^2 / N and N - 1 degrees of freedom, and a p value never below its (`cr2_t_floored`; `cr2_t` is without). Where
not even the clips differ there is no interval, and the test is that of the signs: N clips that all differ from the null
to the same side, by the same amount, have the two-sided p 2^(1 - N).

Coverage: docs/concepts/statistics.md, made by `python -m benchmark.statistics.coverage`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from benchmark.statistics.bootstrap import Interval, check_level

PLAIN, FLOORED = "cr2_t", "cr2_t_floored"
_ROUNDING = 1e-12
"""Variation that is smaller, beside the numbers' size, is rounding."""


@dataclass(frozen=True)
class ClusteredMean:
    """A mean with its cluster-robust error."""

    mean: float
    standard_error: float
    """CR2; NaN with fewer than two clusters."""
    df: float
    """Satterthwaite degrees of freedom, at most G - 1; NaN with fewer than two clusters."""
    clip_error: float
    """s / sqrt(N), the error of as many independent clips; NaN with fewer than two clusters."""
    clusters: int
    n: int

    @property
    def varies(self) -> bool:
        """Whether the clips differ at all, by more than rounding."""
        return self.clusters >= 2 and max(self.standard_error, self.clip_error) > _ROUNDING * abs(self.mean)

    def interval(self, level: float = 0.95) -> Interval:
        """Student's t interval, `cr2_t_floored`; undefined with fewer than two clusters, or without variation."""
        check_level(level)
        if not self.varies:
            return Interval(math.nan, math.nan, level, FLOORED, self.clusters)
        speakers = float(special.stdtrit(self.df, 0.5 + level / 2.0)) * self.standard_error
        clips = float(special.stdtrit(self.n - 1, 0.5 + level / 2.0)) * self.clip_error
        half = max(speakers, clips)
        return Interval(self.mean - half, self.mean + half, level, FLOORED, self.clusters)

    def plain_interval(self, level: float = 0.95) -> Interval:
        """The t interval of the CR2 error alone, method `cr2_t`; undefined with fewer than two clusters."""
        check_level(level)
        if self.clusters < 2:
            return Interval(math.nan, math.nan, level, PLAIN, self.clusters)
        half = float(special.stdtrit(self.df, 0.5 + level / 2.0)) * self.standard_error
        return Interval(self.mean - half, self.mean + half, level, PLAIN, self.clusters)

    def p_value(self, null: float = 0.0) -> float:
        """Two-sided p of Student's t test that the mean is `null`; NaN with fewer than two clusters.

        The larger of that over clusters and that over independent clips; without any variation 1 where the mean is
        `null`, else that of the signs.
        """
        if self.clusters < 2:
            return math.nan
        difference = abs(self.mean - null)
        size = _ROUNDING * max(abs(self.mean), abs(null))
        if max(self.standard_error, self.clip_error) <= size:
            return 1.0 if difference <= max(size, _ROUNDING) else 2.0 ** (1 - self.n)
        errors = ((self.standard_error, self.df), (self.clip_error, self.n - 1.0))
        return max(2.0 * float(special.stdtr(df, -difference / error)) for error, df in errors if error > 0)


def clustered_mean(values: ArrayLike, clusters: Sequence[Any] | NDArray[Any]) -> ClusteredMean:
    """Mean of clustered values with its CR2 standard error.

    Args:
        values: float (N,), finite.
        clusters: (N,), the cluster (speaker) of each value.

    Raises:
        ValueError: values are not finite or do not fit the clusters.
    """
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.ndim != 1 or len(numbers) != len(clusters):
        raise ValueError(f"values must be (N,) with one cluster each, got {numbers.shape} and {len(clusters)} clusters")
    (one,) = clustered_means(numbers[:, None], clusters)
    return one


def clustered_means(values: ArrayLike, clusters: Sequence[Any] | NDArray[Any]) -> list[ClusteredMean]:
    """`clustered_mean` of each column.

    Args:
        values: float (N, K), finite.
        clusters: (N,), the cluster (speaker) of each row.

    Raises:
        ValueError: values are not finite or do not fit the clusters.
    """
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2 or len(table) != len(clusters):
        raise ValueError(f"values must be (N, K), a cluster a row, got {table.shape} and {len(clusters)} clusters")
    if not np.isfinite(table).all():
        raise ValueError("values must be finite: leave out rows without a number and count them")
    names, index = np.unique(np.asarray(clusters, dtype=str), return_inverse=True)
    total, groups = len(table), len(names)
    means = table.mean(axis=0) if total else np.full(table.shape[1], math.nan)
    if groups < 2:
        return [ClusteredMean(float(mean), math.nan, math.nan, math.nan, groups, total) for mean in means]
    sizes = np.bincount(index, minlength=groups).astype(np.float64)
    order = np.argsort(index, kind="stable")
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.intp)
    residual = np.add.reduceat((table - means)[order], starts, axis=0)
    weights = 1.0 / (total**2 * (1.0 - sizes / total))
    errors = np.sqrt(weights @ residual**2)
    covariance = np.diag(sizes) - np.outer(sizes, sizes) / total
    scaled = weights[:, None] * covariance
    df = float(np.trace(scaled) ** 2 / np.sum(scaled * scaled.T))
    clip_errors = table.std(axis=0, ddof=1) / math.sqrt(total)
    return [
        ClusteredMean(float(mean), float(error), df, float(clips), groups, total)
        for mean, error, clips in zip(means, errors, clip_errors, strict=True)
    ]
