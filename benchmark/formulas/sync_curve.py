"""Lip sync from SyncNet embeddings: distance (LSE-D), confidence (LSE-C) and offset.

For each window of five frames the distances to the sound at -15 to +15 frames are taken and averaged over the clip: a
curve of 31 numbers. Its smallest is the distance, where it lies the offset, and its median less its smallest the
confidence (Chung & Zisserman, ACCV-W 2016; joonson/syncnet_python, `SyncNetInstance.py`; named LSE-D and LSE-C by
Prajwal et al., "A lip sync expert is all you need", ACM MM 2020). Offset +k: frame i matches the sound of frame i -
k; an offset of +-15 means that nothing was found.

Three variants. `padded` is the published one: sound beyond the ends of the clip is a **zero vector** and enters the
averages, so the confidence of one and the same quality grows with the clip's length. `fitting` averages, for every
shift, only the windows whose sound exists. `balanced` also takes off that these are other windows at every shift: some
windows are far from any sound, and on short clips their presence or absence looks like a minimum of the curve.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Matrix = NDArray[np.float64]

REACH = 15
"""Largest shift in frames, both ways."""
EPSILON = 1e-6
"""Added to every coordinate's difference by torch's pairwise distance."""
SAMPLES_PER_FRAME = 640
"""16 kHz sound at 25 frames per second."""


class SyncScores(NamedTuple):
    """Lip sync of one clip."""

    offset: int
    """The shift in frames at which lips and sound fit best, -15 to 15."""
    distance: float
    """The distance at that shift, LSE-D; lower is better."""
    confidence: float
    """How far that distance lies below the median one, LSE-C; higher is better."""


def window_count(frames: int, samples: int) -> int:
    """Windows that the published code scores: five fewer than the frames that have sound, though one more would fit.

    Args:
        frames: video frames at 25 per second.
        samples: sound samples at 16 kHz.

    Raises:
        ValueError: fewer than 6 frames with sound: there is no window.
    """
    length = min(frames, samples // SAMPLES_PER_FRAME)
    if length < 6:
        raise ValueError(f"lip sync needs at least 6 frames with sound, got {frames} frames and {samples} samples")
    return length - 5


def sync_distances(lips: ArrayLike, sounds: ArrayLike, reach: int = REACH, padded: bool = True) -> Matrix:
    """Distance of every window to the sound at every shift.

    Args:
        lips: float (W, E), one embedding a window, W >= 1.
        sounds: float (W, E), the sound at the same windows.
        reach: largest shift in frames.
        padded: sound beyond the ends is a zero vector (published); otherwise those entries are NaN.

    Returns:
        float64 (W, 2 reach + 1); column j is the sound at shift j - reach.

    Raises:
        ValueError: shapes differ, no window, or values that are not finite.
    """
    a, b = np.asarray(lips, dtype=np.float64), np.asarray(sounds, dtype=np.float64)
    if a.ndim != 2 or a.shape != b.shape or len(a) == 0:
        raise ValueError(f"embeddings must be two arrays (W, E) of one shape, W >= 1, got {a.shape} and {b.shape}")
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise ValueError("embeddings hold values that are not finite")
    count = len(a)
    alone = np.sqrt(np.sum((a + EPSILON) ** 2, axis=1)) if padded else np.full(count, np.nan)
    distances = np.repeat(alone[:, None], 2 * reach + 1, axis=1)
    for shift in range(-min(reach, count - 1), min(reach, count - 1) + 1):
        first, last = max(0, -shift), min(count, count - shift)
        difference = a[first:last] - b[first + shift : last + shift] + EPSILON
        distances[first:last, shift + reach] = np.sqrt(np.sum(difference**2, axis=1))
    return distances


def sync_scores(distances: ArrayLike) -> SyncScores:
    """The published scores of a padded distance matrix.

    Args:
        distances: float (W, 2 reach + 1), finite, from `sync_distances`.

    Raises:
        ValueError: empty, an even number of columns, or values that are not finite.
    """
    d = _checked(distances)
    if np.isnan(d).any():
        raise ValueError("the matrix holds NaN: score it with `fitting_scores`, or build it with padded=True")
    return _scores(d.mean(axis=0), d.shape[1] // 2)


def fitting_scores(distances: ArrayLike, least: int = 5) -> SyncScores:
    """Scores without padded terms: comparable between clips of different length.

    Each shift is averaged over the windows whose sound exists; shifts with fewer than `least` of them are left out.

    Args:
        distances: float (W, 2 reach + 1) from `sync_distances(..., padded=False)`; NaN where there is no sound.
        least: windows that a shift needs.

    Raises:
        ValueError: fewer than three shifts have enough windows: the clip is too short to tell.
    """
    d = _checked(distances)
    counts = (~np.isnan(d)).sum(axis=0)
    keep = counts >= max(1, least)
    if keep.sum() < 3:
        raise ValueError(f"{len(d)} windows leave {int(keep.sum())} shifts with {least} windows each; 3 are needed")
    curve = np.full(d.shape[1], np.nan)
    curve[keep] = np.nansum(d[:, keep], axis=0) / counts[keep]
    return _scores(curve, d.shape[1] // 2)


def balanced_scores(distances: ArrayLike, least: int = 5) -> SyncScores:
    """Scores of the curve that all windows would have if each had sound at every shift.

    The distance of window w at shift s is fitted by a(w) + c(s), least squares over the entries that exist; the curve
    is c plus the mean of a. With all entries it is their mean, as published. On made embeddings of one quality the
    confidence is the same within 4 % from 12 to 300 windows. Windows that are far from any sound no longer look like a
    minimum: with lips of widely varying length beside sounds of one length, in no sync at all, it is 0.6 / 0.4 / 0.1 at
    12 / 40 / 300 windows where `fitting_scores` gives 22.6 / 9.4 / 0.9. What is left is the least of a noisy curve.

    Args:
        distances: float (W, 2 reach + 1) from `sync_distances(..., padded=False)`; NaN where there is no sound.
        least: windows that a shift needs.

    Raises:
        ValueError: fewer than three shifts have enough windows: the clip is too short to tell.
    """
    d = _checked(distances)
    seen = ~np.isnan(d)
    keep = seen.sum(axis=0) >= max(1, least)
    if keep.sum() < 3:
        raise ValueError(f"{len(d)} windows leave {int(keep.sum())} shifts with {least} windows each; 3 are needed")
    known = seen[:, keep][seen[:, keep].any(axis=1)].astype(np.float64)
    values = np.where(seen, d, 0.0)[:, keep][seen[:, keep].any(axis=1)]
    of_window = known.sum(axis=1)  # normal equations with the windows' terms eliminated
    matrix = np.diag(known.sum(axis=0)) - known.T @ (known / of_window[:, None])
    right = values.sum(axis=0) - known.T @ (values.sum(axis=1) / of_window)
    shifts = np.linalg.lstsq(matrix, right, rcond=None)[0]
    windows = (values.sum(axis=1) - known @ shifts) / of_window
    curve = np.full(d.shape[1], np.nan)
    curve[keep] = shifts + windows.mean()
    return _scores(curve, d.shape[1] // 2)


def framewise_confidence(distances: ArrayLike, smooth: int = 9) -> Matrix:
    """Confidence of every window at the clip's offset, median-filtered as in the published code.

    Args:
        distances: float (W, 2 reach + 1), padded.
        smooth: odd length of the median filter; zeros beyond the ends.

    Returns:
        float64 (W,).
    """
    d = _checked(distances)
    curve = d.mean(axis=0)
    raw = np.median(curve) - d[:, int(np.argmin(curve))]
    from scipy.signal import medfilt  # half a second to import, and only this needs it

    return np.asarray(medfilt(raw, smooth), dtype=np.float64)


def _checked(distances: ArrayLike) -> Matrix:
    d = np.asarray(distances, dtype=np.float64)
    if d.ndim != 2 or len(d) == 0 or d.shape[1] % 2 == 0:
        raise ValueError(f"distances must be (W >= 1, 2 reach + 1), got {d.shape}")
    if np.isinf(d).any():
        raise ValueError("distances hold infinite values")
    return d


def _scores(curve: Matrix, reach: int) -> SyncScores:
    least = int(np.nanargmin(curve))
    return SyncScores(reach - least, float(curve[least]), float(np.nanmedian(curve) - curve[least]))
