"""Do the output's lips follow the speech that drives them? SyncNet under three protocols.

`*_author` and `*_standard` hold the output's lips against the sample's speech (role `speech`), not against whatever
sound the output carries.

`sync_confidence_author`: the published score, which counts zero vectors beyond the ends, of clips that the stock
tracker keeps (more than 100 frames at 25 per second with a face); shorter ones are left out of the mean. Most of MEAD
is shorter. `*_standard`: the curve that all windows would have if each had sound at every shift, so length adds no
constant, and clips from ten frames on have a value; `sync_coverage_standard` says how many do.

`lse_c` and `lse_d`: the published scores of the output's lips and its own sound, of clips of any length, on YuNet's
boxes. They count zero vectors beyond the clip's ends, too: compare methods on the same clips only.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmark.core.errors import SampleError
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.formulas.input_checks import require_finite
from benchmark.formulas.memoize import memoize_arrays
from benchmark.formulas.sync_curve import (
    REACH,
    SAMPLES_PER_FRAME,
    SyncScores,
    balanced_scores,
    sync_distances,
    sync_scores,
)
from benchmark.metrics.base import NOT_NEGATIVE, FeatureMap, index_by_name, metric

QUANTITY = "sync confidence"
LIP, FRAME_COUNT, FRAMES_SEEN = (f"output/syncnet_lips.{name}" for name in ("lip", "frames", "seen"))
SOUND, SAMPLE_COUNT = (f"speech/syncnet_sound.{name}" for name in ("audio", "samples"))
NEEDS = (LIP, FRAME_COUNT, FRAMES_SEEN, SOUND, SAMPLE_COUNT)
OWN_LIP, OWN_SOUND = "output/sync_syncnet.lip", "output/sync_syncnet.audio"
AUTHOR, STANDARD = "cmet-author-v1", "standard-v1"
TRACK = 100
"""The stock tracker (syncnet_python's run_pipeline.py, --min_track) keeps tracks of more frames than this."""
LEAST_WINDOWS = 6
"""Windows below which fewer than three shifts have five of them."""

Pair = tuple[NDArray[np.floating], NDArray[np.floating]]


@memoize_arrays
def curve_scores(lips: NDArray[np.floating], sounds: NDArray[np.floating]) -> SyncScores:
    """Scores without padded terms; four metrics need them."""
    return balanced_scores(sync_distances(lips, sounds, padded=False))


def pair_windows(features: FeatureMap, spare: int) -> Pair:
    """Lip and sound embeddings of the same windows.

    Args:
        features: `NEEDS`.
        spare: windows that fit and are left out; the published code leaves out one.

    Raises:
        SampleError: `too_short`, `not_finite`.
    """
    length = min(int(features[FRAME_COUNT]), int(features[SAMPLE_COUNT]) // SAMPLES_PER_FRAME)
    count = min(length - 4 - spare, len(features[LIP]), len(features[SOUND]))
    if count < 1:
        raise SampleError(
            Status.TOO_SHORT, f"lip sync needs {5 + spare} frames with sound at 25 per second, got {length}"
        )
    lips, sounds = features[LIP][:count], features[SOUND][:count]
    require_finite(lips, "the lips")
    require_finite(sounds, "the sound")
    return lips, sounds


def score_as_author(features: FeatureMap) -> SyncScores:
    """The published scores. Raises SampleError `no_track`, `too_short`, `not_finite`."""
    if int(features[FRAMES_SEEN]) <= TRACK:
        raise SampleError(
            Status.NO_TRACK,
            f"the stock tracker keeps tracks of more than {TRACK} frames, this has {int(features[FRAMES_SEEN])}",
        )
    return sync_scores(sync_distances(*pair_windows(features, spare=1)))


def score_balanced(features: FeatureMap) -> SyncScores:
    """Scores without padded terms. Raises SampleError `too_short`, `not_finite`."""
    lips, sounds = pair_windows(features, spare=0)
    if len(lips) < LEAST_WINDOWS:
        raise SampleError(Status.TOO_SHORT, f"a sync curve needs {LEAST_WINDOWS} windows, {len(lips)} fit")
    return curve_scores(lips, sounds)


def score_own_sound(features: FeatureMap) -> SyncScores:
    """Scores over L - 5 windows of L frames with sound, though L - 4 fit, as the published code has it.

    The picture has L - 4 windows; of a sound of just the picture's length the last is cut off already.

    Raises:
        SampleError: `too_short`.
    """
    windows = min(len(features[OWN_LIP]) - 1, len(features[OWN_SOUND]))
    if windows < 1:
        raise SampleError(Status.TOO_SHORT, "lip sync needs at least 6 frames with sound")
    return sync_scores(sync_distances(features[OWN_LIP][:windows], features[OWN_SOUND][:windows]))


@metric(
    name="sync_confidence_author",
    title="Sync confidence",
    unit="",
    bounds=NOT_NEGATIVE,
    higher_is_better=True,
    quantity=QUANTITY,
    needs=NEEDS,
    protocol=AUTHOR,
    caveat="Grows with the clip's length by zero padding: 7.9 / 9.3 / 9.8 / 10.2 / 10.6 for one quality at 12 / 25 / "
    "40 / 75 / 300 windows; clips of 100 frames or fewer have no value.",
)
def sync_confidence_author(sample: Sample, features: FeatureMap) -> float:
    """Median less least of the 31 mean distances, zero-padded."""
    return score_as_author(features).confidence


@metric(
    name="lse_c_standard",
    title="LSE-C",
    unit="",
    bounds=NOT_NEGATIVE,
    higher_is_better=True,
    quantity=QUANTITY,
    needs=NEEDS,
    protocol=STANDARD,
    caveat="No padding, but a short clip's curve is noisier and has fewer shifts; compare methods on the same clips.",
)
def lse_c_standard(sample: Sample, features: FeatureMap) -> float:
    """Confidence: median less least of the balanced curve over the shifts that have enough windows."""
    return score_balanced(features).confidence


@metric(
    name="lse_d_standard",
    title="LSE-D",
    unit="",
    bounds=NOT_NEGATIVE,
    higher_is_better=False,
    quantity=QUANTITY,
    needs=NEEDS,
    protocol=STANDARD,
)
def lse_d_standard(sample: Sample, features: FeatureMap) -> float:
    """Distance: least of the balanced curve over the shifts that have enough windows."""
    return score_balanced(features).distance


@metric(
    name="sync_offset_standard",
    title="Sync offset, absolute",
    unit="frames",
    bounds=NOT_NEGATIVE,
    higher_is_better=False,
    quantity=QUANTITY,
    needs=NEEDS,
    protocol=STANDARD,
    caveat="An offset of 15 frames, the largest looked for, means that none was found.",
)
def sync_offset_standard(sample: Sample, features: FeatureMap) -> float:
    """How many frames (at 25 per second) lips and speech are apart, 0 to 15."""
    return float(abs(score_balanced(features).offset))


@metric(
    name="sync_coverage_standard",
    title="Clips with a sync score",
    unit="%",
    higher_is_better=True,
    quantity=QUANTITY,
    share="yes_no",
    needs=NEEDS,
    protocol=STANDARD,
    failed_value=0.0,
)
def sync_coverage_standard(sample: Sample, features: FeatureMap) -> float:
    """100 if the clip has a sync score, 0 if it is too short, shows no face, or was not made."""
    found = score_balanced(features)
    return 100.0 if abs(found.offset) <= REACH else 0.0


@metric(
    name="lse_c",
    title="LSE-C",
    unit="",
    bounds=NOT_NEGATIVE,
    higher_is_better=True,
    quantity=QUANTITY,
    needs=(OWN_LIP, OWN_SOUND),
    protocol="syncnet-yunet-v1",
    version="2",
)
def lse_c(sample: Sample, features: FeatureMap) -> float:
    """Confidence: median less least of the mean distances over shifts."""
    return score_own_sound(features).confidence


@metric(
    name="lse_d",
    title="LSE-D",
    unit="",
    bounds=NOT_NEGATIVE,
    higher_is_better=False,
    quantity=QUANTITY,
    needs=(OWN_LIP, OWN_SOUND),
    protocol="syncnet-yunet-v1",
    version="2",
)
def lse_d(sample: Sample, features: FeatureMap) -> float:
    """Distance: least of the mean distances over shifts."""
    return score_own_sound(features).distance


METRICS = index_by_name(
    lse_c_standard,
    lse_d_standard,
    sync_offset_standard,
    sync_coverage_standard,
    sync_confidence_author,
    lse_c,
    lse_d,
)
