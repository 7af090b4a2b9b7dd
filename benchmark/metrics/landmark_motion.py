"""How much a face moves by itself, head motion taken out: from the 468 points of the face mesh.

Every frame's points are laid on those of the clip's mean face by a similarity transform, which removes shift, turn in
the picture and size. What is left is the mean distance of the points from their own mean over the clip, in percent of
the distance between the eyes. A still picture scores the landmarks' jitter, about 0.2; real speech 1 to 2.5.
`mouth_motion` looks at the 40 points of the lips only. More is not better by itself: compare with real video.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmark.core.errors import SampleError
from benchmark.core.types import Sample
from benchmark.media.similarity import aligned
from benchmark.metrics.base import NOT_NEGATIVE, FeatureMap, metric

POINTS = "output/landmarks_facemesh.points"
PROTOCOL = "real-small-v1"
RIGHT_EYE, LEFT_EYE = (33, 133), (362, 263)
"""Outer and inner corners of both eyes in MediaPipe's numbering of the mesh."""
LIPS = np.array(
    [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409]
    + [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415]
)
"""Outer and inner lips (mediapipe `face_mesh_connections.py`, FACEMESH_LIPS)."""


def own_motion(points: NDArray[np.floating], part: NDArray[np.integer] | None = None) -> float:
    """Mean distance of points from their clip's mean, after removal of head motion.

    Args:
        points: (F, 468, 2), pixels, F >= 2.
        part: which points are measured (all are used for the alignment); None: all.

    Returns:
        Percent of the distance between the centres of the eyes, >= 0.

    Raises:
        SampleError: `too_short` for fewer than two frames.
    """
    track = np.asarray(points, np.float64)
    if len(track) < 2:
        raise SampleError("too_short", f"motion needs at least 2 frames, got {len(track)}")
    mean = track[0]
    for _ in range(2):  # the mean face is that of the aligned frames
        laid = aligned(track, mean)
        mean = laid.mean(axis=0)
    eyes = mean[list(LEFT_EYE)].mean(axis=0) - mean[list(RIGHT_EYE)].mean(axis=0)
    moved = laid if part is None else laid[:, part]
    return 100.0 * float(np.linalg.norm(moved - moved.mean(axis=0), axis=-1).mean() / np.linalg.norm(eyes))


@metric(
    name="face_motion",
    title="Face motion",
    unit="% of eye distance",
    bounds=NOT_NEGATIVE,
    higher_is_better=True,
    needs=(POINTS,),
    protocol=PROTOCOL,
)
def face_motion(sample: Sample, features: FeatureMap) -> float:
    """Motion of all points."""
    return own_motion(features[POINTS])


@metric(
    name="mouth_motion",
    title="Mouth motion",
    unit="% of eye distance",
    bounds=NOT_NEGATIVE,
    higher_is_better=True,
    needs=(POINTS,),
    protocol=PROTOCOL,
)
def mouth_motion(sample: Sample, features: FeatureMap) -> float:
    """Motion of the lips."""
    return own_motion(features[POINTS], LIPS)
