"""Which frames of a clip a protocol looks at. All functions return int64 indices, 0 <= index < frames."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Index = NDArray[np.int64]


class Pairing(NamedTuple):
    """Indices of corresponding frames of two clips, of equal length."""

    first: Index
    second: Index


def spread_frames(frames: int, count: int) -> Index:
    """`count` frames from first to last, truncated linspace; all frames where there are no more than `count`.

    C-MET's released emotion evaluation (16 frames before the face crop).
    """
    _check(frames, count)
    return np.linspace(0, frames - 1, count).astype(np.int64) if frames > count else np.arange(frames)


def spread_frames_repeating(frames: int, count: int) -> Index:
    """As `spread_frames`, but always `count` indices: a shorter clip repeats its last frame.

    C-MET's released video distance (15 frames).
    """
    index = spread_frames(frames, count)
    return np.concatenate([index, np.full(count - len(index), frames - 1, dtype=np.int64)])


def stride_frames(frames: int, count: int) -> Index:
    """`count` frames at equal steps from the first, int(frames / count * i); a shorter clip repeats its last frame.

    C-MET's released emotion evaluation (16 of the face crops that exist).
    """
    _check(frames, count)
    if frames < count:
        return np.minimum(np.arange(count), frames - 1)
    return np.array([int(frames / count * i) for i in range(count)], dtype=np.int64)


def pair_frames(first: int, second: int) -> Pairing:
    """Corresponding frames of two clips: both are resampled to the shorter length, linspace without its end, truncated.

    EAT's image and landmark metrics.
    """
    length = min(first, second)
    _check(length, 1)
    return Pairing(*(np.linspace(0, n, length, endpoint=False).astype(np.int64) for n in (first, second)))


def _check(frames: int, count: int) -> None:
    if frames < 1 or count < 1:
        raise ValueError(f"needs at least one frame and one index, got {frames} frames and {count} indices")
