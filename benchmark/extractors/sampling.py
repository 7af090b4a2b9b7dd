"""Which frames the small real evaluators look at: every fifth with a face, at most the first thirty looked at.

The protocol `real-small-v1`: a detector looks at frames 0, 5, 10, ...; the evaluators use those among the first thirty
(6 s at 25 fps) in which it found a face.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmark.core.errors import SampleError
from benchmark.core.status import Status
from benchmark.extractors.base import Footage
from benchmark.extractors.facts import Frames, first_frames
from benchmark.media.faces import STEP

ARCFACE_CROP = "five points to ArcFace's template, similarity transform"
MOST = 30
"""Most looked-at frames of a clip, of which those with a face are used."""
SAMPLED_FRAMES = Frames(
    f"those of frames 0, {STEP}, {2 * STEP}, ... of the first {STEP * MOST} in which a face is found"
)
FIRST_FRAMES = first_frames(STEP * MOST)
"""What landmark networks look at: every frame of the time from which the others take theirs."""


class SampledFaces(NamedTuple):
    """Some frames of a clip, each with its face."""

    indices: NDArray[np.intp]
    """intp (S,), S >= 1."""
    pictures: list[NDArray[np.uint8]]
    """S times uint8 (H, W, 3), RGB."""
    boxes: NDArray[np.float64]
    """float64 (S, 4): left, top, right, bottom."""
    points: NDArray[np.float64]
    """float64 (S, 5, 2)."""


def sampled_faces(footage: Footage) -> SampledFaces:
    """The frames of the protocol. Raises SampleError `no_face`, or whatever kept the clip from being read."""
    track, frames = footage.faces, footage.clip.frames
    early = track.sampled < STEP * MOST
    if not early.any():
        raise SampleError(Status.NO_FACE, f"no face in the first {STEP * MOST} frames")
    indices = track.sampled[early]
    return SampledFaces(indices, [frames[i] for i in indices], track.boxes[early], track.points[early])


def spread(faces: SampledFaces, about: int) -> SampledFaces:
    """About so many of the frames, evenly spread: every (S // about)-th, so between `about` and twice as many."""
    every = max(1, len(faces.indices) // about)
    return SampledFaces(faces.indices[::every], faces.pictures[::every], faces.boxes[::every], faces.points[::every])
