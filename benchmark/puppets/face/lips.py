"""The curves of the mouth: outer and inner edges of both lips, and where teeth and tongue stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmark.puppets.face.deformation import JAW_DROP
from benchmark.puppets.face.expression import Expression
from benchmark.puppets.face.style import FaceStyle

Array = NDArray[np.float64]

_ALONG = np.linspace(-1.0, 1.0, 29)  # from the picture's left corner to its right one
_FAR = np.abs(_ALONG)
_LEFT = 0.5 - 0.5 * np.tanh(3.0 * _ALONG)  # share of the left side, without a step in the middle
_BOW = np.exp(-((_ALONG / 0.13) ** 2))
_PEAKS = np.exp(-(((_FAR - 0.27) / 0.17) ** 2))
_UPPER = (1.0 - _FAR**1.7) ** 0.85 * (0.92 - 0.20 * _BOW + 0.14 * _PEAKS)
_LOWER = (1.0 - _FAR**2.4) ** 0.80


@dataclass(frozen=True)
class Lips:
    """Curves float64 (29, 2) in canonical coordinates, from the picture's left corner to its right one."""

    upper_outer: Array
    upper_inner: Array
    lower_inner: Array
    lower_outer: Array
    gap: float
    """Height of the opening in the middle, sides."""
    teeth_y: float
    """Lower edge of the upper teeth."""
    lower_teeth_y: float
    """Upper edge of the lower teeth."""


def lips(style: FaceStyle, expression: Expression) -> Lips:
    """The mouth of one frame."""
    e = expression
    half = style.mouth_width
    reach = [half + 0.033 * out - 0.007 * dimple for out, dimple in zip(e.corner_out, e.dimple, strict=True)]
    rise = [0.004 + 0.035 * up for up in e.corner_up]
    width = reach[0] * _LEFT + reach[1] * (1.0 - _LEFT)
    lift = rise[0] * _LEFT + rise[1] * (1.0 - _LEFT)
    x = _ALONG * width
    # The corners carry the line of the lips up and down; the middle follows weakly, chin and nose push it.
    middle = style.mouth_y + 0.12 * (0.008 - rise[0] - rise[1]) - 0.015 * e.chin_raise - 0.004 * e.press
    middle += 0.004 * e.lip_to_teeth
    seam = middle - lift * _FAR**1.7 + 0.0035 * (_BOW - 0.35 * _PEAKS) * (1.0 - e.pout)

    jaw = JAW_DROP * e.jaw
    part = 0.027 * e.part
    sharp = 0.62 + 0.20 * max(0.0, 0.5 * (e.corner_out[0] + e.corner_out[1])) - 0.10 * e.pout
    arch = (1.0 - _FAR**2.2) ** max(sharp, 0.45)
    raise_up = 0.018 * e.lip_raise
    raise_arch = (1.0 - _FAR**2.0) ** 0.7
    up = 0.30 * part + 0.05 * jaw + 0.013 * e.lip_to_teeth
    down = 0.70 * part + 0.90 * jaw * (1.0 - 0.75 * e.lip_to_teeth)
    upper_inner = seam - up * arch - raise_up * raise_arch
    # A raised upper lip takes the lower one along unless something parts them.
    follow = 0.30 * raise_up * (1.0 - min(1.0, e.part + e.jaw))
    lower_inner = seam + down * arch - follow * raise_arch - 0.001 * e.lip_to_teeth * arch

    thin = 1.0 - e.roll_in
    opening = min(1.0, 14.0 * (up + down))
    thick_up = style.lip_upper * thin * (1.0 + 0.45 * e.pout - 0.12 * opening - 0.16 * e.lip_raise)
    thick_low = style.lip_lower * thin * (1.0 + 0.45 * e.pout - 0.10 * opening + 0.16 * e.chin_raise)
    thick_low *= 1.0 - 0.50 * e.lip_to_teeth
    upper_outer = upper_inner - np.maximum(thick_up, 0.004) * _UPPER
    lower_outer = lower_inner + np.maximum(thick_low, 0.005) * _LOWER
    top, roof, floor, bottom = (np.stack([x, y], 1) for y in (upper_outer, upper_inner, lower_inner, lower_outer))
    gap = float(lower_inner[14] - upper_inner[14])
    teeth_y = style.mouth_y + 0.013
    return Lips(top, roof, floor, bottom, gap, teeth_y, teeth_y + 0.010 + 0.90 * jaw)
