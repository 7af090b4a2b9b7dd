"""Does the face still move as the source's does, whatever the expression? And how much does it move by itself?

`mouth_correlation` is Pearson's correlation over time of the inner lips' opening in output and source, from landmarks:
1 for lips that move as before, 0 for frozen ones. `lip_motion_kept` is the same of the sync judge's lip embeddings, on
puppets. Both apply where the output keeps the source's timing, as an edit that follows the source's speech does; a
recording of another take does not (`not_applicable`).

`face_motion` and `mouth_motion` are no comparison: every frame's points are laid on those of the clip's mean face by a
similarity transform, which removes shift, turn in the picture and size. What is left is the mean distance of the points
from their own mean over the clip, in percent of the distance between the eyes. A still picture scores the landmarks'
jitter, about 0.2; real speech 1 to 2.5. `mouth_motion` looks at the 40 points of the lips only. More is not better by
itself: compare with real video. Frames without a face are left out of all that landmarks tell, and the row says how
many.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmark.core.errors import SampleError
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.formulas.faceless import with_face
from benchmark.media.similarity import aligned
from benchmark.metrics.base import CORRELATION, NOT_NEGATIVE, FeatureMap, Metric, index_by_name, metric
from benchmark.metrics.landmark_schemes import MESH, MESH_LIPS, POINTS_68, Scheme

POINTS, LEFT_OUT = "output/landmarks_facemesh.points", "output/landmarks_facemesh.left_out"
PROTOCOL = "real-small-v1"
SLACK = 0.12
"""Seconds by which the length of two takes of the same timing may differ: three frames at 25 a second."""
LIP, SOURCE_LIP = "output/puppet_sync.lip", "source/puppet_sync.lip"
OTHER_TIMING = 2
"""Windows by which a puppet's output may differ from its source and still have the same timing."""


def measure_opening(points: NDArray[np.floating], scheme: Scheme) -> NDArray[np.float64]:
    """How far the lips are apart in every frame of a track (F, P, 2), in shares of that frame's eye distance."""
    track = np.asarray(points, np.float64)
    gap = np.linalg.norm(track[:, scheme.upper_lip] - track[:, scheme.lower_lip], axis=-1)
    return np.asarray(gap / np.linalg.norm(scheme.eyes(track), axis=-1), np.float64)


def correlation_over_time(
    output: NDArray[np.float64], source: NDArray[np.float64], fps: float, source_fps: float
) -> float:
    """Pearson's correlation of two signals over the time they share, the source's interpolated at the output's times.

    Args:
        output: (F,), at least two values; a constant one has the correlation 0. NaN where no face is seen.
        source: (G,), likewise. Times of the output that are a frame or more away from what is seen are left out.
        fps: values a second of the output.
        source_fps: the same of the source.

    Raises:
        SampleError: `too_short` for fewer than two shared values; `not_applicable` for lengths that differ by more
            than 0.12 s, or a source that is constant.
    """
    if abs(len(output) / fps - len(source) / source_fps) > SLACK:
        raise SampleError(
            Status.NOT_APPLICABLE,
            f"another timing: {len(output) / fps:.2f} s, the source {len(source) / source_fps:.2f} s",
        )
    times = np.arange(len(output)) / fps
    times = times[times <= (len(source) - 1) / source_fps + 1e-9]
    if len(times) < 2:
        raise SampleError(Status.TOO_SHORT, "a motion needs at least two frames")
    a, b = output[: len(times)], _at(times, source, source_fps)
    both = np.isfinite(a) & np.isfinite(b)
    if both.sum() < 2:
        raise SampleError(Status.TOO_SHORT, "a motion needs at least two frames in which both clips show a face")
    a, b = a[both] - a[both].mean(), b[both] - b[both].mean()
    if not np.abs(b).max() > 1e-9:
        raise SampleError(Status.NOT_APPLICABLE, "the source's lips do not move")
    return float(a @ b / np.sqrt((a @ a) * (b @ b))) if np.abs(a).max() > 1e-9 else 0.0


def _at(times: NDArray[np.float64], signal: NDArray[np.float64], fps: float) -> NDArray[np.float64]:
    """A signal at other times, on straight lines; NaN at times that have no value of the signal within a frame."""
    seen = np.flatnonzero(np.isfinite(signal))
    if len(seen) == 0:
        return np.full(len(times), np.nan)
    near = np.abs(times[:, None] * fps - seen).min(axis=1) < 1 - 1e-6
    return np.where(near, np.interp(times, seen / fps, signal[seen]), np.nan)


def motion_correlation(output: NDArray[np.floating], source: NDArray[np.floating]) -> float:
    """Correlation over time of two tracks of embeddings, each centred on its own mean, -1 to 1.

    Args:
        output: (T, E), T >= 2; a track that does not move at all has the correlation 0.
        source: (T, E).

    Raises:
        SampleError: `too_short` for fewer than two rows; `not_applicable` if the source does not move.
    """
    if len(output) < 2:
        raise SampleError(Status.TOO_SHORT, "a motion needs at least two windows")
    a, b = (np.asarray(x, np.float64) - np.asarray(x, np.float64).mean(axis=0) for x in (output, source))
    if not np.abs(b).max() > 1e-6:
        raise SampleError(Status.NOT_APPLICABLE, "the source's lips do not move")
    lengths = np.sqrt(float((a * a).sum()) * float((b * b).sum()))
    return float((a * b).sum()) / lengths if np.abs(a).max() > 1e-6 else 0.0


def _mouth_correlation(ending: str, scheme: Scheme, protocol: str) -> Metric:
    output, source = (f"{role}/{scheme.extractor}.points" for role in ("output", "source"))
    fps, source_fps = (f"{role}/{scheme.extractor}.fps" for role in ("output", "source"))
    left_out = (f"{role}/{scheme.extractor}.left_out" for role in ("output", "source"))

    def mouth_correlation(sample: Sample, features: FeatureMap) -> float:
        """Correlation of the lips' opening in output and source over time, -1 to 1."""
        signals = (measure_opening(features[output], scheme), measure_opening(features[source], scheme))
        rates = (float(features[fps]), float(features[source_fps]))
        return float(np.clip(correlation_over_time(*signals, *rates), -1, 1))

    return metric(
        name=f"mouth_correlation{ending}",
        title="Lip motion kept (correlation)",
        unit="",
        bounds=CORRELATION,
        higher_is_better=True,
        quantity="motion kept",
        needs=(output, source, fps, source_fps, *left_out),
        protocol=protocol,
        version="2",
    )(mouth_correlation)


@metric(
    name="lip_motion_kept",
    title="Lip motion kept (correlation)",
    unit="",
    bounds=CORRELATION,
    higher_is_better=True,
    quantity="motion kept",
    needs=(LIP, SOURCE_LIP),
    protocol="puppets-v1",
)
def lip_motion_kept(sample: Sample, features: FeatureMap) -> float:
    """Correlation of the output's lip embeddings with the source's, window by window."""
    output, source = features[LIP], features[SOURCE_LIP]
    if abs(len(output) - len(source)) > OTHER_TIMING:
        raise SampleError(
            Status.NOT_APPLICABLE, f"another timing: {len(output)} windows where the source has {len(source)}"
        )
    count = min(len(output), len(source))
    return motion_correlation(output[:count], source[:count])


def measure_own_motion(points: NDArray[np.floating], part: NDArray[np.integer] | None = None) -> float:
    """Mean distance of points from their clip's mean, after removal of head motion.

    Args:
        points: (F, 468, 2), pixels, F >= 2; a frame without a face is NaN and left out.
        part: which points are measured (all are used for the alignment); None: all.

    Returns:
        Percent of the distance between the centres of the eyes, >= 0.

    Raises:
        SampleError: `too_short` for fewer than two frames.
    """
    track = np.asarray(with_face(points), np.float64)
    if len(track) < 2:
        raise SampleError(Status.TOO_SHORT, f"motion needs at least 2 frames, got {len(track)}")
    mean = track[0]
    for _ in range(2):  # the mean face is that of the aligned frames
        laid = aligned(track, mean)
        mean = laid.mean(axis=0)
    eyes = MESH.eyes(mean)
    moved = laid if part is None else laid[:, part]
    return 100.0 * float(np.linalg.norm(moved - moved.mean(axis=0), axis=-1).mean() / np.linalg.norm(eyes))


@metric(
    name="face_motion",
    title="Face motion",
    unit="% of eye distance",
    bounds=NOT_NEGATIVE,
    higher_is_better=True,
    quantity="motion kept",
    needs=(POINTS, LEFT_OUT),
    protocol=PROTOCOL,
    version="2",
)
def face_motion(sample: Sample, features: FeatureMap) -> float:
    """Motion of all points."""
    return measure_own_motion(features[POINTS])


@metric(
    name="mouth_motion",
    title="Mouth motion",
    unit="% of eye distance",
    bounds=NOT_NEGATIVE,
    higher_is_better=True,
    quantity="motion kept",
    needs=(POINTS, LEFT_OUT),
    protocol=PROTOCOL,
    version="2",
)
def mouth_motion(sample: Sample, features: FeatureMap) -> float:
    """Motion of the lips."""
    return measure_own_motion(features[POINTS], MESH_LIPS)


METRICS = index_by_name(
    lip_motion_kept,
    _mouth_correlation("_standard", POINTS_68, "standard-v1"),
    _mouth_correlation("", MESH, PROTOCOL),
    face_motion,
    mouth_motion,
)
