"""Distance between two tracks of face landmarks: position (M-LMD, F-LMD) and velocity (M-LVD, F-LVD).

68 points in 300-W order. Points of a frame are centred on their own mean (mouth: points 48 to 67, face: all), not
scaled; the Euclidean distances of corresponding points are averaged over points and frames. Unit: pixels of the crop
that the landmarks were found on, so crops of another size give other numbers. Introduced by Chen et al. (ECCV 2018);
these are the formulas of EAT's evaluation (Gan et al., ICCV 2023), which rounds landmarks to whole pixels first.

Velocity takes the difference of successive valid frames without centring and divides by *all* valid frames, though
there is one difference fewer, as the reference does. The reference's face velocity adds the mouth's sum by mistake,
which makes it 20/68 of the mouth velocity; `landmark_velocity_distance` computes what the name says.

Frames without a face on either side are left out; time alignment of both tracks is assumed.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Part = Literal["mouth", "face"]

PARTS: dict[Part, slice] = {"mouth": slice(48, 68), "face": slice(0, 68)}


def landmark_distance(a: ArrayLike, b: ArrayLike, part: Part, valid: ArrayLike | None = None) -> float:
    """Mean distance of centred points, in pixels.

    Args:
        a: float (T, 68, 2), pixels (x, y); a frame without a face may be NaN.
        b: float (T, 68, 2).
        part: "mouth" or "face".
        valid: bool (T,), frames with a face on both sides; None: those without NaN.

    Raises:
        ValueError: shapes differ, no valid frame, or a valid frame holds values that are not finite.
    """
    x, y = _tracks(a, b, part, valid)
    x, y = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    return float(np.linalg.norm(x - y, axis=-1).mean())


def landmark_velocity_distance(a: ArrayLike, b: ArrayLike, part: Part, valid: ArrayLike | None = None) -> float:
    """Mean distance of the points' steps between successive valid frames, in pixels a frame.

    Arguments and errors as `landmark_distance`; a single valid frame has no step and is an error.
    """
    x, y = _tracks(a, b, part, valid)
    if len(x) < 2:
        raise ValueError("a landmark velocity needs at least 2 valid frames, got 1")
    steps = np.linalg.norm(np.diff(x, axis=0) - np.diff(y, axis=0), axis=-1)
    return float(steps.sum() / (len(x) * steps.shape[1]))


def _tracks(
    a: ArrayLike, b: ArrayLike, part: Part, valid: ArrayLike | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, y = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if part not in PARTS:
        raise ValueError(f"part must be one of {sorted(PARTS)}, got {part!r}")
    if x.shape != y.shape or x.ndim != 3 or x.shape[1:] != (68, 2):
        raise ValueError(f"landmarks must be two arrays (T, 68, 2) of one shape, got {x.shape} and {y.shape}")
    finite = np.asarray(np.isfinite(x).all(axis=(1, 2)) & np.isfinite(y).all(axis=(1, 2)))
    chosen = finite if valid is None else np.asarray(valid, dtype=bool)
    if chosen.shape != (len(x),):
        raise ValueError(f"valid must be bool ({len(x)},), got {chosen.shape}")
    if not chosen.any():
        raise ValueError("no frame has a face on both sides")
    if not finite[chosen].all():
        raise ValueError("a frame marked valid holds values that are not finite")
    return x[chosen][:, PARTS[part]], y[chosen][:, PARTS[part]]
