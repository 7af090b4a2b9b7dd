"""The best similarity transform (scale, rotation, shift) between two sets of points, in closed form.

S. Umeyama, "Least-squares estimation of transformation parameters between two point patterns", IEEE TPAMI 13(4), 1991.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmark.core.status import Status
from benchmark.media.errors import MediaError


def similarity(source: NDArray[np.floating], target: NDArray[np.floating]) -> NDArray[np.float64]:
    """The similarity that maps `source` onto `target` with the least sum of squared distances; it never mirrors.

    Args:
        source: (N, 2) points x, y; N >= 2, not all the same.
        target: (N, 2) points x, y.

    Returns:
        float64 (2, 3): `target ~= source @ M[:, :2].T + M[:, 2]`. What cv2.warpAffine takes.

    Raises:
        MediaError: `bad_points`, if the shapes differ, a number is not finite, or all source points coincide.
    """
    a, b = np.asarray(source, np.float64), np.asarray(target, np.float64)
    if a.shape != b.shape or a.ndim != 2 or a.shape[1] != 2 or len(a) < 2:
        raise MediaError(Status.BAD_POINTS, f"expected two arrays (N >= 2, 2), got {a.shape} and {b.shape}")
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise MediaError(Status.BAD_POINTS, "points must be finite")
    centre_a, centre_b = a.mean(axis=0), b.mean(axis=0)
    centred_a, centred_b = a - centre_a, b - centre_b
    spread = (centred_a**2).sum() / len(a)
    if spread == 0:
        raise MediaError(Status.BAD_POINTS, "all source points are the same")
    u, d, vt = np.linalg.svd(centred_b.T @ centred_a / len(a))
    sign = np.array([1.0, np.sign(np.linalg.det(u) * np.linalg.det(vt)) or 1.0])  # S of the paper, eq. 43
    rotation = (u * sign) @ vt
    scale = (d * sign).sum() / spread
    matrix = np.empty((2, 3))
    matrix[:, :2] = scale * rotation
    matrix[:, 2] = centre_b - scale * rotation @ centre_a
    return matrix


def aligned(track: NDArray[np.floating], target: NDArray[np.floating]) -> NDArray[np.float64]:
    """Every frame of a track laid on `target` by its best similarity transform, all at once.

    Args:
        track: (F, N, 2) points x, y; N >= 2, not all of a frame the same.
        target: (N, 2).

    Returns:
        float64 (F, N, 2): `apply(similarity(frame, target), frame)` of each frame.

    Raises:
        MediaError: `bad_points`, as `similarity`.
    """
    a, b = np.asarray(track, np.float64), np.asarray(target, np.float64)
    if a.ndim != 3 or a.shape[1:] != b.shape or b.ndim != 2 or b.shape[1] != 2 or len(b) < 2:
        raise MediaError(Status.BAD_POINTS, f"expected (F, N >= 2, 2) and (N, 2), got {a.shape} and {b.shape}")
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise MediaError(Status.BAD_POINTS, "points must be finite")
    centred_a, centred_b = a - a.mean(axis=1, keepdims=True), b - b.mean(axis=0)
    spread = (centred_a**2).sum(axis=(1, 2))
    if not spread.all():
        raise MediaError(Status.BAD_POINTS, "all source points are the same")
    # In two dimensions the best rotation needs no decomposition: of all similarities it has the largest cosine part.
    x, y = centred_a[..., 0], centred_a[..., 1]
    cosine = (x * centred_b[:, 0] + y * centred_b[:, 1]).sum(axis=1) / spread
    sine = (x * centred_b[:, 1] - y * centred_b[:, 0]).sum(axis=1) / spread
    turned = np.stack([cosine[:, None] * x - sine[:, None] * y, sine[:, None] * x + cosine[:, None] * y], axis=-1)
    return np.asarray(turned + b.mean(axis=0), np.float64)


def apply(matrix: NDArray[np.float64], points: NDArray[np.floating]) -> NDArray[np.float64]:
    """Map points (..., 2) by a (2, 3) transform."""
    return np.asarray(points, np.float64) @ matrix[:, :2].T + matrix[:, 2]
