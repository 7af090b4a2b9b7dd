"""Where things are on a resting, frontal face: contour, brows, nose, and how far each point stands out of the picture.

Canonical coordinates: x from the middle of the picture to the right, y from its top downwards, z towards the viewer,
all in picture sides. Left and right are the picture's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from benchmark.puppets.face.style import FaceStyle

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Anatomy:
    """Curves and points of a resting face, float64 (N, 2) in canonical coordinates."""

    contour: Array
    """Closed outline of the head's skin, 160 points, clockwise from the chin."""
    jaw: Array
    """17 landmarks from the left temple over the chin to the right temple."""
    brows: tuple[Array, Array]
    """Each brow's centre line, 5 points from the picture's left to its right."""
    nose: Array
    """9 landmarks: four down the bridge, five along the base."""


@lru_cache(maxsize=64)
def anatomy(style: FaceStyle) -> Anatomy:
    """The resting face of a style."""
    contour = _contour(style)
    brows = (_brow(style) * (-1.0, 1.0))[::-1], _brow(style)
    tip_y = style.nose_y - 0.034
    bridge_y = np.linspace(style.eye_y - 0.006, tip_y, 4)
    base_x = np.array([-0.72, -0.36, 0.0, 0.36, 0.72]) * style.nose_width
    base_y = style.nose_y + np.array([-0.006, -0.001, 0.003, -0.001, -0.006])
    nose = np.concatenate([np.stack([np.zeros(4), bridge_y], 1), np.stack([base_x, base_y], 1)])
    return Anatomy(contour, _jaw(contour, style), brows, nose)


def _contour(style: FaceStyle) -> Array:
    forehead_y = style.top_y + 0.085
    right = [
        (style.chin, style.chin_y - 0.018),
        (0.5 * (style.chin + style.jaw) + 0.018, 0.45 * style.mouth_y + 0.55 * style.chin_y),
        (style.jaw, style.mouth_y - 0.005),
        (style.width * 0.985, style.eye_y + 0.105),
        (style.width, style.eye_y),
        (style.width * 0.955, style.eye_y - 0.115),
        (style.width * 0.80, forehead_y),
        (style.width * 0.47, style.top_y + 0.022),
    ]
    left = [(-x, y) for x, y in reversed(right)]
    knots = np.array([(0.0, style.chin_y), *right, (0.0, style.top_y), *left, (0.0, style.chin_y)])
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(knots, axis=0).T) ** 0.75)])
    curve = CubicSpline(along, knots, bc_type="periodic")
    return np.asarray(curve(np.linspace(0.0, along[-1], 160, endpoint=False)))


def _jaw(contour: Array, style: FaceStyle) -> Array:
    """17 points at equal angles around the middle of the face, from a little above the eyes' height downwards."""
    centre = np.array([0.0, style.eye_y + 0.02])
    offset = contour - centre
    angle = np.arctan2(offset[:, 0], offset[:, 1])  # 0 at the chin, positive to the right
    order = np.argsort(angle)
    wanted = np.linspace(-1.0, 1.0, 17)
    wanted = 1.62 * np.sign(wanted) * np.abs(wanted) ** 1.12
    x = np.interp(wanted, angle[order], contour[order, 0])
    y = np.interp(wanted, angle[order], contour[order, 1])
    return np.stack([x, y], 1)


def _brow(style: FaceStyle) -> Array:
    """The right brow from its inner to its outer end."""
    along = np.linspace(0.0, 1.0, 5)
    x = style.eye_x + (along - 0.46) * 2.55 * style.eye_width
    arch = -style.brow_arch * np.array([0.0, 0.7, 1.05, 1.0, 0.0])
    slope = style.brow_slope * (1 - along) + 0.008 * along**3
    return np.stack([x, style.brow_y + arch + slope], 1)


def depth(style: FaceStyle, x: Array, y: Array) -> Array:
    """How far the face stands out of the picture, for the parallax of a turning head.

    The skull is a smooth dome; nose, lips, brows and chin stand out of it. Slopes are kept below 1.3 so that a head
    turned by 25 degrees never folds over itself. Any equal shapes in, the same shape out.
    """
    dome = 0.235 * np.exp(-((x / 0.255) ** 2))
    dome = dome / (1.0 + np.exp((y - style.chin_y - 0.045) / 0.034)) / (1.0 + np.exp((style.top_y + 0.07 - y) / 0.055))
    tip_y = style.nose_y - 0.036
    below = np.where(y > tip_y, 0.036, 0.075)
    nose = 0.066 * style.nose_bridge**0.5 * np.exp(-((x / 0.047) ** 2) - ((y - tip_y) / below) ** 2)
    mouth = 0.016 * np.exp(-((x / 0.075) ** 2) - ((y - style.mouth_y) / 0.045) ** 2)
    chin = 0.014 * np.exp(-((x / 0.06) ** 2) - ((y - style.chin_y + 0.05) / 0.045) ** 2)
    sockets = 0.016 * np.exp(-(((np.abs(x) - style.eye_x) / 0.05) ** 2) - ((y - style.eye_y) / 0.035) ** 2)
    return np.asarray(dome + nose + mouth + chin - sockets)
