"""Folds and bulges that come and go with the muscles: how much darker or lighter each makes the skin.

Every fold is painted once per style as a map of relative brightness over the resting face; a frame adds them up with
the strength of their action units. A crease is a dark valley with a lit bank on the side away from the light; a bulge
is lit on the side towards it. Where they lie is told in `wrinkles.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmark.puppets.face.canvas import polygon, ribbon
from benchmark.puppets.face.expression import Expression

Map = NDArray[np.float32]
Line = list[tuple[float, float]]
Amount = Callable[[Expression], float]
"""How strongly a fold shows in an expression; 1 is full."""


@dataclass(frozen=True)
class Fold:
    """One fold: where it is and when it shows."""

    amount: Amount
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


class FoldPainter:
    """Paints folds on the texture of one head.

    Args:
        unit: texture pixels per picture side.
        origin: texture position (column, row) of the canonical point (0, 0).
        shape: rows and columns of the texture.
        light: unit vector towards the light.

    Attributes:
        folds: what has been painted.
    """

    def __init__(
        self, unit: int, origin: tuple[float, float], shape: tuple[int, int], light: tuple[float, float, float]
    ) -> None:
        self._unit, self._origin, self._shape, self._light = unit, origin, shape, light
        self.folds: list[Fold] = []

    def crease(self, amount: Amount, lines: list[Line], width: float, strength: float) -> None:
        """A furrow along some canonical lines.

        Args:
            amount: when it shows.
            lines: each of at least two points.
            width: of the valley, picture sides.
            strength: relative darkening at amount 1.
        """
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

    def bulge(self, amount: Amount, centres: Line, spread: tuple[float, float], strength: float) -> None:
        """Soft hills at some canonical points.

        Args:
            amount: when they show; negative amounts are hollows.
            centres: of the hills.
            spread: their half width and half height, picture sides.
            strength: relative change of brightness at amount 1.
        """
        rows, columns = self._shape
        y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
        shade = np.zeros((rows, columns), np.float32)
        for centre in centres:
            u = (x - (centre[0] * self._unit + self._origin[0])) / (spread[0] * self._unit)
            v = (y - (centre[1] * self._unit + self._origin[1])) / (spread[1] * self._unit)
            hill = np.exp(-(u * u) - v * v)
            shade += hill * (0.30 + 1.1 * (u * self._light[0] + v * self._light[1]))
        self._add(amount, np.asarray(strength * shade))

    def _add(self, amount: Amount, shade: NDArray[np.floating]) -> None:
        """Keep the part of a map where it is visible."""
        seen = np.abs(shade) > 0.004
        rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
        if len(rows) == 0:
            return
        place = slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
        self.folds.append(Fold(amount, *place, np.ascontiguousarray(shade[place], np.float32)))
