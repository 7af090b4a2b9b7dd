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

from benchmark.core.errors import SampleError
from benchmark.core.types import Sample
from benchmark.formulas.frechet import frechet_distance
from benchmark.formulas.frechet_bootstrap import frechet_draws
from benchmark.formulas.kernel_distance import kernel_draws, kernel_sums
from benchmark.formulas.memoize import remembered
from benchmark.metrics.base import NOT_NEGATIVE, FeatureMap, metric
from benchmark.metrics.pooling import Rows, both, of_draws, pooled

PROTOCOL = "standard-v1"
FRAMES = ("output/inception_pool3.pool3", "target/inception_pool3.pool3")
SCORES = ("output/i3d_window.logits", "target/i3d_window.logits")
LEAST_FOR_HALVES = 4

distance, distance_draws = remembered(frechet_distance), remembered(frechet_draws)
"""Of the frames; FID and its extrapolation both need those of the whole set."""
sums = remembered(kernel_sums)
"""Of which the kernel distance and those of all resamples are made."""

Whole = NDArray[np.integer]


def kernel_distances(x: Rows, whose_x: Whole, y: Rows, whose_y: Whole, counts: Whole) -> Rows:
    """`kernel_draws` with sums that may be known; arguments as of `frechet_draws`."""
    return kernel_draws(sums(x, whose_x, y, whose_y), counts)


def kernel_of_set(samples: Sequence[Sample], features: Sequence[FeatureMap], needs: tuple[str, str]) -> float:
    """The kernel distance of all rows, from the sums that resamples of the speakers need."""
    speakers = sorted({sample.speaker for sample in samples})
    whose = np.array([speakers.index(sample.speaker) for sample in samples])
    once = np.ones((1, len(speakers)), np.int64)
    return float(of_draws(kernel_distances, both(*needs))(samples, features, whose, once)[0])


def extrapolated_draws(
    samples: Sequence[Sample], features: Sequence[FeatureMap], speakers: Whole, counts: Whole
) -> NDArray[np.float64]:
    """`fid_infinity_standard` of resamples: a clip stays in its half however often it is drawn."""
    draws = of_draws(distance_draws, both(*FRAMES))
    halves = [draws(samples[k::2], features[k::2], speakers[k::2], counts) for k in (0, 1)]
    return np.asarray(2.0 * draws(samples, features, speakers, counts) - np.mean(halves, axis=0))


@metric(
    name="fid_standard",
    title="FID, pooled",
    unit="",
    bounds=NOT_NEGATIVE,
    higher_is_better=False,
    level="set",
    needs=FRAMES,
    protocol=PROTOCOL,
    of_draws=of_draws(distance_draws, both(*FRAMES)),
    caveat="Falls with the number of clips (16 frames of each); with fewer frames than 2,048 most of it is sampling "
    "error. Compare equal n, and see FID extrapolated and KID.",
)
def fid_standard(samples: Sequence[Sample], features: Sequence[FeatureMap]) -> float:
    """Frechet distance of the pooled frames; 0 for identical sets."""
    return distance(*pooled(features, both(*FRAMES)))


@metric(
    name="fid_infinity_standard",
    title="FID, extrapolated",
    unit="",
    higher_is_better=False,
    level="set",
    needs=FRAMES,
    protocol=PROTOCOL,
    of_draws=extrapolated_draws,
    caveat="Assumes a bias in 1/n (Chong and Forsyth, CVPR 2020), which holds when n is well above 2,048 frames; may "
    "fall below 0.",
)
def fid_infinity_standard(samples: Sequence[Sample], features: Sequence[FeatureMap]) -> float:
    """2 FID(n) less the mean FID of two halves: what is left of the distance when a bias in 1/n is taken off.

    The halves are the even and the odd clips in the order of the split, both sides alike.
    """
    if len(features) < LEAST_FOR_HALVES:
        raise SampleError("too_few_samples", f"halves of a set need {LEAST_FOR_HALVES} videos, got {len(features)}")
    halves = [distance(*pooled(features[start::2], both(*FRAMES))) for start in (0, 1)]
    return 2.0 * distance(*pooled(features, both(*FRAMES))) - float(np.mean(halves))


@metric(
    name="kid_standard",
    title="KID x 1000",
    unit="",
    higher_is_better=False,
    level="set",
    needs=FRAMES,
    protocol=PROTOCOL,
    of_draws=of_draws(kernel_distances, both(*FRAMES), 1000.0),
    caveat="Unbiased in n, so it may fall below 0; frames of one clip are alike, so n counts clips, not frames.",
)
def kid_standard(samples: Sequence[Sample], features: Sequence[FeatureMap]) -> float:
    """Unbiased squared maximum mean discrepancy of the pooled frames, cubic kernel, times 1,000."""
    return 1000.0 * kernel_of_set(samples, features, FRAMES)


@metric(
    name="fvd_standard",
    title="FVD over videos",
    unit="",
    bounds=NOT_NEGATIVE,
    higher_is_better=False,
    level="set",
    needs=SCORES,
    protocol=PROTOCOL,
    of_draws=of_draws(frechet_draws, both(*SCORES)),
    caveat="Falls with the number of videos: one and the same distribution gave 2,646 / 1,816 / 767 / 172 at 16 / 64 / "
    "256 / 1,143. Compare equal n, and see KVD.",
)
def fvd_standard(samples: Sequence[Sample], features: Sequence[FeatureMap]) -> float:
    """Frechet distance of the videos' class scores."""
    return frechet_distance(*pooled(features, both(*SCORES)))


@metric(
    name="kvd_standard",
    title="KVD over videos",
    unit="",
    higher_is_better=False,
    level="set",
    needs=SCORES,
    protocol=PROTOCOL,
    of_draws=of_draws(kernel_distances, both(*SCORES)),
    caveat="Unbiased in n, so it may fall below 0.",
)
def kvd_standard(samples: Sequence[Sample], features: Sequence[FeatureMap]) -> float:
    """Unbiased squared maximum mean discrepancy of the videos' class scores, cubic kernel."""
    return kernel_of_set(samples, features, SCORES)
