"""Structural similarity (Wang, Bovik, Sheikh & Simoncelli, IEEE TIP 2004), mean over pixels and channels.

Two windows are in use and give other numbers, so they have names: `ssim` averages over 7 x 7 pixels with sample
covariance, the default of scikit-image's `structural_similarity` and what EAT reports; `ssim_gaussian` weighs 11 x 11
pixels with sigma 1.5 and population covariance, as in the paper. Pixels nearer to the border than half a window are
left out. K1 = 0.01, K2 = 0.03.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, uniform_filter

from benchmark.metrics.psnr import comparable

Plane = NDArray[np.float64]


def ssim(a: NDArray[np.generic], b: NDArray[np.generic], data_range: float | None = None) -> float:
    """SSIM with the 7 x 7 uniform window.

    Args:
        a: uint8 (H, W) or (H, W, C), or float with an explicit `data_range`; H and W at least 7.
        b: same shape and dtype.
        data_range: as in `psnr`.

    Returns:
        -1 to 1, exactly 1 for identical images.

    Raises:
        ValueError: as `psnr`, or the images are smaller than the window.
    """
    return _mean_ssim(a, b, data_range, radius=3, smooth=lambda x: uniform_filter(x, 7), covariance=49 / 48)


def ssim_gaussian(a: NDArray[np.generic], b: NDArray[np.generic], data_range: float | None = None) -> float:
    """SSIM with the 11 x 11 Gaussian window of sigma 1.5; arguments, result and errors as `ssim`."""
    return _mean_ssim(
        a, b, data_range, radius=5, smooth=lambda x: gaussian_filter(x, 1.5, truncate=3.5), covariance=1.0
    )


def ssim_frames(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> NDArray[np.float64]:
    """`ssim` of every pair of frames: uint8 (T, H, W, 3) twice -> float64 (T,)."""
    if a.shape != b.shape or a.ndim != 4 or len(a) == 0:
        raise ValueError(f"clips must be (T >= 1, H, W, 3) of one shape, got {a.shape} and {b.shape}")
    return np.array([ssim(x, y) for x, y in zip(a, b, strict=True)])


def _mean_ssim(
    a: NDArray[np.generic],
    b: NDArray[np.generic],
    data_range: float | None,
    radius: int,
    smooth: Callable[[Plane], Plane],
    covariance: float,
) -> float:
    x, y, span = comparable(a, b, data_range)
    if x.ndim not in (2, 3) or min(x.shape[:2]) < 2 * radius + 1:
        raise ValueError(f"images must be (H, W) or (H, W, C) with sides of {2 * radius + 1} or more, got {x.shape}")
    if x.ndim == 2:
        x, y = x[..., None], y[..., None]
    c1, c2 = (0.01 * span) ** 2, (0.03 * span) ** 2
    inside = (slice(radius, x.shape[0] - radius), slice(radius, x.shape[1] - radius))
    means = []
    for channel in range(x.shape[2]):
        p, q = x[..., channel], y[..., channel]
        mean_p, mean_q = smooth(p), smooth(q)
        variance_p = covariance * (smooth(p * p) - mean_p**2)
        variance_q = covariance * (smooth(q * q) - mean_q**2)
        shared = covariance * (smooth(p * q) - mean_p * mean_q)
        top = (2 * mean_p * mean_q + c1) * (2 * shared + c2)
        bottom = (mean_p**2 + mean_q**2 + c1) * (variance_p + variance_q + c2)
        means.append(float((top / bottom)[inside].mean()))
    return float(np.mean(means))
