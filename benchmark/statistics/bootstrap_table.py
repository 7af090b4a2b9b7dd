"""Bootstrap intervals over speakers for many columns at once: every metric in every group of samples, in one pass.

A resample is a vector of how often each speaker was drawn. With the sums and counts of each column by speaker, the
means of all resamples are one matrix product, and so are their standard errors. The draws depend on the seed and the
number of speakers alone, so columns with the same speakers share them: two metrics of one run, or two runs of one
split, are resampled jointly.

Intervals, by name:

* `cluster_bootstrap_percentile`: the percentiles of the resampled means.
* `cluster_bootstrap_expanded_percentile`: the same, moved out for few speakers (see `bootstrap.py`).
* `cluster_bootstrap_studentized`: mean - q SE, q the quantiles of (mean* - mean) / SE*, SE the linearised
  cluster-robust error sqrt(G/(G-1) sum_g e_g^2) / N (Davison & Hinkley, "Bootstrap Methods", 1997, section 5.2).
  A resample of one speaker alone has SE* = 0: where so many are drawn that a quantile is infinite (three speakers or
  fewer), the interval is undefined.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from benchmark.statistics.bootstrap import Method, check_level, tail_probability

METHODS: tuple[str, ...] = (
    "cluster_bootstrap_percentile",
    "cluster_bootstrap_expanded_percentile",
    "cluster_bootstrap_studentized",
)

Ends = NDArray[np.float64]
_BLOCK = 4_000_000
"""Numbers of resampled statistics held at a time: 32 MB."""


def cluster_draws(groups: int, n_resamples: int, seed: int) -> NDArray[np.float64]:
    """How often each of `groups` clusters is drawn, float64 (n_resamples, groups); rows sum to `groups`.

    The same seed and numbers give the same draws.
    """
    rng = np.random.default_rng([seed, groups])
    picks = rng.integers(groups, size=(n_resamples, groups))
    flat = picks + groups * np.arange(n_resamples)[:, None]
    counts = np.bincount(flat.ravel(), minlength=n_resamples * groups).reshape(n_resamples, groups)
    return counts.astype(np.float64)


def bootstrap_table(
    columns: ArrayLike,
    clusters: Sequence[Any] | NDArray[Any],
    *,
    seed: int,
    n_resamples: int = 10_000,
    level: float = 0.95,
) -> dict[str, Ends]:
    """Intervals of the mean of each column.

    Args:
        columns: float (N, K); NaN where a sample has no value or is not of the column's group.
        clusters: (N,), the cluster (speaker) of each row.
        seed: of the draws.
        n_resamples: number of resamples.
        level: confidence, between 0 and 1.

    Returns:
        Method name (see `METHODS`) -> (K, 2) lower and upper ends; NaN where a column has fewer than two clusters.

    Raises:
        ValueError: values are infinite or do not fit the clusters, or a setting is out of range.
    """
    values = np.asarray(columns, dtype=np.float64)
    if values.ndim != 2 or len(values) != len(clusters):
        raise ValueError(f"columns must be (N, K) with N clusters, got {values.shape} and {len(clusters)} clusters")
    if np.isinf(values).any():
        raise ValueError("values must be finite; NaN stands for a sample without a number")
    if n_resamples < 1:
        raise ValueError(f"n_resamples must be at least 1, got {n_resamples}")
    check_level(level)
    sums, sizes = cluster_sums(values, clusters)
    ends = {name: np.full((values.shape[1], 2), np.nan) for name in METHODS}
    draws = np.empty((0, 0))
    for present, chosen in sorted(_alike(sizes > 0), key=lambda pair: int(pair[0].sum())):
        groups = int(present.sum())
        if groups < 2:
            continue
        if draws.shape[1] != groups:  # as many speakers, the same draws
            draws = cluster_draws(groups, n_resamples, seed)
        for part in np.array_split(chosen, max(1, -(-len(chosen) * n_resamples // _BLOCK))):
            found = _intervals(sums[np.ix_(present, part)], sizes[np.ix_(present, part)], draws, level)
            for name, pair in found.items():
                ends[name][part] = pair
    return ends


def cluster_sums(
    values: NDArray[np.float64], clusters: Sequence[Any] | NDArray[Any]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sums and counts of the finite values of each column by cluster, (G, K) each, clusters sorted by name."""
    names, index = np.unique(np.asarray(clusters, dtype=str), return_inverse=True)
    member = np.zeros((len(names), len(values)))
    member[index, np.arange(len(values))] = 1.0
    there = np.isfinite(values)
    return member @ np.where(there, values, 0.0), member @ there.astype(np.float64)


def _intervals(
    sums: NDArray[np.float64], sizes: NDArray[np.float64], draws: NDArray[np.float64], level: float
) -> dict[str, Ends]:
    groups = len(sums)
    means = sums.sum(axis=0) / sizes.sum(axis=0)
    residual = sums - means * sizes  # sums about the mean: the squares below do not cancel
    counts = draws @ sizes
    shift = (draws @ residual) / counts  # mean* - mean
    inflate = groups / (groups - 1)
    error = np.sqrt(inflate * np.sum(residual**2, axis=0)) / sizes.sum(axis=0)
    squares = draws @ residual**2 - 2 * shift * (draws @ (residual * sizes)) + shift**2 * (draws @ sizes**2)
    noise = 1e-12 * np.max(residual**2, axis=0)
    error_star = np.sqrt(inflate * np.where(squares > noise, squares, 0.0)) / counts
    with np.errstate(divide="ignore", invalid="ignore"):
        student = np.where(shift == 0, 0.0, shift / error_star)
    ends = {}
    methods: tuple[Method, ...] = ("percentile", "expanded_percentile")
    for name, method in zip(METHODS, methods, strict=False):
        tail = tail_probability(level, groups, method)
        ends[name] = means[:, None] + np.quantile(shift, [tail, 1.0 - tail], axis=0).T
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(student, [tail, 1.0 - tail], axis=0, method="inverted_cdf")
    pair = np.stack([means - high * error, means - low * error], axis=1)
    steady = np.all(residual == 0, axis=0)
    pair[steady] = means[steady, None]
    pair[~np.isfinite(pair).all(axis=1)] = np.nan
    ends[METHODS[2]] = pair
    return ends


def _alike(present: NDArray[np.bool_]) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.int64]]]:
    """Columns that have the same clusters: which clusters, bool (G,), and which columns."""
    patterns, index = np.unique(present, axis=1, return_inverse=True)
    for number in range(patterns.shape[1]):
        yield patterns[:, number], np.flatnonzero(np.ravel(index) == number)
