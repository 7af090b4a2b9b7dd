"""Do the frames of all outputs together look like those of all targets together? FID and KID; and FID of single videos.

`fid_standard` and `kid_standard`: pool3 of sixteen decoded frames of every clip, pooled, so that long clips do not
dominate. The Frechet distance falls as samples are added even when nothing else changes, so every method of a table
must have the same n on both sides; beside it stand what does not depend on it: the kernel distance (unbiased, may fall
below 0), and FID extrapolated to endless n. `frechet_face` is the same on puppets, by the 128 features of the small
face judge; it is not comparable with FID of other features.

`fid_author` is C-MET's released evaluation: all frames of an output against all frames of its target, D = 2048, one
distance a video, their mean over videos. With the 40 to 120 frames of one clip most of it is sampling error, whatever
the method does. It is exact here (`formulas/frechet.py`); the reference's matrix root is 5e-6 off on such sets.
`frechet_face_author` follows its rules on puppets (docs/concepts/metric_validation.md).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmark.core.errors import SampleError
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.formulas.frechet import frechet_distance
from benchmark.formulas.frechet_bootstrap import frechet_draws
from benchmark.formulas.input_checks import require_rows
from benchmark.formulas.memoize import memoize_arrays
from benchmark.metrics.base import NOT_NEGATIVE, FeatureMap, index_by_name, metric
from benchmark.metrics.pooling import bootstrap_fn, feature_pair, pool
from benchmark.metrics.set_kernel import kernel_distances, kernel_of_set

QUANTITY = "FID"
POOL3 = ("output/inception_pool3.pool3", "target/inception_pool3.pool3")
AUTHOR_POOL3 = ("output/inception_jpeg.pool3", "target/inception_jpeg.pool3")
FACE_FEATURES = ("output/puppet_face.features", "target/puppet_face.features")
FACE_FRAMES = 16
"""Frames of every clip of puppets that `frechet_face` takes."""
LEAST_FOR_HALVES = 4

distance, distance_draws = memoize_arrays(frechet_distance), memoize_arrays(frechet_draws)
"""Of the frames; FID and its extrapolation both need those of the whole set."""


def extrapolated_draws(
    samples: Sequence[Sample],
    features: Sequence[FeatureMap],
    speakers: NDArray[np.integer],
    counts: NDArray[np.integer],
) -> NDArray[np.float64]:
    """`fid_infinity_standard` of resamples: a clip stays in its half however often it is drawn."""
    draws = bootstrap_fn(distance_draws, feature_pair(*POOL3))
    halves = [draws(samples[k::2], features[k::2], speakers[k::2], counts) for k in (0, 1)]
    return np.asarray(2.0 * draws(samples, features, speakers, counts) - np.mean(halves, axis=0))


def spread_face_frames(clip: FeatureMap) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Sixteen evenly spread frames of a puppet's output and target, (16, 128) each."""
    output, target = (
        clip[name][np.linspace(0, len(clip[name]) - 1, FACE_FRAMES).round().astype(int)] for name in FACE_FEATURES
    )
    return output, target


def distance_of_video(features: FeatureMap, needs: tuple[str, str]) -> float:
    """Frechet distance of the frames of one output and its target. A clip of one frame is `too_short`."""
    output, target = (
        require_rows(features[need], 2, f"frames of the {need.split('/')[0]}", Status.TOO_SHORT) for need in needs
    )
    return frechet_distance(output, target)


@metric(
    name="fid_author",
    title="FID, mean over videos",
    unit="",
    bounds=NOT_NEGATIVE,
    higher_is_better=False,
    quantity=QUANTITY,
    needs=AUTHOR_POOL3,
    protocol="cmet-author-v1",
    caveat="Falls with the clip's length: two draws of one distribution give 16.3 / 9.4 / 4.8 / 1.0 at 20 / 40 / 80 / "
    "1,000 frames; clips with little motion gain.",
)
def fid_author(sample: Sample, features: FeatureMap) -> float:
    """Frechet distance of the frames of output and target. A clip of one frame is `too_short`."""
    return distance_of_video(features, AUTHOR_POOL3)


@metric(
    name="fid_standard",
    title="FID, pooled",
    unit="",
    bounds=NOT_NEGATIVE,
    higher_is_better=False,
    quantity=QUANTITY,
    level="set",
    needs=POOL3,
    protocol="standard-v1",
    bootstrap=bootstrap_fn(distance_draws, feature_pair(*POOL3)),
    caveat="Falls with the number of clips (16 frames of each); with fewer frames than 2,048 most of it is sampling "
    "error. Compare equal n, and see FID extrapolated and KID.",
)
def fid_standard(samples: Sequence[Sample], features: Sequence[FeatureMap]) -> float:
    """Frechet distance of the pooled frames; 0 for identical sets."""
    return distance(*pool(features, feature_pair(*POOL3)))


@metric(
    name="fid_infinity_standard",
    title="FID, extrapolated",
    unit="",
    higher_is_better=False,
    quantity=QUANTITY,
    level="set",
    needs=POOL3,
    protocol="standard-v1",
    bootstrap=extrapolated_draws,
    caveat="Assumes a bias in 1/n (Chong and Forsyth, CVPR 2020), which holds when n is well above 2,048 frames; may "
    "fall below 0.",
)
def fid_infinity_standard(samples: Sequence[Sample], features: Sequence[FeatureMap]) -> float:
    """2 FID(n) less the mean FID of two halves: what is left of the distance when a bias in 1/n is taken off.

    The halves are the even and the odd clips in the order of the split, both sides alike.
    """
    if len(features) < LEAST_FOR_HALVES:
        raise SampleError(
            Status.TOO_FEW_SAMPLES, f"halves of a set need {LEAST_FOR_HALVES} videos, got {len(features)}"
        )
    halves = [distance(*pool(features[start::2], feature_pair(*POOL3))) for start in (0, 1)]
    return 2.0 * distance(*pool(features, feature_pair(*POOL3))) - float(np.mean(halves))


@metric(
    name="kid_standard",
    title="KID x 1000",
    unit="",
    higher_is_better=False,
    quantity=QUANTITY,
    level="set",
    needs=POOL3,
    protocol="standard-v1",
    bootstrap=bootstrap_fn(kernel_distances, feature_pair(*POOL3), 1000.0),
    caveat="Unbiased in n, so it may fall below 0; frames of one clip are alike, so n counts clips, not frames.",
)
def kid_standard(samples: Sequence[Sample], features: Sequence[FeatureMap]) -> float:
    """Unbiased squared maximum mean discrepancy of the pooled frames, cubic kernel, times 1,000."""
    return 1000.0 * kernel_of_set(samples, features, POOL3)


@metric(
    name="frechet_face",
    title="Frechet distance of face features",
    unit="",
    bounds=NOT_NEGATIVE,
    higher_is_better=False,
    quantity=QUANTITY,
    level="set",
    needs=FACE_FEATURES,
    protocol="puppets-v1",
    bootstrap=bootstrap_fn(frechet_draws, spread_face_frames),
)
def frechet_face(samples: Sequence[Sample], features: Sequence[FeatureMap]) -> float:
    """Frechet distance between the pooled frames of outputs and targets; 0 for identical sets."""
    return frechet_distance(*pool(features, spread_face_frames))


@metric(
    name="frechet_face_author",
    title="Frechet distance of face features, mean over videos",
    unit="",
    bounds=NOT_NEGATIVE,
    higher_is_better=False,
    quantity=QUANTITY,
    needs=FACE_FEATURES,
    protocol="puppets-author-v1",
    caveat="Falls with the clip's length, and pairs an output with its own target only.",
)
def frechet_face_author(sample: Sample, features: FeatureMap) -> float:
    """Frechet distance of all frames of the output and of its target."""
    return distance_of_video(features, FACE_FEATURES)


METRICS = index_by_name(
    fid_standard, fid_infinity_standard, kid_standard, fid_author, frechet_face, frechet_face_author
)
