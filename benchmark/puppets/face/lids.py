"""The curves of an eye's opening: upper and lower lid, crease, and where the iris stands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmark.puppets.face.expression import Expression
from benchmark.puppets.face.style import FaceStyle

Array = NDArray[np.float64]

_ALONG = np.linspace(-1.0, 1.0, 17)  # from the inner corner to the outer one
_ARCH_UP = (1.0 - np.abs(_ALONG) ** 2.3) * (1.0 - 0.14 * _ALONG)  # the upper lid peaks towards the nose
_ARCH_LOW = (1.0 - np.abs(_ALONG) ** 2.1) * (1.0 + 0.18 * _ALONG)  # the lower one towards the temple
IRIS = 0.43
"""Radius of the iris in half widths of the opening (11.7 mm against 30 mm: 0.39; a little more reads better)."""


@dataclass(frozen=True)
class Lids:
    """One eye's curves, float64 (17, 2) in canonical coordinates, from the inner to the outer corner."""

    upper: Array
    lower: Array
    crease: Array
    bag: Array
    """The line below the lower lid where the lid meets the cheek."""
    iris: tuple[float, float]
    openness: float
    """Height of the opening in units of the resting one."""


def lids(style: FaceStyle, expression: Expression, side: int) -> Lids:
    """The curves of one eye.

    Args:
        style: whose eye.
        expression: of this frame.
        side: 0 for the picture's left, 1 for its right.
    """
    sign = 2 * side - 1
    half, height = style.eye_width, style.eye_height
    x = sign * style.eye_x + sign * half * _ALONG
    corners = style.eye_y - style.eye_tilt * _ALONG + 0.10 * height * (1.0 - _ALONG) * 0.5
    gaze_x, gaze_y = expression.gaze
    wide = expression.lid_upper
    lift = 0.66 + (0.46 * wide if wide > 0.0 else 0.52 * wide) + 0.07 * gaze_y
    sink = 0.34 - 0.33 * expression.lid_lower + 0.04 * max(wide, 0.0) - 0.03 * gaze_y
    lower = corners + height * sink * _ARCH_LOW
    raised = corners - height * lift * _ARCH_UP
    shut = corners + height * (0.30 - 0.24 * expression.lid_lower) * _ARCH_LOW
    closure = expression.closure
    upper = raised + closure * (np.maximum(shut, lower - 0.02 * height) - raised)
    upper = np.minimum(upper, lower)
    fold = style.eye_hood * (1.0 - 0.35 * max(wide, 0.0) + 0.5 * closure) + 0.006 * expression.brow_inner
    fold -= 0.006 * expression.brow_lower
    crease = raised + 0.45 * closure * (upper - raised) - max(fold, 0.004) * (0.55 + 0.45 * _ARCH_UP)
    bag = lower + 0.016 * (0.35 + 0.65 * _ARCH_LOW) - 0.004 * expression.cheek[side]
    iris = (
        sign * style.eye_x + 0.36 * half * gaze_x,
        style.eye_y - 0.12 * height - 0.26 * height * gaze_y,
    )
    middle = len(_ALONG) // 2
    openness = float((lower[middle] - upper[middle]) / height)
    above, below, fold_line, under = (np.stack([x, y], 1) for y in (upper, lower, crease, bag))
    return Lids(above, below, fold_line, under, iris, openness)
