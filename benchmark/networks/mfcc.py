"""Mel-frequency cepstral coefficients as SyncNet was trained on them.

25 ms windows every 10 ms at 16 kHz, rectangular window, 512-point transform, 26 filters from 0 to 8 kHz, pre-emphasis
0.97, orthonormal DCT, lifter 22, coefficient 0 replaced by the log of the frame's energy: the defaults of
python_speech_features 0.6, which the authors' code calls (joonson/syncnet_python, `SyncNetInstance.py`). Samples are
**int16 values, not scaled to [-1, 1]**: scaling would shift the first coefficient by 2 ln 32768. Defaults of librosa
differ.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from python_speech_features import mfcc as reference

RATE = 16000
"""Samples per second that the front end expects."""


def mfcc(pcm: NDArray[np.int16]) -> NDArray[np.float64]:
    """MFCC track of a mono 16 kHz signal.

    Args:
        pcm: int16 (N,), N >= 1. Silence is legal: zero energies become machine epsilon before the log.

    Returns:
        float64 (M, 13), M = 1 + ceil((N - 400) / 160); the last window is filled with zeros.

    Raises:
        ValueError: not int16, not one axis, or empty.
    """
    if pcm.dtype != np.int16 or pcm.ndim != 1:
        raise ValueError(f"pcm must be int16 (N,), got {pcm.dtype} {pcm.shape}")
    if len(pcm) == 0:
        raise ValueError("pcm is empty: MFCC of nothing is undefined")
    return np.asarray(reference(pcm, RATE), dtype=np.float64)


def to_int16(audio: NDArray[np.float32]) -> NDArray[np.int16]:
    """float32 sound in [-1, 1] as int16 samples, the inverse of dividing by 32768 (rounded, clipped).

    Args:
        audio: float (N,), in [-1, 1].

    Raises:
        ValueError: a value is not finite.
    """
    if not np.isfinite(audio).all():
        raise ValueError("audio holds values that are not finite")
    scaled = np.clip(np.rint(audio.astype(np.float64) * 32768.0), -32768, 32767)
    return scaled.astype(np.int16)
