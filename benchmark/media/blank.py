"""Frames in which nothing can be seen: black, faded, of one colour. No network is asked.

What counts is a frame's contrast beside the clip's own: the standard deviation of its brightness, as a share of what
the clip has where it is well seen. A talking face keeps it within a few percent.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmark.media.fps import nearest_frames

BLANK = 0.6
"""A frame with a smaller share of the clip's contrast is nearly half faded or more."""
WELL_SEEN = 0.75
"""Quantile of the frames' contrasts that is the clip's, so that more than half of a clip may be black."""
EVERY = 4
"""Pixels between those that are looked at, across and down; a face is larger."""


def contrasts(frames: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Standard deviation of the brightness (mean of R, G, B) of every frame of uint8 (T, H, W, 3); float64 (T,)."""
    return np.array([frame[::EVERY, ::EVERY].mean(axis=2, dtype=np.float32).std() for frame in frames], np.float64)


def blank_frames(frames: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which frames of uint8 (T, H, W, 3) are blank beside the others, bool (T,)."""
    contrast = contrasts(frames)
    return np.asarray(contrast < BLANK * float(np.quantile(contrast, WELL_SEEN)))


def nearest_seen(frames: NDArray[np.uint8]) -> NDArray[np.intp]:
    """For every frame of uint8 (T, H, W, 3) itself, or, where it is blank, the nearest frame that is not; intp (T,)."""
    seen = np.flatnonzero(~blank_frames(frames))
    if len(seen) in (0, len(frames)):
        return np.arange(len(frames))
    return seen[nearest_frames(seen.astype(np.float64), 1.0, len(frames))]
