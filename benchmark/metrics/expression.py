"""How far the expression went from the source, and which way: on real video, from landmarks.

From the 468 points of the face mesh (`real-small-v1`), or from PFLD's 68 (`*_standard`, `standard-v1`). A clip's
expression is its mean face, head motion taken out frame by frame, laid on the source's mean face by
a similarity transform. What is left between two such faces is what the expression (and a changed identity) moved, in
percent of the distance between the eyes. A copy of the source has the change 0 and the direction 0; the landmarks' own
jitter is about 0.2. Frames without a face are left out, and the row says how many.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmark.core.errors import SampleError
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.formulas.faceless import with_face
from benchmark.formulas.memoize import memoize_arrays
from benchmark.media.similarity import aligned
from benchmark.metrics.base import NOT_NEGATIVE, FeatureMap, Metric, index_by_name, metric
from benchmark.metrics.landmark_schemes import MESH, POINTS_68, Scheme

LEAST_CHANGE = 0.2
"""Percent of the eye distance: a target that differs less requests no change. Mean faces of the even and of the odd
frames of nine real clips are 0.01 to 0.18 apart by PFLD, 0 to 0.13 by the mesh."""


@memoize_arrays
def mean_face(points: NDArray[np.floating]) -> NDArray[np.float64]:
    """The mean face (P, 2) of a track (F, P, 2), F >= 1, with head motion taken out; frames without a face are NaN."""
    track = np.asarray(with_face(points), np.float64)
    mean: NDArray[np.float64] = track[0]
    for _ in range(2):
        mean = aligned(track, mean).mean(axis=0)
    return mean


def measure_change(points: NDArray[np.floating], source: NDArray[np.floating], scheme: Scheme) -> NDArray[np.float64]:
    """What moved from the source's mean face to a clip's, (P, 2), in percent of the source's eye distance."""
    rest, face = mean_face(source), mean_face(points)
    moved: NDArray[np.float64] = 100.0 * (aligned(face[None], rest)[0] - rest)
    return np.asarray(moved / np.linalg.norm(scheme.eyes(rest)), np.float64)


def _metrics(ending: str, scheme: Scheme, protocol: str) -> list[Metric]:
    output, source, target = (f"{role}/{scheme.extractor}.points" for role in ("output", "source", "target"))
    left_out = tuple(f"{role}/{scheme.extractor}.left_out" for role in ("output", "source", "target"))

    def expression_change(sample: Sample, features: FeatureMap) -> float:
        """Mean distance of the points of output's and source's mean faces. More is not better without the direction."""
        return float(np.linalg.norm(measure_change(features[output], features[source], scheme), axis=-1).mean())

    def expression_cosine(sample: Sample, features: FeatureMap) -> float:
        """Cosine between the points' change from source to output and from source to target; 0 for no change."""
        expected = measure_change(features[target], features[source], scheme)
        if float(np.linalg.norm(expected, axis=-1).mean()) < LEAST_CHANGE:
            raise SampleError(Status.NO_TARGET_CHANGE, "source and target show the same face")
        generated = measure_change(features[output], features[source], scheme)
        length = float(np.linalg.norm(generated))
        if not length > 1e-9:
            return 0.0
        return float(np.clip((generated * expected).sum() / (length * np.linalg.norm(expected)), -1.0, 1.0))

    return [
        metric(
            name=f"expression_change{ending}",
            title="Size of the expression change",
            unit="% of eye distance",
            bounds=NOT_NEGATIVE,
            higher_is_better=True,
            quantity="expression change",
            needs=(output, source, *left_out[:2]),
            protocol=protocol,
            version="2",
        )(expression_change),
        metric(
            name=f"expression_cosine{ending}",
            title="Direction of the expression change",
            unit="cosine",
            higher_is_better=True,
            quantity="expression change",
            needs=(output, source, target, *left_out),
            protocol=protocol,
            version="2",
        )(expression_cosine),
    ]


METRICS = index_by_name(*_metrics("", MESH, "real-small-v1"), *_metrics("_standard", POINTS_68, "standard-v1"))
