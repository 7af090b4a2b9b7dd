"""Picture quality of a real output beside its source: sharpness kept, and likeness of the aligned face.

Neither needs a recording of the target. Sharpness is the variance of the Laplacian (see `extractors/sharpness.py`),
in percent of the source's. SSIM and PSNR compare the aligned 112 px faces; a changed expression costs something, so a
method that edits is compared with others that edit, not with the source itself.
"""

from __future__ import annotations

import numpy as np

from benchmark.core.types import Sample
from benchmark.metrics.base import CORRELATION, NOT_NEGATIVE, FeatureMap, metric
from benchmark.metrics.image_quality import CAP

OUTPUT = "output/sharpness.laplacian_variance"
SOURCE = "source/sharpness.laplacian_variance"
PROTOCOL = "real-small-v1"


@metric(
    name="sharpness_kept",
    title="Sharpness kept",
    unit="% of source",
    bounds=NOT_NEGATIVE,
    higher_is_better=True,
    needs=(OUTPUT, SOURCE),
    protocol=PROTOCOL,
)
def sharpness_kept(sample: Sample, features: FeatureMap) -> float:
    """Mean sharpness of the output's faces over that of the source's."""
    return 100.0 * float(features[OUTPUT].mean() / features[SOURCE].mean())


@metric(
    name="aligned_ssim",
    title="SSIM of aligned faces",
    unit="",
    bounds=CORRELATION,
    higher_is_better=True,
    needs=("output~source/aligned_quality.ssim",),
    protocol=PROTOCOL,
)
def aligned_ssim(sample: Sample, features: FeatureMap) -> float:
    """Mean over the sampled frames, -1 to 1."""
    return float(features["output~source/aligned_quality.ssim"].mean())


@metric(
    name="aligned_psnr",
    title="PSNR of aligned faces",
    unit="dB",
    bounds=NOT_NEGATIVE,
    higher_is_better=True,
    needs=("output~source/aligned_quality.psnr",),
    protocol=PROTOCOL,
)
def aligned_psnr(sample: Sample, features: FeatureMap) -> float:
    """Mean over the sampled frames, each capped at 60 dB."""
    return float(np.minimum(features["output~source/aligned_quality.psnr"], CAP).mean())
