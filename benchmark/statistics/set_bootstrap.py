"""Intervals for numbers of a whole set (FID, FVD, KID, macro F1): speakers are drawn with all their features.

The statistic is any function of a multiset of speakers. With few speakers there are few multisets, C(2G - 1, G): 35 for
four, 126 for five. They are then all evaluated, each with its multinomial probability, and the bootstrap is exact
instead of random.

A resampled set holds copies, so a Frechet distance of it is too large on average (its covariance has lost directions).
The interval is therefore centred: theta + q(theta* - mean theta*), quantiles moved out for few speakers as in
`bootstrap.py`. What resampling says about the spread is kept, what it wrongly says about the level is taken away.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import ArrayLike, NDArray

from benchmark.statistics.bootstrap import Interval, check_level, tail_probability
from benchmark.statistics.bootstrap_table import cluster_draws

NAME = "cluster_bootstrap_centred"


@dataclass(frozen=True)
class Multisets:
    """The resamples of a set of clusters."""

    counts: NDArray[np.int64]
    """(B, G): how often each cluster is in each resample."""
    weights: NDArray[np.float64]
    """(B,): probability of each, sum 1."""
    exact: bool
    """Whether all multisets are there."""


def multisets(groups: int, at_most: int, seed: int) -> Multisets:
    """All multisets of `groups` clusters if they are at most `at_most`, else so many random draws.

    Raises:
        ValueError: `groups` or `at_most` is below 1.
    """
    if groups < 1 or at_most < 1:
        raise ValueError(f"groups and at_most must be at least 1, got {groups} and {at_most}")
    if math.comb(2 * groups - 1, groups) <= at_most:
        counts = np.array([np.bincount(c, minlength=groups) for c in _all(groups)], dtype=np.int64)
        ways = [math.factorial(groups) / math.prod(math.factorial(int(n)) for n in row) for row in counts]
        return Multisets(counts, np.array(ways) / float(groups**groups), True)
    counts = cluster_draws(groups, at_most, seed).astype(np.int64)
    return Multisets(counts, np.full(at_most, 1.0 / at_most), False)


def resample_set(
    statistic: Callable[[NDArray[np.int64]], NDArray[np.float64]], draws: Multisets
) -> NDArray[np.float64]:
    """The statistic of every resample, float64 (B,), NaN where it is undefined. Equal multisets are asked for once.

    Args:
        statistic: function of int64 (b, G), how often each cluster is in each set, that returns float64 (b,).
        draws: from `multisets`.
    """
    different, which = np.unique(draws.counts, axis=0, return_inverse=True)
    return np.asarray(statistic(different), dtype=np.float64)[which.reshape(-1)]


def set_interval(
    value: float, resampled: ArrayLike, weights: ArrayLike, groups: int, *, level: float = 0.95, low: float = -math.inf
) -> Interval:
    """The centred interval of a set's number.

    Args:
        value: of the set itself.
        resampled: float (B,), of the resamples; NaN ones are left out.
        weights: (B,), their probabilities.
        groups: clusters behind it; fewer than two give no interval.
        level: confidence, between 0 and 1.
        low: smallest possible value, where the interval is cut (0 for a Frechet distance).

    Returns:
        The interval; undefined with fewer than two clusters or if more than a tenth of the resamples have no value.
    """
    check_level(level)
    star, weight = np.asarray(resampled, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    there = np.isfinite(star)
    if groups < 2 or not math.isfinite(value) or weight[there].sum() < 0.9:
        return Interval(math.nan, math.nan, level, NAME, groups)
    star, weight = star[there], weight[there] / weight[there].sum()
    tail = tail_probability(level, groups, "expanded_percentile")
    centred = star - float(star @ weight)
    ends = [value + weighted_quantile(centred, weight, q) for q in (tail, 1.0 - tail)]
    return Interval(max(low, ends[0]), max(low, ends[1]), level, NAME, groups)


def weighted_quantile(values: ArrayLike, weights: ArrayLike, q: float) -> float:
    """The smallest value at which the cumulative weight reaches `q` (the inverse of the distribution function)."""
    x, w = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    order = np.argsort(x, kind="stable")
    cumulative = np.cumsum(w[order])
    index = int(np.searchsorted(cumulative, q * cumulative[-1] - 1e-12))
    return float(x[order][min(index, len(x) - 1)])


def _all(groups: int) -> Iterator[tuple[int, ...]]:
    return combinations_with_replacement(range(groups), groups)
