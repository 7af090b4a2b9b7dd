"""A puppet's face in motion: frames and landmarks from a style and a `FaceMotion`.

How a frame is made, readable here from top to bottom: the resting head is painted once (`skin.py`); a frame deepens
its folds (`folds.py`), bends it by its muscles and turns it in space with one warp (`deformation.py`, `pose.py`),
lays it over the wall, and paints what opens: eyes and mouth. Everything happens at twice the wanted size and is
averaged down. Frames don't depend on each other: any chunking of a motion gives the same bits.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmark.puppets.face.anatomy import Array, anatomy, depth
from benchmark.puppets.face.backdrop import backdrop
from benchmark.puppets.face.deformation import Skin, inverse_map
from benchmark.puppets.face.expression import Expression
from benchmark.puppets.face.eyes import paint_eye
from benchmark.puppets.face.glasses import paint_glasses
from benchmark.puppets.face.lids import lids
from benchmark.puppets.face.lips import lips
from benchmark.puppets.face.mouth import paint_mouth
from benchmark.puppets.face.pose import HeadPose
from benchmark.puppets.face.relief import light_direction
from benchmark.puppets.face.skin import Head, head
from benchmark.puppets.face.style import FaceStyle
from benchmark.puppets.parameters import FaceMotion

__all__ = ["FaceStyle", "landmarks", "render"]

_FINE = 2
"""Supersampling."""
_CELL = 8
"""Fine pixels between two points where the warp is computed; between them it is interpolated."""
_LIDS = [0, 5, 11, 16]  # of 17 points from corner to corner: corner, two on the lid, corner
_UPPER_LIP = [0, 6, 11, 14, 17, 22, 28]  # of 29 points: corner, shoulder, peak, bow, peak, shoulder, corner
_LOWER_LIP = [22, 17, 14, 11, 6]
_INNER_LIP = [2, 9, 14, 19, 26]


def render(style: FaceStyle, motion: FaceMotion, size: int = 128) -> NDArray[np.uint8]:
    """Frames of a moving face.

    Args:
        style: whose face.
        motion: T frames of movement.
        size: side of the square picture in pixels, a multiple of 4, at least 32.

    Returns:
        uint8 (T, size, size, 3), RGB.

    Raises:
        ValueError: the size is none that can be drawn.
    """
    if size < 32 or size % 4:
        raise ValueError(f"size must be a multiple of 4 and at least 32, got {size}")
    frames = np.empty((len(motion), size, size, 3), np.uint8)
    for t in range(len(motion)):
        fine = _frame(style, motion, t, _FINE * size)
        cv2.resize(fine, (size, size), dst=frames[t], interpolation=cv2.INTER_AREA)
    return frames


def landmarks(style: FaceStyle, motion: FaceMotion, size: int = 128) -> NDArray[np.float32]:
    """Where the 68 landmarks of the 300-W scheme are in `render`'s frames.

    Args:
        style: whose face.
        motion: T frames of movement.
        size: side of the square picture in pixels.

    Returns:
        float32 (T, 68, 2), x to the right and y downwards in pixels; integers are the centres of pixels.
    """
    out = np.empty((len(motion), 68, 2), np.float32)
    rigid, skin = _landmark_skin(style)
    for t in range(len(motion)):
        expression, pose = _state(motion, t)
        left, right, mouth = lids(style, expression, 0), lids(style, expression, 1), lips(style, expression)
        points = np.concatenate([
            rigid + skin.displacement(expression),
            left.upper[_LIDS[::-1]], left.lower[[5, 11]],
            right.upper[_LIDS], right.lower[[11, 5]],
            mouth.upper_outer[_UPPER_LIP], mouth.lower_outer[_LOWER_LIP],
            mouth.upper_inner[_INNER_LIP], mouth.lower_inner[[19, 14, 9]],
        ])  # fmt: skip
        resting = np.concatenate([rigid, points[len(rigid) :]])
        seen = pose.project(style, points, depth(style, resting[:, 0], resting[:, 1]))
        out[t] = _pixels(seen, size)
    return out


def _state(motion: FaceMotion, t: int) -> tuple[Expression, HeadPose]:
    return Expression.of(motion.action_units[t], motion.visemes[t], motion.eyes[t]), HeadPose.of(motion.pose[t])


def _pixels(points: Array, side: int) -> Array:
    """Canonical points in pixels of a picture."""
    return np.asarray(points * side + (0.5 * side - 0.5, -0.5))


@lru_cache(maxsize=64)
def _landmark_skin(style: FaceStyle) -> tuple[Array, Skin]:
    """The 36 landmarks that lie on the skin: jaw 17, brows 10, nose 9; and what moves them."""
    rest = anatomy(style)
    points = np.concatenate([rest.jaw, *rest.brows, rest.nose])
    return points, Skin(style, points)


def _frame(style: FaceStyle, motion: FaceMotion, t: int, side: int) -> NDArray[np.uint8]:
    """One frame at the fine size, uint8 (side, side, 3)."""
    expression, pose = _state(motion, t)

    def see(points: Array) -> Array:
        return _pixels(pose.project(style, points, depth(style, points[:, 0], points[:, 1])), side)

    resting = head(style, side)
    bent = _flexed(resting, style, expression, pose)
    sources = texture_positions(style, expression, pose, side, resting.margin)
    # The stubs of OpenCV don't know that the second map may be missing.
    face = cv2.remap(bent, sources, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]
    picture = _over(face, backdrop(style, side))
    for eye in (0, 1):
        paint_eye(picture, style, expression, eye, see)
    paint_mouth(picture, style, expression, see)
    paint_glasses(picture, style, see)
    return picture


def _flexed(resting: Head, style: FaceStyle, expression: Expression, pose: HeadPose) -> NDArray[np.uint8]:
    """The resting head with this frame's folds and the light of its pose, uint8 (N, N, 4)."""
    light = light_direction(style)
    # The light stays where it is; seen from the turned head it moves. The matrix's columns are the head's axes.
    scale = float(np.sqrt(pose.matrix[0, 0] ** 2 + pose.matrix[0, 1] ** 2 + pose.matrix[0, 2] ** 2))
    axes = pose.matrix / scale
    third = (
        float(axes[0, 1] * axes[1, 2] - axes[0, 2] * axes[1, 1]),
        float(axes[0, 2] * axes[1, 0] - axes[0, 0] * axes[1, 2]),
        float(axes[0, 0] * axes[1, 1] - axes[0, 1] * axes[1, 0]),
    )
    shade = np.ones(resting.turned[0].shape, np.float32)
    for axis in range(3):
        seen = float(axes[0, axis]) * light[0] + float(axes[1, axis]) * light[1] + third[axis] * light[2]
        moved = seen - light[axis]
        if moved != 0.0:
            shade += np.float32(moved) * resting.turned[axis]
    for fold in resting.folds:
        amount = fold.amount(expression)
        if amount != 0.0:
            shade[fold.rows, fold.columns] += np.float32(amount) * fold.shade
    np.clip(shade, 0.25, 1.6, out=shade)
    # Less red is lost in a fold than green and blue: the light in it has gone through skin.
    change = shade - 1.0
    bent = cv2.multiply(
        resting.colour[resting.face], cv2.merge([1.0 + 0.74 * change, shade, 1.0 + 1.06 * change]), dtype=cv2.CV_8U
    )
    picture = resting.picture.copy()
    cv2.mixChannels([np.asarray(bent)], [picture[resting.face]], [0, 0, 1, 1, 2, 2])
    return picture


def texture_positions(
    style: FaceStyle, expression: Expression, pose: HeadPose, side: int, margin: int
) -> NDArray[np.float32]:
    """For each fine pixel, the texture position it shows, float32 (side, side, 2)."""
    cells = side // _CELL + 2
    targets = _targets(cells, side)
    sources = inverse_map(style, expression, pose, targets) * side
    sources += (0.5 * side - 0.5 + margin, margin - 0.5)
    coarse = sources.astype(np.float32).reshape(cells, cells, 2)
    dense = cv2.resize(coarse, (cells * _CELL, cells * _CELL), interpolation=cv2.INTER_CUBIC)
    return np.asarray(dense[_CELL:-_CELL, _CELL:-_CELL])


@lru_cache(maxsize=8)
def _targets(cells: int, side: int) -> Array:
    """The canonical positions of the cells' centres, one cell beyond the picture on each side."""
    middle = (np.arange(cells) - 0.5) * _CELL / side
    x, y = np.meshgrid(middle - 0.5, middle)
    return np.stack([x.ravel(), y.ravel()], 1)


def _over(face: NDArray[np.uint8], wall: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A premultiplied picture with alpha, laid over another."""
    clear = cv2.bitwise_not(face[..., 3])
    behind = cv2.multiply(wall, cv2.merge([clear, clear, clear]), scale=1.0 / 255.0)
    return np.asarray(cv2.add(behind, cv2.cvtColor(face, cv2.COLOR_RGBA2RGB)))
