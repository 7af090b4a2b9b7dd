"""The parameters that move a puppet's face: their names, order, units and ranges.

Everything about a moving puppet passes through `FaceMotion`; the renderer reads it, the corpus stores it as ground
truth, and the action-unit error of a method is measured in it. Action units are numbered as in FACS
(Ekman, Friesen & Hager, Facial Action Coding System: The Manual, 2002); L and R are the puppet's own left and right.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from benchmark.core.action_units import ACTION_UNITS

VISEMES: tuple[str, ...] = (
    "open",  # jaw opening of speech
    "wide",  # corners apart, as in /i/
    "round",  # protruded and rounded, as in /u/
    "press",  # lips closed on each other, as in /m/
    "teeth",  # lower lip on the upper teeth, as in /f/
    "tongue",  # tongue tip seen between the teeth, as in "th", /l/
)
"""Weight 0 to 1."""

POSE: tuple[str, ...] = ("yaw", "pitch", "roll", "shift_x", "shift_y", "scale")
"""Degrees, degrees, degrees, fraction of the picture's side, the same, natural log of the size ratio.

Signs as seen in the picture: positive yaw turns the nose to the right, positive pitch lifts it, positive roll tilts
the crown to the right; positive shifts go to the right and up.
"""

EYES: tuple[str, ...] = ("blink", "gaze_x", "gaze_y")
"""Blink 0 (open) to 1 (shut); gaze -1 to 1, positive towards the picture's right and top."""


@dataclass(frozen=True)
class FaceMotion:
    """What a face does over T frames."""

    action_units: NDArray[np.float32]
    """float32 (T, 21), columns as ACTION_UNITS, 0 to 1."""
    visemes: NDArray[np.float32]
    """float32 (T, 6), columns as VISEMES, 0 to 1."""
    pose: NDArray[np.float32]
    """float32 (T, 6), columns as POSE."""
    eyes: NDArray[np.float32]
    """float32 (T, 3), columns as EYES."""

    def __post_init__(self) -> None:
        for name, columns in (("action_units", ACTION_UNITS), ("visemes", VISEMES), ("pose", POSE), ("eyes", EYES)):
            values = getattr(self, name)
            if values.ndim != 2 or values.shape[1] != len(columns) or values.dtype != np.float32:
                raise ValueError(f"{name} must be float32 (T, {len(columns)}), got {values.dtype} {values.shape}")
            if len(values) != len(self.action_units):
                raise ValueError(f"{name} has {len(values)} frames, action_units {len(self.action_units)}")

    def __len__(self) -> int:
        return len(self.action_units)

    def select(self, index: slice | NDArray[np.intp]) -> FaceMotion:
        """The same motion at some frames."""
        return replace(self, **{n: getattr(self, n)[index] for n in ("action_units", "visemes", "pose", "eyes")})

    @staticmethod
    def still(frames: int) -> FaceMotion:
        """A neutral, frontal, silent face for `frames` frames."""
        zeros = [np.zeros((frames, len(c)), np.float32) for c in (ACTION_UNITS, VISEMES, POSE, EYES)]
        return FaceMotion(*zeros)
