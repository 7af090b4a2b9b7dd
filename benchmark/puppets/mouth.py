"""Painting the mouth: the dark inside, lower teeth, tongue, upper teeth, then both lips over it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmark.puppets.canvas import Layer, ellipse, ribbon
from benchmark.puppets.expression import Expression
from benchmark.puppets.lips import Lips, lips
from benchmark.puppets.style import Colour, FaceStyle

Array = NDArray[np.float64]
Projector = Callable[[Array], Array]

_TAPER = np.sin(np.pi * np.linspace(0.02, 0.98, 29)) ** 0.6
_TEETH = np.linspace(-1.0, 1.0, 9)


def paint_mouth(picture: NDArray[np.uint8], style: FaceStyle, expression: Expression, see: Projector) -> None:
    """Paint the mouth over the picture, in place.

    Args:
        picture: uint8 (S, S, 3), skin already painted.
        style: whose mouth.
        expression: of this frame.
        see: canonical points to pixels.
    """
    unit = len(picture)
    shape = lips(style, expression)
    height, width = round(0.32 * unit), round(0.40 * unit)
    middle = see(np.array([[0.0, style.mouth_y + 0.02]]))[0]
    layer = Layer(round(float(middle[0])) - width // 2, round(float(middle[1])) - height // 2, height, width)
    upper_outer, upper_inner = see(shape.upper_outer), see(shape.upper_inner)
    lower_inner, lower_outer = see(shape.lower_inner), see(shape.lower_outer)

    # Soft shadow below the lower lip: the lip stands out over the chin.
    under = lower_outer + (0.0, (0.010 + 0.006 * expression.pout) * unit)
    groove = layer.mask(ribbon(under, (0.016 + 0.008 * expression.chin_raise) * unit * _TAPER**2), 0.006 * unit)
    layer.paint(groove, _scaled(style.skin, 0.55, 0.42, 0.40), 0.26 + 0.22 * expression.chin_raise)

    opening = layer.mask(np.concatenate([upper_inner, lower_inner[::-1]]))
    if shape.gap > 0.0:
        _paint_inside(layer, opening, style, expression, shape, see, unit)

    _paint_lip(layer, upper_outer, upper_inner, style.lips, -1.0, unit, expression)
    _paint_lip(layer, lower_outer, lower_inner, style.lips, 1.0, unit, expression)

    closed = max(0.0, 1.0 - shape.gap / 0.012)
    if closed > 0.0:
        line = ribbon(0.5 * (upper_inner + lower_inner), (0.0058 + 0.003 * expression.press) * unit * _TAPER**0.7)
        dark = _scaled(style.lips, 0.36, 0.26, 0.28)
        layer.paint(layer.mask(line, 0.0012 * unit), dark, 0.85 * closed)
    if expression.tongue > 0.0:
        _paint_tongue_tip(layer, opening, style, expression, shape, see, unit)
    for end in (0, -1):
        pit = 0.5 * (upper_inner[end] + lower_inner[end])
        size = (0.0060 + 0.0035 * expression.dimple[-end]) * unit
        hole = layer.mask(ellipse((float(pit[0]), float(pit[1])), (size, size)), 0.0032 * unit)
        layer.paint(hole, _scaled(style.skin, 0.36, 0.24, 0.22), 0.62)
    layer.paste(picture)


def _paint_lip(
    layer: Layer, outer: Array, inner: Array, colour: Colour, way: float, unit: int, expression: Expression
) -> None:
    """One lip, lit from above: the upper one lies in shade, the lower one catches light. `way` is 1 for the lower."""
    red = layer.mask(np.concatenate([outer, inner[::-1]]), 0.0016 * unit)
    lower = way > 0
    layer.paint(red, _scaled(colour, *((1.04, 1.0, 1.0) if lower else (0.84, 0.80, 0.80))), 0.94)
    edge = layer.mask(ribbon(0.25 * outer + 0.75 * inner, 0.007 * unit * _TAPER), 0.003 * unit)
    layer.paint(edge * red, _scaled(colour, 0.66, 0.56, 0.56), 0.55)
    if lower:
        share = np.linspace(0.0, 1.0, len(outer))[:, None]
        shine = (0.55 * outer + 0.45 * inner)[8:21]
        glow = layer.mask(ribbon(shine, 0.011 * unit * _TAPER[8:21] ** 2 * np.sin(np.pi * share[8:21, 0])), 0.0036 * unit)
        layer.paint(glow * red, (255.0, 226.0, 220.0), 0.40 * (1.0 - 0.6 * expression.roll_in))
        return
    bow = layer.mask(ribbon(outer - (0.0, 0.0022 * unit), 0.005 * unit * _TAPER), 0.0022 * unit)
    layer.paint(bow * (1.0 - red), (255.0, 232.0, 220.0), 0.16)


def _paint_inside(
    layer: Layer, opening: NDArray[np.float32], style: FaceStyle, e: Expression, shape: Lips, see: Projector, unit: int
) -> None:
    """Cavity, lower teeth, tongue, upper teeth, and the shadow that the upper lip throws on them."""
    layer.paint(opening, (62.0, 20.0, 22.0))
    half = style.mouth_width
    deep = see(ellipse((0.0, style.mouth_y + 0.028 + 0.4 * shape.gap), (0.62 * half, 0.018 + 0.42 * shape.gap)))
    layer.paint(layer.mask(deep, 0.006 * unit) * opening, (26.0, 8.0, 10.0), 0.9)

    row = 0.62 * half * _TEETH
    bend = 0.008 * _TEETH**2
    low = shape.lower_teeth_y - bend
    teeth = np.concatenate([np.stack([row * 0.9, low], 1), np.stack([row[::-1] * 0.9, low[::-1] + 0.05], 1)])
    layer.paint(layer.mask(see(teeth), 0.0015 * unit) * opening, (198.0, 186.0, 172.0), 0.92)

    floor = shape.lower_teeth_y + 0.010
    body = ellipse((0.0, floor + 0.006 - 0.02 * e.tongue), (0.50 * half, 0.016 + 0.16 * shape.gap))
    layer.paint(layer.mask(see(body), 0.003 * unit) * opening, (176.0, 84.0, 84.0), 0.92)
    back = ellipse((0.0, floor + 0.004 - 0.02 * e.tongue), (0.07 * half, 0.010 + 0.12 * shape.gap))
    layer.paint(layer.mask(see(back), 0.003 * unit) * opening, (128.0, 54.0, 56.0), 0.5)

    row = 0.74 * half * _TEETH
    edge = shape.teeth_y - 1.3 * bend
    teeth = np.concatenate([np.stack([row, edge], 1), np.stack([row[::-1], edge[::-1] - 0.07], 1)])
    crown = layer.mask(see(teeth), 0.0012 * unit) * opening
    layer.paint(crown, (240.0, 234.0, 224.0))
    for place in (-0.42, -0.21, 0.0, 0.21, 0.42):
        gap = np.array([[place * half, shape.teeth_y - 0.05], [place * half, shape.teeth_y + 0.004]])
        layer.paint(layer.mask(ribbon(see(gap), 0.0034 * unit), 0.0014 * unit) * crown, (164.0, 148.0, 140.0), 0.45)
    for sign in (-1.0, 1.0):
        side = see(ellipse((sign * 0.86 * half, style.mouth_y), (0.36 * half, 0.06)))
        layer.paint(layer.mask(side, 0.008 * unit) * opening, (40.0, 14.0, 14.0), 0.55)
    lip = see(shape.upper_inner) + (0.0, 0.003 * unit)
    layer.paint(layer.mask(ribbon(lip, 0.013 * unit), 0.004 * unit) * opening, (60.0, 20.0, 20.0), 0.42)


def _paint_tongue_tip(
    layer: Layer, opening: NDArray[np.float32], style: FaceStyle, e: Expression, shape: Lips, see: Projector, unit: int
) -> None:
    """The tip between the teeth, in front of them."""
    tip = ellipse((0.0, shape.teeth_y + 0.010), (0.46 * style.mouth_width, 0.014 + 0.10 * shape.gap))
    mask = layer.mask(see(tip), 0.0024 * unit) * opening
    layer.paint(mask, (204.0, 104.0, 104.0), 0.95 * min(1.0, e.tongue))
    shine = ellipse((0.0, shape.teeth_y + 0.006), (0.22 * style.mouth_width, 0.004))
    layer.paint(layer.mask(see(shine), 0.003 * unit) * mask, (248.0, 176.0, 170.0), 0.5 * min(1.0, e.tongue))


def _scaled(colour: Colour, red: float, green: float, blue: float) -> Colour:
    return (min(255.0, colour[0] * red), min(255.0, colour[1] * green), min(255.0, colour[2] * blue))
