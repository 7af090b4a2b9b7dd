"""Intervals for numbers of a whole set (FID, FVD, KID, macro F1): speakers are drawn with all their features.

The statistic is any function of a multiset of speakers. With few speakers there are few multisets, C(2G - 1, G): 35 for
four, 1,716 for seven. Up to seven speakers all are evaluated, each with its multinomial probability, and the bootstrap
is exact instead of random.

A resampled set holds copies, so a Frechet distance of it is too large on average (its covariance has lost directions),
and its percentiles end at the extreme multisets whatever level is asked for. What the resamples say well is how much
the number varies, so the interval is Student's with their standard deviation:

    theta +- t_(G-1) sd* sqrt(G / (G - 1))

Numbers between two ends (F1, kappa, a rank correlation) have it on the scale of log((theta - low) / (high - theta)),
which never leaves them and is wider towards the middle. Measured beside the percentiles and the jackknife
(`python -m benchmark.statistics.coverage`), it is the one that holds the truth most evenly. Where all resamples give
one number, as for an F1 of 100 %, a share u of clips unlike these may have gone unseen, and the interval is
[theta - u (theta - low), theta + u (high - theta)]; u is the upper end for none of N (`beta_binomial.py`).

Rows of older runs have the percentiles of the centred resamples (`centred_interval`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from benchmark.statistics.beta_binomial import beta_binomial_interval
from benchmark.statistics.bootstrap import Interval, check_level, tail_probability
from benchmark.statistics.bootstrap_table import cluster_draws

STUDENT, CENTRED = "cluster_bootstrap_t", "cluster_bootstrap_centred"
EXACT_UP_TO = 7
"""Clusters of which all multisets are evaluated."""


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
    """All multisets of up to seven clusters, or if they are at most `at_most`; else so many random draws.

    Raises:
        ValueError: `groups` or `at_most` is below 1.
    """
    if groups < 1 or at_most < 1:
        raise ValueError(f"groups and at_most must be at least 1, got {groups} and {at_most}")
    if groups <= EXACT_UP_TO or math.comb(2 * groups - 1, groups) <= at_most:
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
    value: float,
    resampled: ArrayLike,
    weights: ArrayLike,
    groups: int,
    *,
    level: float = 0.95,
    ends: tuple[float, float] = (-math.inf, math.inf),
    samples: int = 0,
    logit: bool = True,
) -> Interval:
    """Student's interval of a set's number, or of the difference of two sets' numbers.

    Args:
        value: of the set itself.
        resampled: float (B,), of the resamples; NaN ones are left out.
        weights: (B,), their probabilities.
        groups: clusters behind it; fewer than two give no interval.
        level: confidence, between 0 and 1.
        ends: least and greatest possible value: no interval reaches beyond.
        samples: in the set; for a number between two ends that is the same in all resamples.
        logit: whether a number between two ends has its interval on their logit scale; a difference does not.

    Returns:
        The interval, method `cluster_bootstrap_t`; undefined with fewer than two clusters, if more than a tenth of the
        resamples have no value, or if all have the same and the number has no two ends.
    """
    check_level(level)
    none = Interval(math.nan, math.nan, level, STUDENT, groups)
    star, weight, enough = _there(resampled, weights)
    if groups < 2 or not math.isfinite(value) or not enough:
        return none
    mean = float(star @ weight)
    deviation = math.sqrt(groups / (groups - 1) * float(weight @ (star - mean) ** 2))
    low, high = ends
    bounded = math.isfinite(low) and math.isfinite(high)
    if deviation <= 1e-12 * max(1.0, abs(value)):
        if not bounded or samples < groups:
            return none
        unseen = beta_binomial_interval(np.zeros(groups), np.full(groups, samples / groups), level=level).high
        return Interval(value - unseen * (value - low), value + unseen * (high - value), level, STUDENT, groups)
    half = float(special.stdtrit(groups - 1, 0.5 + level / 2.0)) * deviation
    if logit and bounded and low < value < high:
        centre = math.log((value - low) / (high - value))
        half *= (high - low) / ((value - low) * (high - value))
        lower, upper = (low + (high - low) * float(special.expit(centre + sign * half)) for sign in (-1.0, 1.0))
        return Interval(lower, upper, level, STUDENT, groups)
    return Interval(value - half, value + half, level, STUDENT, groups).within(low, high)


def centred_interval(
    value: float, resampled: ArrayLike, weights: ArrayLike, groups: int, *, level: float = 0.95
) -> Interval:
    """The interval that runs had before: theta + q(theta* - mean theta*), quantiles moved out as in `bootstrap.py`.

    Args:
        value: of the set itself.
        resampled: float (B,), of the resamples; NaN ones are left out.
        weights: (B,), their probabilities.
        groups: clusters behind it; fewer than two give no interval.
        level: confidence, between 0 and 1; with six clusters or fewer the ends hardly depend on it.
    """
    check_level(level)
    star, weight, enough = _there(resampled, weights)
    if groups < 2 or not math.isfinite(value) or not enough:
        return Interval(math.nan, math.nan, level, CENTRED, groups)
    tail = tail_probability(level, groups, "expanded_percentile")
    centred = star - float(star @ weight)
    low, high = (value + weighted_quantile(centred, weight, q) for q in (tail, 1.0 - tail))
    return Interval(low, high, level, CENTRED, groups)


def _there(resampled: ArrayLike, weights: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64], bool]:
    """Resamples that have a value, their probabilities (sum 1), and whether they are nine tenths or more."""
    star, weight = np.asarray(resampled, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    there = np.isfinite(star)
    total = float(weight[there].sum())
    return star[there], weight[there] / total if total else weight[there], total >= 0.9


def weighted_quantile(values: ArrayLike, weights: ArrayLike, q: float) -> float:
    """The smallest value at which the cumulative weight reaches `q` (the inverse of the distribution function)."""
    x, w = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    order = np.argsort(x, kind="stable")
    cumulative = np.cumsum(w[order])
    index = int(np.searchsorted(cumulative, q * cumulative[-1] - 1e-12))
    return float(x[order][min(index, len(x) - 1)])


def _all(groups: int) -> Iterator[tuple[int, ...]]:
    return combinations_with_replacement(range(groups), groups)
