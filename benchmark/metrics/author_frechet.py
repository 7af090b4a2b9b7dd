"""FID and FVD as C-MET's released evaluation computes them: one distance for every video, their mean over videos.

FID: all frames of the output against all frames of its target, pool3 of the 2015 Inception, D = 2048. With the 40 to
120 frames of one clip most of it is sampling error, whatever the method does. FVD: fifteen frames copied sixteen times
make sixteen equal rows, both covariances are zero, and what is left is the squared distance of two vectors of class
scores. Both are exact here (`frechet.py`); the reference's matrix root is 5e-6 off on such sets.
"""

from __future__ import annotations

import numpy as np

from benchmark.core.types import Sample
from benchmark.formulas.frechet import frechet_distance
from benchmark.formulas.input_checks import enough, finite
from benchmark.metrics.base import NOT_NEGATIVE, FeatureMap, metric

PROTOCOL = "cmet-author-v1"
FRAMES = ("output/inception_jpeg.pool3", "target/inception_jpeg.pool3")
SCORES = ("output/i3d_author.logits", "target/i3d_author.logits")


@metric(
    name="fid_author",
    title="FID, mean over videos",
    unit="",
    bounds=NOT_NEGATIVE,
    higher_is_better=False,
    needs=FRAMES,
    protocol=PROTOCOL,
    caveat="Falls with the clip's length: two draws of one distribution give 16.3 / 9.4 / 4.8 / 1.0 at 20 / 40 / 80 / "
    "1,000 frames; clips with little motion gain.",
)
def fid_author(sample: Sample, features: FeatureMap) -> float:
    """Frechet distance of the frames of output and target. A clip of one frame is `too_short`."""
    made, wanted = (enough(features[need], 2, f"frames of the {need.split('/')[0]}", "too_short") for need in FRAMES)
    return frechet_distance(made, wanted)


@metric(
    name="fvd_author",
    title="FVD, mean over videos",
    unit="",
    bounds=NOT_NEGATIVE,
    higher_is_better=False,
    needs=SCORES,
    protocol=PROTOCOL,
    caveat="No distance between distributions: sixteen copies of one clip have no covariance, so it is the squared "
    "distance of two videos' class scores.",
)
def fvd_author(sample: Sample, features: FeatureMap) -> float:
    """Squared distance of the class scores of output and target."""
    made, wanted = (finite(features[need], need.split("/")[0]) for need in SCORES)
    return float(np.sum((made - wanted) ** 2))
