"""Painting what carries the head: neck, shirt and ears."""

from __future__ import annotations

import numpy as np

from benchmark.puppets.face.canvas import ellipse, ribbon
from benchmark.puppets.face.sheet import Sheet, times, tone
from benchmark.puppets.face.style import Colour, FaceStyle


def paint_torso(sheet: Sheet, s: FaceStyle) -> None:
    """Neck in the head's shade, shoulders, collar."""
    half = 0.66 * s.jaw + 0.012
    base = s.chin_y + 0.085
    right = [(half, s.mouth_y), (half * 0.97, s.chin_y), (half * 1.02, base - 0.03), (half * 1.25, base + 0.012)]
    neck = np.array(right + [(0.62, 1.3), (-0.62, 1.3)] + [(-x, y) for x, y in reversed(right)])
    under = (1.0 / (1.0 + np.exp(-(sheet.y - s.chin_y - 0.035 + 0.9 * sheet.x**2) / 0.020))).astype(np.float32)
    round_off = 1.0 - 0.55 * (np.abs(sheet.x + 0.25 * half * np.sign(s.light_x)) / (1.25 * half)) ** 2.5
    brightness = (0.46 + 0.36 * under) * round_off.clip(0.35, 1.0)
    cord = sheet.bump(0.55 * half, base - 0.02, 0.020, 0.08, both=True)
    sheet.over(sheet.cover(neck, 0.003), np.array(s.skin, np.float32) * tone(brightness - 0.06 * cord))
    _paint_shirt(sheet, s, half, base)


def _paint_shirt(sheet: Sheet, s: FaceStyle, half: float, base: float) -> None:
    x = np.linspace(0.0, 0.70, 24)
    dip = {"crew": 0.050, "neck_v": 0.125, "shirt": 0.105}[s.collar]
    sharp = {"crew": 2.0, "neck_v": 1.1, "shirt": 1.15}[s.collar]
    opening = half * 1.22
    inside = base + 0.006 + dip * (1.0 - np.minimum(x / opening, 1.0) ** sharp)
    shoulder = base + 0.004 + 0.20 * (np.maximum(x - opening, 0.0) / 0.4) ** 1.25
    top = np.where(x < opening, inside, shoulder)
    right = np.stack([x, top], 1)
    outline = np.concatenate([(right * (-1.0, 1.0))[::-1], right, [(0.7, 1.4), (-0.7, 1.4)]])
    folds = 0.05 * np.sin(46.0 * sheet.x + 9.0 * np.sin(7.0 * sheet.y)) * np.clip(np.abs(sheet.x) - 0.1, 0.0, 1.0)
    falloff = 0.98 - 0.55 * np.clip(np.abs(sheet.x) - 0.10, 0.0, 0.6) - 0.12 * np.sign(s.light_x) * sheet.x
    weave = sheet.rng.normal(0.0, 0.012, sheet.x.shape)
    cloth = np.array(s.shirt, np.float32) * (falloff + folds + weave)[..., None]
    sheet.over(sheet.cover(outline, 0.002), np.asarray(cloth, np.float32))
    rim = np.concatenate([(right[:12] * (-1.0, 1.0))[::-1], right[:12]])
    dark: Colour = (s.shirt[0] * 0.62, s.shirt[1] * 0.62, s.shirt[2] * 0.64)
    seam = sheet.cover(ribbon(rim + (0.0, 0.008), 0.006 if s.collar != "shirt" else 0.03), 0.002)
    sheet.over(seam, dark if s.collar != "shirt" else (s.shirt[0] * 0.84, s.shirt[1] * 0.84, s.shirt[2] * 0.86), 0.75)
    if s.collar == "shirt":
        sheet.over(sheet.cover(ribbon(rim + (0.0, 0.026), 0.004), 0.0015), dark, 0.8)


def paint_ears(sheet: Sheet, s: FaceStyle) -> None:
    """Both ears, the one towards the light brighter."""
    for sign in (-1.0, 1.0):
        middle = (sign * (s.width + 0.010), s.eye_y + 0.052)
        size = 0.030 * s.ear, 0.066 * s.ear
        turn = np.linspace(0.0, 2.0 * np.pi, 40, endpoint=False)
        lobe = 1.0 - 0.24 * np.sin(turn)
        outline = np.stack([middle[0] + size[0] * lobe * np.cos(turn), middle[1] + size[1] * np.sin(turn)], 1)
        outline[:, 0] -= sign * 0.10 * (outline[:, 1] - middle[1])
        side = 0.80 + 0.16 * np.sign(s.light_x) * sign
        flesh = np.array(s.skin) * (side * 1.0, side * 0.86, side * 0.82)
        sheet.over(sheet.cover(outline, 0.002), (float(flesh[0]), float(flesh[1]), float(flesh[2])))
        hollow = ellipse((middle[0] + sign * 0.001, middle[1] - 0.004), (size[0] * 0.50, size[1] * 0.58))
        sheet.over(sheet.cover(hollow, 0.005), times(s.skin, 0.52, 0.38, 0.34), 0.75)
        fold = ellipse((middle[0] - sign * 0.004, middle[1] + 0.012), (size[0] * 0.34, size[1] * 0.30))
        sheet.over(sheet.cover(fold, 0.004), times(s.skin, 0.84, 0.68, 0.62), 0.8)
