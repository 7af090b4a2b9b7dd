"""Does the output look like the recording of the target? Landmarks, PSNR, SSIM and LPIPS of aligned faces.

All hold an output frame against the target's frame at the same share of its length (EAT's evaluation; Gan et al., ICCV
2023). A real target is another take of the sentence: its words lie elsewhere in time, so these numbers have a floor
that no method passes. They are exact where the target is the same take.
"""

from __future__ import annotations

import numpy as np

from benchmark.core.types import Sample
from benchmark.formulas.input_checks import finite
from benchmark.formulas.landmark_distance import Part
from benchmark.metrics.base import CORRELATION, NOT_NEGATIVE, FeatureMap, Metric, metric
from benchmark.metrics.image_quality import CAP
from benchmark.metrics.landmark_agreement import relative_distance

PROTOCOL = "standard-v1"
OTHER_TAKE = (
    "Assumes that output and target say the words at the same time; a target that is another take sets a floor."
)


def _landmarks(name: str, title: str, part: Part) -> Metric:
    output, target = "output/landmarks_pfld.points", "target/landmarks_pfld.points"

    def distance(sample: Sample, features: FeatureMap) -> float:
        """Mean distance of the points, each set centred on its own mean, in percent of the target's eye distance."""
        return relative_distance(finite(features[output], "the output"), finite(features[target], "the target"), part)

    return metric(
        name=name,
        title=title,
        unit="% of eye distance",
        bounds=NOT_NEGATIVE,
        higher_is_better=False,
        needs=(output, target),
        protocol=PROTOCOL,
        caveat=OTHER_TAKE,
    )(distance)


m_lmd_standard = _landmarks("m_lmd_standard", "M-LMD", "mouth")
f_lmd_standard = _landmarks("f_lmd_standard", "F-LMD", "face")


@metric(
    name="psnr_standard",
    title="PSNR of aligned faces",
    unit="dB",
    bounds=NOT_NEGATIVE,
    higher_is_better=True,
    needs=("output~target/faces_beside.psnr",),
    protocol=PROTOCOL,
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
    needs=("output~target/faces_beside.ssim",),
    protocol=PROTOCOL,
    caveat=OTHER_TAKE,
)
def ssim_standard(sample: Sample, features: FeatureMap) -> float:
    """Mean over the frames, 7 x 7 windows, -1 to 1."""
    return float(finite(features["output~target/faces_beside.ssim"], "SSIM").mean())


@metric(
    name="lpips_standard",
    title="LPIPS of aligned faces",
    unit="",
    bounds=NOT_NEGATIVE,
    higher_is_better=False,
    needs=("output~target/lpips_beside.lpips",),
    protocol=PROTOCOL,
    caveat=OTHER_TAKE,
)
def lpips_standard(sample: Sample, features: FeatureMap) -> float:
    """Mean over the frames; 0 for equal faces."""
    return float(finite(features["output~target/lpips_beside.lpips"], "LPIPS").mean())
