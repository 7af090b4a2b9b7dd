"""Picture quality of an output: PSNR, SSIM and LPIPS against the target or the source, and sharpness kept.

`psnr`, `ssim`: whole frames, frame t with frame t, where the target is the same take (the embedded corpus).
`*_standard`: aligned faces of 128 px, an output frame against the target's frame at the same share of its length (EAT's
evaluation; Gan et al., ICCV 2023). A real target is another take of the sentence: its words lie elsewhere in time, so
these numbers have a floor that no method passes; they are exact where the target is the same take.
`aligned_*`: aligned faces of 112 px against the source, which needs no recording of the target. `sharpness_kept`: the
variance of the Laplacian (see `extractors/sharpness.py`) in percent of the source's. A changed expression costs
something in both, so a method that edits is compared with others that edit, not with the source itself.

PSNR is capped at 60 dB a frame, as libvmaf does for 8-bit video (`psnr_max = 6 * bit depth + 12`, libvmaf
`feature/integer_psnr.c`): identical frames have infinite PSNR, and one of them would make every mean infinite.
"""

from __future__ import annotations

import numpy as np

from benchmark.core.types import Sample
from benchmark.formulas.input_checks import require_finite
from benchmark.metrics.base import CORRELATION, NOT_NEGATIVE, FeatureMap, index_by_name, metric
from benchmark.metrics.landmarks import OTHER_TAKE

QUANTITY = "picture"
SHARPNESS = ("output/sharpness.laplacian_variance", "source/sharpness.laplacian_variance")
CAP = 60.0
"""dB."""


@metric(
    name="psnr",
    title="PSNR",
    unit="dB",
    bounds=NOT_NEGATIVE,
    higher_is_better=True,
    quantity=QUANTITY,
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
    quantity=QUANTITY,
    needs=("output~target/quality.ssim",),
    protocol="frames-v1",
)
def ssim(sample: Sample, features: FeatureMap) -> float:
    """Mean SSIM over frames, 7 x 7 windows."""
    return float(np.mean(features["output~target/quality.ssim"]))


@metric(
    name="psnr_standard",
    title="PSNR of aligned faces",
    unit="dB",
    bounds=NOT_NEGATIVE,
    higher_is_better=True,
    quantity=QUANTITY,
    needs=("output~target/faces_beside.psnr",),
    protocol="standard-v1",
    caveat=OTHER_TAKE,
)
def psnr_standard(sample: Sample, features: FeatureMap) -> float:
    """Mean over the frames, each capped at 60 dB, where equal frames would be infinite."""
    return float(np.minimum(features["output~target/faces_beside.psnr"], CAP).mean())


@metric(
    name="ssim_standard",
    title="SSIM of aligned faces",
    unit="",
    bounds=CORRELATION,
    higher_is_better=True,
    quantity=QUANTITY,
    needs=("output~target/faces_beside.ssim",),
    protocol="standard-v1",
    caveat=OTHER_TAKE,
)
def ssim_standard(sample: Sample, features: FeatureMap) -> float:
    """Mean over the frames, 7 x 7 windows, -1 to 1."""
    return float(require_finite(features["output~target/faces_beside.ssim"], "SSIM").mean())


@metric(
    name="lpips_standard",
    title="LPIPS of aligned faces",
    unit="",
    bounds=NOT_NEGATIVE,
    higher_is_better=False,
    quantity=QUANTITY,
    needs=("output~target/lpips_beside.lpips",),
    protocol="standard-v1",
    caveat=OTHER_TAKE,
)
def lpips_standard(sample: Sample, features: FeatureMap) -> float:
    """Mean over the frames; 0 for equal faces."""
    return float(require_finite(features["output~target/lpips_beside.lpips"], "LPIPS").mean())


@metric(
    name="sharpness_kept",
    title="Sharpness kept",
    unit="% of source",
    bounds=NOT_NEGATIVE,
    higher_is_better=True,
    quantity=QUANTITY,
    needs=SHARPNESS,
    protocol="real-small-v1",
)
def sharpness_kept(sample: Sample, features: FeatureMap) -> float:
    """Mean sharpness of the output's faces over that of the source's."""
    output, source = (features[need].mean() for need in SHARPNESS)
    return 100.0 * float(output / source)


@metric(
    name="aligned_ssim",
    title="SSIM of aligned faces",
    unit="",
    bounds=CORRELATION,
    higher_is_better=True,
    quantity=QUANTITY,
    needs=("output~source/aligned_quality.ssim",),
    protocol="real-small-v1",
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
    quantity=QUANTITY,
    needs=("output~source/aligned_quality.psnr",),
    protocol="real-small-v1",
)
def aligned_psnr(sample: Sample, features: FeatureMap) -> float:
    """Mean over the sampled frames, each capped at 60 dB."""
    return float(np.minimum(features["output~source/aligned_quality.psnr"], CAP).mean())


METRICS = index_by_name(
    psnr, ssim, psnr_standard, ssim_standard, lpips_standard, sharpness_kept, aligned_ssim, aligned_psnr
)
