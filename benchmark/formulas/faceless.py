"""Tracks of face points in which frames without a face are NaN: those that show one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def with_face(points: NDArray[np.floating]) -> NDArray[np.floating]:
    """The frames of a track (F, P, 2) that show a face, (G, P, 2), G <= F; the track itself where all do.

    A frame that is NaN in part only is kept: there a network failed, and whoever measures should stumble.
    """
    track = np.asarray(points)
    absent = np.isnan(track).all(axis=tuple(range(1, track.ndim)))
    return track[~absent] if absent.any() else track
