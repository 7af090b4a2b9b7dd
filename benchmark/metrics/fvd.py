"""Do all outputs move like all targets? FVD and KVD over videos; and C-MET's FVD of single videos.

`fvd_standard`, `kvd_standard`: one vector of I3D's class scores a video, all videos of a side together. The Frechet
distance falls with the number of videos, so every method of a table must have the same n; the kernel distance beside it
is unbiased (and may fall below 0).

`fvd_author` is C-MET's released evaluation: fifteen frames copied sixteen times make sixteen equal rows, both
covariances are zero, and what is left is the squared distance of two vectors of class scores.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmark.core.types import Sample
from benchmark.formulas.frechet import frechet_distance
from benchmark.formulas.frechet_bootstrap import frechet_draws
from benchmark.formulas.input_checks import require_finite
from benchmark.metrics.base import NOT_NEGATIVE, FeatureMap, index_by_name, metric
from benchmark.metrics.pooling import bootstrap_fn, feature_pair, pool
from benchmark.metrics.set_kernel import kernel_distances, kernel_of_set

QUANTITY = "FVD"
LOGITS = ("output/i3d_window.logits", "target/i3d_window.logits")
AUTHOR_LOGITS = ("output/i3d_author.logits", "target/i3d_author.logits")


@metric(
    name="fvd_author",
    title="FVD, mean over videos",
    unit="",
    bounds=NOT_NEGATIVE,
    higher_is_better=False,
    quantity=QUANTITY,
    needs=AUTHOR_LOGITS,
    protocol="cmet-author-v1",
    caveat="No distance between distributions: sixteen copies of one clip have no covariance, so it is the squared "
    "distance of two videos' class scores.",
)
def fvd_author(sample: Sample, features: FeatureMap) -> float:
    """Squared distance of the class scores of output and target."""
    output, target = (require_finite(features[need], need.split("/")[0]) for need in AUTHOR_LOGITS)
    return float(np.sum((output - target) ** 2))


@metric(
    name="fvd_standard",
    title="FVD over videos",
    unit="",
    bounds=NOT_NEGATIVE,
    higher_is_better=False,
    quantity=QUANTITY,
    level="set",
    needs=LOGITS,
    protocol="standard-v1",
    bootstrap=bootstrap_fn(frechet_draws, feature_pair(*LOGITS)),
    caveat="Falls with the number of videos: one and the same distribution gave 2,646 / 1,816 / 767 / 172 at 16 / 64 / "
    "256 / 1,143. Compare equal n, and see KVD.",
)
def fvd_standard(samples: Sequence[Sample], features: Sequence[FeatureMap]) -> float:
    """Frechet distance of the videos' class scores."""
    return frechet_distance(*pool(features, feature_pair(*LOGITS)))


@metric(
    name="kvd_standard",
    title="KVD over videos",
    unit="",
    higher_is_better=False,
    quantity=QUANTITY,
    level="set",
    needs=LOGITS,
    protocol="standard-v1",
    bootstrap=bootstrap_fn(kernel_distances, feature_pair(*LOGITS)),
    caveat="Unbiased in n, so it may fall below 0.",
)
def kvd_standard(samples: Sequence[Sample], features: Sequence[FeatureMap]) -> float:
    """Unbiased squared maximum mean discrepancy of the videos' class scores, cubic kernel."""
    return kernel_of_set(samples, features, LOGITS)


METRICS = index_by_name(fvd_standard, kvd_standard, fvd_author)
