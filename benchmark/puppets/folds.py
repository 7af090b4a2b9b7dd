"""Folds and bulges that come and go with the muscles: how much darker or lighter each makes the skin.

Every fold is painted once per style as a map of relative brightness over the resting face; a frame adds them up with
the strength of their action units. A crease is a dark valley with a lit bank on the side away from the light; a bulge
is lit on the side towards it. Where folds lie follows the appearance changes that the FACS manual lists (2002).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmark.puppets.canvas import polygon, ribbon
from benchmark.puppets.expression import Expression
from benchmark.puppets.relief import light_direction
from benchmark.puppets.style import FaceStyle

Map = NDArray[np.float32]
Line = list[tuple[float, float]]


@dataclass(frozen=True)
class Fold:
    """One fold: where it is and when it shows."""

    amount: Callable[[Expression], float]
    rows: slice
    columns: slice
    shade: Map
    """Relative change of brightness at amount 1, over those rows and columns of the texture."""


def shown_on(fold: Fold, free: Map, window: tuple[slice, slice]) -> Fold:
    """A fold as far as it is seen on the free skin, placed relative to a window of the texture."""
    (top, bottom), (left, right) = ((part.start, part.stop) for part in window)
    rows = slice(max(fold.rows.start, top), max(top, min(fold.rows.stop, bottom)))
    columns = slice(max(fold.columns.start, left), max(left, min(fold.columns.stop, right)))
    if rows.stop <= rows.start or columns.stop <= columns.start:
        return Fold(fold.amount, slice(0, 0), slice(0, 0), np.zeros((0, 0), np.float32))
    y, x = fold.rows.start, fold.columns.start
    part = fold.shade[rows.start - y : rows.stop - y, columns.start - x : columns.stop - x]
    shade = np.ascontiguousarray(part * free[rows, columns], np.float32)
    return Fold(
        fold.amount, slice(rows.start - top, rows.stop - top), slice(columns.start - left, columns.stop - left), shade
    )


class Folds:
    """Paints the folds of one style.

    Args:
        style: whose face.
        unit: texture pixels per picture side.
        origin: texture position (column, row) of the canonical point (0, 0).
        shape: rows and columns of the texture.
    """

    def __init__(self, style: FaceStyle, unit: int, origin: tuple[float, float], shape: tuple[int, int]) -> None:
        self._style, self._unit, self._origin, self._shape = style, unit, origin, shape
        self._light = light_direction(style)
        self.all: list[Fold] = []
        self._forehead()
        self._eyes()
        self._nose()
        self._mouth()
        self._chin()

    def _forehead(self) -> None:
        s = self._style
        lines = [s.brow_y - 0.036 - 0.026 * k for k in range(3)]
        inner = [[(x, y - 0.006 * np.cos(18 * x)) for x in np.linspace(-0.085, 0.085, 9)] for y in lines]
        self._crease(lambda e: e.brow_inner, inner, 0.0085, 0.46)
        for side, sign in ((0, -1), (1, 1)):
            outer = [[(sign * x, y + 0.05 * (x - 0.07)) for x in np.linspace(0.060, 0.185, 8)] for y in lines]
            self._crease(lambda e, k=side: e.brow_outer[k], outer, 0.0085, 0.46)
        frown: list[Line] = [
            [
                (sign * (0.017 + bend), s.brow_y + y)
                for y, bend in ((-0.042, 0.006), (-0.015, 0.0), (0.012, 0.002), (0.03, 0.008))
            ]
            for sign in (-1, 1)
        ]
        self._crease(lambda e: e.brow_lower, frown, 0.0110, 0.66)
        self._bulge(lambda e: e.brow_lower, [(0.0, s.brow_y - 0.004)], (0.012, 0.030), 0.30)
        self._bulge(lambda e: e.brow_lower, [(-0.05, s.brow_y - 0.03), (0.05, s.brow_y - 0.03)], (0.028, 0.016), 0.20)

    def _eyes(self) -> None:
        s = self._style
        for sign in (-1, 1):
            outer = (sign * (s.eye_x + s.eye_width + 0.012), s.eye_y)
            rays: list[Line] = [
                [
                    (outer[0] + sign * r * np.cos(a), outer[1] + 0.008 + r * np.sin(a) + 0.2 * r * abs(a))
                    for r in (0.0, 0.012, 0.024, 0.034)
                ]
                for a in (-0.55, -0.05, 0.45)
            ]
            self._crease(lambda e: e.crow, rays, 0.0080, 0.40)
        low = s.eye_y + 0.5 * s.eye_height
        below: list[Line] = [
            [(sign * (s.eye_x + x), low + 0.028 - 3.0 * x * x) for x in np.linspace(-0.055, 0.06, 8)]
            for sign in (-1, 1)
        ]
        self._crease(lambda e: 0.8 * e.crow + 0.45 * e.lid_lower, below, 0.0100, 0.34)
        self._bulge(lambda e: e.lid_lower, [(-s.eye_x, low + 0.012), (s.eye_x, low + 0.012)], (0.042, 0.010), 0.26)
        for side, sign in ((0, -1), (1, 1)):
            apple = [(sign * (s.eye_x + 0.018), s.eye_y + 0.092)]
            self._bulge(lambda e, k=side: e.cheek[k], apple, (0.058, 0.034), 0.36)

    def _nose(self) -> None:
        s = self._style
        y = s.eye_y + 0.010
        bunny: list[Line] = [
            [(sign * 0.018, y + k), (sign * 0.032, y + k + 0.004), (sign * 0.046, y + k + 0.016)]
            for sign in (-1, 1)
            for k in (0.0, 0.02, 0.04)
        ]
        bridge: list[Line] = [
            [(x, s.eye_y - 0.014 + k + 4 * x * x) for x in np.linspace(-0.024, 0.024, 5)] for k in (-0.012, 0.008)
        ]
        self._crease(lambda e: e.nose_wrinkle, bunny + bridge, 0.0095, 0.46)
        wings: list[Line] = [
            [
                (sign * (s.nose_width * 0.72), s.nose_y - 0.038),
                (sign * (s.nose_width + 0.006), s.nose_y - 0.022),
                (sign * (s.nose_width + 0.006), s.nose_y - 0.002),
            ]
            for sign in (-1, 1)
        ]
        self._crease(lambda e: e.nose_wrinkle + 0.6 * e.lip_raise, wings, 0.0120, 0.42)

    def _mouth(self) -> None:
        s = self._style
        for side, sign in ((0, -1), (1, 1)):
            wing, corner = s.nose_width + 0.010, s.mouth_width + 0.026
            smile = _curve(
                [
                    (sign * wing, s.nose_y - 0.022),
                    (sign * (corner - 0.008), 0.5 * (s.nose_y + s.mouth_y)),
                    (sign * (corner + 0.006), s.mouth_y + 0.012),
                ]
            )
            age = 0.06 + 0.32 * s.age
            self._crease(
                lambda e, k=side, a=age: a + 0.62 * max(e.corner_up[k], 0.0) + 0.55 * e.lip_raise + 0.25 * e.nose_wrinkle
                + 0.15 * e.crow,
                [smile], 0.0150, 0.52,
            )  # fmt: skip
            pit = (sign * (s.mouth_width + 0.020), s.mouth_y - 0.002)
            arc = _curve(
                [
                    (pit[0] - sign * 0.002, pit[1] - 0.026),
                    (pit[0] + sign * 0.007, pit[1]),
                    (pit[0] - sign * 0.002, pit[1] + 0.024),
                ]
            )
            self._crease(lambda e, k=side: e.dimple[k], [arc], 0.0150, 0.85)
            self._bulge(lambda e, k=side: e.dimple[k], [(pit[0] + sign * 0.030, pit[1])], (0.018, 0.030), 0.24)
            bracket = _curve(
                [
                    (sign * (s.mouth_width + 0.012), s.mouth_y - 0.006),
                    (sign * (s.mouth_width + 0.026), s.mouth_y + 0.024),
                    (sign * (s.mouth_width + 0.034), s.mouth_y + 0.016),
                ]
            )
            self._crease(lambda e, k=side: e.stretch + 0.25 * max(e.corner_out[k], 0.0), [bracket], 0.0095, 0.34)
        pouches: list[Line] = [
            _curve(
                [
                    (sign * (s.mouth_width + 0.002), s.mouth_y + 0.012),
                    (sign * (s.mouth_width + 0.016), s.mouth_y + 0.046),
                    (sign * (s.mouth_width + 0.008), s.mouth_y + 0.074),
                ]
            )
            for sign in (-1, 1)
        ]
        self._crease(lambda e: 0.24 * s.age + e.corner_down, pouches, 0.0130, 0.60)
        tight: list[Line] = [
            [(x, s.mouth_y + way * 0.020), (1.05 * x, s.mouth_y + way * 0.040)]
            for x in np.linspace(-0.06, 0.06, 7)
            for way in (-1, 1)
        ]
        self._crease(lambda e: e.tighten, tight, 0.0065, 0.42)
        self._bulge(lambda e: e.press, [(0.0, s.mouth_y - 0.030), (0.0, s.mouth_y + 0.034)], (0.062, 0.011), 0.40)
        self._bulge(lambda e: e.pout, [(-0.03, s.mouth_y - 0.034), (0.03, s.mouth_y - 0.034)], (0.034, 0.018), 0.22)
        hollow = [(-0.135, s.mouth_y - 0.02), (0.135, s.mouth_y - 0.02)]
        self._bulge(lambda e: -e.jaw - 0.5 * e.pout, hollow, (0.034, 0.060), 0.22)

    def _chin(self) -> None:
        s = self._style
        under: list[Line] = [
            _curve([(-0.058, s.mouth_y + 0.056), (0.0, s.mouth_y + 0.040), (0.058, s.mouth_y + 0.056)])
        ]
        self._crease(lambda e: e.chin_raise, under, 0.0150, 0.60)
        rng = np.random.default_rng(s.texture_seed + 17)
        spots = [
            (float(x), s.chin_y - 0.052 + float(y))
            for x, y in zip(rng.uniform(-0.042, 0.042, 22), rng.uniform(-0.026, 0.026, 22), strict=True)
        ]
        self._bulge(lambda e: -e.chin_raise, spots, (0.0055, 0.0055), 0.42)
        self._bulge(lambda e: e.chin_raise, [(0.0, s.chin_y - 0.055)], (0.05, 0.03), 0.20)

    def _crease(self, amount: Callable[[Expression], float], lines: list[Line], width: float, strength: float) -> None:
        rows, columns = self._shape
        valley = np.zeros((rows, columns), np.float32)
        for line in lines:
            points = np.array(line) * self._unit + self._origin
            taper = np.sin(np.pi * np.linspace(0.10, 0.90, len(points))) ** 0.8
            valley = np.maximum(valley, polygon(ribbon(points, 0.62 * width * self._unit * taper), rows, columns))
        soft = cv2.GaussianBlur(valley, (0, 0), 0.32 * width * self._unit)
        wide = cv2.GaussianBlur(valley, (0, 0), 0.75 * width * self._unit)
        step = (-0.60 * width * self._unit * self._light[0], -0.60 * width * self._unit * self._light[1])
        bank = cv2.warpAffine(wide, np.array([[1, 0, step[0]], [0, 1, step[1]]]), (columns, rows))
        self._add(amount, -strength * (0.62 * soft + 0.55 * wide) + 0.50 * strength * bank)

    def _bulge(
        self, amount: Callable[[Expression], float], centres: Line, spread: tuple[float, float], strength: float
    ) -> None:
        rows, columns = self._shape
        y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
        shade = np.zeros((rows, columns), np.float32)
        for centre in centres:
            u = (x - (centre[0] * self._unit + self._origin[0])) / (spread[0] * self._unit)
            v = (y - (centre[1] * self._unit + self._origin[1])) / (spread[1] * self._unit)
            hill = np.exp(-(u * u) - v * v)
            shade += hill * (0.30 + 1.1 * (u * self._light[0] + v * self._light[1]))
        self._add(amount, np.asarray(strength * shade))

    def _add(self, amount: Callable[[Expression], float], shade: NDArray[np.floating]) -> None:
        """Keep the part of a map where it is visible."""
        seen = np.abs(shade) > 0.004
        rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
        if len(rows) == 0:
            return
        place = slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
        self.all.append(Fold(amount, *place, np.ascontiguousarray(shade[place], np.float32)))


def _curve(points: Line, steps: int = 9) -> Line:
    """A smooth curve through three points."""
    (a, b, c), t = points, np.linspace(0.0, 1.0, steps)
    weights = (1 - t) * (1 - 2 * t), 4 * t * (1 - t), t * (2 * t - 1)
    return [(float(x), float(y)) for x, y in zip(
        *(weights[0] * a[k] + weights[1] * b[k] + weights[2] * c[k] for k in (0, 1)), strict=True)]  # fmt: skip
