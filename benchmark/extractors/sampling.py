"""Which frames the small real evaluators look at: every fifth with a face, at most the first thirty looked at.

The protocol `real-small-v1`: a detector looks at frames 0, 5, 10, ... of the clip at 25 per second, every 0.2 s; the
evaluators use those among the first thirty (6 s) in which it found a face.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmark.core.errors import SampleError
from benchmark.core.status import Status
from benchmark.extractors.facts import Frames
from benchmark.extractors.lazy_clip import LazyClip
from benchmark.media.faces import STEP, FaceTrack

ARCFACE_CROP = "five points to ArcFace's template, similarity transform"
MOST = 30
"""Most looked-at frames of a clip, of which those with a face are used."""
SAMPLED_FRAMES = Frames(
    f"those of frames 0, {STEP}, {2 * STEP}, ... of the first {STEP * MOST} in which a face is found"
)
FIRST_FACES = Frames(f"those of the first {STEP * MOST} that show a face")
"""What landmark networks look at: every frame of the time from which the others take theirs."""
LEAST_FACES = 5
"""Frames with a face without which nothing is measured over time: 0.2 s."""


class SampledFaces(NamedTuple):
    """Some frames of a clip, each with its face."""

    indices: NDArray[np.intp]
    """Which frames these are, intp (S,), S >= 1."""
    pictures: list[NDArray[np.uint8]]
    """The frames themselves, S times uint8 (H, W, 3), RGB."""
    boxes: NDArray[np.float64]
    """The box of each face, float64 (S, 4): left, top, right, bottom."""
    points: NDArray[np.float64]
    """The five points of each face, float64 (S, 5, 2)."""


def sample_faces(footage: LazyClip) -> SampledFaces:
    """The frames of the protocol. Raises SampleError `no_face`, or whatever kept the clip from being read."""
    track, frames = footage.faces, footage.clip.frames
    early = track.sampled < STEP * MOST
    if not early.any():
        raise SampleError(Status.NO_FACE, f"no face in the first {STEP * MOST} frames")
    indices = track.sampled[early]
    return SampledFaces(indices, [frames[i] for i in indices], track.boxes[early], track.points[early])


def frames_with_face(track: FaceTrack, clip: str, most: int | None = None) -> NDArray[np.bool_]:
    """Which frames of a clip show a face, bool (F,), as far as the detector looked.

    Args:
        track: of the clip.
        clip: its name, for the error.
        most: only the first so many frames; None: all.

    Raises:
        SampleError: `no_track`: fewer than five of them do, and not all.
    """
    present = track.present(np.arange(track.frames if most is None else min(track.frames, most)))
    if present.sum() < min(LEAST_FACES, len(present)):
        raise SampleError(
            Status.NO_TRACK, f"{clip} shows a face in {present.sum()} of its first {len(present)} frames only"
        )
    return present


def at_frames(rows: NDArray[np.float32], present: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Rows of the frames that are `present`, each at its frame's place, float32 (F, ...); NaN elsewhere."""
    placed = np.full((len(present), *rows.shape[1:]), np.nan, np.float32)
    placed[present] = rows
    return placed


def thin_out(faces: SampledFaces, about: int) -> SampledFaces:
    """About so many of the frames, evenly spread: every (S // about)-th, so between `about` and twice as many."""
    every = max(1, len(faces.indices) // about)
    return SampledFaces(faces.indices[::every], faces.pictures[::every], faces.boxes[::every], faces.points[::every])
