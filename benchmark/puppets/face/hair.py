"""Painting the hair: what lies behind the head and what frames the face, strand by strand in tone."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from benchmark.puppets.face.canvas import ellipse, ribbon
from benchmark.puppets.face.sheet import Map, Sheet, times
from benchmark.puppets.face.style import FaceStyle

Array = NDArray[np.float64]

_LONG = {"long": 1.08, "bob": 0.80, "fringe": 0.90}
"""Down to which height the hair falls."""


def paint_hair_back(sheet: Sheet, style: FaceStyle) -> None:
    """The mass behind head and neck."""
    s = style
    if s.hair_cut == "buzz":
        return
    thick = _thickness(s)
    if s.hair_cut == "bun":
        knot = ellipse((0.0, s.top_y - 0.030), (0.078, 0.060))
        sheet.over(sheet.cover(knot, 0.004), _strands(sheet, s, sheet.x * 9 + 4 * (sheet.y - s.top_y) ** 2 * 40, 0.92))
    if s.hair_cut in _LONG:
        low = _LONG[s.hair_cut]
        wide = s.width + thick
        flare = 1.06 if s.hair_cut == "bob" else 1.12
        top = [(0.0, s.top_y - thick), (0.62 * wide, s.top_y + 0.005), (wide, s.eye_y - 0.10)]
        fall = [(wide * 1.04, s.eye_y + 0.12), (wide * flare, low - 0.08), (wide * 0.86, low), (0.0, low + 0.01)]
        right = _smooth(top + fall)
        outline = np.concatenate([right, (right * (-1.0, 1.0))[::-1]])
        sheet.over(sheet.cover(outline, 0.003), _strands(sheet, s, 9.0 * np.abs(sheet.x) / wide + 0.5 * sheet.y, 0.74))
        return
    sheet.over(sheet.cover(_cap(s, thick, s.eye_y + 0.035), 0.003), _strands(sheet, s, _around(sheet, s), 0.80))


def paint_hair_front(sheet: Sheet, style: FaceStyle, skin: Map) -> Map:
    """The hair over the forehead and temples, and its shadow on the skin.

    Returns:
        float32 (N, N): how much of each pixel it covers.
    """
    s = style
    thick = _thickness(s)
    line = _hairline(s)
    low = {"long": 1.0, "bob": 0.78, "fringe": 0.84}.get(s.hair_cut, s.eye_y + 0.035)
    cap = _cap(s, thick, low)
    mask = sheet.cover(cap, 0.003)
    face = sheet.cover(line, 0.010 if s.hair_cut == "buzz" else 0.0035)
    mask = np.asarray(mask * (1.0 - face))
    if s.hair_cut == "curly":
        for _ in range(46):
            along = float(sheet.rng.uniform(-1.15, 1.15))
            centre = (
                1.02 * s.width * np.sin(along),
                s.hairline_y + 0.035 - 0.13 * np.cos(along) + 0.12 * along**2 * 0.5,
            )
            size = float(sheet.rng.uniform(0.018, 0.034))
            sheet.raise_to(mask, ellipse((float(centre[0]), float(centre[1])), (size, size), 16), 0.004)
        mask = np.asarray(mask * (1.0 - sheet.cover(line * (0.93, 1.0) + (0.0, 0.022), 0.006)))
    elif s.hair_cut != "buzz":
        mask = _wisps(sheet, s, mask, line)
    drop = np.roll(mask, round(0.014 * sheet.unit), axis=0)
    shadow = cv2.GaussianBlur(drop, (0, 0), 0.013 * sheet.unit) * skin * (1.0 - mask)
    sheet.over(np.asarray(shadow, np.float32), times(s.skin, 0.46, 0.34, 0.30), 0.55)
    picture = _strands(sheet, s, _flow(sheet, s), 1.0)
    if s.hair_cut == "buzz":
        grain = (0.70 + 0.16 * sheet.noise(0.003)).clip(0.3, 1.0)
        mask = np.asarray(mask * grain, np.float32)
    sheet.over(mask, picture)
    if s.hair_cut in ("long", "bob"):
        part = 0.30 * s.parting * s.width
        path = np.array(
            [(part, s.hairline_y - 0.018), (0.92 * part, 0.5 * (s.hairline_y + s.top_y)), (0.75 * part, s.top_y - 0.01)]
        )
        sheet.over(
            sheet.cover(ribbon(path, np.array([0.012, 0.007, 0.003])), 0.003), times(s.skin, 0.55, 0.48, 0.46), 0.6
        )
    return mask


def covers_ears(style: FaceStyle) -> bool:
    """Whether the hair hangs over the ears."""
    return style.hair_cut in _LONG


def _thickness(s: FaceStyle) -> float:
    """How far the hair stands off the skull."""
    base = {"buzz": 0.004, "short": 0.026, "swept": 0.034, "curly": 0.050, "bun": 0.014}.get(s.hair_cut, 0.032)
    return base * (0.7 + 0.3 * s.hair_volume)


def _smooth(knots: list[tuple[float, float]], steps: int = 60) -> Array:
    """A curve through knots that does not overshoot."""
    points = np.array(knots)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    return np.asarray(PchipInterpolator(along, points)(np.linspace(0.0, along[-1], steps)))


def _cap(s: FaceStyle, thick: float, low: float) -> Array:
    """The outline of the hair on the skull, down to some height."""
    wide = s.width + 0.75 * thick
    turn = np.linspace(0.0, 0.5 * np.pi, 40)
    base = s.eye_y - 0.03
    arc = np.stack([wide * np.sin(turn) ** 0.93, base - (base - s.top_y + thick) * np.cos(turn) ** 0.94], 1)
    down = np.array([[wide * 0.995, 0.5 * (base + low)], [wide * 0.975, low]])
    if s.hair_cut in _LONG:
        down = np.array([[wide * 1.03, 0.5 * (base + low)], [wide * 1.02, low]])
    right = np.concatenate([arc, down])
    return np.concatenate([right, (right * (-1.0, 1.0))[::-1]])


def _hairline(s: FaceStyle) -> Array:
    """The outline of what the front hair leaves free: forehead, face, and all below."""
    w, top, eye = s.width, s.hairline_y, s.eye_y
    part = 0.30 * s.parting * w
    if s.hair_cut == "fringe":
        lower = s.brow_y - 0.026
        knots = [(0.86, eye + 0.16), (0.90, eye - 0.02), (0.84, lower + 0.012), (0.45, lower - 0.004), (0.0, lower)]
        left = right = [(k * w, y) for k, y in knots]
    elif s.hair_cut in ("long", "bob"):

        def curtain(shift: float) -> list[tuple[float, float]]:
            return [
                (0.84 * w, eye + 0.17),
                (0.90 * w, eye - 0.01),
                (0.83 * w, s.brow_y - 0.035),
                (0.52 * w + 0.3 * shift, top + 0.025),
                (shift, top - 0.022),
            ]

        right, left = curtain(part), curtain(-part)
    elif s.hair_cut == "swept":
        side = float(np.sign(s.parting) or 1.0)
        high = [
            (0.985 * w, eye + 0.03),
            (0.93 * w, eye - 0.05),
            (0.90 * w, s.brow_y - 0.01),
            (0.66 * w, top + 0.030),
            (0.0, top),
        ]
        deep = [
            (0.985 * w, eye + 0.03),
            (0.93 * w, eye - 0.05),
            (0.88 * w, s.brow_y - 0.01),
            (0.72 * w, top + 0.058),
            (0.0, top),
        ]
        right, left = (high, deep) if side > 0 else (deep, high)
    else:
        notch = 0.020 if s.hair_cut in ("short", "buzz") else 0.0
        knots = [
            (0.985, eye + 0.03),
            (0.93, eye - 0.05),
            (0.90, s.brow_y - 0.01),
            (0.70, top + 0.026 - notch),
            (0.34, top - 0.004),
            (0.0, top + 0.4 * notch),
        ]
        left = right = [(k * w, y) for k, y in knots]
    one, other = _smooth(right), _smooth(left) * (-1.0, 1.0)
    return np.concatenate([one, other[::-1], [(-0.80 * w, 1.3), (0.80 * w, 1.3)]])


def _wisps(sheet: Sheet, s: FaceStyle, mask: Map, line: Array) -> Map:
    """Fine strands over the hairline, so that it is no hard edge."""
    out = mask.copy()
    upper = line[20:100]
    for _ in range(54):
        root = upper[int(sheet.rng.integers(len(upper)))]
        reach = float(sheet.rng.uniform(0.005, 0.013))
        lean = float(sheet.rng.normal(0.25 * np.sign(root[0]), 0.3))
        start = root - (0.3 * reach * lean, 0.8 * reach)
        hair = ribbon(np.stack([start, root, root + (reach * lean, 0.5 * reach)]), np.array([0.006, 0.004, 0.001]))
        sheet.raise_to(out, hair)
    return out


def _around(sheet: Sheet, s: FaceStyle) -> Map:
    """A coordinate across strands that run from the crown downwards on all sides."""
    fan = 14.0 * np.arctan2(sheet.x - 0.05 * s.parting, sheet.y - s.top_y + 0.10) / np.pi
    return np.asarray(fan + 0.10 * sheet.noise(0.008), np.float32)


def _flow(sheet: Sheet, s: FaceStyle) -> Map:
    """A coordinate across the strands of the front hair; equal values lie on one strand."""
    x, y = sheet.x, sheet.y
    if s.hair_cut in ("long", "bob"):
        # Strands hang from the parting parallel to the skull's outline.
        part = 0.30 * s.parting * s.width
        rise = np.minimum(y - s.eye_y + 0.02, 0.0) / (s.eye_y - s.top_y)
        return np.asarray(
            13.0 * np.sqrt(((x - part * (1 - rise**2)) / s.width) ** 2 + 0.8 * rise**2) + 0.2 * y, np.float32
        )
    if s.hair_cut == "fringe":
        spread = (y - s.top_y + 0.20) / 0.3
        return np.asarray(13.0 * x / s.width / spread.clip(0.4, 1.1), np.float32)
    if s.hair_cut == "swept":
        side = float(np.sign(s.parting) or 1.0)
        away = side * x + 0.62 * s.width
        return np.asarray(16.0 * (y - 0.30 * np.sqrt(np.maximum(away, 0.0) + 0.004) + 0.25 * x * x) / 0.30, np.float32)
    if s.hair_cut == "bun":
        return np.asarray(15.0 * np.arctan2(x, s.hairline_y + 0.25 - y), np.float32)
    return _around(sheet, s)


def _strands(sheet: Sheet, s: FaceStyle, across: Map, brightness: float) -> Map:
    """Hair colours, float32 (N, N, 3): tones vary across the strands, a band of gloss runs over the dome."""
    tones = np.zeros_like(across)
    for cells, strength in ((1.0, 0.10), (3.7, 0.13), (9.0, 0.11)):
        table = sheet.rng.normal(0.0, 1.0, 514).astype(np.float32)
        place = (across * cells + 3.0 * sheet.y) % 511.0
        low = place.astype(np.intp)
        part = place - low
        part = part * part * (3.0 - 2.0 * part)
        tones += np.float32(strength) * (table[low] * (1.0 - part) + table[low + 1] * part)
    if s.hair_cut == "curly":
        tones = np.asarray(0.3 * tones + 0.20 * sheet.noise(0.0055) + 0.13 * sheet.noise(0.014), np.float32)
    dome = ((sheet.x / (s.width + 0.04)) ** 2 + ((sheet.y - 0.42) / 0.38) ** 2).clip(0.0, 2.0)
    side = sheet.x * np.sign(s.light_x) / 0.3
    light = 0.86 + 0.16 * side - 0.20 * np.maximum(dome - 0.70, 0.0) - 0.25 * np.maximum(sheet.y - 0.55, 0.0)
    sleek = 0.35 if s.hair_cut in ("long", "bob") else 1.0
    gloss = sleek * np.exp(-(((dome - 0.62 - 0.10 * side) / 0.16) ** 2)) * (sheet.y < 0.45)
    factor = brightness * (light * (1.0 + tones)).clip(0.25, 1.7)
    shine = brightness * 30.0 * gloss * (1.0 + 2.0 * tones).clip(0.0, 2.0)
    return np.asarray(np.array(s.hair) * factor[..., None] + shine[..., None] * (1.0, 0.94, 0.86), np.float32)
