"""Two methods on the same samples: tests, effect sizes, and the smallest difference that could have been found.

Everything works on differences d (N,), one a sample. Tests over speakers flip the signs of all differences of a speaker
together, so that alike clips do not pose as independent evidence; with G speakers their p is never below 2 / 2^G (0.125
for four). Student's t test of the mean difference with a cluster-robust error (`clustered.py`) has no such bound and
pays for it with an assumption: that speakers' mean differences are about normal. Tests over samples answer a smaller
question, about these speakers only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special, stats

EXACT_UP_TO = 16
"""Signs that are flipped in all 2^n ways; more are drawn at random."""


def sign_flip_test(
    values: ArrayLike,
    clusters: Sequence[Any] | NDArray[Any] | None = None,
    *,
    rng: np.random.Generator,
    n_resamples: int = 20_000,
) -> float:
    """Two-sided permutation test that differences are symmetric about 0, by the absolute sum.

    Args:
        values: float (N,): differences, signed ranks, or 1/0/-1 for discordant pairs (McNemar).
        clusters: (N,), whose values change sign together; None: every sample by itself.
        rng: source of randomness, used with more than `EXACT_UP_TO` clusters.
        n_resamples: random flips; p is then (1 + at least as extreme) / (1 + n), never 0 (Phipson & Smyth, 2010).

    Returns:
        p, exact for up to `EXACT_UP_TO` clusters; NaN without a value.
    """
    numbers = np.asarray(values, dtype=np.float64)
    if not np.isfinite(numbers).all():
        raise ValueError("differences must be finite")
    if clusters is not None:
        if len(clusters) != len(numbers):
            raise ValueError(f"{len(numbers)} differences with {len(clusters)} clusters")
        _, index = np.unique(np.asarray(clusters, dtype=str), return_inverse=True)
        numbers = np.asarray(np.bincount(index, weights=numbers), dtype=np.float64)
    groups = len(numbers)
    if groups == 0:
        return math.nan
    observed = abs(numbers.sum())
    slack = 1e-9 * max(1.0, float(np.abs(numbers).sum()))
    if groups <= EXACT_UP_TO:
        bits = ((np.arange(2**groups)[:, None] >> np.arange(groups)) & 1).astype(np.float64)
        sums = np.abs((1.0 - 2.0 * bits) @ numbers)
        return float(np.mean(sums >= observed - slack))
    extreme, block = 0, max(1, 2_000_000 // groups)
    for start in range(0, n_resamples, block):
        signs = rng.integers(0, 2, size=(min(block, n_resamples - start), groups), dtype=np.int8) * 2.0 - 1.0
        extreme += int(np.sum(np.abs(signs @ numbers) >= observed - slack))
    return (1 + extreme) / (1 + n_resamples)


def signed_ranks(differences: ArrayLike) -> NDArray[np.float64]:
    """Wilcoxon's signed ranks, float64 (M,): zeros have rank 0 (left out), ties share their mean rank."""
    d = np.asarray(differences, dtype=np.float64)
    ranks = np.zeros(len(d))
    there = d != 0
    ranks[there] = stats.rankdata(np.abs(d[there])) * np.sign(d[there])
    return ranks


def wilcoxon_p(differences: ArrayLike) -> float:
    """Wilcoxon's signed-rank test, two-sided, zeros left out (`scipy.stats.wilcoxon`); 1 if all are 0, NaN if none."""
    d = np.asarray(differences, dtype=np.float64)
    if len(d) == 0:
        return math.nan
    if not d.any():
        return 1.0
    return float(stats.wilcoxon(d, zero_method="wilcox").pvalue)


def mcnemar_p(only_first: int, only_second: int) -> float:
    """McNemar's exact test: two-sided binomial test of the discordant pairs; 1 if there are none.

    Args:
        only_first: pairs in which the first succeeds and the second fails.
        only_second: the other way round.
    """
    return float(mcnemar_ps(only_first, only_second))


def mcnemar_ps(only_first: ArrayLike, only_second: ArrayLike) -> NDArray[np.float64]:
    """`mcnemar_p` of many tests at once: whole numbers of one shape -> float64 of that shape."""
    first, second = np.asarray(only_first, dtype=np.int64), np.asarray(only_second, dtype=np.int64)
    tail = special.bdtr(np.minimum(first, second).astype(np.float64), first + second, 0.5)
    return np.asarray(np.minimum(1.0, 2.0 * tail), dtype=np.float64)


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Holm's adjusted p values (Scand. J. Stat. 6, 1979): compare with the level of the whole family. NaN stays NaN."""
    p = np.asarray(p_values, dtype=np.float64)
    adjusted = np.full(p.shape, np.nan)
    there = np.flatnonzero(np.isfinite(p))
    order = there[np.argsort(p[there], kind="stable")]
    steps = p[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(steps))
    return adjusted


def cohen_dz(differences: ArrayLike) -> float:
    """Mean difference over the standard deviation of the differences (divisor n - 1); NaN where it is undefined."""
    d = np.asarray(differences, dtype=np.float64)
    if len(d) < 2:
        return math.nan
    deviation = float(d.std(ddof=1))
    return float(d.mean()) / deviation if deviation > 1e-12 * max(1.0, float(np.abs(d).max())) else math.nan


def detectable_difference(standard_error: float, df: float, *, level: float = 0.95, power: float = 0.8) -> float:
    """Smallest true difference that a two-sided t test finds with probability `power`.

    Args:
        standard_error: of the mean difference, at least 0.
        df: degrees of freedom.
        level: 1 - alpha.
        power: between 1 - level and 1.

    Returns:
        The difference in the unit of the standard error; NaN where that is not known.
    """
    if not (math.isfinite(standard_error) and math.isfinite(df)):
        return math.nan
    end = float(stats.t.ppf(0.5 + level / 2.0, df))
    while t_power(end, df, level) < power:
        end *= 1.5
    return standard_error * float(optimize.brentq(lambda x: t_power(x, df, level) - power, 0.0, end, xtol=1e-10))


def t_power(noncentrality: float, df: float, level: float = 0.95) -> float:
    """Power of a two-sided t test whose true difference is `noncentrality` standard errors."""
    critical = float(stats.t.ppf(0.5 + level / 2.0, df))
    if noncentrality > 8.0 * critical + 40.0:
        return 1.0
    below = float(stats.nct.cdf(-critical, df, noncentrality))  # scipy gives NaN where it is far below 1e-300
    return float(stats.nct.sf(critical, df, noncentrality)) + (0.0 if math.isnan(below) else below)
