"""Do all outputs together look and move like all targets together? FID, KID, FVD and KVD over the whole set.

FID and KID: pool3 of sixteen decoded frames of every clip, pooled, so that long clips do not dominate. FVD and KVD: one
vector of I3D's class scores a video. The Frechet distances fall as samples are added even when nothing else changes, so
every method of a table must have the same n on both sides; beside them stand what does not depend on it: the kernel
distances (unbiased, may fall below 0), and FID extrapolated to endless n.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmark.errors import SampleError
from benchmark.metrics.base import NOT_NEGATIVE, FeatureMap, metric
from benchmark.metrics.degenerate import enough
from benchmark.metrics.frechet import frechet_distance
from benchmark.metrics.kernel_distance import kernel_distance
from benchmark.types import Sample

PROTOCOL = "standard-v1"
FRAMES = ("output/inception_pool3.pool3", "target/inception_pool3.pool3")
SCORES = ("output/i3d_window.logits", "target/i3d_window.logits")
LEAST_VIDEOS = 2
LEAST_FOR_HALVES = 4

Two = tuple[NDArray[np.float64], NDArray[np.float64]]


def pooled(features: Sequence[FeatureMap], needs: tuple[str, str]) -> Two:
    """The rows of all clips under both needs. A vector a clip becomes one row.

    Raises:
        SampleError: `too_few_samples` for fewer than two clips, `not_finite`.
    """
    sides = [np.concatenate([np.atleast_2d(clip[need]) for clip in features]) for need in needs]
    if len(features) < LEAST_VIDEOS:
        raise SampleError(
            "too_few_samples", f"a distance between sets needs {LEAST_VIDEOS} videos, got {len(features)}"
        )
    made, wanted = (enough(side, 2, "rows", "too_few_samples") for side in sides)
    return made, wanted


@metric(
    name="fid_standard",
    title="FID, pooled",
    unit="",
    bounds=NOT_NEGATIVE,
    higher_is_better=False,
    level="set",
    needs=FRAMES,
    protocol=PROTOCOL,
    caveat="Falls with the number of clips (16 frames of each); with fewer frames than 2,048 most of it is sampling "
    "error. Compare equal n, and see FID extrapolated and KID.",
)
def fid_standard(samples: Sequence[Sample], features: Sequence[FeatureMap]) -> float:
    """Frechet distance of the pooled frames; 0 for identical sets."""
    return frechet_distance(*pooled(features, FRAMES))


@metric(
    name="fid_infinity_standard",
    title="FID, extrapolated",
    unit="",
    higher_is_better=False,
    level="set",
    needs=FRAMES,
    protocol=PROTOCOL,
    caveat="Assumes a bias in 1/n (Chong and Forsyth, CVPR 2020), which holds when n is well above 2,048 frames; may "
    "fall below 0.",
)
def fid_infinity_standard(samples: Sequence[Sample], features: Sequence[FeatureMap]) -> float:
    """2 FID(n) less the mean FID of two halves: what is left of the distance when a bias in 1/n is taken off.

    The halves are the even and the odd clips in the order of the split, both sides alike.
    """
    if len(features) < LEAST_FOR_HALVES:
        raise SampleError("too_few_samples", f"halves of a set need {LEAST_FOR_HALVES} videos, got {len(features)}")
    halves = [frechet_distance(*pooled(features[start::2], FRAMES)) for start in (0, 1)]
    return 2.0 * frechet_distance(*pooled(features, FRAMES)) - float(np.mean(halves))


@metric(
    name="kid_standard",
    title="KID x 1000",
    unit="",
    higher_is_better=False,
    level="set",
    needs=FRAMES,
    protocol=PROTOCOL,
    caveat="Unbiased in n, so it may fall below 0; frames of one clip are alike, so n counts clips, not frames.",
)
def kid_standard(samples: Sequence[Sample], features: Sequence[FeatureMap]) -> float:
    """Unbiased squared maximum mean discrepancy of the pooled frames, cubic kernel, times 1,000."""
    return 1000.0 * kernel_distance(*pooled(features, FRAMES))


@metric(
    name="fvd_standard",
    title="FVD over videos",
    unit="",
    bounds=NOT_NEGATIVE,
    higher_is_better=False,
    level="set",
    needs=SCORES,
    protocol=PROTOCOL,
    caveat="Falls with the number of videos: one and the same distribution gave 2,646 / 1,816 / 767 / 172 at 16 / 64 / "
    "256 / 1,143. Compare equal n, and see KVD.",
)
def fvd_standard(samples: Sequence[Sample], features: Sequence[FeatureMap]) -> float:
    """Frechet distance of the videos' class scores."""
    return frechet_distance(*pooled(features, SCORES))


@metric(
    name="kvd_standard",
    title="KVD over videos",
    unit="",
    higher_is_better=False,
    level="set",
    needs=SCORES,
    protocol=PROTOCOL,
    caveat="Unbiased in n, so it may fall below 0.",
)
def kvd_standard(samples: Sequence[Sample], features: Sequence[FeatureMap]) -> float:
    """Unbiased squared maximum mean discrepancy of the videos' class scores, cubic kernel."""
    return kernel_distance(*pooled(features, SCORES))
