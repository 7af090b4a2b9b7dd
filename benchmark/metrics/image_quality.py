"""Picture quality of the output against the target: PSNR and SSIM, mean over frames.

PSNR is capped at 60 dB a frame, as libvmaf does for 8-bit video (`psnr_max = 6 * bit depth + 12`, libvmaf
`feature/integer_psnr.c`): identical frames have infinite PSNR, and one of them would make every mean infinite.
"""

from __future__ import annotations

import numpy as np

from benchmark.core.types import Sample
from benchmark.metrics.base import CORRELATION, NOT_NEGATIVE, FeatureMap, metric

CAP = 60.0
"""dB."""


@metric(
    name="psnr",
    title="PSNR",
    unit="dB",
    bounds=NOT_NEGATIVE,
    higher_is_better=True,
    needs=("output~target/quality.mse",),
    protocol="frames-v1",
)
def psnr(sample: Sample, features: FeatureMap) -> float:
    """Mean over frames of 10 log10(255^2 / mse), capped."""
    mse = features["output~target/quality.mse"]
    floor = 255.0**2 / 10.0 ** (CAP / 10.0)
    return float(np.mean(10.0 * np.log10(255.0**2 / np.maximum(mse, floor))))


@metric(
    name="ssim",
    title="SSIM",
    unit="",
    bounds=CORRELATION,
    higher_is_better=True,
    needs=("output~target/quality.ssim",),
    protocol="frames-v1",
)
def ssim(sample: Sample, features: FeatureMap) -> float:
    """Mean SSIM over frames, 7 x 7 windows."""
    return float(np.mean(features["output~target/quality.ssim"]))
