"""The interval of a share over few speakers: posterior of a beta-binomial mean.

A share is the mean of samples that are each a yes or no, or each a share themselves. Near 0 and 1 the clips of four
speakers are often all right, or all wrong, and their spread says nothing: Student's interval of 56 of 56 has no width,
and holds a true share of 97 % in 59 to 81 of 100 sets. The model here keeps the share's own spread:

    speaker g:  k_g ~ Binomial(n_g, q_g),   q_g ~ Beta(mean mu, intra-cluster correlation rho)
    mu  ~ Beta(1/2, 1/2)    Jeffreys' prior, uniform in arcsin sqrt(mu)
    rho ~ Beta(1, 4)        clips of one speaker resemble each other, mostly a little: mean 0.2, densest at 0

and the interval is what the posterior of mu holds between its tails, on a grid that closes in on the posterior (the
likelihood is that of Skellam, J. R. Stat. Soc. B 10, 1948). Two things are added. The interval is stretched to the
pooled share where that lies outside: the upper end of 56 of 56 is 100 %, as Brown, Cai & DasGupta (Stat. Sci. 16, 2001)
do with Jeffreys' interval. And samples that are shares themselves vary less than yes and no of the same mean, by the
factor

    phi = (sum (y - mean)^2 + 1/4) / (N mean (1 - mean) + 1/4),     1 for yes or no,

so they count as k_g / phi of n_g / phi. The 1/4 is one more sample, spread as far as can be: without it, samples that
are all the same would be as good as endlessly many.

Coverage: docs/concepts/statistics.md, made by `python -m benchmark.statistics.coverage`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from benchmark.statistics.bootstrap import Interval, check_level

NAME = "beta_binomial"
PRIOR_TAIL = 4.0
"""The second parameter of rho's prior Beta(1, 4)."""
_NEGLIGIBLE = 18.0
"""Cells of the grid whose log density is so far below the highest are left out: each holds e^-18 of it."""
_NODES, _WEIGHTS = (part / 2.0 for part in np.polynomial.legendre.leggauss(24))
_NODES = _NODES + 0.5  # between 0 and 1


def share_interval(
    values: ArrayLike, clusters: Sequence[Any] | NDArray[Any], *, level: float = 0.95, scale: float = 1.0
) -> Interval:
    """Interval of the mean of samples that are yes or no, or shares.

    Args:
        values: float (N,), each between 0 and `scale`; yes is `scale`.
        clusters: (N,), the cluster (speaker) of each value.
        level: confidence, between 0 and 1.
        scale: of values and interval: 1, or 100 for per cent.

    Returns:
        The interval, within 0 and `scale`, never of zero width, method `beta_binomial`; undefined with fewer than two
        clusters.

    Raises:
        ValueError: values are not finite, lie outside, or do not fit the clusters.
    """
    numbers = np.asarray(values, dtype=np.float64) / scale
    if numbers.ndim != 1 or len(numbers) != len(clusters):
        raise ValueError(f"values must be (N,) with one cluster each, got {numbers.shape} and {len(clusters)} clusters")
    if not np.isfinite(numbers).all():
        raise ValueError("values must be finite: leave out rows without a number and count them")
    if len(numbers) and not (-1e-9 <= numbers.min() and numbers.max() <= 1.0 + 1e-9):
        raise ValueError(
            f"a share lies between 0 and {scale:g}, got {numbers.min() * scale:g} to {numbers.max() * scale:g}"
        )
    check_level(level)
    names, index = np.unique(np.asarray(clusters, dtype=str), return_inverse=True)
    if len(names) < 2:
        return Interval(math.nan, math.nan, level, NAME, len(names))
    numbers = np.clip(numbers, 0.0, 1.0)
    phi = dispersion(numbers)
    trials = np.bincount(index, minlength=len(names)) / phi
    successes = np.minimum(np.bincount(index, weights=numbers, minlength=len(names)) / phi, trials)
    found = beta_binomial_interval(successes, trials, level=level)
    return Interval(scale * found.low, scale * found.high, level, NAME, len(names))


def dispersion(shares: NDArray[np.float64]) -> float:
    """How much samples vary beside yes and no of the same mean: 1 for yes or no, less for shares.

    Args:
        shares: float64 (N,), N >= 1, each between 0 and 1.
    """
    mean = float(shares.mean())
    spread = float(np.sum((shares - mean) ** 2))
    return min(1.0, (spread + 0.25) / (len(shares) * mean * (1.0 - mean) + 0.25))


def beta_binomial_interval(successes: ArrayLike, trials: ArrayLike, *, level: float = 0.95) -> Interval:
    """Interval of the mean share of clusters, from their counts.

    Args:
        successes: float (G,), 0 to `trials`; need not be whole.
        trials: float (G,), above 0.
        level: confidence, between 0 and 1.

    Returns:
        The interval within 0 and 1, which holds the pooled share; undefined for fewer than two clusters.

    Raises:
        ValueError: the counts are impossible.
    """
    check_level(level)
    k, n = np.asarray(successes, dtype=np.float64), np.asarray(trials, dtype=np.float64)
    if k.ndim != 1 or k.shape != n.shape:
        raise ValueError(f"successes and trials must be (G,) both, got {k.shape} and {n.shape}")
    if not (np.isfinite(n).all() and (n > 0).all() and (k >= 0).all() and (k <= n).all()):
        raise ValueError("successes must be between 0 and trials, trials above 0")
    if len(k) < 2:
        return Interval(math.nan, math.nan, level, NAME, len(k))
    edges, weights = _posterior(k, n)
    cumulative = np.concatenate([[0.0], np.cumsum(weights)])
    tail = (1.0 - level) / 2.0
    low, high = np.sin(np.interp([tail, 1.0 - tail], cumulative / cumulative[-1], edges)) ** 2
    pooled = float(k.sum() / n.sum())
    return Interval(min(float(low), pooled), max(float(high), pooled), level, NAME, len(k))


def _posterior(k: NDArray[np.float64], n: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Posterior of theta = arcsin sqrt(mu): edges (C + 1,) and weights (C,) of its cells.

    Grids over theta, in which the prior is uniform, and rho; each covers what the one before found not to be
    negligible, and a cell more on every side. The last takes the integral over rho by Gauss and Legendre.
    """
    kinds, count = np.unique(np.stack([k, n], axis=1), axis=0, return_counts=True)
    first = int(np.clip(4.0 * math.sqrt(n.sum()), 64, 4000))  # cells narrower than the posterior can be
    theta, rho = (0.0, math.pi / 2.0), (0.0, 1.0)
    for cells in ((first, 16), (48, 24)):
        log = _log_density(kinds, count, _midpoints(theta, cells[0]), _midpoints(rho, cells[1]))
        there = log > log.max() - _NEGLIGIBLE
        theta, rho = _closer(theta, there.any(axis=1)), _closer(rho, there.any(axis=0))
    log = _log_density(kinds, count, _midpoints(theta, 160), rho[0] + (rho[1] - rho[0]) * _NODES)
    return np.linspace(*theta, 161), np.exp(log - log.max()) @ _WEIGHTS


def _log_density(
    kinds: NDArray[np.float64], count: NDArray[np.int64], theta: NDArray[np.float64], rho: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Prior times likelihood but for a constant, (len(theta), len(rho)).

    Args:
        kinds: float64 (K, 2), the different (k, n) of the clusters.
        count: int64 (K,), how often each occurs.
        theta: float64, between 0 and pi / 2.
        rho: float64, between 0 and 1.
    """
    size = (1.0 - rho) / rho  # alpha + beta
    alpha, beta = np.sin(theta)[:, None] ** 2 * size, np.cos(theta)[:, None] ** 2 * size
    total = np.broadcast_to((PRIOR_TAIL - 1.0) * np.log1p(-rho), alpha.shape).copy()
    for (k, n), times in zip(kinds, count, strict=True):
        if k > 0:
            total += times * (special.gammaln(alpha + k) - special.gammaln(alpha))
        if k < n:
            total += times * (special.gammaln(beta + (n - k)) - special.gammaln(beta))
        total -= times * (special.gammaln(size + n) - special.gammaln(size))
    return total


def _midpoints(ends: tuple[float, float], cells: int) -> NDArray[np.float64]:
    edges = np.linspace(*ends, cells + 1)
    return (edges[1:] + edges[:-1]) / 2.0


def _closer(ends: tuple[float, float], there: NDArray[np.bool_]) -> tuple[float, float]:
    """The range of the cells that are there and their neighbours."""
    edges, found = np.linspace(*ends, len(there) + 1), np.flatnonzero(there)
    return float(edges[max(0, found[0] - 1)]), float(edges[min(len(there), found[-1] + 2)])
