"""Smoothing of the lip codes over time: each frame mixed with its two neighbours."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

Ends = Literal["damp", "replicate"]


def gaussian_kernel(dtype: torch.dtype = torch.float32) -> Tensor:
    """exp(-t^2/2) at t = -1, 0, 1, normalised: (0.27407, 0.45186, 0.27407)."""
    taps = torch.exp(-0.5 * torch.tensor([-1.0, 0.0, 1.0], dtype=dtype).square())
    return taps / taps.sum()


def smooth(codes: Tensor, ends: Ends = "replicate") -> Tensor:
    """Convolve every coefficient with a Gaussian over time.

    Args:
        codes: (T, n), one row a frame.
        ends: `damp` takes zeros beyond the ends, as the reference does: the first and last frame shrink to 73 %.
            `replicate` repeats the end frames: a constant stays constant.

    Returns:
        (T, n).
    """
    side, middle, _ = gaussian_kernel(codes.dtype).to(codes.device)
    before, after = (codes[:1], codes[-1:]) if ends == "replicate" else (codes[:1] * 0, codes[-1:] * 0)
    padded = torch.cat([before, codes, after])
    out: Tensor = side * padded[:-2] + middle * padded[1:-1] + side * padded[2:]
    return out
