"""Kernel distance between two sets of features: unbiased squared maximum mean discrepancy ("KID").

Binkowski et al., "Demystifying MMD GANs" (ICLR 2018), with the polynomial kernel k(x, y) = (x . y / D + 1)^3. Unlike
the Frechet distance its expectation does not depend on the number of rows; being unbiased it can fall below zero, and
is then not cut. Features: float (n, D), finite; computed in float64.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

BLOCK = 1024
"""Rows of a block of the kernel matrix."""


class SubsetDistance(NamedTuple):
    """Kernel distance over random subsets, as it is usually published."""

    mean: float
    deviation: float
    """Standard deviation over the subsets (divisor n); no standard error, the subsets overlap."""


def kernel_distance(x: ArrayLike, y: ArrayLike) -> float:
    """Unbiased squared maximum mean discrepancy of all rows.

    Args:
        x: float (n1, D), n1 >= 2, finite.
        y: float (n2, D), n2 >= 2, finite.

    Raises:
        ValueError: fewer than two rows, other dimensions, or values that are not finite.
    """
    a, b = _checked(x, "first set"), _checked(y, "second set")
    if a.shape[1] != b.shape[1]:
        raise ValueError(f"feature dimensions differ: {a.shape[1]} and {b.shape[1]}")
    return _within(a) + _within(b) - 2.0 * _sum(a, b) / (len(a) * len(b))


def kernel_distance_subsets(
    x: ArrayLike, y: ArrayLike, rng: np.random.Generator, subsets: int = 100, size: int = 1000
) -> SubsetDistance:
    """Mean and deviation of `kernel_distance` over random subsets of equal size, drawn without replacement.

    Args:
        x: float (n1, D).
        y: float (n2, D).
        rng: source of the draws.
        subsets: how many.
        size: rows a subset; at most the rows of the smaller set.

    Raises:
        ValueError: as `kernel_distance`, or a subset is larger than a set.
    """
    a, b = _checked(x, "first set"), _checked(y, "second set")
    if subsets < 1 or size < 2 or size > min(len(a), len(b)):
        raise ValueError(f"{subsets} subsets of {size} rows can't be drawn from sets of {len(a)} and {len(b)} rows")
    values = [
        kernel_distance(a[rng.choice(len(a), size, replace=False)], b[rng.choice(len(b), size, replace=False)])
        for _ in range(subsets)
    ]
    return SubsetDistance(float(np.mean(values)), float(np.std(values)))


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


def _sum(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Sum of the kernel over all pairs, in blocks of rows, so that large sets need no n1 x n2 matrix."""
    return float(sum(_kernel(a[start : start + BLOCK], b).sum() for start in range(0, len(a), BLOCK)))


def _within(a: NDArray[np.float64]) -> float:
    """Mean kernel over pairs of different rows of one set; each pair is computed once."""
    own = (np.einsum("nd,nd->n", a, a) / a.shape[1] + 1.0) ** 3
    total = 0.0
    for start in range(0, len(a), BLOCK):
        block, later = a[start : start + BLOCK], a[start + BLOCK :]
        total += _kernel(block, block).sum() + 2.0 * _sum(block, later)
    return float((total - own.sum()) / (len(a) * (len(a) - 1)))
