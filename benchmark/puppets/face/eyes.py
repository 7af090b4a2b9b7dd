"""Painting the eyes: eyeball, iris, pupil, highlight, the lids' shadow, lashes, crease."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmark.puppets.face.canvas import Layer, Projector, ellipse, ribbon, seen_at_once
from benchmark.puppets.face.expression import Expression
from benchmark.puppets.face.lids import IRIS, lids
from benchmark.puppets.face.style import Colour, FaceStyle

Array = NDArray[np.float64]

_LASH_ENDS = np.array([0.10, 0.35, 0.6, 0.8, 0.92, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.05, 1.1, 1.1, 1.0, 0.8, 0.45])

_DISCS = ((1.0, 0.10), (0.82, 0.14), (0.62, 0.16), (0.44, 0.06))
"""Radius and softness, in radii of the iris, of its dark rim, its body, its bright inner ring and the pupil."""
_PUPIL: Colour = (14.0, 11.0, 11.0)


def paint_eye(picture: NDArray[np.uint8], style: FaceStyle, expression: Expression, side: int, see: Projector) -> None:
    """Paint one eye over the picture, in place.

    Args:
        picture: uint8 (S, S, 3), skin already painted.
        style: whose eye.
        expression: of this frame.
        side: 0 for the picture's left, 1 for its right.
        see: canonical points to pixels.
    """
    unit = len(picture)
    shape = lids(style, expression, side)
    around = IRIS * style.eye_width
    light = -0.30 if style.light_x < 0 else 0.30
    glint = (shape.iris[0] + light * around, shape.iris[1] - 0.36 * around)
    outlines = [
        shape.upper,
        shape.lower,
        shape.crease,
        shape.bag,
        np.array([[(2 * side - 1) * style.eye_x, style.eye_y]]),
    ]
    outlines += [ellipse(shape.iris, (size * around, size * around)) for size, _ in _DISCS]
    outlines += [ellipse(glint, (0.23 * around, 0.23 * around), 12)]
    upper, lower, crease, bag, middle, *discs, glint_seen = seen_at_once(see, outlines)
    box = round(0.24 * unit)
    layer = Layer(round(float(middle[0, 0])) - box // 2, round(float(middle[0, 1])) - box // 2, box, box)

    skin = style.skin
    shadow = _scaled(skin, (0.52, 0.40, 0.36))
    lash = (30.0, 22.0, 20.0) if sum(style.hair) < 330 else (62.0, 42.0, 32.0)

    # The lid between crease and opening: a shade of its own, a crease above it.
    lid = layer.stamp(np.concatenate([crease, upper[::-1]]), 0.006 * unit)
    layer.paint(lid, _scaled(skin, (0.86, 0.76, 0.74)), 0.55)
    depth = 0.34 + 0.16 * style.age
    layer.paint(layer.stamp(ribbon(crease, 0.0072 * unit * _LASH_ENDS), 0.0022 * unit), shadow, depth)
    pouch = 0.10 + 0.18 * style.age + 0.30 * expression.lid_lower
    layer.paint(layer.stamp(ribbon(bag, 0.0080 * unit * _LASH_ENDS), 0.003 * unit), shadow, pouch)
    ridge = 0.5 * (bag + lower)
    layer.paint(layer.stamp(ribbon(ridge, 0.009 * unit), 0.003 * unit), _scaled(skin, (1.06, 1.03, 1.0)), 0.5 * pouch)

    opening = np.concatenate([upper, lower[::-1]])
    inside = layer.stamp(opening)
    layer.paint(inside, (228.0, 222.0, 218.0))
    corner = layer.stamp(ellipse((float(upper[0, 0]), float(upper[0, 1])), (0.016 * unit, 0.012 * unit)), 0.004 * unit)
    layer.paint(corner.within(inside), (206.0, 138.0, 130.0), 0.8)
    temple = layer.stamp(ellipse((float(upper[-1, 0]), float(upper[-1, 1])), (0.022 * unit, 0.02 * unit)), 0.008 * unit)
    layer.paint(temple.within(inside), (150.0, 128.0, 122.0), 0.6)

    radius = around * unit
    tones = (_scaled(style.iris, (0.42, 0.42, 0.42)), style.iris, _scaled(style.iris, (1.28, 1.24, 1.16)), _PUPIL)
    for (_, soft), disc, colour in zip(_DISCS, discs, tones, strict=True):
        layer.paint(layer.stamp(disc, soft * radius).within(inside), colour)

    # The upper lid and its lashes throw a shadow on the ball.
    over = upper + (0.0, 0.10 * radius)
    layer.paint(layer.stamp(ribbon(over, 0.75 * radius), 0.30 * radius).within(inside), (52.0, 36.0, 34.0), 0.60)
    spark = layer.stamp(glint_seen, 0.4)
    layer.paint(spark.within(inside), (255.0, 255.0, 255.0), 0.95)

    rim = layer.stamp(ribbon(lower + (0.0, 0.0015 * unit), 0.0050 * unit * _LASH_ENDS), 0.0014 * unit)
    layer.paint(rim, _scaled(skin, (0.74, 0.58, 0.55)), 0.75)
    lashes = layer.stamp(ribbon(upper - (0.0, 0.0015 * unit), 0.0090 * unit * _LASH_ENDS), 0.0016 * unit)
    layer.paint(lashes, lash, 0.92)
    tip = upper[-1] + (upper[-1] - upper[-3]) * (0.55, 0.1)
    wing = ribbon(np.stack([upper[-4], upper[-2], tip]), np.array([0.009, 0.007, 0.001]) * unit)
    layer.paint(layer.stamp(wing, 0.0016 * unit), lash, 0.5)
    layer.paste(picture)


def _scaled(colour: Colour, by: Colour) -> Colour:
    red, green, blue = (min(255.0, c * f) for c, f in zip(colour, by, strict=True))
    return (red, green, blue)
