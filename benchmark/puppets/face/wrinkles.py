"""Where a face folds, and with which muscles.

The places follow the appearance changes that the FACS manual lists for each action unit (Ekman, Friesen & Hager,
Facial Action Coding System: The Manual, 2002). Resting folds deepen with the style's age.
"""

from __future__ import annotations

import numpy as np

from benchmark.puppets.face.expression import Expression
from benchmark.puppets.face.folds import Amount, Fold, FoldPainter, Line
from benchmark.puppets.face.relief import light_direction
from benchmark.puppets.face.style import FaceStyle


def wrinkles(style: FaceStyle, unit: int, origin: tuple[float, float], shape: tuple[int, int]) -> list[Fold]:
    """All folds of a style's face.

    Args:
        style: whose face.
        unit: texture pixels per picture side.
        origin: texture position (column, row) of the canonical point (0, 0).
        shape: rows and columns of the texture.
    """
    painter = FoldPainter(unit, origin, shape, light_direction(style))
    for part in (_forehead, _eyes, _nose, _mouth, _chin):
        part(style, painter)
    return painter.folds


def _forehead(s: FaceStyle, painter: FoldPainter) -> None:
    """Horizontal lines (AU1 in the middle, AU2 at the sides), the frown between the brows (AU4)."""
    lines = [s.brow_y - 0.036 - 0.026 * k for k in range(3)]
    inner = [[(x, y - 0.006 * np.cos(18 * x)) for x in np.linspace(-0.085, 0.085, 9)] for y in lines]
    painter.crease(lambda e: e.brow_inner, inner, 0.0085, 0.46)
    for side, sign in ((0, -1), (1, 1)):
        outer = [[(sign * x, y + 0.05 * (x - 0.07)) for x in np.linspace(0.060, 0.185, 8)] for y in lines]
        painter.crease(_side("brow_outer", side), outer, 0.0085, 0.46)
    frown: list[Line] = [
        [
            (sign * (0.017 + bend), s.brow_y + y)
            for y, bend in ((-0.042, 0.006), (-0.015, 0.0), (0.012, 0.002), (0.03, 0.008))
        ]
        for sign in (-1, 1)
    ]
    painter.crease(lambda e: e.brow_lower, frown, 0.0110, 0.66)
    painter.bulge(lambda e: e.brow_lower, [(0.0, s.brow_y - 0.004)], (0.012, 0.030), 0.30)
    painter.bulge(lambda e: e.brow_lower, [(-0.05, s.brow_y - 0.03), (0.05, s.brow_y - 0.03)], (0.028, 0.016), 0.20)


def _eyes(s: FaceStyle, painter: FoldPainter) -> None:
    """Crow's feet and the line under the eye (AU6), the lower lid's bulge (AU7), the apples of the cheeks."""
    for sign in (-1, 1):
        outer = (sign * (s.eye_x + s.eye_width + 0.012), s.eye_y)
        rays: list[Line] = [
            [
                (outer[0] + sign * r * np.cos(a), outer[1] + 0.008 + r * np.sin(a) + 0.2 * r * abs(a))
                for r in (0.0, 0.012, 0.024, 0.034)
            ]
            for a in (-0.55, -0.05, 0.45)
        ]
        painter.crease(lambda e: e.crow, rays, 0.0080, 0.40)
    low = s.eye_y + 0.5 * s.eye_height
    below: list[Line] = [
        [(sign * (s.eye_x + x), low + 0.028 - 3.0 * x * x) for x in np.linspace(-0.055, 0.06, 8)] for sign in (-1, 1)
    ]
    painter.crease(lambda e: 0.8 * e.crow + 0.45 * e.lid_lower, below, 0.0100, 0.34)
    painter.bulge(lambda e: e.lid_lower, [(-s.eye_x, low + 0.012), (s.eye_x, low + 0.012)], (0.042, 0.010), 0.26)
    for side, sign in ((0, -1), (1, 1)):
        apple = [(sign * (s.eye_x + 0.018), s.eye_y + 0.092)]
        painter.bulge(_side("cheek", side), apple, (0.058, 0.034), 0.36)


def _nose(s: FaceStyle, painter: FoldPainter) -> None:
    """Wrinkles across the bridge and its sides (AU9), deepened grooves around the wings (AU9, AU10)."""
    y = s.eye_y + 0.010
    bunny: list[Line] = [
        [(sign * 0.018, y + k), (sign * 0.032, y + k + 0.004), (sign * 0.046, y + k + 0.016)]
        for sign in (-1, 1)
        for k in (0.0, 0.02, 0.04)
    ]
    bridge: list[Line] = [
        [(x, s.eye_y - 0.014 + k + 4 * x * x) for x in np.linspace(-0.024, 0.024, 5)] for k in (-0.012, 0.008)
    ]
    painter.crease(lambda e: e.nose_wrinkle, bunny + bridge, 0.0095, 0.46)
    wings: list[Line] = [
        [
            (sign * (s.nose_width * 0.72), s.nose_y - 0.038),
            (sign * (s.nose_width + 0.006), s.nose_y - 0.022),
            (sign * (s.nose_width + 0.006), s.nose_y - 0.002),
        ]
        for sign in (-1, 1)
    ]
    painter.crease(lambda e: e.nose_wrinkle + 0.6 * e.lip_raise, wings, 0.0120, 0.42)


def _mouth(s: FaceStyle, painter: FoldPainter) -> None:
    """Nasolabial folds (AU12, AU10), dimples (AU14), brackets (AU20), pouches (AU15), tight lips (AU23, AU24)."""
    for side, sign in ((0, -1), (1, 1)):
        wing, corner = s.nose_width + 0.010, s.mouth_width + 0.026
        smile = _curve(
            [
                (sign * wing, s.nose_y - 0.022),
                (sign * (corner - 0.008), 0.5 * (s.nose_y + s.mouth_y)),
                (sign * (corner + 0.006), s.mouth_y + 0.012),
            ]
        )
        painter.crease(_smile(s, side), [smile], 0.0150, 0.52)
        pit = (sign * (s.mouth_width + 0.020), s.mouth_y - 0.002)
        arc = _curve(
            [
                (pit[0] - sign * 0.002, pit[1] - 0.026),
                (pit[0] + sign * 0.007, pit[1]),
                (pit[0] - sign * 0.002, pit[1] + 0.024),
            ]
        )
        painter.crease(_side("dimple", side), [arc], 0.0150, 0.85)
        painter.bulge(_side("dimple", side), [(pit[0] + sign * 0.030, pit[1])], (0.018, 0.030), 0.24)
        bracket = _curve(
            [
                (sign * (s.mouth_width + 0.012), s.mouth_y - 0.006),
                (sign * (s.mouth_width + 0.026), s.mouth_y + 0.024),
                (sign * (s.mouth_width + 0.034), s.mouth_y + 0.016),
            ]
        )
        painter.crease(_bracket(side), [bracket], 0.0095, 0.34)
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
    painter.crease(lambda e: 0.24 * s.age + e.corner_down, pouches, 0.0130, 0.60)
    tight: list[Line] = [
        [(x, s.mouth_y + way * 0.020), (1.05 * x, s.mouth_y + way * 0.040)]
        for x in np.linspace(-0.06, 0.06, 7)
        for way in (-1, 1)
    ]
    painter.crease(lambda e: e.tighten, tight, 0.0065, 0.42)
    painter.bulge(lambda e: e.press, [(0.0, s.mouth_y - 0.030), (0.0, s.mouth_y + 0.034)], (0.062, 0.011), 0.40)
    painter.bulge(lambda e: e.pout, [(-0.03, s.mouth_y - 0.034), (0.03, s.mouth_y - 0.034)], (0.034, 0.018), 0.22)
    hollow = [(-0.135, s.mouth_y - 0.02), (0.135, s.mouth_y - 0.02)]
    painter.bulge(lambda e: -e.jaw - 0.5 * e.pout, hollow, (0.034, 0.060), 0.22)


def _chin(s: FaceStyle, painter: FoldPainter) -> None:
    """The groove under the lip and the pitted chin boss (AU17)."""
    under: list[Line] = [_curve([(-0.058, s.mouth_y + 0.056), (0.0, s.mouth_y + 0.040), (0.058, s.mouth_y + 0.056)])]
    painter.crease(lambda e: e.chin_raise, under, 0.0150, 0.60)
    rng = np.random.default_rng(s.texture_seed + 17)
    spots = [
        (float(x), s.chin_y - 0.052 + float(y))
        for x, y in zip(rng.uniform(-0.042, 0.042, 22), rng.uniform(-0.026, 0.026, 22), strict=True)
    ]
    painter.bulge(lambda e: -e.chin_raise, spots, (0.0055, 0.0055), 0.42)
    painter.bulge(lambda e: e.chin_raise, [(0.0, s.chin_y - 0.055)], (0.05, 0.03), 0.20)


def _side(control: str, side: int) -> Amount:
    """One side of a paired control of the expression."""

    def amount(e: Expression) -> float:
        pair: tuple[float, float] = getattr(e, control)
        return pair[side]

    return amount


def _smile(s: FaceStyle, side: int) -> Amount:
    """The nasolabial fold."""
    resting = 0.06 + 0.32 * s.age

    def amount(e: Expression) -> float:
        up = max(e.corner_up[side], 0.0)
        return resting + 0.62 * up + 0.55 * e.lip_raise + 0.25 * e.nose_wrinkle + 0.15 * e.crow

    return amount


def _bracket(side: int) -> Amount:
    """The bracket beside a stretched corner."""

    def amount(e: Expression) -> float:
        return e.stretch + 0.25 * max(e.corner_out[side], 0.0)

    return amount


def _curve(points: Line, steps: int = 9) -> Line:
    """A smooth curve through three points."""
    (a, b, c), t = points, np.linspace(0.0, 1.0, steps)
    weights = (1 - t) * (1 - 2 * t), 4 * t * (1 - t), t * (2 * t - 1)
    return [(float(x), float(y)) for x, y in zip(
        *(weights[0] * a[k] + weights[1] * b[k] + weights[2] * c[k] for k in (0, 1)), strict=True)]  # fmt: skip
