"""Frame rates: choose, for every tick of a constant clock, the frame whose time is nearest.

No frame is ever blended. Going from 30 to 25 frames per second drops every sixth frame, going from 20 to 25 shows
every fourth one twice; what is seen at time t is off by at most half a frame of the faster clock.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from benchmark.media.clip import Clip
from benchmark.media.resample import fit_length


def nearest_frames(times: NDArray[np.float64], fps: float, count: int) -> NDArray[np.intp]:
    """The index of the frame that is nearest to each tick of a constant clock.

    Args:
        times: float64 (T,), seconds, rising, T >= 1.
        fps: ticks per second of the wanted clock; tick 0 is at time 0.
        count: how many ticks.

    Returns:
        intp (count,), indices into `times`; of two equally near frames the earlier one.
    """
    ticks = np.arange(count) / fps
    right = np.searchsorted(times, ticks, side="left").clip(0, len(times) - 1)
    left = (right - 1).clip(0)
    # 1e-9 s: a tie in decimals is a tie, whatever the last bit says
    take_left = np.abs(ticks - times[left]) <= np.abs(times[right] - ticks) + 1e-9
    return np.where(take_left, left, right)


def to_fps(clip: Clip, fps: float = 25.0) -> Clip:
    """The same clip at another frame rate; the sound is cut or filled to the new duration.

    Args:
        clip: any clip.
        fps: wanted frames per second.

    Returns:
        A clip of round(T * fps / clip.fps) frames, at least one; `clip` itself if the rate is already right.
    """
    if abs(clip.fps - fps) < 1e-6 * fps:
        return clip
    count = max(1, round(len(clip.frames) * fps / clip.fps))
    chosen = nearest_frames(np.arange(len(clip.frames)) / clip.fps, fps, count)
    audio = clip.audio
    if audio is not None:
        audio = fit_length(audio, round(count / fps * clip.sample_rate))
    return replace(clip, frames=clip.frames[chosen], fps=float(fps), audio=audio)
