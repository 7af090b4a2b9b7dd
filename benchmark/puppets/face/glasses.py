"""Painting glasses: rims, bridge and temples that turn with the head but not with the face."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmark.puppets.face.canvas import Layer, ribbon
from benchmark.puppets.face.style import FaceStyle

Array = NDArray[np.float64]


def paint_glasses(picture: NDArray[np.uint8], style: FaceStyle, see: Callable[[Array], Array]) -> None:
    """Paint the glasses over the picture, in place; nothing where the style has none.

    Args:
        picture: uint8 (S, S, 3).
        style: whose glasses.
        see: canonical points of the rigid head to pixels.
    """
    if style.glasses == "none":
        return
    unit = len(picture)
    height, width = round(0.34 * unit), round(0.66 * unit)
    middle = see(np.array([[0.0, style.eye_y]]))[0]
    layer = Layer(round(float(middle[0])) - width // 2, round(float(middle[1])) - height // 2, height, width)
    frame = (36.0, 30.0, 32.0) if sum(style.shirt) < 330 else (96.0, 64.0, 40.0)
    power = 2.0 if style.glasses == "round" else 4.0
    turn = np.linspace(0.0, 2.0 * np.pi, 49)
    cos, sin = np.cos(turn), np.sin(turn)
    for sign in (-1.0, 1.0):
        x = sign * style.eye_x * 1.03 + 0.084 * np.sign(cos) * np.abs(cos) ** (2.0 / power)
        y = style.eye_y + 0.010 + 0.066 * np.sign(sin) * np.abs(sin) ** (2.0 / power)
        rim = see(np.stack([x, y], 1))
        lens = layer.stamp(rim)
        layer.paint(lens, (220.0, 232.0, 240.0), 0.07)
        glare = np.stack(
            [
                sign * style.eye_x + np.array([-0.05, -0.02, -0.045, -0.062]),
                style.eye_y + np.array([-0.045, -0.045, 0.045, 0.03]),
            ],
            1,
        )
        layer.paint(layer.stamp(see(glare), 0.004 * unit).within(lens), (255.0, 255.0, 255.0), 0.10)
        layer.paint(layer.stamp(ribbon(rim, 0.0105 * unit), 0.0010 * unit), frame, 0.95)
        temple = np.array(
            [
                [sign * (style.eye_x * 1.03 + 0.082), style.eye_y - 0.012],
                [sign * (style.width + 0.004), style.eye_y - 0.002],
            ]
        )
        layer.paint(layer.stamp(ribbon(see(temple), 0.011 * unit), 0.0010 * unit), frame, 0.95)
    across = np.linspace(-1.0, 1.0, 9)
    gap = style.eye_x * 1.03 - 0.082
    bridge = np.stack([gap * across, style.eye_y - 0.002 - 0.014 * (1.0 - across**2)], 1)
    layer.paint(layer.stamp(ribbon(see(bridge), 0.0100 * unit), 0.0010 * unit), frame, 0.95)
    layer.paste(picture)
