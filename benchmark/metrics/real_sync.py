"""Do the lips follow the sound? LSE-C, LSE-D and offset by the released SyncNet, as published, on YuNet's boxes.

The published scores count zero vectors beyond the clip's ends, so confidence grows with the clip's length: compare
methods on the same clips only (`metrics/sync_curve.py`).
"""

from __future__ import annotations

from benchmark.core.errors import SampleError
from benchmark.core.types import Sample
from benchmark.formulas.sync_curve import SyncScores, sync_distances, sync_scores
from benchmark.metrics.base import NOT_NEGATIVE, FeatureMap, metric

LIP = "output/sync_syncnet.lip"
SOUND = "output/sync_syncnet.audio"
PROTOCOL = "syncnet-yunet-v1"


def published(features: FeatureMap) -> SyncScores:
    """Scores over L - 5 windows of L frames with sound, though L - 4 fit, as the published code has it.

    The picture has L - 4 windows; of a sound of just the picture's length the last is cut off already.

    Raises:
        SampleError: `too_short`.
    """
    windows = min(len(features[LIP]) - 1, len(features[SOUND]))
    if windows < 1:
        raise SampleError("too_short", "lip sync needs at least 6 frames with sound")
    return sync_scores(sync_distances(features[LIP][:windows], features[SOUND][:windows]))


@metric(
    name="lse_c",
    title="LSE-C",
    unit="",
    bounds=NOT_NEGATIVE,
    higher_is_better=True,
    needs=(LIP, SOUND),
    protocol=PROTOCOL,
    version="2",
)
def lse_c(sample: Sample, features: FeatureMap) -> float:
    """Confidence: median less least of the mean distances over shifts."""
    return published(features).confidence


@metric(
    name="lse_d",
    title="LSE-D",
    unit="",
    bounds=NOT_NEGATIVE,
    higher_is_better=False,
    needs=(LIP, SOUND),
    protocol=PROTOCOL,
    version="2",
)
def lse_d(sample: Sample, features: FeatureMap) -> float:
    """Distance: least of the mean distances over shifts."""
    return published(features).distance
