"""Frechet distances of many multisets of the same rows, as a bootstrap over speakers asks for them.

A multiset in which the rows of cluster g stand w_g times has moments that are sums over rows:

    N = sum w,   m = sum w x / N,   S = (sum w x x^T - N m m^T) / (N - 1)

so no copies are made and no factorisation of the rows is repeated. With many rows the scatters of the clusters are
added up, and tr (S1 S2)^(1/2) is the sum of the roots of the eigenvalues of L^T S1 L, L being the Cholesky factor of
S2; with few rows the inner products of the rows, computed once, are weighted and centred. Both square the condition of
the rows, so a distance is within about 1e-6 of `frechet_distance` of the copies, relative: right for the spread of a
bootstrap, while the value itself comes from the exact form.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from benchmark.core.threads import thread_map
from benchmark.formulas.frechet import Matrix, factor

SCATTER_BYTES = 2 << 30
"""Most memory for the clusters' scatters of both sides; beyond it they are made anew from the rows for every draw."""
ROUNDING = 1e-12
"""Share of the traces below which a distance is rounding."""
BLOCK = 4096
"""Rows of one product."""

Clusters = NDArray[np.integer]


def frechet_draws(x: ArrayLike, x_clusters: Clusters, y: ArrayLike, y_clusters: Clusters, counts: Clusters) -> Matrix:
    """The distance of every multiset of clusters, both sides drawn together.

    Args:
        x: float (n1, D), finite.
        x_clusters: int (n1,), the cluster of each row, 0 to G - 1.
        y: float (n2, D), finite.
        y_clusters: int (n2,).
        counts: int (B, G), how often each cluster stands in each multiset.

    Returns:
        float64 (B,), >= 0; NaN for a multiset of fewer than two rows on a side.
    """
    first, second = np.asarray(x, np.float64), np.asarray(y, np.float64)
    middle = first.mean(axis=0)  # one origin for both sides: means far from 0 would cost digits
    sides = (first - middle, second - middle)
    few_rows = min(map(len, sides)) <= middle.size and max(map(len, sides)) <= 2 * middle.size
    clusters = (np.asarray(x_clusters), np.asarray(y_clusters))
    distance = (_FewRows if few_rows else _ManyRows).of(sides, clusters, counts.shape[1])
    return np.array(thread_map(distance, list(counts)), np.float64)


@dataclass(frozen=True)
class _FewRows:
    """By the inner products of rows."""

    clusters: tuple[Clusters, Clusters]
    within: tuple[Matrix, Matrix]
    """The inner products of the rows of each side, (n, n)."""
    between: Matrix
    """The inner products of the rows of one side with those of the other, (n1, n2)."""

    @classmethod
    def of(cls, sides: tuple[Matrix, Matrix], clusters: tuple[Clusters, Clusters], groups: int) -> _FewRows:
        x, y = sides
        xx, yy, xy = thread_map(lambda pair: pair[0] @ pair[1].T, [(x, x), (y, y), (x, y)])
        return cls(clusters, (xx, yy), xy)

    def __call__(self, counts: Clusters) -> float:
        chosen = [counts[clusters] for clusters in self.clusters]
        drawn = [np.flatnonzero(weights) for weights in chosen]
        p, q = (weights[rows].astype(np.float64) for weights, rows in zip(chosen, drawn, strict=True))
        n, m = p.sum(), q.sum()
        if min(n, m) < 2:
            return float("nan")
        xx, yy = (inner[np.ix_(rows, rows)] for inner, rows in zip(self.within, drawn, strict=True))
        xy = self.between[np.ix_(*drawn)]
        mean_x, mean_y, mean_xy = p @ xx @ p / n**2, q @ yy @ q / m**2, p @ xy @ q / (n * m)
        trace_x = (p @ np.diag(xx) - n * mean_x) / (n - 1)
        trace_y = (q @ np.diag(yy) - m * mean_y) / (m - 1)
        centred = xy - (p @ xy / n)[None] - (xy @ q / m)[:, None] + mean_xy
        cross = np.sqrt(p / (n - 1))[:, None] * centred * np.sqrt(q / (m - 1))
        gram = cross @ cross.T if len(cross) <= cross.shape[1] else cross.T @ cross
        root = _roots(np.linalg.eigvalsh(gram))
        return _distance(mean_x + mean_y - 2 * mean_xy, trace_x + trace_y, root)


@dataclass(frozen=True)
class _ManyRows:
    """By scatters."""

    sides: tuple[_Side, _Side]

    @classmethod
    def of(cls, sides: tuple[Matrix, Matrix], clusters: tuple[Clusters, Clusters], groups: int) -> _ManyRows:
        keep = 2 * groups * sides[0].shape[1] ** 2 * 8 <= SCATTER_BYTES
        first, second = (_Side.of(rows, c, groups, keep) for rows, c in zip(sides, clusters, strict=True))
        return cls((first, second))

    def __call__(self, counts: Clusters) -> float:
        if min(side.size(counts) for side in self.sides) < 2:
            return float("nan")
        (mean_x, s_x), (mean_y, s_y) = (side.moments(counts) for side in self.sides)
        difference = mean_x - mean_y
        traces = float(np.trace(s_x) + np.trace(s_y))
        return _distance(float(difference @ difference), traces, _trace_root(s_x, s_y))


@dataclass(frozen=True)
class _Side:
    rows: Matrix
    clusters: Clusters
    sizes: Matrix
    """How many rows each cluster has, (G,)."""
    sums: Matrix
    """The sum of the rows of each cluster, (G, D)."""
    scatters: Matrix | None
    """The sum of x x^T over each cluster, (G, D, D); None: too large to keep."""

    @classmethod
    def of(cls, rows: Matrix, clusters: Clusters, groups: int, keep: bool) -> _Side:
        masks = [clusters == group for group in range(groups)]
        sums = np.stack([rows[mask].sum(axis=0) for mask in masks])
        scatters = None
        if keep:
            parts = thread_map(lambda mask: rows[mask].T @ rows[mask], masks)
            scatters = np.stack(parts)
        return cls(rows, clusters, np.array([mask.sum() for mask in masks], np.float64), sums, scatters)

    def size(self, counts: Clusters) -> float:
        return float(self.sizes @ counts)

    def moments(self, counts: Clusters) -> tuple[Matrix, Matrix]:
        """Mean (D,) and covariance (D, D)."""
        n = self.size(counts)
        mean = counts @ self.sums / n
        scatter = self._sum_scatters(counts) if self.scatters is None else np.tensordot(counts, self.scatters, 1)
        scatter -= n * np.outer(mean, mean)
        scatter /= n - 1
        return mean, scatter

    def _sum_scatters(self, counts: Clusters) -> Matrix:
        weights = counts[self.clusters]
        drawn = np.flatnonzero(weights)
        scatter = np.zeros((self.rows.shape[1],) * 2)
        for start in range(0, len(drawn), BLOCK):
            block = drawn[start : start + BLOCK]
            rows = self.rows[block]
            scatter += (weights[block, None] * rows).T @ rows
        return scatter


def _distance(shift: float, traces: float, root: float) -> float:
    """The distance; what rounding leaves of equal sets is none."""
    found = float(shift + traces - 2 * root)
    return found if found > ROUNDING * float(traces) else 0.0


def _trace_root(first: Matrix, second: Matrix) -> float:
    """tr (S1 S2)^(1/2)."""
    try:
        half = np.linalg.cholesky(second).T
    except np.linalg.LinAlgError:  # not of full rank
        half = factor(second)
    return _roots(np.linalg.eigvalsh(half @ first @ half.T)) if half.size else 0.0


def _roots(values: Matrix) -> float:
    """Sum of the roots of eigenvalues; those that are rounding noise count as zero."""
    noise = len(values) * np.finfo(np.float64).eps * max(float(values[-1]), 0.0)
    return float(np.sqrt(values[values > noise]).sum())
