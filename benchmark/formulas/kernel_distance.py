"""Kernel distance between two sets of features: unbiased squared maximum mean discrepancy ("KID").

Binkowski et al., "Demystifying MMD GANs" (ICLR 2018), with the polynomial kernel k(x, y) = (x . y / D + 1)^3. Unlike
the Frechet distance its expectation does not depend on the number of rows; being unbiased it can fall below zero, and
is then not cut. Features: float (n, D), finite; computed in float64.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from benchmark.core.threads import thread_map

BLOCK = 1024
"""Rows of a block of the kernel matrix."""


class KernelSums(NamedTuple):
    """Sums of the kernel over all pairs of rows, by cluster: what the distance of every multiset of them is made of."""

    first: NDArray[np.float64]
    """The sums over pairs within the first set, (G, G); a row is paired with itself too."""
    second: NDArray[np.float64]
    """The sums over pairs within the second set, (G, G)."""
    across: NDArray[np.float64]
    """The sums over pairs of a row of the first set and one of the second, (G, G)."""
    own: NDArray[np.float64]
    """The sums over the rows of either set with themselves, (2, G)."""
    sizes: NDArray[np.float64]
    """How many rows of either set each cluster has, (2, G)."""


def kernel_distance(x: ArrayLike, y: ArrayLike) -> float:
    """Unbiased squared maximum mean discrepancy of all rows.

    Args:
        x: float (n1, D), n1 >= 2, finite.
        y: float (n2, D), n2 >= 2, finite.

    Raises:
        ValueError: fewer than two rows, other dimensions, or values that are not finite.
    """
    sums = kernel_sums(x, np.zeros(len(np.asarray(x)), np.int64), y, np.zeros(len(np.asarray(y)), np.int64))
    return float(kernel_draws(sums, np.ones((1, 1), np.int64))[0])


def kernel_sums(
    x: ArrayLike, x_clusters: NDArray[np.integer], y: ArrayLike, y_clusters: NDArray[np.integer]
) -> KernelSums:
    """The kernel's sums over every pair of clusters.

    Args:
        x: float (n1, D), n1 >= 2, finite.
        x_clusters: int (n1,), the cluster of each row, 0 to G - 1.
        y: float (n2, D), n2 >= 2, finite.
        y_clusters: int (n2,).

    Raises:
        ValueError: as `kernel_distance`.
    """
    a, b = _checked(x, "first set"), _checked(y, "second set")
    if a.shape[1] != b.shape[1]:
        raise ValueError(f"feature dimensions differ: {a.shape[1]} and {b.shape[1]}")
    groups = int(max(np.max(x_clusters), np.max(y_clusters))) + 1
    first, second = np.eye(groups)[x_clusters], np.eye(groups)[y_clusters]
    across = sum(thread_map(lambda rows: first[rows].T @ _kernel(a[rows], b) @ second, _blocks(len(a))))
    return KernelSums(
        _within(a, first),
        _within(b, second),
        np.asarray(across),
        np.stack([first.T @ _own(a), second.T @ _own(b)]),
        np.stack([first.sum(axis=0), second.sum(axis=0)]),
    )


def kernel_draws(sums: KernelSums, counts: NDArray[np.integer]) -> NDArray[np.float64]:
    """The distance of every multiset of clusters, both sides drawn together, as a bootstrap over speakers asks for it.

    Equal to `kernel_distance` of the copies: a row and its copy are a pair of different rows.

    Args:
        sums: of G clusters.
        counts: int (B, G), how often each cluster stands in each multiset.

    Returns:
        float64 (B,); NaN for a multiset of fewer than two rows on a side.
    """
    weights = counts.astype(np.float64)
    n, m = weights @ sums.sizes.T[:, 0], weights @ sums.sizes.T[:, 1]
    first, second, across = (
        np.einsum("bg,gh,bh->b", weights, part, weights) for part in (sums.first, sums.second, sums.across)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        within = (first - weights @ sums.own[0]) / (n * (n - 1)) + (second - weights @ sums.own[1]) / (m * (m - 1))
        return np.where((n >= 2) & (m >= 2), within - 2.0 * across / (n * m), np.nan)


def _checked(features: ArrayLike, what: str) -> NDArray[np.float64]:
    x = np.asarray(features, dtype=np.float64)
    if x.ndim != 2 or x.shape[1] == 0:
        raise ValueError(f"{what}: features must be (n, D), got {x.shape}")
    if len(x) < 2:
        raise ValueError(f"{what}: a kernel distance needs at least 2 rows, got {len(x)}")
    if not np.isfinite(x).all():
        raise ValueError(f"{what}: {int((~np.isfinite(x)).any(axis=1).sum())} of {len(x)} rows are not finite")
    return x


def _kernel(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    values: NDArray[np.float64] = a @ b.T
    values /= a.shape[1]
    values += 1.0
    return values * values * values  # numpy's power of an array takes ten times as long


def _blocks(rows: int) -> list[slice]:
    """Blocks of rows, so that large sets need no n1 x n2 matrix."""
    return [slice(start, min(start + BLOCK, rows)) for start in range(0, rows, BLOCK)]


def _own(a: NDArray[np.float64]) -> NDArray[np.float64]:
    """Kernel of every row with itself, (n,)."""
    return np.asarray((np.einsum("nd,nd->n", a, a) / a.shape[1] + 1.0) ** 3)


def _within(a: NDArray[np.float64], members: NDArray[np.float64]) -> NDArray[np.float64]:
    """(G, G): sums over all pairs of rows of one set; members (n, G) says whose a row is."""

    def pairs(rows: slice) -> NDArray[np.float64]:
        """Of a block with itself and, twice, with the rows after it: each pair is computed once."""
        later = slice(rows.stop, None)
        later_pairs = members[rows].T @ _kernel(a[rows], a[later]) @ members[later]
        return np.asarray(members[rows].T @ _kernel(a[rows], a[rows]) @ members[rows] + later_pairs + later_pairs.T)

    return np.asarray(sum(thread_map(pairs, _blocks(len(a)))))
