"""Peak signal-to-noise ratio in decibels: 10 log10(range^2 / mean squared error).

One number a frame over all pixels and channels. Identical frames give infinity, so a mean over frames can be
infinite: the caller decides, nothing is capped here. Both clips must be aligned in time, which holds for
reconstruction but not for a target that is another take. As scikit-image's `peak_signal_noise_ratio`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def psnr(a: NDArray[np.generic], b: NDArray[np.generic], data_range: float | None = None) -> float:
    """PSNR of two images.

    Args:
        a: uint8, or float with an explicit `data_range`, any shape.
        b: same shape and dtype as `a`.
        data_range: largest minus smallest possible value; None: 255, for uint8 only.

    Returns:
        dB, infinite for identical images.

    Raises:
        ValueError: shapes differ, float images without a range, or values that are not finite.
    """
    x, y, span = to_comparable(a, b, data_range)
    error = float(np.mean((x - y) ** 2))
    return float("inf") if error == 0 else float(10.0 * np.log10(span**2 / error))


def to_comparable(
    a: NDArray[np.generic], b: NDArray[np.generic], data_range: float | None
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Both images as float64 and their data range; the checks of every full-reference measure.

    Raises:
        ValueError: as in `psnr`.
    """
    if a.shape != b.shape or a.dtype != b.dtype or a.size == 0:
        raise ValueError(f"images must share shape and dtype, got {a.dtype} {a.shape} and {b.dtype} {b.shape}")
    if data_range is None:
        if a.dtype != np.uint8:
            raise ValueError(f"images of {a.dtype} need an explicit data_range")
        data_range = 255.0
    if not data_range > 0:
        raise ValueError(f"data_range must be above 0, got {data_range}")
    x, y = a.astype(np.float64), b.astype(np.float64)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("images hold values that are not finite")
    return x, y, float(data_range)
