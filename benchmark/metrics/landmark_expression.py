"""How far the expression went from the source, which way, and whether the lips still move as before: on real video.

From the 468 points of the face mesh. A clip's expression is its mean face, head motion taken out frame by frame
(`landmark_motion`), laid on the source's mean face by a similarity transform. What is left between two such faces is
what the expression (and a changed identity) moved, in percent of the distance between the eyes. A copy of the source
has the change 0 and the direction 0; the landmarks' own jitter is about 0.2.

`mouth_correlation` is Pearson's correlation over time of the lips' opening (inner lips, points 13 and 14) in output
and source: 1 for lips that move as before, whatever the expression, 0 for frozen ones. It applies where the output
keeps the source's timing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmark.errors import SampleError
from benchmark.metrics.base import CORRELATION, NOT_NEGATIVE, FeatureMap, metric
from benchmark.metrics.landmark_motion import LEFT_EYE, POINTS, PROTOCOL, RIGHT_EYE, SOURCE_POINTS
from benchmark.types import Sample
from media.similarity import apply, similarity

TARGET_POINTS = "target/landmarks_facemesh.points"
FPS, SOURCE_FPS = "output/landmarks_facemesh.fps", "source/landmarks_facemesh.fps"
UPPER_LIP, LOWER_LIP = 13, 14
"""Inner lips in the middle, MediaPipe's numbering."""
SLACK = 0.12
"""Seconds by which the length of two takes of the same timing may differ: three frames at 25 a second."""
LEAST_CHANGE = 0.2
"""Percent of the eye distance: jitter; a target that differs less asks for no change."""


def mean_face(points: NDArray[np.floating]) -> NDArray[np.float64]:
    """The mean face (468, 2) of a track (F, 468, 2), F >= 1, with head motion taken out."""
    track = np.asarray(points, np.float64)
    mean: NDArray[np.float64] = track[0]
    for _ in range(2):
        mean = np.stack([apply(similarity(frame, mean), frame) for frame in track]).mean(axis=0)
    return mean


def eye_distance(face: NDArray[np.float64]) -> float:
    """Between the centres of both eyes of a face (468, 2), pixels."""
    return float(np.linalg.norm(face[list(LEFT_EYE)].mean(axis=0) - face[list(RIGHT_EYE)].mean(axis=0)))


def change(points: NDArray[np.floating], source: NDArray[np.floating]) -> NDArray[np.float64]:
    """What moved from the source's mean face to a clip's, (468, 2), in percent of the source's eye distance."""
    rest, face = mean_face(source), mean_face(points)
    moved: NDArray[np.float64] = 100.0 * (apply(similarity(face, rest), face) - rest) / eye_distance(rest)
    return moved


def opening(points: NDArray[np.floating]) -> NDArray[np.float64]:
    """How far the lips are apart in every frame of a track (F, 468, 2), in shares of that frame's eye distance."""
    track = np.asarray(points, np.float64)
    eyes = track[:, list(LEFT_EYE)].mean(axis=1) - track[:, list(RIGHT_EYE)].mean(axis=1)
    apart = np.linalg.norm(track[:, UPPER_LIP] - track[:, LOWER_LIP], axis=-1)
    return np.asarray(apart / np.linalg.norm(eyes, axis=-1), np.float64)


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


@metric(
    name="expression_change",
    title="Size of the expression change",
    unit="% of eye distance",
    bounds=NOT_NEGATIVE,
    higher_is_better=True,
    needs=(POINTS, SOURCE_POINTS),
    protocol=PROTOCOL,
)
def expression_change(sample: Sample, features: FeatureMap) -> float:
    """Mean distance of the points of output's and source's mean faces. More is not better without the direction."""
    return float(np.linalg.norm(change(features[POINTS], features[SOURCE_POINTS]), axis=-1).mean())


@metric(
    name="expression_cosine",
    title="Direction of the expression change",
    unit="cosine",
    higher_is_better=True,
    needs=(POINTS, SOURCE_POINTS, TARGET_POINTS),
    protocol=PROTOCOL,
)
def expression_cosine(sample: Sample, features: FeatureMap) -> float:
    """Cosine between the points' change from source to output and from source to target; 0 for no change."""
    wanted = change(features[TARGET_POINTS], features[SOURCE_POINTS])
    if float(np.linalg.norm(wanted, axis=-1).mean()) < LEAST_CHANGE:
        raise SampleError("no_change_wanted", "source and target show the same face")
    made = change(features[POINTS], features[SOURCE_POINTS])
    lengths = float(np.linalg.norm(made) * np.linalg.norm(wanted))
    return float(np.clip((made * wanted).sum() / lengths, -1.0, 1.0)) if np.linalg.norm(made) > 1e-9 else 0.0


@metric(
    name="mouth_correlation",
    title="Lip motion kept (correlation)",
    unit="",
    bounds=CORRELATION,
    higher_is_better=True,
    needs=(POINTS, SOURCE_POINTS, FPS, SOURCE_FPS),
    protocol=PROTOCOL,
)
def mouth_correlation(sample: Sample, features: FeatureMap) -> float:
    """Correlation of the lips' opening in output and source over time, -1 to 1."""
    signals = (opening(features[POINTS]), opening(features[SOURCE_POINTS]))
    return float(np.clip(correlation_over_time(*signals, float(features[FPS]), float(features[SOURCE_FPS])), -1, 1))
