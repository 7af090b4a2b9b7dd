"""Structural similarity (Wang, Bovik, Sheikh & Simoncelli, IEEE TIP 2004), mean over pixels and channels.

Two windows are in use and give other numbers, so they have names: `ssim` averages over 7 x 7 pixels with sample
covariance, the default of scikit-image's `structural_similarity` and what EAT reports; `ssim_gaussian` weighs 11 x 11
pixels with sigma 1.5 and population covariance, as in the paper. Pixels nearer to the border than half a window are
left out. K1 = 0.01, K2 = 0.03.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from benchmark.formulas.psnr import to_comparable

Picture = NDArray[np.float64]
"""(H, W, C)."""


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
    return _mean_ssim(a, b, data_range, radius=3, smooth=_uniform, covariance=49 / 48)


def ssim_gaussian(a: NDArray[np.generic], b: NDArray[np.generic], data_range: float | None = None) -> float:
    """SSIM with the 11 x 11 Gaussian window of sigma 1.5; arguments, result and errors as `ssim`."""
    return _mean_ssim(a, b, data_range, radius=5, smooth=_gaussian, covariance=1.0)


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
    smooth: Callable[[Picture], Picture],
    covariance: float,
) -> float:
    x, y, span = to_comparable(a, b, data_range)
    if x.ndim not in (2, 3) or min(x.shape[:2]) < 2 * radius + 1:
        raise ValueError(f"images must be (H, W) or (H, W, C) with sides of {2 * radius + 1} or more, got {x.shape}")
    if x.ndim == 2:
        x, y = x[..., None], y[..., None]
    c1, c2 = (0.01 * span) ** 2, (0.03 * span) ** 2
    inside = (slice(radius, x.shape[0] - radius), slice(radius, x.shape[1] - radius))
    mean_x, mean_y = smooth(x), smooth(y)
    variance_x = covariance * (smooth(x * x) - mean_x**2)
    variance_y = covariance * (smooth(y * y) - mean_y**2)
    shared = covariance * (smooth(x * y) - mean_x * mean_y)
    top = (2 * mean_x * mean_y + c1) * (2 * shared + c2)
    bottom = (mean_x**2 + mean_y**2 + c1) * (variance_x + variance_y + c2)
    return float((top / bottom)[inside].mean())


def _uniform(x: Picture) -> Picture:
    """Mean over 7 x 7 pixels, all channels at once."""
    return np.asarray(cv2.blur(x, (7, 7)), np.float64).reshape(x.shape)


def _gaussian(x: Picture) -> Picture:
    return np.stack([gaussian_filter(x[..., k], 1.5, truncate=3.5) for k in range(x.shape[2])], axis=-1)
