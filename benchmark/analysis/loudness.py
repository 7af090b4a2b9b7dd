"""How loud a clip is over time, for the curves beside a mouth's opening."""

from __future__ import annotations

from pathlib import Path

import numpy as np

CLOCK = 25.0
"""Frames per second at which extractors see a clip (docs/reference/what_a_clip_is.md), and so every curve."""


def measure_loudness(video: Path) -> tuple[list[float], float]:
    """Root mean square of the sound in each frame's time, and the frames per second.

    Args:
        video: any file that `read_clip` reads; its sound is heard as a player plays it beside the picture.

    Returns:
        A value a frame at 25 per second, 1 the loudest, rounded to four digits; [] without sound, in silence, or where
        the file can't be read. And 25.0.
    """
    from benchmark.media.errors import MediaError
    from benchmark.media.video import read_clip  # loads a decoder, which pages without curves do not need

    try:
        clip = read_clip(video)
    except MediaError:
        return [], CLOCK
    if clip.audio is None:
        return [], CLOCK
    frames = round(len(clip.frames) / clip.fps * CLOCK)
    edges = (np.arange(frames + 1) * clip.sample_rate / CLOCK).astype(int)
    parts = [clip.audio[a:b].astype(np.float64) for a, b in zip(edges, edges[1:], strict=False)]
    level = np.array([float(np.sqrt(np.mean(part**2))) if len(part) else 0.0 for part in parts])
    if not len(level) or level.max() <= 0:
        return [], CLOCK
    return [round(float(value), 4) for value in level / level.max()], CLOCK
