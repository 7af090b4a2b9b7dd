"""The self-test's curves as one picture: a small panel for every pair of metric and damage that has an expectation."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

SCALE = 2
"""Drawn so many times larger and reduced: smooth lines."""
COLUMNS = 5
WIDTH, HEIGHT = 236, 158
PLOT = (44, 36, 224, 132)
"""Left, top, right, bottom of the axes in a panel, pixels."""
INK, GRID, BAND = (40, 44, 52), (222, 225, 230), (205, 222, 240)
HOLDS, FAILS = (28, 100, 170), (200, 60, 40)


@dataclass(frozen=True)
class Panel:
    """One curve."""

    metric: str
    damage: str
    """Title and unit of the damage."""
    strengths: Sequence[float]
    values: Sequence[float]
    low: Sequence[float]
    """Lower ends of the intervals, NaN where there is none."""
    high: Sequence[float]
    holds: bool
    expected: str


def draw(panels: Sequence[Panel], title: str) -> bytes:
    """The picture as PNG."""
    rows = max(1, -(-len(panels) // COLUMNS))
    top = 28
    size = (SCALE * COLUMNS * WIDTH, SCALE * (rows * HEIGHT + top))
    image = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(image)
    pen.text((10 * SCALE, 6 * SCALE), title, fill=INK, font=_font(13))
    for index, panel in enumerate(panels):
        x, y = (index % COLUMNS) * WIDTH, (index // COLUMNS) * HEIGHT + top
        _panel(pen, panel, x, y)
    small = image.resize((size[0] // SCALE, size[1] // SCALE), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    small.quantize(160).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _font(size: int) -> Any:
    return ImageFont.load_default(size * SCALE)


def _panel(pen: ImageDraw.ImageDraw, panel: Panel, x: int, y: int) -> None:
    left, top, right, bottom = PLOT
    colour = HOLDS if panel.holds else FAILS
    pen.text((SCALE * (x + 8), SCALE * (y + 4)), panel.metric, fill=INK, font=_font(10))
    pen.text((SCALE * (x + 8), SCALE * (y + 18)), f"{panel.damage}: {panel.expected}", fill=colour, font=_font(8))
    ends = [v for v in (*panel.values, *panel.low, *panel.high) if np.isfinite(v)]
    low, high = min(ends), max(ends)
    reach = max(panel.strengths) or 1.0
    pad = 0.06 * (high - low) or 0.5
    low, high = low - pad, high + pad

    def at(strength: float, value: float) -> tuple[float, float]:
        across = left + (right - left) * strength / reach
        return SCALE * (x + across), SCALE * (y + bottom - (bottom - top) * (value - low) / (high - low))

    for value in (low + pad, high - pad):
        pen.line([at(0, value), at(reach, value)], fill=GRID, width=SCALE)
        text = "0" if abs(value) < 1e-9 else f"{value:.3g}"
        here = at(0, value)
        pen.text((here[0] - SCALE * 4, here[1]), text, fill=INK, font=_font(8), anchor="rm")
    there = [k for k in range(len(panel.values)) if np.isfinite(panel.low[k]) and np.isfinite(panel.high[k])]
    if len(there) > 1:
        ring = [at(panel.strengths[k], panel.high[k]) for k in there]
        ring += [at(panel.strengths[k], panel.low[k]) for k in reversed(there)]
        pen.polygon(ring, fill=BAND)
    dots = [at(s, v) for s, v in zip(panel.strengths, panel.values, strict=True)]
    pen.line(dots, fill=colour, width=2 * SCALE)
    for dot, strength in zip(dots, panel.strengths, strict=True):
        radius = 2.2 * SCALE
        pen.ellipse([dot[0] - radius, dot[1] - radius, dot[0] + radius, dot[1] + radius], fill=colour)
        foot = at(strength, low)
        pen.text((foot[0], foot[1] + 4 * SCALE), f"{strength:g}", fill=INK, font=_font(8), anchor="mt")
