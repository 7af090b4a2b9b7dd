"""Painting what lies on the skin and bends with it: nostrils, brows, beard."""

from __future__ import annotations

import numpy as np

from benchmark.puppets.face.anatomy import anatomy
from benchmark.puppets.face.canvas import ellipse, ribbon
from benchmark.puppets.face.sheet import Map, Sheet, times
from benchmark.puppets.face.style import FaceStyle


def paint_nostrils(sheet: Sheet, s: FaceStyle, skin: Map) -> None:
    """The nose's holes, the grooves around its wings, the shade of its base."""
    for sign in (-1.0, 1.0):
        hole = ellipse((sign * 0.43 * s.nose_width, s.nose_y - 0.004), (0.25 * s.nose_width, 0.0080))
        hole[:, 1] -= 0.22 * np.abs(hole[:, 0])
        sheet.over(sheet.cover(hole, 0.0038) * skin, times(s.skin, 0.26, 0.16, 0.15), 0.86)
        wing = np.array([(0.80, -0.036), (1.04, -0.022), (1.06, -0.006), (0.86, 0.004)]) * (s.nose_width, 1.0)
        wing = wing * (sign, 1.0) + (0.0, s.nose_y)
        sheet.over(sheet.cover(ribbon(wing, 0.006), 0.003) * skin, times(s.skin, 0.60, 0.45, 0.41), 0.42)
    base = np.array([(-0.55, 0.002), (-0.2, 0.006), (0.0, 0.008), (0.2, 0.006), (0.55, 0.002)]) * (s.nose_width, 1.0)
    sheet.over(sheet.cover(ribbon(base + (0.0, s.nose_y), 0.006), 0.003) * skin, times(s.skin, 0.55, 0.42, 0.38), 0.26)


def paint_brows(sheet: Sheet, s: FaceStyle) -> None:
    """A soft body and some sixty hairs each, thinner and flatter towards the temple."""
    tone = times(s.hair, 0.80, 0.76, 0.74)
    for line, sign in zip(anatomy(s).brows, (-1.0, 1.0), strict=True):
        along = np.linspace(0.0, 1.0, 24)
        source = np.linspace(0.0, 1.0, 5)
        ordered = line if sign > 0 else line[::-1]
        points = np.stack([np.interp(along, source, ordered[:, k]) for k in (0, 1)], 1)
        points[:, 1] = np.convolve(np.pad(points[:, 1], 3, mode="edge"), np.full(7, 1 / 7), mode="valid")
        width = s.brow_width * (0.55 + 0.55 * np.sin(np.pi * (0.18 + 0.5 * along))) * (1.0 - 0.62 * along**2.2)
        sheet.over(sheet.cover(ribbon(points, 0.86 * width), 0.0042), tone, 0.66)
        for _ in range(64):
            at = float(sheet.rng.uniform(0.0, 0.97))
            root = [np.interp(at, along, points[:, k]) for k in (0, 1)]
            root[1] += float(sheet.rng.uniform(-0.5, 0.5)) * float(np.interp(at, along, width))
            lean = 1.25 - 1.35 * at + float(sheet.rng.normal(0.0, 0.15))
            reach = float(sheet.rng.uniform(0.011, 0.018))
            end = (root[0] + sign * reach * np.cos(lean), root[1] - reach * np.sin(lean) * 0.8)
            hair = ribbon(np.array([root, end]), np.array([0.0030, 0.0012]))
            sheet.dab(hair, times(tone, 0.85, 0.85, 0.85), float(sheet.rng.uniform(0.35, 0.75)))


def paint_beard(sheet: Sheet, s: FaceStyle, skin: Map) -> None:
    """Stubble, moustache, goatee or full beard: a grain of short hairs over a region."""
    if s.beard == "none":
        return
    low = 1.0 / (1.0 + np.exp(-(sheet.y - (s.mouth_y - 0.03) + 0.375 * np.maximum(0.16 - np.abs(sheet.x), 0)) / 0.022))
    jaw_line = low * (1.0 - 0.92 * sheet.bump(0.0, s.mouth_y - 0.07, 0.15, 0.055))
    lip = sheet.bump(0.0, 0.45 * s.nose_y + 0.55 * s.mouth_y + 0.002, 0.5, 0.012) / (
        1.0 + np.exp((np.abs(sheet.x) - 0.088) / 0.008)
    )
    chin = sheet.bump(0.0, s.chin_y - 0.035, 0.062, 0.055)
    region = {
        "stubble": 0.42 * np.maximum(jaw_line, lip),
        "moustache": 0.95 * lip,
        "goatee": 0.92
        * np.maximum(np.maximum(chin, lip), sheet.bump(0.092, s.mouth_y + 0.012, 0.014, 0.045, both=True)),
        "full": 0.95 * np.maximum(jaw_line, lip),
    }[s.beard]
    hairs = (0.80 + 0.26 * sheet.noise(0.0020, 0.0042)).clip(0.2, 1.15)
    mouth = 1.0 - sheet.bump(0.0, s.mouth_y, 0.9 * s.mouth_width, 0.018)
    mask = np.asarray((region * hairs * mouth).clip(0.0, 1.0) * skin, np.float32)
    sheet.over(mask, times(s.hair, 0.82, 0.80, 0.80), 0.94)
