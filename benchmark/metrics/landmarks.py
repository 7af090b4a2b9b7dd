"""Do mouth and face move as in the target? Landmark distances M-LMD and F-LMD by PFLD's 68 points.

The formulas of `landmark_distance`, with two changes that make real clips of any size comparable: both tracks are
resampled to the shorter one's length (as in EAT's evaluation), and the distance is in percent of the target's eye
distance. They assume that both say the same words at the same pace: a real target is another take of the sentence, its
words lie elsewhere in time, so the numbers have a floor that no method passes. Frames without a face on either side are
left out, and the row says how many.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmark.core.errors import SampleError
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.formulas.faceless import with_face
from benchmark.formulas.frame_sampling import pair_frames
from benchmark.formulas.input_checks import require_finite
from benchmark.formulas.landmark_distance import Part, landmark_distance
from benchmark.metrics.base import NOT_NEGATIVE, FeatureMap, Metric, index_by_name, metric
from benchmark.metrics.landmark_schemes import POINTS_68

OUTPUT, TARGET = (f"{role}/{POINTS_68.extractor}.points" for role in ("output", "target"))
LEFT_OUT = tuple(f"{role}/{POINTS_68.extractor}.left_out" for role in ("output", "target"))
OTHER_TAKE = (
    "Assumes that output and target say the words at the same time; a target that is another take sets a floor."
)


def relative_distance(output: NDArray[np.floating], target: NDArray[np.floating], part: Part) -> float:
    """Landmark distance of two tracks (T, 68, 2) of any lengths, in percent of the target's mean eye distance.

    Frames without a face are NaN. Raises SampleError `no_track` if no frame has one on both sides.
    """
    frames = pair_frames(len(output), len(target))
    generated, expected = np.asarray(output)[frames.first], np.asarray(target, np.float64)[frames.second]
    if not (np.isfinite(generated) & np.isfinite(expected)).all(axis=(1, 2)).any():
        raise SampleError(Status.NO_TRACK, "output and target show a face in no frame of the same time")
    eyes = np.linalg.norm(POINTS_68.eyes(with_face(expected)), axis=-1).mean()
    return 100.0 * landmark_distance(generated, expected, part) / float(eyes)


def _landmark_distance(name: str, title: str, part: Part, protocol: str, caveat: str = "") -> Metric:
    def distance(sample: Sample, features: FeatureMap) -> float:
        """Mean distance of the points, each set centred on its own mean, in percent of the target's eye distance."""
        for need in (OUTPUT, TARGET):
            require_finite(with_face(features[need]), f"the {need.split('/')[0]}")
        return relative_distance(features[OUTPUT], features[TARGET], part)

    return metric(
        name=name,
        title=title,
        unit="% of eye distance",
        bounds=NOT_NEGATIVE,
        higher_is_better=False,
        quantity="landmarks",
        needs=(OUTPUT, TARGET, *LEFT_OUT),
        protocol=protocol,
        version="2",
        caveat=caveat,
    )(distance)


METRICS = index_by_name(
    _landmark_distance("m_lmd_standard", "M-LMD", "mouth", "standard-v1", OTHER_TAKE),
    _landmark_distance("f_lmd_standard", "F-LMD", "face", "standard-v1", OTHER_TAKE),
    _landmark_distance("mouth_distance", "M-LMD", "mouth", "real-small-v1"),
    _landmark_distance("face_distance", "F-LMD", "face", "real-small-v1"),
)
