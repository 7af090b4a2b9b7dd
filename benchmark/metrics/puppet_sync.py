"""Do the lips follow the sound? On puppets, by the small sync judge, in the form that short clips can stand.

As SyncNet's scores (Chung & Zisserman 2016), with two differences: embeddings have unit length, and a shift is
averaged over the windows whose sound exists, where the published code counts zero vectors beyond the clip's ends,
which makes confidence grow with length (see docs/concepts/protocols.md). Shifts reach ten frames either way.

`sync_confidence_puppets_author` follows the released evaluation, padding included (docs/concepts/metric_validation.md).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmark.core.errors import SampleError
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.formulas.sync_curve import SyncScores, fitting_scores, sync_distances, sync_scores
from benchmark.metrics.base import NOT_NEGATIVE, FeatureMap, index_by_name, metric

LIP = "output/puppet_sync.lip"
SOUND = "output/puppet_sync.audio"
QUANTITY = "sync confidence"
REACH = 10
"""Largest shift, frames."""


def score_sync(features: FeatureMap) -> SyncScores:
    """Offset, distance and confidence. Raises SampleError `too_short`."""
    count = min(len(features[LIP]), len(features[SOUND]))
    lips, sounds = scale_to_unit(features[LIP][:count]), scale_to_unit(features[SOUND][:count])
    try:
        return fitting_scores(sync_distances(lips, sounds, reach=REACH, padded=False))
    except ValueError as error:
        raise SampleError(Status.TOO_SHORT, str(error)) from error


def scale_to_unit(rows: NDArray[np.floating]) -> NDArray[np.float64]:
    """Rows (N, E) divided by their length."""
    values = np.asarray(rows, np.float64)
    scaled: NDArray[np.float64] = values / np.maximum(np.linalg.norm(values, axis=1, keepdims=True), 1e-12)
    return scaled


@metric(
    name="sync_confidence",
    title="Sync confidence",
    unit="",
    bounds=NOT_NEGATIVE,
    higher_is_better=True,
    quantity=QUANTITY,
    needs=(LIP, SOUND),
    protocol="puppets-v1",
)
def sync_confidence(sample: Sample, features: FeatureMap) -> float:
    """Median minus least of the mean distances over shifts (LSE-C), 0 or more."""
    return score_sync(features).confidence


@metric(
    name="sync_distance",
    title="Sync distance",
    unit="",
    bounds=NOT_NEGATIVE,
    higher_is_better=False,
    quantity=QUANTITY,
    needs=(LIP, SOUND),
    protocol="puppets-v1",
)
def sync_distance(sample: Sample, features: FeatureMap) -> float:
    """Least mean distance over shifts (LSE-D), 0 to 2."""
    return score_sync(features).distance


@metric(
    name="sync_in_time",
    title="Lips in time",
    unit="% of clips",
    higher_is_better=True,
    quantity=QUANTITY,
    share="yes_no",
    needs=(LIP, SOUND),
    protocol="puppets-v1",
)
def sync_in_time(sample: Sample, features: FeatureMap) -> float:
    """100 if the best shift is at most one frame, else 0."""
    return 100.0 * float(abs(score_sync(features).offset) <= 1)


@metric(
    name="sync_offset",
    title="Size of the sync offset",
    unit="frames",
    bounds=NOT_NEGATIVE,
    higher_is_better=False,
    quantity=QUANTITY,
    needs=(LIP, SOUND),
    protocol="puppets-v1",
)
def sync_offset(sample: Sample, features: FeatureMap) -> float:
    """How many frames the sound must be shifted for the lips to fit best, 0 to 10."""
    return float(abs(score_sync(features).offset))


@metric(
    name="sync_confidence_puppets_author",
    title="Sync confidence, zero-padded",
    unit="",
    bounds=NOT_NEGATIVE,
    higher_is_better=True,
    quantity=QUANTITY,
    needs=(LIP, SOUND),
    protocol="puppets-author-v1",
    caveat="Grows with the clip's length by zero padding.",
)
def sync_confidence_puppets_author(sample: Sample, features: FeatureMap) -> float:
    """Median less least of the mean distances over shifts, zero vectors beyond the ends, one window left out."""
    count = min(len(features[LIP]), len(features[SOUND])) - 1
    if count < 1:
        raise SampleError(Status.TOO_SHORT, "lip sync needs two windows with sound")
    lips, sounds = scale_to_unit(features[LIP][:count]), scale_to_unit(features[SOUND][:count])
    return sync_scores(sync_distances(lips, sounds, reach=REACH)).confidence


METRICS = index_by_name(sync_confidence, sync_distance, sync_offset, sync_in_time, sync_confidence_puppets_author)
