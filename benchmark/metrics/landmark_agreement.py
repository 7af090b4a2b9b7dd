"""Do mouth and face move as in the target? Landmark distances M-LMD and F-LMD by PFLD's 68 points.

The formulas of `landmark_distance`, with two changes that make real clips of any size comparable: both tracks are
resampled to the shorter one's length (as in EAT's evaluation), and the distance is in percent of the target's eye
distance. It assumes that both say the same words at the same pace.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmark.core.types import Sample
from benchmark.formulas.frame_sampling import paired
from benchmark.formulas.landmark_distance import Part, landmark_distance
from benchmark.metrics.base import NOT_NEGATIVE, FeatureMap, metric

OUTPUT = "output/landmarks_pfld.points"
TARGET = "target/landmarks_pfld.points"
PROTOCOL = "real-small-v1"


def relative_distance(output: NDArray[np.floating], target: NDArray[np.floating], part: Part) -> float:
    """Landmark distance of two tracks (T, 68, 2) of any lengths, in percent of the target's mean eye distance."""
    ours, theirs = paired(len(output), len(target))
    wanted = np.asarray(target, np.float64)[theirs]
    eyes = np.linalg.norm(wanted[:, 36:42].mean(axis=1) - wanted[:, 42:48].mean(axis=1), axis=-1).mean()
    return 100.0 * landmark_distance(output[ours], wanted, part) / float(eyes)


@metric(
    name="mouth_distance",
    title="M-LMD",
    unit="% of eye distance",
    bounds=NOT_NEGATIVE,
    higher_is_better=False,
    needs=(OUTPUT, TARGET),
    protocol=PROTOCOL,
)
def mouth_distance(sample: Sample, features: FeatureMap) -> float:
    """Distance of the mouths' points."""
    return relative_distance(features[OUTPUT], features[TARGET], "mouth")


@metric(
    name="face_distance",
    title="F-LMD",
    unit="% of eye distance",
    bounds=NOT_NEGATIVE,
    higher_is_better=False,
    needs=(OUTPUT, TARGET),
    protocol=PROTOCOL,
)
def face_distance(sample: Sample, features: FeatureMap) -> float:
    """Distance of all points."""
    return relative_distance(features[OUTPUT], features[TARGET], "face")
