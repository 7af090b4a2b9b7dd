"""Frechet distance between two Gaussians fitted to two sets of features, exactly.

    d(X, Y) = |m1 - m2|^2 + tr S1 + tr S2 - 2 tr (S1 S2)^(1/2)

(Dowson & Landau, 1982; Heusel et al., "GANs trained by a two time-scale update rule", NeurIPS 2017), m and S being
mean and sample covariance (divisor n - 1). With centred rows A = (X - m1) / sqrt(n1 - 1) and C likewise, the last
trace is the sum of the singular values of A C^T: no matrix root is taken, nothing is complex, and with fewer rows
than dimensions the matrix is small. pytorch-fid takes `scipy.linalg.sqrtm` of the D x D product: on rank-deficient
sets it is about 5e-6 (relative) too low, raises on some SciPy versions, and adds 1e-6 to both diagonals when the root
is not finite.

Features: float (n, D), any D, n >= 2, finite; everything is computed in float64. The value depends on n: two
independent draws from one distribution do not give 0 but a sampling error that shrinks with n, so compare equal n
only.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from benchmark.core.arrays import load_arrays
from benchmark.core.threads import thread_map

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class FrechetTerms:
    """The parts of a Frechet distance."""

    mean: float
    """The squared distance of the means, |m1 - m2|^2."""
    trace1: float
    """The trace of the first covariance, tr S1."""
    trace2: float
    """The trace of the second covariance, tr S2."""
    trace_root: float
    """The trace of the root of their product, tr (S1 S2)^(1/2)."""

    @property
    def distance(self) -> float:
        """The distance, at least 0 (rounding below 0 is cut)."""
        return max(0.0, self.mean + self.trace1 + self.trace2 - 2.0 * self.trace_root)


@dataclass(frozen=True)
class Moments:
    """Mean and covariance of a set of features, as pytorch-fid keeps them in its `.npz` files."""

    mean: Matrix
    """The mean of the rows, float64 (D,)."""
    covariance: Matrix
    """The covariance of the rows with the divisor n - 1, float64 (D, D)."""

    def __post_init__(self) -> None:
        size = self.mean.size
        if self.mean.shape != (size,) or self.covariance.shape != (size, size):
            raise ValueError(
                f"moments need mean (D,) and covariance (D, D), got {self.mean.shape}, {self.covariance.shape}"
            )
        if not (np.isfinite(self.mean).all() and np.isfinite(self.covariance).all()):
            raise ValueError("moments hold values that are not finite")

    @staticmethod
    def of(features: ArrayLike) -> Moments:
        """Moments of features (n, D), n >= 2."""
        mean, centred = _centred(features, "features")
        return Moments(mean, centred.T @ centred)

    @staticmethod
    def read(path: Path) -> Moments:
        """Read a statistics file of pytorch-fid (`mu`, `sigma`). Raises ValueError if it is none."""
        arrays = load_arrays(path)
        if not {"mu", "sigma"} <= set(arrays):
            raise ValueError(f"{path} is no statistics file: it holds {list(arrays)}, not 'mu' and 'sigma'")
        return Moments(arrays["mu"].astype(np.float64), arrays["sigma"].astype(np.float64))

    def write(self, path: Path) -> None:
        """Write a statistics file that pytorch-fid reads."""
        np.savez_compressed(path, mu=self.mean, sigma=self.covariance)


def frechet_distance(x: ArrayLike, y: ArrayLike) -> float:
    """Frechet distance between two sets of features.

    Args:
        x: float (n1, D), n1 >= 2, finite.
        y: float (n2, D), n2 >= 2, finite.

    Returns:
        The distance, >= 0. Constant sets are legal: their covariance is zero.

    Raises:
        ValueError: fewer than two rows (the covariance is undefined), other dimensions, or values that are not finite.
    """
    return frechet_terms(x, y).distance


def frechet_terms(x: ArrayLike, y: ArrayLike) -> FrechetTerms:
    """The parts of `frechet_distance`, same arguments and errors."""
    mean1, a = _centred(x, "first set")
    mean2, c = _centred(y, "second set")
    if a.shape[1] != c.shape[1]:
        raise ValueError(f"feature dimensions differ: {a.shape[1]} and {c.shape[1]}")
    trace1, trace2 = float(np.sum(a * a)), float(np.sum(c * c))
    if min(len(a), len(c)) > a.shape[1]:
        a, c = thread_map(_short, (a, c))
    root = _nuclear_norm(_short(a) @ _short(c).T)
    return FrechetTerms(_squared_length(mean1 - mean2), trace1, trace2, root)


def frechet_between(first: Moments, second: Moments) -> FrechetTerms:
    """The parts of the distance from stored moments.

    Eigenvalues below D eps times the largest are rounding noise and count as zero, so rank-deficient covariances lose
    about 1e-8 of the trace at most, where a matrix root would turn the noise into an error of 1e-5.

    Raises:
        ValueError: the dimensions differ.
    """
    if first.mean.size != second.mean.size:
        raise ValueError(f"feature dimensions differ: {first.mean.size} and {second.mean.size}")
    root = _nuclear_norm(factor(first.covariance) @ factor(second.covariance).T)
    return FrechetTerms(
        _squared_length(first.mean - second.mean),
        float(np.trace(first.covariance)),
        float(np.trace(second.covariance)),
        root,
    )


def _centred(features: ArrayLike, what: str) -> tuple[Matrix, Matrix]:
    """Mean (D,) and centred rows divided by sqrt(n - 1), (n, D)."""
    x = np.asarray(features, dtype=np.float64)
    if x.ndim != 2 or x.shape[1] == 0:
        raise ValueError(f"{what}: features must be (n, D), got {x.shape}")
    if len(x) < 2:
        raise ValueError(f"{what}: a Frechet distance needs at least 2 rows, got {len(x)}: one has no covariance")
    if not np.isfinite(x).all():
        raise ValueError(f"{what}: {int((~np.isfinite(x)).any(axis=1).sum())} of {len(x)} rows are not finite")
    if (x == x[0]).all():  # the mean of equal rows can be off by rounding; their covariance is exactly zero
        return x[0], np.zeros_like(x)
    mean = x.mean(axis=0)
    return mean, (x - mean) / np.sqrt(len(x) - 1)


def _short(rows: Matrix) -> Matrix:
    """A matrix of at most D rows with the same product rows^T rows."""
    if rows.shape[0] <= rows.shape[1]:
        return rows
    return np.asarray(np.linalg.qr(rows, mode="r"), dtype=np.float64)


def factor(covariance: Matrix) -> Matrix:
    """F (r, D) with F^T F = covariance (D, D), r its numerical rank."""
    values, vectors = np.linalg.eigh(covariance)
    keep = values > len(values) * np.finfo(np.float64).eps * max(float(values[-1]), 0.0)
    factor: Matrix = np.sqrt(values[keep])[:, None] * vectors[:, keep].T
    return factor


def _nuclear_norm(matrix: Matrix) -> float:
    return float(np.linalg.svd(matrix, compute_uv=False).sum()) if matrix.size else 0.0


def _squared_length(vector: Matrix) -> float:
    return float(vector @ vector)
