"""How the skin moves: each muscle pulls a soft neighbourhood, and the whole field is inverted to warp the texture.

`Skin.displacement` tells where canonical points go in an expression; `inverse_map` tells, for every pixel of the
picture, from where on the resting face its colour comes, expression and head pose together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from benchmark.puppets.face.anatomy import depth
from benchmark.puppets.face.expression import Expression
from benchmark.puppets.face.pose import PIVOT_Y, PIVOT_Z, HeadPose
from benchmark.puppets.face.style import FaceStyle

Array = NDArray[np.float64]

MARGIN = 0.15
"""How far canonical textures and fields reach beyond the picture on each side."""
_CELLS = 52
"""Cells along one side of the field's grid, which covers the picture and its margin."""
_ITERATIONS = 8
"""Of the inversion. The residual map contracts by about 0.6 in the worst pose, 0.3 usually."""


@dataclass(frozen=True)
class _Pull:
    """One control's effect: a Gaussian neighbourhood and the way its centre goes."""

    control: str
    side: int
    """-1 or 1: only that side; 0: both, mirrored."""
    centre: tuple[float, float]
    spread: tuple[float, float]
    move: tuple[float, float]


def _pulls(style: FaceStyle) -> list[_Pull]:
    brow, eye, nose, mouth = style.brow_y, style.eye_y, style.nose_y, style.mouth_y
    inner, outer = style.eye_x - 0.055, style.eye_x + 0.062
    corner = (style.mouth_width + 0.012, mouth)
    pulls = [
        _Pull("brow_inner", 0, (inner, brow - 0.006), (0.050, 0.044), (-0.002, -0.036)),
        _Pull("brow_inner", 0, (0.0, brow - 0.04), (0.045, 0.045), (0.0, -0.012)),
        _Pull("brow_lower", 0, (inner + 0.008, brow - 0.004), (0.060, 0.046), (-0.015, 0.029)),
        _Pull("brow_lower", 0, (outer, brow), (0.050, 0.040), (-0.004, 0.010)),
        _Pull("nose_wrinkle", 0, (0.030, nose - 0.030), (0.050, 0.048), (0.002, -0.021)),
        _Pull("flare", 0, (style.nose_width * 0.8, nose - 0.014), (0.030, 0.026), (0.010, -0.004)),
        _Pull("chin_raise", 0, (0.0, style.chin_y - 0.055), (0.065, 0.045), (0.0, -0.033)),
        _Pull("lip_raise", 0, (0.050, mouth - 0.034), (0.042, 0.034), (0.003, -0.020)),
        _Pull("pout", 0, (0.075, mouth), (0.050, 0.060), (-0.016, 0.0)),
        _Pull("press", 0, (0.0, style.chin_y - 0.05), (0.07, 0.04), (0.0, -0.006)),
    ]
    for side in (-1, 1):
        pulls += [
            _Pull("brow_outer", side, (outer, brow - 0.002), (0.052, 0.046), (0.003, -0.036)),
            _Pull("cheek", side, (style.eye_x + 0.018, eye + 0.088), (0.075, 0.048), (0.004, -0.021)),
            _Pull("corner_out", side, corner, (0.055, 0.050), (0.030, 0.0)),
            _Pull("corner_up", side, corner, (0.060, 0.052), (0.0, -0.029)),
            _Pull("dimple", side, (corner[0] + 0.02, mouth - 0.004), (0.040, 0.045), (-0.010, -0.004)),
        ]
    return pulls


JAW_DROP = 0.066
"""How far the chin sinks when the jaw is dropped fully."""


def _jaw_share(style: FaceStyle, x: Array, y: Array) -> Array:
    """How much a point follows the jaw: the chin fully, cheeks in part, the upper lip and the shoulders not at all."""
    top, low = style.mouth_y - 0.035, style.mouth_y + 0.055
    rise = np.clip((y - top) / (low - top), 0.0, 1.0)
    fall = np.clip((y - style.chin_y) / 0.20, 0.0, 1.0)
    rise, fall = (t * t * (3.0 - 2.0 * t) for t in (rise, fall))
    return np.asarray(rise * (1.0 - fall) * np.exp(-((np.abs(x) / 0.24) ** 3)))


class Skin:
    """The pulls of one style, evaluated at fixed canonical points.

    Args:
        style: whose face.
        points: (P, 2) canonical positions on the resting face.
    """

    def __init__(self, style: FaceStyle, points: Array) -> None:
        x, y = points[:, 0], points[:, 1]
        self._fields: list[tuple[str, int, Array]] = []
        for pull in _pulls(style):
            field = np.zeros_like(points)
            for side in (-1, 1) if pull.side == 0 else (pull.side,):
                away = ((x - side * pull.centre[0]) / pull.spread[0]) ** 2
                weight = np.exp(-away - ((y - pull.centre[1]) / pull.spread[1]) ** 2)
                field[:, 0] += side * pull.move[0] * weight
                field[:, 1] += pull.move[1] * weight
                if pull.centre[0] == 0.0:
                    break
            self._fields.append((pull.control, max(pull.side, 0), field))
        jaw = np.zeros_like(points)
        jaw[:, 1] = JAW_DROP * _jaw_share(style, x, y)
        self._fields.append(("jaw", 0, jaw))

    def displacement(self, expression: Expression) -> Array:
        """(P, 2): how far each point moves in this expression."""
        total = np.zeros_like(self._fields[0][2])
        for control, side, field in self._fields:
            value = getattr(expression, control)
            amount = value[side] if isinstance(value, tuple) else value
            if amount != 0.0:
                total += amount * field
        return total


@lru_cache(maxsize=64)
def _grid(style: FaceStyle) -> tuple[Array, Array, Skin]:
    ticks = np.linspace(-MARGIN, 1.0 + MARGIN, _CELLS + 1)
    x, y = np.meshgrid(ticks - 0.5, ticks)
    points = np.stack([x.ravel(), y.ravel()], 1)
    return points, depth(style, points[:, 0], points[:, 1]), Skin(style, points)


def _affine_and_rest(style: FaceStyle, expression: Expression, pose: HeadPose) -> tuple[Array, Array, Array]:
    """The forward map in parts: A (2, 2), b (2,) and r at the field's grid ((_CELLS + 1)^2, 2)."""
    points, z, skin = _grid(style)
    plane = pose.matrix[:, :2]
    offset = pose.shift + (0.0, PIVOT_Y)
    moved = pose.project(style, points + skin.displacement(expression), z)
    centred = points - (0.0, PIVOT_Y)
    residual = np.empty_like(moved)
    for axis in (0, 1):
        flat = plane[axis, 0] * centred[:, 0] + plane[axis, 1] * centred[:, 1] + offset[axis]
        residual[:, axis] = moved[:, axis] - flat
    return plane, offset, residual


def forward_map(style: FaceStyle, expression: Expression, pose: HeadPose, points: Array) -> Array:
    """Where points of the resting face are in the picture: what `inverse_map` inverts.

    Args:
        style: whose face.
        expression: of this frame.
        pose: of this frame.
        points: (P, 2) canonical positions on the resting face.

    Returns:
        (P, 2) positions in the picture, canonical units.
    """
    plane, offset, residual = _affine_and_rest(style, expression, pose)
    rest = np.stack(_lookup(residual, points), 1)
    return np.asarray((points - (0.0, PIVOT_Y)) @ plane.T + offset + rest)


def inverse_map(style: FaceStyle, expression: Expression, pose: HeadPose, targets: Array) -> Array:
    """From where on the resting face the colour of a picture position comes.

    The forward map is an affine part (the turned plane through the pivot) and a residual r (depth, expression, neck):
    p = A q + b + r(q). Its inverse is the fixed point of q = A^-1 (p - b - r(q)).

    Args:
        style: whose face.
        expression: of this frame.
        pose: of this frame.
        targets: (P, 2) positions in the picture, canonical units.

    Returns:
        (P, 2) canonical positions on the resting face.
    """
    plane, offset, residual = _affine_and_rest(style, expression, pose)
    det = plane[0, 0] * plane[1, 1] - plane[0, 1] * plane[1, 0]
    (a, b), (c, d) = (plane / det).tolist()
    x, y = targets[:, 0] - offset[0], targets[:, 1] - offset[1]
    q = np.empty_like(targets)
    tilt = pose.matrix[:, 2] * (0.12 - PIVOT_Z)
    rx, ry = tilt[0], tilt[1]
    for step in range(_ITERATIONS + 1):
        if step:
            rx, ry = _lookup(residual, q)
        ux, uy = x - rx, y - ry
        q[:, 0] = d * ux - b * uy
        q[:, 1] = a * uy - c * ux + PIVOT_Y
    return q


def _lookup(values: Array, points: Array) -> tuple[Array, Array]:
    """Bilinear values of the field's grid ((_CELLS + 1)^2, 2) at canonical points (P, 2)."""
    side = _CELLS + 1
    scale = _CELLS / (1.0 + 2.0 * MARGIN)
    u = np.clip((points[:, 0] + (0.5 + MARGIN)) * scale, 0.0, _CELLS - 1e-6)
    v = np.clip((points[:, 1] + MARGIN) * scale, 0.0, _CELLS - 1e-6)
    column, row = u.astype(np.intp), v.astype(np.intp)
    u, v = (u - column)[:, None], (v - row)[:, None]
    at = row * side + column
    top = values[at] * (1.0 - u) + values[at + 1] * u
    bottom = values[at + side] * (1.0 - u) + values[at + side + 1] * u
    mixed = top * (1.0 - v) + bottom * v
    return mixed[:, 0], mixed[:, 1]
