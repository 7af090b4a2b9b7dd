"""Where every point of one frame is in another frame of the same puppet: optical flow with known truth.

Each frame has a canonical map, painted through the same deformations as its colours: for every pixel the part of the
picture that it shows and the place on the resting face that it comes from. Skin is warped with the texture; lips and
lids are strips between two curves, and a point keeps its share of the way along and across its strip; an eyeball
turns with the iris; the inside of the mouth is fixed to the skull; the wall stands still. Reading the target's map and
moving its places with the source's deformation gives the flow, and comparing with the source's own map tells whether
the point is hidden there. Not followed are glasses, whose rims slide over the skin by less than a pixel or two.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmark.puppets.face.anatomy import Array, depth
from benchmark.puppets.face.deformation import forward_map
from benchmark.puppets.face.expression import Expression
from benchmark.puppets.face.lids import lids
from benchmark.puppets.face.lips import lips
from benchmark.puppets.face.pose import HeadPose
from benchmark.puppets.face.render import texture_positions
from benchmark.puppets.face.skin import head
from benchmark.puppets.face.style import FaceStyle
from benchmark.puppets.parameters import FaceMotion

_FINE = 256
"""Side of the grid on which the texture's warp is computed, as in a picture of 128 pixels."""
_NEAR = 0.02
"""Canonical distance, in picture sides, below which two places are the same."""


class Part(IntEnum):
    """What a pixel shows."""

    WALL = 0
    SKIN = 1
    """Everything painted on the resting head: skin, hair, neck, shirt."""
    UPPER_LIP = 2
    LOWER_LIP = 3
    MOUTH = 4
    """The inside of the open mouth."""
    LEFT_EYE = 5
    RIGHT_EYE = 6
    LEFT_UPPER_LID = 7
    RIGHT_UPPER_LID = 8
    LEFT_LOWER_LID = 9
    RIGHT_LOWER_LID = 10


class CanonicalMap(NamedTuple):
    """What every pixel of a frame shows."""

    places: NDArray[np.float32]
    """float32 (S, S, 2): x and y on the resting face, canonical units (picture sides from the middle and the top)."""
    parts: NDArray[np.uint8]
    """uint8 (S, S): values of `Part`."""


class Correspondence(NamedTuple):
    """Where the pixels of a target frame are in a source frame."""

    positions: NDArray[np.float32]
    """float32 (S, S, 2): x and y in pixels of the source; integers are the centres of pixels."""
    visible: NDArray[np.bool_]
    """bool (S, S): the point can be seen in the source."""


class _Strip(NamedTuple):
    """The band between two curves that share their x, which rises."""

    x: Array
    top: Array
    bottom: Array

    @staticmethod
    def of(top: Array, bottom: Array) -> _Strip:
        order = slice(None) if top[0, 0] < top[-1, 0] else slice(None, None, -1)
        return _Strip(top[order, 0], top[order, 1], bottom[order, 1])

    def inside(self, points: Array) -> NDArray[np.intp]:
        """Indices of the points (P, 2) that lie in the band."""
        near = (points[:, 0] >= self.x[0]) & (points[:, 0] <= self.x[-1])
        near &= (points[:, 1] >= self.top.min()) & (points[:, 1] <= self.bottom.max())
        index = np.flatnonzero(near)
        x, y = points[index].T
        between = (y >= np.interp(x, self.x, self.top)) & (y < np.interp(x, self.x, self.bottom))
        return np.asarray(index[between])

    def carried_to(self, other: _Strip, points: Array) -> Array:
        """Points (P, 2) of this band at the same share of the way along and across another."""
        along = np.interp(points[:, 0], self.x, np.arange(len(self.x)))
        top, bottom = (np.interp(points[:, 0], self.x, curve) for curve in (self.top, self.bottom))
        across = np.clip((points[:, 1] - top) / np.maximum(bottom - top, 1e-6), 0.0, 1.0)
        steps = np.arange(len(other.x))
        above, below = (np.interp(along, steps, curve) for curve in (other.top, other.bottom))
        return np.stack([np.interp(along, steps, other.x), above + across * (below - above)], 1)


def canonical_map(style: FaceStyle, motion: FaceMotion, frame: int, size: int = 128) -> CanonicalMap:
    """What every pixel of a frame shows.

    Args:
        style: whose face.
        motion: of a clip.
        frame: number of the frame in it.
        size: side of the map in pixels: 256 divided by a whole number.

    Raises:
        ValueError: the size does not divide 256.
    """
    if size < 1 or _FINE % size:
        raise ValueError(f"size must divide {_FINE}, got {size}")
    expression, pose = _state(motion, frame)
    resting = head(style, _FINE)
    fine = texture_positions(style, expression, pose, _FINE, 0)
    opaque, texture = np.ascontiguousarray(resting.picture[..., 3]), fine + np.float32(resting.margin)
    # The stubs of OpenCV don't know that the second map may be missing.
    alpha = cv2.remap(opaque, texture, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]
    places = _canonical(fine, size)
    parts = np.full(size * size, Part.SKIN, np.uint8)
    ticks = (np.arange(size) + 0.5) / size
    x, y = np.meshgrid(ticks - 0.5, ticks)
    seen = np.stack([x.ravel(), y.ravel()], 1)
    wall = cv2.resize(alpha, (size, size), interpolation=cv2.INTER_AREA).ravel() < 128
    places[wall], parts[wall] = seen[wall], Part.WALL
    # Lips and lids are curves on the turned head, already bent: undo the pose alone.
    turned = _canonical(texture_positions(style, _REST, pose, _FINE, 0), size)
    for part, strip, still in _strips(style, expression):
        rows = strip.inside(turned)
        parts[rows] = part
        if part in (Part.LEFT_EYE, Part.RIGHT_EYE):
            places[rows] = turned[rows] - _iris_moved(style, expression, part)
        else:
            places[rows] = turned[rows] if still is None else strip.carried_to(still, turned[rows])
    return CanonicalMap(places.reshape(size, size, 2).astype(np.float32), parts.reshape(size, size))


def correspond(
    style: FaceStyle, target: CanonicalMap, motion: FaceMotion, frame: int, source: CanonicalMap
) -> Correspondence:
    """Where the points that a target frame shows are in a source frame.

    Args:
        style: whose face, in both frames.
        target: map of the target frame.
        motion: of the clip of the source frame.
        frame: number of the source frame in it.
        source: map of the source frame, of the target's size.
    """
    size = len(target.parts)
    expression, pose = _state(motion, frame)
    places, parts = target.places.reshape(-1, 2).astype(np.float64), target.parts.ravel()
    seen = places.copy()
    skin = np.flatnonzero(parts == Part.SKIN)
    seen[skin] = forward_map(style, expression, pose, places[skin])
    for part, strip, still in _strips(style, expression):
        rows = np.flatnonzero(parts == part)
        if not len(rows):
            continue
        if part in (Part.LEFT_EYE, Part.RIGHT_EYE):
            bent = places[rows] + _iris_moved(style, expression, part)
        else:
            bent = places[rows] if still is None else still.carried_to(strip, places[rows])
        seen[rows] = pose.project(style, bent, depth(style, bent[:, 0], bent[:, 1]))
    positions = (seen + (0.5, 0.0)) * size - 0.5
    return Correspondence(
        positions.reshape(size, size, 2).astype(np.float32),
        _visible(places, parts, positions, source).reshape(size, size),
    )


def _visible(places: Array, parts: NDArray[np.uint8], positions: Array, source: CanonicalMap) -> NDArray[np.bool_]:
    """Whether the source shows, at some positions (P, 2), the same place of the same part."""
    size = len(source.parts)
    column, row = np.rint(positions).astype(np.intp).T
    within = (column >= 0) & (column < size) & (row >= 0) & (row < size)
    column, row = np.clip(column, 0, size - 1), np.clip(row, 0, size - 1)
    same = source.parts[row, column] == parts
    near = np.abs(source.places[row, column] - places).max(1) < max(_NEAR, 1.0 / size)
    return np.asarray(within & same & near & (parts != Part.MOUTH))


_REST = Expression.of(*(getattr(FaceMotion.still(1), name)[0] for name in ("action_units", "visemes", "eyes")))


def _canonical(fine: NDArray[np.float32], size: int) -> Array:
    """Texture positions of the fine grid's pixels, averaged for larger pixels: canonical, (size^2, 2)."""
    mean = cv2.resize(fine, (size, size), interpolation=cv2.INTER_AREA).astype(np.float64).reshape(-1, 2)
    return np.asarray((mean - (0.5 * _FINE - 0.5, -0.5)) / _FINE)


def _state(motion: FaceMotion, frame: int) -> tuple[Expression, HeadPose]:
    expression = Expression.of(motion.action_units[frame], motion.visemes[frame], motion.eyes[frame])
    return expression, HeadPose.of(motion.pose[frame])


def _iris_moved(style: FaceStyle, expression: Expression, part: Part) -> tuple[float, float]:
    """How far an iris is from where it rests, canonical."""
    side = part - Part.LEFT_EYE
    now, rest = lids(style, expression, side).iris, lids(style, _REST, side).iris
    return now[0] - rest[0], now[1] - rest[1]


def _strips(style: FaceStyle, expression: Expression) -> Iterator[tuple[Part, _Strip, _Strip | None]]:
    """The painted bands in their order, back to front: part, band now, band at rest (None: fixed to the skull)."""
    for side in (0, 1):
        now, rest = lids(style, expression, side), lids(style, _REST, side)
        yield (
            Part(Part.LEFT_UPPER_LID + side),
            _Strip.of(now.crease, now.upper),
            _Strip.of(rest.crease, rest.upper),
        )
        yield Part(Part.LEFT_LOWER_LID + side), _Strip.of(now.lower, now.bag), _Strip.of(rest.lower, rest.bag)
        yield Part(Part.LEFT_EYE + side), _Strip.of(now.upper, now.lower), None
    mouth, still = lips(style, expression), lips(style, _REST)
    if mouth.gap > 0.0:
        yield Part.MOUTH, _Strip.of(mouth.upper_inner, mouth.lower_inner), None
    for part, top, bottom in (
        (Part.UPPER_LIP, "upper_outer", "upper_inner"),
        (Part.LOWER_LIP, "lower_inner", "lower_outer"),
    ):
        yield (
            part,
            _Strip.of(getattr(mouth, top), getattr(mouth, bottom)),
            _Strip.of(getattr(still, top), getattr(still, bottom)),
        )
