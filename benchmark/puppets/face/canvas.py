"""Soft shapes: anti-aliased polygons and ribbons with positions finer than a pixel, composed front over back.

Points are (N, 2) arrays of pixel positions; integers are the centres of pixels.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmark.puppets.face.style import Colour

Mask = NDArray[np.float32]
_FINE = 4
"""Finer pixels per pixel, along each axis, when a polygon's coverage is counted."""
_SHARP = 0.42
"""Softer edges than this are blurred, pixels; below it anti-aliasing is soft enough."""
Projector = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""Canonical points (N, 2) to pixels of a picture (N, 2)."""
_SHIFT = 6  # OpenCV takes positions in units of 2 ** -6 pixel


def polygon(points: NDArray[np.float64], height: int, width: int, soft: float = 0.0) -> Mask:
    """Coverage of a filled polygon, float32 (height, width), 0 to 1.

    Args:
        points: its corners.
        height: of the mask.
        width: of the mask.
        soft: standard deviation of the blur of its edge, pixels.
    """
    mask = np.zeros((height, width), np.float32)
    window, cover = coverage(points, height, width, soft)
    mask[window] = cover
    return mask


def coverage(
    points: NDArray[np.float64], height: int, width: int, soft: float = 0.0
) -> tuple[tuple[slice, slice], Mask]:
    """What `polygon` gives, only where it can differ from zero: the window (rows, columns) and the mask in it."""
    reach = math.ceil(3.0 * soft) + 1 if soft > _SHARP else 1
    (left, top), (right, bottom) = np.floor(points.min(0)).tolist(), np.ceil(points.max(0)).tolist()
    left, right = max(int(left) - reach, 0), min(int(right) + reach + 1, width)
    top, bottom = max(int(top) - reach, 0), min(int(bottom) + reach + 1, height)
    if right <= left or bottom <= top:
        return np.s_[0:0, 0:0], np.zeros((0, 0), np.float32)
    # OpenCV's own anti-aliasing pops by up to a pixel on thin shapes; counting finer pixels does not.
    fine = np.zeros(((bottom - top) * _FINE, (right - left) * _FINE), np.uint8)
    place = (points - (left, top) + 0.5) * _FINE - 0.5
    cv2.fillPoly(fine, [np.rint(place * (1 << _SHIFT)).astype(np.int32)], 255, lineType=cv2.LINE_AA, shift=_SHIFT)
    counted = cv2.resize(fine, (right - left, bottom - top), interpolation=cv2.INTER_AREA)
    if soft > _SHARP:
        counted = cv2.GaussianBlur(counted, (0, 0), soft)
    return np.s_[top:bottom, left:right], np.multiply(counted, np.float32(1 / 255), dtype=np.float32)


def ribbon(points: NDArray[np.float64], widths: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """The outline (2N, 2) of a band of some width (N,) around a line (N, 2)."""
    along = np.empty_like(points)
    along[1:-1] = points[2:] - points[:-2]
    along[0] = points[1] - points[0]
    along[-1] = points[-1] - points[-2]
    length = np.sqrt(along[:, 0] ** 2 + along[:, 1] ** 2) + 1e-9
    half = 0.5 * widths / length
    count = len(points)
    outline = np.concatenate([points, points[::-1]])
    across, down = along[:, 1] * half, along[:, 0] * half
    outline[:count, 0] -= across
    outline[:count, 1] += down
    outline[count:, 0] += across[::-1]
    outline[count:, 1] -= down[::-1]
    return outline


def ellipse(centre: tuple[float, float], radii: tuple[float, float], points: int = 28) -> NDArray[np.float64]:
    """The outline (points, 2) of an upright ellipse."""
    return _circle(points) * radii + centre


@lru_cache(maxsize=8)
def _circle(points: int) -> NDArray[np.float64]:
    angle = np.linspace(0.0, 2.0 * np.pi, points, endpoint=False)
    circle = np.stack([np.cos(angle), np.sin(angle)], 1)
    circle.setflags(write=False)
    return circle


def seen_at_once(see: Projector, curves: Sequence[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """Each curve in pixels; projecting them together is faster than one by one."""
    seen = see(np.concatenate(curves))
    ends = np.cumsum([len(curve) for curve in curves]).tolist()
    return [seen[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)]


@dataclass(frozen=True)
class Stamp:
    """Coverage of a shape, kept only where it can differ from zero."""

    top: int
    left: int
    cover: Mask
    """float32 (rows, columns), 0 to 1."""

    @property
    def window(self) -> tuple[slice, slice]:
        """Its rows and columns in the layer."""
        rows, columns = self.cover.shape
        return slice(self.top, self.top + rows), slice(self.left, self.left + columns)

    def within(self, clip: Stamp) -> Stamp:
        """The part of the shape inside another."""
        top, left = max(self.top, clip.top), max(self.left, clip.left)
        (rows, columns), (others, across) = self.window, clip.window
        bottom, right = max(top, min(rows.stop, others.stop)), max(left, min(columns.stop, across.stop))
        mine = self.cover[top - self.top : bottom - self.top, left - self.left : right - self.left]
        return Stamp(
            top, left, mine * clip.cover[top - clip.top : bottom - clip.top, left - clip.left : right - clip.left]
        )

    def without(self, other: Stamp) -> Stamp:
        """The part of the shape outside another."""
        cover, common = self.cover.copy(), self.within(other)
        (rows, columns) = common.window
        inside = np.s_[
            rows.start - self.top : rows.stop - self.top, columns.start - self.left : columns.stop - self.left
        ]
        theirs = other.cover[
            rows.start - other.top : rows.stop - other.top, columns.start - other.left : columns.stop - other.left
        ]
        cover[inside] *= 1.0 - theirs
        return Stamp(self.top, self.left, cover)

    def fainter(self, factor: float) -> Stamp:
        """The shape with its coverage scaled."""
        return Stamp(self.top, self.left, self.cover * np.float32(factor))


class Layer:
    """A transparent patch to paint on, back to front, and to lay over a picture.

    Args:
        left: column of the patch in the picture; may be negative.
        top: its row.
        height: in pixels.
        width: in pixels.
    """

    def __init__(self, left: int, top: int, height: int, width: int) -> None:
        self._left, self._top, self._height, self._width = left, top, height, width
        self._colour = np.zeros((3, height, width), np.float32)  # premultiplied
        self._clear = np.ones((height, width), np.float32)  # what is still seen through

    def stamp(self, points: NDArray[np.float64], soft: float = 0.0) -> Stamp:
        """Coverage of a polygon given in the picture's pixels; `soft` blurs its edge, pixels."""
        (rows, columns), cover = coverage(points - (self._left, self._top), self._height, self._width, soft)
        return Stamp(rows.start, columns.start, cover)

    def paint(self, stamp: Stamp, colour: Colour, opacity: float = 1.0) -> None:
        """Lay a colour over what is there, where the stamp says."""
        cover = stamp.cover * np.float32(opacity) if opacity != 1.0 else stamp.cover
        rows, columns = stamp.window
        keep = 1.0 - cover
        self._clear[rows, columns] *= keep
        here = self._colour[:, rows, columns]
        here *= keep
        here += cover * np.array(colour, np.float32)[:, None, None]

    def paste(self, picture: NDArray[np.uint8]) -> None:
        """Lay the patch over a picture, uint8 (H, W, 3), in place; what lies outside is cut off."""
        top, left = max(self._top, 0), max(self._left, 0)
        bottom, right = min(self._top + self._height, len(picture)), min(self._left + self._width, picture.shape[1])
        if bottom <= top or right <= left:
            return
        here = np.s_[top - self._top : bottom - self._top, left - self._left : right - self._left]
        there = picture[top:bottom, left:right]
        mixed = there.transpose(2, 0, 1) * self._clear[here]
        mixed += self._colour[:, here[0], here[1]]
        mixed += 0.5
        np.clip(mixed, 0.0, 255.0, out=mixed)
        there[...] = mixed.transpose(1, 2, 0)
