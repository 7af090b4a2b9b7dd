"""The shape of the resting face as light sees it: a height field, its normals, and the light that falls on it.

Coordinates are canonical; heights are in picture sides too, so that slopes are true slopes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmark.puppets.face.style import FaceStyle

Map = NDArray[np.float32]


def _bump(x: Map, y: Map, centre: tuple[float, float], spread: tuple[float, float]) -> Map:
    return np.asarray(np.exp(-(((x - centre[0]) / spread[0]) ** 2) - ((y - centre[1]) / spread[1]) ** 2))


def _pair(x: Map, y: Map, centre: tuple[float, float], spread: tuple[float, float]) -> Map:
    return _bump(np.abs(x), y, centre, spread)


def _step(value: Map, soft: float) -> Map:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(value / soft, -30.0, 30.0))))


def height(style: FaceStyle, x: Map, y: Map) -> Map:
    """Height of the skin, float32, the shape of `x` and `y`."""
    s = style
    middle = 0.5 * (s.top_y + s.chin_y)
    radius = ((x / (1.10 * s.width)) ** 2 + ((y - middle) / (0.60 * (s.chin_y - s.top_y))) ** 2).clip(0, 0.985)
    skin = 0.20 * np.sqrt(1.0 - radius)
    eye, nose, mouth = s.eye_y, s.nose_y, s.mouth_y
    skin += 0.012 * _pair(x, y, (0.075, s.brow_y + 0.006), (0.085, 0.026))
    skin -= 0.022 * _pair(x, y, (s.eye_x - 0.012, eye + 0.002), (0.060, 0.038))
    skin -= 0.010 * _pair(x, y, (s.eye_x - 0.052, eye - 0.012), (0.026, 0.034))
    skin += 0.013 * _pair(x, y, (s.eye_x, eye), (0.040, 0.024))
    skin += 0.016 * s.cheek * _pair(x, y, (0.140, eye + 0.105), (0.068, 0.050))
    skin -= 0.010 * _pair(x, y, (0.165, mouth - 0.01), (0.050, 0.070))
    along = ((y - eye + 0.012) / (nose - eye)).clip(0.0, 1.0)
    ridge = (0.006 + 0.027 * s.nose_bridge * along**1.3) * np.exp(-((x / (0.024 + 0.013 * along)) ** 2))
    tip = 0.030 * _bump(x, y, (0.0, nose - 0.030), (0.027, 0.026))
    wings = 0.020 * _pair(x, y, (0.70 * s.nose_width, nose - 0.014), (0.017, 0.019))
    fade = _step(y - eye + 0.015, 0.012)
    base = nose + 0.001 - 7.0 * x * x
    skin += (ridge * fade + tip) * _step(base - y, 0.0085) + wings * _step(nose + 0.003 - y, 0.0075)
    skin += 0.012 * _bump(x, y, (0.0, mouth), (0.085, 0.050))
    skin -= 0.004 * _bump(x, y, (0.0, 0.5 * (nose + mouth) - 0.006), (0.010, 0.022))
    skin -= 0.010 * _bump(x, y, (0.0, mouth + 0.046), (0.055, 0.015))
    skin += 0.018 * _bump(x, y, (0.0, s.chin_y - 0.048), (0.055, 0.034))
    return np.asarray(skin, np.float32)


def normals(heights: Map, unit: int) -> tuple[Map, Map, Map]:
    """Unit normals (x, y, z), each of the shape of `heights` (rows, columns) sampled `unit` times per side."""
    slope_y, slope_x = np.gradient(heights, 1.0 / unit)
    length = np.sqrt(slope_x**2 + slope_y**2 + 1.0)
    return (
        (-slope_x / length).astype(np.float32),
        (-slope_y / length).astype(np.float32),
        (1 / length).astype(np.float32),
    )


def light_direction(style: FaceStyle) -> tuple[float, float, float]:
    """Unit vector towards the light: in front, above, to one side."""
    raw = np.array([style.light_x, -0.52, 0.78])
    x, y, z = (raw / np.sqrt(np.sum(raw**2))).tolist()
    return (x, y, z)


def lit(normal: tuple[Map, Map, Map], light: tuple[float, float, float]) -> tuple[Map, Map]:
    """Diffuse light (0 to 1, wrapped around the edge as skin does it) and gloss (0 to 1)."""
    facing = normal[0] * light[0] + normal[1] * light[1] + normal[2] * light[2]
    half = np.array([light[0], light[1], light[2] + 1.0])
    half /= np.sqrt(np.sum(half**2))
    mirror = (normal[0] * half[0] + normal[1] * half[1] + normal[2] * half[2]).clip(0.0, 1.0)
    return np.asarray(((facing + 0.30) / 1.30).clip(0.0, 1.0), np.float32), np.asarray(mirror**26, np.float32)
