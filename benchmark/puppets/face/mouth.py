"""Painting the mouth: the dark inside, lower teeth, tongue, upper teeth, then both lips over it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmark.puppets.face.canvas import Layer, Projector, Stamp, ellipse, ribbon, seen_at_once
from benchmark.puppets.face.expression import Expression
from benchmark.puppets.face.lips import Lips, lips
from benchmark.puppets.face.sheet import times
from benchmark.puppets.face.style import Colour, FaceStyle

Array = NDArray[np.float64]

_TAPER = np.sin(np.pi * np.linspace(0.02, 0.98, 29)) ** 0.6
_SHINE = _TAPER[8:21] ** 2 * np.sin(np.pi * np.linspace(8 / 28, 20 / 28, 13))
_TEETH = np.linspace(-1.0, 1.0, 9)
_GAPS = (-0.42, -0.21, 0.0, 0.21, 0.42)


def paint_mouth(picture: NDArray[np.uint8], style: FaceStyle, expression: Expression, see: Projector) -> None:
    """Paint the mouth over the picture, in place.

    Args:
        picture: uint8 (S, S, 3), skin already painted.
        style: whose mouth.
        expression: of this frame.
        see: canonical points to pixels.
    """
    unit, e = len(picture), expression
    shape = lips(style, e)
    inside = _inside(style, e, shape)
    curves = [np.array([[0.0, style.mouth_y + 0.02]]), shape.upper_outer, shape.upper_inner, shape.lower_inner]
    middle, upper_outer, upper_inner, lower_inner, lower_outer, *seen = seen_at_once(
        see, [*curves, shape.lower_outer, *inside.values()]
    )
    height, width = round(0.30 * unit), round(0.38 * unit)
    layer = Layer(round(float(middle[0, 0])) - width // 2, round(float(middle[0, 1])) - height // 2, height, width)

    # The lower lip stands out over the chin and throws a soft shadow on it.
    under = lower_outer + (0.0, (0.010 + 0.006 * e.pout) * unit)
    groove = layer.stamp(ribbon(under, (0.016 + 0.008 * e.chin_raise) * unit * _TAPER**2), 0.006 * unit)
    layer.paint(groove, times(style.skin, 0.58, 0.45, 0.43), 0.22 + 0.26 * e.chin_raise)

    if shape.gap > 0.0:
        # A slit thinner than a pixel is as faint as it is thin.
        slit = min(1.0, shape.gap / 0.004)
        opening = layer.stamp(np.concatenate([upper_inner, lower_inner[::-1]])).fainter(slit)
        places = dict(zip(inside, seen, strict=True))
        _paint_inside(layer, opening, places, shape.gap, upper_inner, e, unit)
    _paint_upper_lip(layer, upper_outer, upper_inner, style.lips, unit)
    _paint_lower_lip(layer, lower_outer, lower_inner, style.lips, e, unit)

    closed = max(0.0, 1.0 - shape.gap / 0.012)
    if closed > 0.0:
        line = ribbon(0.5 * (upper_inner + lower_inner), (0.0058 + 0.003 * e.press) * unit * _TAPER**0.7)
        layer.paint(layer.stamp(line, 0.0012 * unit), times(style.lips, 0.36, 0.26, 0.28), 0.85 * closed)
    for end in (0, -1):
        pit = 0.5 * (upper_inner[end] + lower_inner[end])
        size = (0.0050 + 0.0035 * e.dimple[-end]) * unit
        hole = layer.stamp(ellipse((float(pit[0]), float(pit[1])), (size, size), 12), 0.0032 * unit)
        layer.paint(hole, times(style.skin, 0.40, 0.27, 0.25), 0.52)
    layer.paste(picture)


def _inside(style: FaceStyle, e: Expression, shape: Lips) -> dict[str, Array]:
    """The outlines of what can be seen in an open mouth, canonical."""
    half, gap = style.mouth_width, max(shape.gap, 0.0)
    bend = 0.008 * _TEETH**2
    low, edge = shape.lower_teeth_y - bend, shape.teeth_y - 1.3 * bend
    across_low, across = 0.56 * half * _TEETH, 0.74 * half * _TEETH
    floor = shape.lower_teeth_y + 0.010 - 0.02 * e.tongue
    tip = shape.teeth_y + 0.016 - 0.006 * e.tongue
    outlines = {
        "throat": ellipse((0.0, style.mouth_y + 0.024 + 0.45 * gap), (0.66 * half, 0.016 + 0.42 * gap)),
        "lower teeth": np.stack([np.r_[across_low, across_low[::-1]], np.r_[low, low[::-1] + 0.05]], 1),
        "tongue": ellipse((0.0, floor + 0.008), (0.50 * half, 0.014 + 0.16 * gap)),
        "furrow": ellipse((0.0, floor + 0.006), (0.07 * half, 0.008 + 0.12 * gap), 12),
        "upper teeth": np.stack([np.r_[across, across[::-1]], np.r_[edge, edge[::-1] - 0.07]], 1),
        "right cheek": ellipse((-0.88 * half, style.mouth_y), (0.34 * half, 0.06)),
        "left cheek": ellipse((0.88 * half, style.mouth_y), (0.34 * half, 0.06)),
        "tip": ellipse((0.0, tip), (0.46 * half, 0.009 + 0.10 * gap)),
        "tip shine": ellipse((0.0, tip - 0.003), (0.22 * half, 0.004), 12),
    }
    for place in _GAPS:
        outlines[f"gap {place}"] = np.array(
            [[place * half, shape.teeth_y - 0.05], [place * half, shape.teeth_y + 0.004]]
        )
    return outlines


def _paint_inside(
    layer: Layer, opening: Stamp, places: dict[str, Array], gap: float, upper_inner: Array, e: Expression, unit: int
) -> None:
    """Cavity, lower teeth, tongue, upper teeth, the shadow of the upper lip on them, and the tongue's tip."""

    def fill(name: str, soft: float, colour: Colour, opacity: float) -> Stamp:
        stamp = layer.stamp(places[name], soft * unit).within(opening)
        layer.paint(stamp, colour, opacity)
        return stamp

    layer.paint(opening, (70.0, 22.0, 24.0))
    fill("throat", 0.006, (24.0, 7.0, 9.0), 0.92)
    fill("lower teeth", 0.0015, (206.0, 196.0, 182.0), 0.90)
    fill("tongue", 0.003, (182.0, 84.0, 84.0), 0.92)
    fill("furrow", 0.003, (128.0, 54.0, 56.0), 0.5)
    crown = fill("upper teeth", 0.0012, (246.0, 241.0, 232.0), 1.0)
    for place in _GAPS:
        line = layer.stamp(ribbon(places[f"gap {place}"], 0.0034 * unit), 0.0014 * unit)
        layer.paint(line.within(crown), (164.0, 148.0, 140.0), 0.42)
    fill("right cheek", 0.008, (40.0, 14.0, 14.0), 0.60)
    fill("left cheek", 0.008, (40.0, 14.0, 14.0), 0.60)
    depth = min(0.012, 0.35 * gap) * unit
    shade = ribbon(upper_inner + (0.0, 0.25 * depth), depth)
    layer.paint(layer.stamp(shade, 0.33 * depth).within(opening), (60.0, 20.0, 20.0), 0.32)
    if e.tongue > 0.0:
        tip = fill("tip", 0.0024, (198.0, 82.0, 84.0), 0.95 * min(1.0, e.tongue))
        layer.paint(
            layer.stamp(places["tip shine"], 0.003 * unit).within(tip), (250.0, 180.0, 174.0), 0.5 * min(1.0, e.tongue)
        )


def _paint_upper_lip(layer: Layer, outer: Array, inner: Array, colour: Colour, unit: int) -> None:
    """The upper lip lies in its own shade; a pale line runs along its bow."""
    red = layer.stamp(np.concatenate([outer, inner[::-1]]), 0.0016 * unit)
    layer.paint(red, times(colour, 0.86, 0.80, 0.80), 0.94)
    edge = layer.stamp(ribbon(0.25 * outer + 0.75 * inner, 0.007 * unit * _TAPER), 0.003 * unit)
    layer.paint(edge.within(red), times(colour, 0.66, 0.56, 0.56), 0.50)
    bow = layer.stamp(ribbon(outer - (0.0, 0.0022 * unit), 0.005 * unit * _TAPER), 0.0022 * unit)
    layer.paint(bow.without(red), (255.0, 232.0, 220.0), 0.16)


def _paint_lower_lip(layer: Layer, outer: Array, inner: Array, colour: Colour, e: Expression, unit: int) -> None:
    """The lower lip catches the light from above."""
    red = layer.stamp(np.concatenate([outer, inner[::-1]]), 0.0016 * unit)
    layer.paint(red, times(colour, 1.04, 1.0, 1.0), 0.94)
    edge = layer.stamp(ribbon(0.25 * outer + 0.75 * inner, 0.006 * unit * _TAPER), 0.003 * unit)
    layer.paint(edge.within(red), times(colour, 0.70, 0.60, 0.60), 0.45)
    shine = ribbon((0.55 * outer + 0.45 * inner)[8:21], 0.011 * unit * _SHINE)
    layer.paint(layer.stamp(shine, 0.0036 * unit).within(red), (255.0, 226.0, 220.0), 0.40 * (1.0 - 0.6 * e.roll_in))
