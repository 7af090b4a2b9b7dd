"""Small clips for tests: a moving pattern that compresses well, and a tone that rises."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmark.media.clip import Clip


def made_frames(count: int, height: int = 48, width: int = 64) -> NDArray[np.uint8]:
    """uint8 (count, height, width, 3): soft colour waves that move; frame t can be told from its neighbours."""
    y, x = np.mgrid[:height, :width].astype(float)
    waves = [
        np.stack([127 + 100 * np.sin((x * (c + 1) + y * (3 - c)) / 17 + 0.35 * t) for c in range(3)], axis=-1)
        for t in range(count)
    ]
    return np.stack(waves).round().astype(np.uint8)


def made_sound(seconds: float, rate: int = 16000) -> NDArray[np.float32]:
    """float32 (N,): a tone that rises from 200 to 800 Hz."""
    t = np.arange(round(seconds * rate)) / rate
    return (0.4 * np.sin(2 * np.pi * (200 * t + 300 * t**2 / max(seconds, 1e-9)))).astype(np.float32)


def made_clip(count: int = 25, fps: float = 25.0, sound: bool = True, height: int = 48, width: int = 64) -> Clip:
    """Waves with a tone."""
    frames = made_frames(count, height, width)
    return Clip(frames, fps, made_sound(count / fps) if sound else None)
