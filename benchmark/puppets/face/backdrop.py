"""The wall behind a puppet: a soft gradient, out-of-focus shapes, darker corners."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from benchmark.puppets.face.style import FaceStyle


@lru_cache(maxsize=32)
def backdrop(style: FaceStyle, side: int) -> NDArray[np.uint8]:
    """The wall, uint8 (side, side, 3), read-only."""
    rng = np.random.default_rng(style.texture_seed + 29)
    ticks = (np.arange(side, dtype=np.float32) + 0.5) / side
    y, x = ticks[:, None], ticks[None, :]
    light = 1.06 - 0.16 * y + 0.10 * np.sign(style.light_x) * (0.5 - x)
    for _ in range(5):
        centre, size = rng.uniform(-0.1, 1.1, 2), rng.uniform(0.10, 0.30)
        away = ((x - centre[0]) ** 2 + (y - centre[1]) ** 2) / size**2
        light = light + rng.uniform(-0.07, 0.08) * np.exp(-(away**3))
    light = light * (1.0 - 0.42 * ((x - 0.5) ** 2 + (y - 0.45) ** 2))
    tint = np.array([1.0 + 0.02 * np.sign(style.light_x), 1.0, 1.0 - 0.02 * np.sign(style.light_x)])
    wall = light[..., None] * np.array(style.wall) * tint
    wall = wall + rng.normal(0.0, 1.2, (side, side, 1))
    picture: NDArray[np.uint8] = np.clip(np.rint(wall), 0, 255).astype(np.uint8)
    picture.setflags(write=False)
    return picture
