"""Painting the resting head once: hair, neck, ears, lit skin, nose, brows, beard, as one picture with alpha.

Everything that opens (eyes, mouth) is painted later, frame by frame; everything that bends is warped from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmark.puppets.face.anatomy import anatomy
from benchmark.puppets.face.canvas import ellipse
from benchmark.puppets.face.features import paint_beard, paint_brows, paint_nostrils
from benchmark.puppets.face.folds import Fold, shown_on
from benchmark.puppets.face.hair import covers_ears, paint_hair_back, paint_hair_front
from benchmark.puppets.face.relief import height, light_direction, lit, normals
from benchmark.puppets.face.sheet import Map, Sheet, tone
from benchmark.puppets.face.style import FaceStyle
from benchmark.puppets.face.torso import paint_ears, paint_torso
from benchmark.puppets.face.wrinkles import wrinkles


@dataclass(frozen=True)
class Head:
    """A painted resting head."""

    picture: NDArray[np.uint8]
    """uint8 (N, N, 4): red, green, blue times alpha, and alpha."""
    colour: Map
    """The same colours before rounding, float32 (N, N, 3)."""
    face: tuple[slice, slice]
    """Rows and columns that hold all free skin of the face, where light and folds change."""
    folds: tuple[Fold, ...]
    """Their rows and columns count from the face's."""
    turned: tuple[Map, Map, Map]
    """Relative change of brightness, on the face's rows and columns, when the light moves by one along x, y, z."""
    margin: int
    """Pixels before the picture's left and upper edge."""


@lru_cache(maxsize=16)
def head(style: FaceStyle, unit: int) -> Head:
    """Paint the resting head of a style at `unit` pixels per picture side."""
    sheet = Sheet(unit, style.texture_seed)
    paint_hair_back(sheet, style)
    paint_torso(sheet, style)
    if not covers_ears(style):
        paint_ears(sheet, style)
    skin = sheet.cover(anatomy(style).contour, 0.002)
    normal = normals(height(style, sheet.x, sheet.y), unit)
    light, gloss = lit(normal, light_direction(style))
    shade = _shadows(sheet, style)
    flesh = _albedo(sheet, style) * tone(np.asarray((0.30 + 0.78 * light) * shade)) + (36.0 * gloss * shade)[..., None]
    sheet.over(skin, np.asarray(flesh, np.float32))
    paint_nostrils(sheet, style, skin)
    paint_brows(sheet, style)
    paint_beard(sheet, style, skin)
    covered = paint_hair_front(sheet, style, skin)

    free = np.asarray(cv2.GaussianBlur(skin * (1.0 - covered), (0, 0), 0.004 * unit), np.float32)
    folds = wrinkles(style, unit, sheet.origin, (sheet.side, sheet.side))
    rows, columns = np.flatnonzero((free > 0.0).any(1)), np.flatnonzero((free > 0.0).any(0))
    face = slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
    shown = tuple(shown_on(fold, free, face) for fold in folds)
    turned = tuple(np.ascontiguousarray((0.55 * component * free)[face], np.float32) for component in normal)
    picture = np.concatenate([sheet.colour, 255.0 * sheet.alpha[..., None]], 2)
    rounded = np.clip(np.rint(picture), 0, 255).astype(np.uint8)
    return Head(rounded, sheet.colour, face, shown, (turned[0], turned[1], turned[2]), sheet.margin)


def _shadows(sheet: Sheet, s: FaceStyle) -> Map:
    """Where little light comes: sockets, beside and below the nose, below the lip, along the jaw; 0 to 1."""
    away = float(np.sign(s.light_x))  # the shadow falls to the side away from the light
    dark = 0.26 * sheet.bump(s.eye_x - 0.046, s.eye_y - 0.014, 0.030, 0.034, both=True)
    dark += 0.13 * sheet.bump(s.eye_x, s.eye_y - 0.010, 0.062, 0.028, both=True)
    dark += 0.12 * sheet.bump(s.eye_x - 0.015, s.eye_y + 0.040, 0.045, 0.018, both=True) * (0.6 + 0.8 * s.age)
    dark += 0.18 * sheet.bump(0.0, s.nose_y + 0.008, 0.040, 0.010)
    dark += 0.20 * sheet.bump(-away * 0.036, s.nose_y + 0.014, 0.034, 0.020)
    dark += 0.13 * sheet.bump(-away * (s.nose_width * 0.72), s.nose_y - 0.055, 0.016, 0.050)
    dark += 0.05 * sheet.bump(away * (s.nose_width * 0.80), s.nose_y - 0.045, 0.014, 0.040)
    dark += 0.20 * sheet.bump(s.nose_width + 0.004, s.nose_y - 0.012, 0.008, 0.020, both=True)
    dark += 0.14 * sheet.bump(0.0, s.mouth_y + 0.048, 0.052, 0.014)
    dark += 0.12 * sheet.bump(s.mouth_width + 0.016, s.mouth_y + 0.004, 0.014, 0.018, both=True)
    dark += 0.10 * sheet.bump(0.205, s.mouth_y - 0.02, 0.060, 0.130, both=True)
    edge = sheet.cover(anatomy(s).contour, 0.026)
    return np.asarray((1.0 - dark).clip(0.2, 1.0) * (0.70 + 0.30 * ((edge - 0.45) / 0.55).clip(0.0, 1.0)), np.float32)


def _albedo(sheet: Sheet, s: FaceStyle) -> Map:
    """The skin's own colour, float32 (N, N, 3)."""
    skin = np.broadcast_to(np.array(s.skin, np.float32), (*sheet.x.shape, 3)).copy()
    red = 0.22 * sheet.bump(0.135, s.eye_y + 0.115, 0.062, 0.046, both=True)
    red += 0.20 * sheet.bump(0.0, s.nose_y - 0.026, 0.044, 0.030) + 0.12 * sheet.bump(0.0, s.chin_y - 0.05, 0.05, 0.03)
    red += 0.16 * sheet.bump(s.eye_x, s.eye_y, 0.07, 0.03, both=True) + 0.10 * sheet.bump(0.0, s.mouth_y, 0.12, 0.05)
    skin *= 1.0 - red[..., None] * np.array([0.04, 0.50, 0.46], np.float32)
    skin *= (1.0 + 0.028 * sheet.noise(0.020) + 0.016 * sheet.noise(0.0035))[..., None]
    if s.freckles > 0.0:
        _freckle(sheet, s, skin)
    return skin


def _freckle(sheet: Sheet, s: FaceStyle, skin: Map) -> None:
    """Freckles over nose and cheeks, in place."""
    for _ in range(int(120 * s.freckles)):
        x, y = sheet.rng.normal(0.0, 0.095), sheet.rng.normal(s.eye_y + 0.085, 0.038)
        size = sheet.rng.uniform(0.0016, 0.0034)
        window, spot = sheet.spot(ellipse((float(x), float(y)), (size, size), 8), 0.0018)
        skin[window] *= 1.0 - float(sheet.rng.uniform(0.10, 0.26)) * spot[..., None] * np.array(
            [0.75, 1.0, 1.0], np.float32
        )
