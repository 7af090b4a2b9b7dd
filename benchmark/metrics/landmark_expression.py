"""How far the expression went from the source, which way, and whether the lips still move as before: on real video.

From the 468 points of the face mesh (`real-small-v1`), or from PFLD's 68 (`*_standard`, `standard-v1`). A clip's
expression is its mean face, head motion taken out frame by frame (`landmark_motion`), laid on the source's mean face by
a similarity transform. What is left between two such faces is what the expression (and a changed identity) moved, in
percent of the distance between the eyes. A copy of the source has the change 0 and the direction 0; the landmarks' own
jitter is about 0.2.

`mouth_correlation` is Pearson's correlation over time of the inner lips' opening in output and source: 1 for lips that
move as before, whatever the expression, 0 for frozen ones. It applies where the output keeps the source's timing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmark.core.errors import SampleError
from benchmark.core.types import Sample
from benchmark.formulas.memoize import remembered
from benchmark.media.similarity import aligned
from benchmark.metrics.base import CORRELATION, NOT_NEGATIVE, FeatureMap, Metric, metric
from benchmark.metrics.landmark_motion import LEFT_EYE, RIGHT_EYE

SLACK = 0.12
"""Seconds by which the length of two takes of the same timing may differ: three frames at 25 a second."""
LEAST_CHANGE = 0.2
"""Percent of the eye distance: a target that differs less asks for no change. Mean faces of the even and of the odd
frames of nine real clips are 0.01 to 0.18 apart by PFLD, 0 to 0.13 by the mesh."""


@dataclass(frozen=True)
class Scheme:
    """Which of an extractor's points mark eyes and lips."""

    extractor: str
    right_eye: tuple[int, ...]
    """Points whose mean is an eye's centre."""
    left_eye: tuple[int, ...]
    upper_lip: int
    """Inner lips, in the middle."""
    lower_lip: int

    def eyes(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """From the right eye's centre to the left one's, (..., 2), of points (..., P, 2)."""
        left, right = (points[..., list(eye), :].mean(axis=-2) for eye in (self.left_eye, self.right_eye))
        return np.asarray(left - right, np.float64)


MESH = Scheme("landmarks_facemesh", RIGHT_EYE, LEFT_EYE, 13, 14)
"""MediaPipe's numbering."""
POINTS_68 = Scheme("landmarks_pfld", tuple(range(36, 42)), tuple(range(42, 48)), 62, 66)
"""300-W's numbering."""


@remembered
def mean_face(points: NDArray[np.floating]) -> NDArray[np.float64]:
    """The mean face (P, 2) of a track (F, P, 2), F >= 1, with head motion taken out."""
    track = np.asarray(points, np.float64)
    mean: NDArray[np.float64] = track[0]
    for _ in range(2):
        mean = aligned(track, mean).mean(axis=0)
    return mean


def change(points: NDArray[np.floating], source: NDArray[np.floating], scheme: Scheme = MESH) -> NDArray[np.float64]:
    """What moved from the source's mean face to a clip's, (P, 2), in percent of the source's eye distance."""
    rest, face = mean_face(source), mean_face(points)
    moved: NDArray[np.float64] = 100.0 * (aligned(face[None], rest)[0] - rest)
    return np.asarray(moved / np.linalg.norm(scheme.eyes(rest)), np.float64)


def opening(points: NDArray[np.floating], scheme: Scheme = MESH) -> NDArray[np.float64]:
    """How far the lips are apart in every frame of a track (F, P, 2), in shares of that frame's eye distance."""
    track = np.asarray(points, np.float64)
    apart = np.linalg.norm(track[:, scheme.upper_lip] - track[:, scheme.lower_lip], axis=-1)
    return np.asarray(apart / np.linalg.norm(scheme.eyes(track), axis=-1), np.float64)


def correlation_over_time(
    output: NDArray[np.float64], source: NDArray[np.float64], fps: float, source_fps: float
) -> float:
    """Pearson's correlation of two signals over the time they share, the source's interpolated at the output's times.

    Args:
        output: (F,), at least two values; a constant one has the correlation 0.
        source: (G,).
        fps: values a second of the output.
        source_fps: the same of the source.

    Raises:
        SampleError: `too_short` for fewer than two shared values; `not_applicable` for lengths that differ by more
            than 0.12 s, or a source that is constant.
    """
    if abs(len(output) / fps - len(source) / source_fps) > SLACK:
        raise SampleError(
            "not_applicable", f"another timing: {len(output) / fps:.2f} s, the source {len(source) / source_fps:.2f} s"
        )
    times = np.arange(len(output)) / fps
    times = times[times <= (len(source) - 1) / source_fps + 1e-9]
    if len(times) < 2:
        raise SampleError("too_short", "a motion needs at least two frames")
    a, b = output[: len(times)], np.interp(times, np.arange(len(source)) / source_fps, source)
    a, b = a - a.mean(), b - b.mean()
    if not np.abs(b).max() > 1e-9:
        raise SampleError("not_applicable", "the source's lips do not move")
    return float(a @ b / np.sqrt((a @ a) * (b @ b))) if np.abs(a).max() > 1e-9 else 0.0


def _metrics(ending: str, scheme: Scheme, protocol: str) -> dict[str, Metric]:
    output, source, target = (f"{role}/{scheme.extractor}.points" for role in ("output", "source", "target"))
    fps, source_fps = (f"{role}/{scheme.extractor}.fps" for role in ("output", "source"))

    def expression_change(sample: Sample, features: FeatureMap) -> float:
        """Mean distance of the points of output's and source's mean faces. More is not better without the direction."""
        return float(np.linalg.norm(change(features[output], features[source], scheme), axis=-1).mean())

    def expression_cosine(sample: Sample, features: FeatureMap) -> float:
        """Cosine between the points' change from source to output and from source to target; 0 for no change."""
        wanted = change(features[target], features[source], scheme)
        if float(np.linalg.norm(wanted, axis=-1).mean()) < LEAST_CHANGE:
            raise SampleError("no_change_wanted", "source and target show the same face")
        made = change(features[output], features[source], scheme)
        lengths = float(np.linalg.norm(made) * np.linalg.norm(wanted))
        return float(np.clip((made * wanted).sum() / lengths, -1.0, 1.0)) if np.linalg.norm(made) > 1e-9 else 0.0

    def mouth_correlation(sample: Sample, features: FeatureMap) -> float:
        """Correlation of the lips' opening in output and source over time, -1 to 1."""
        signals = (opening(features[output], scheme), opening(features[source], scheme))
        rates = (float(features[fps]), float(features[source_fps]))
        return float(np.clip(correlation_over_time(*signals, *rates), -1, 1))

    made = (
        metric(
            name=f"expression_change{ending}",
            title="Size of the expression change",
            unit="% of eye distance",
            bounds=NOT_NEGATIVE,
            higher_is_better=True,
            needs=(output, source),
            protocol=protocol,
        )(expression_change),
        metric(
            name=f"expression_cosine{ending}",
            title="Direction of the expression change",
            unit="cosine",
            higher_is_better=True,
            needs=(output, source, target),
            protocol=protocol,
        )(expression_cosine),
        metric(
            name=f"mouth_correlation{ending}",
            title="Lip motion kept (correlation)",
            unit="",
            bounds=CORRELATION,
            higher_is_better=True,
            needs=(output, source, fps, source_fps),
            protocol=protocol,
        )(mouth_correlation),
    )
    return {m.info.name: m for m in made}


BY_NAME: dict[str, Metric] = _metrics("", MESH, "real-small-v1") | _metrics("_standard", POINTS_68, "standard-v1")
"""Metric name -> metric."""
globals().update(BY_NAME)
