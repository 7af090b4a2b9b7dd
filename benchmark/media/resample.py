"""Sound at another rate or of another length.

Resampling is soxr's "HQ" recipe, which is deterministic and keeps `round(N * to / from)` samples.
"""

from __future__ import annotations

import numpy as np
import soxr
from numpy.typing import NDArray


def resample(audio: NDArray[np.float32], from_rate: int, to_rate: int) -> NDArray[np.float32]:
    """Change the rate of a sound.

    Args:
        audio: float32 (N,).
        from_rate: samples per second of `audio`, Hz.
        to_rate: samples per second of the result, Hz.

    Returns:
        float32 (round(N * to_rate / from_rate),), in [-1, 1]; the input itself when the rates are equal.
    """
    if from_rate == to_rate or len(audio) == 0:
        return audio
    result: NDArray[np.float32] = np.clip(soxr.resample(audio, from_rate, to_rate), -1.0, 1.0)
    return result


def fit_length(audio: NDArray[np.float32], length: int) -> NDArray[np.float32]:
    """Cut `audio` to `length` samples, or fill it up with silence at its end."""
    if len(audio) >= length:
        return audio[:length]
    return np.pad(audio, (0, length - len(audio)))
