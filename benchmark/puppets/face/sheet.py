"""The sheet on which a resting head is painted once: colours with alpha over the canonical square and its margin."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmark.puppets.face.canvas import coverage, polygon
from benchmark.puppets.face.deformation import MARGIN
from benchmark.puppets.face.style import Colour

Map = NDArray[np.float32]

_WARM = np.array([0.80, 1.00, 1.10], np.float32)
"""How strongly shade takes red, green and blue away: light scattered inside the skin keeps shadows warm."""


class Sheet:
    """A square canvas addressed in canonical coordinates.

    Args:
        unit: pixels per picture side.
        seed: of what is scattered on it.

    Attributes:
        x: float32 (N, N), canonical x of each pixel.
        y: its canonical y.
        colour: float32 (N, N, 3), 0 to 255, premultiplied.
        alpha: float32 (N, N), 0 to 1.
        rng: the generator of what is scattered.
        margin: pixels before the picture's left and upper edge.
        side: N.
        origin: column and row of the canonical point (0, 0).
    """

    def __init__(self, unit: int, seed: int) -> None:
        self.unit = unit
        self.margin = round(MARGIN * unit)
        self.side = unit + 2 * self.margin
        self.origin = (0.5 * unit - 0.5 + self.margin, self.margin - 0.5)
        row, column = np.mgrid[0 : self.side, 0 : self.side].astype(np.float32)
        self.x: Map = (column - np.float32(self.origin[0])) / np.float32(unit)
        self.y: Map = (row - np.float32(self.origin[1])) / np.float32(unit)
        self.colour: Map = np.zeros((self.side, self.side, 3), np.float32)
        self.alpha: Map = np.zeros((self.side, self.side), np.float32)
        self.rng = np.random.default_rng(seed)

    def cover(self, points: NDArray[np.float64], soft: float = 0.0) -> Map:
        """Coverage of a canonical polygon, 0 to 1; `soft` is the blur of its edge in picture sides."""
        return polygon(points * self.unit + self.origin, self.side, self.side, soft * self.unit)

    def spot(self, points: NDArray[np.float64], soft: float = 0.0) -> tuple[tuple[slice, slice], Map]:
        """What `cover` gives, only where it can differ from zero: the window (rows, columns) and the mask in it."""
        return coverage(points * self.unit + self.origin, self.side, self.side, soft * self.unit)

    def dab(self, points: NDArray[np.float64], colour: Colour, opacity: float = 1.0, soft: float = 0.0) -> None:
        """Lay one small polygon of a colour over what is there; `cover` and `over` in one, touching only its place."""
        window, mask = self.spot(points, soft)
        mask = mask * np.float32(opacity) if opacity != 1.0 else mask
        here = self.colour[window]
        here += mask[..., None] * (np.asarray(colour, np.float32) - here)
        self.alpha[window] += mask * (1.0 - self.alpha[window])

    def raise_to(self, mask: Map, points: NDArray[np.float64], soft: float = 0.0) -> None:
        """Raise a mask to a small polygon's coverage where that is higher, in place."""
        window, cover = self.spot(points, soft)
        np.maximum(mask[window], cover, out=mask[window])

    def over(self, mask: Map, colour: Colour | Map, opacity: float = 1.0) -> None:
        """Lay a colour, or a picture of colours, over what is there."""
        cover = mask * np.float32(opacity) if opacity != 1.0 else mask
        self.colour += cover[..., None] * (np.asarray(colour, np.float32) - self.colour)
        self.alpha += cover * (1.0 - self.alpha)

    def bump(self, x: float, y: float, wide: float, high: float, both: bool = False) -> Map:
        """A Gaussian hill of height 1 at a canonical point, or at both mirrored points."""
        across = np.abs(self.x) if both else self.x
        return np.asarray(np.exp(-(((across - x) / wide) ** 2) - ((self.y - y) / high) ** 2), np.float32)

    def noise(self, wide: float, high: float | None = None) -> Map:
        """Smooth noise, mean 0, deviation 1, with grains of a size in picture sides."""
        raw = self.rng.normal(0.0, 1.0, self.x.shape).astype(np.float32)
        soft = cv2.GaussianBlur(raw, (0, 0), wide * self.unit, sigmaY=(wide if high is None else high) * self.unit)
        return np.asarray(soft / soft.std(), np.float32)


def tone(brightness: Map) -> Map:
    """Brightness of skin (rows, columns) as factors per channel (rows, columns, 3), with warm shadows."""
    return np.asarray(brightness[..., None].clip(0.02, 1.4) ** _WARM)


def times(colour: Colour, red: float, green: float, blue: float) -> Colour:
    """A colour with its channels scaled, at most 255."""
    return (min(255.0, colour[0] * red), min(255.0, colour[1] * green), min(255.0, colour[2] * blue))
