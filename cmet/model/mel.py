"""Speech to mel spectrogram to one 16-row window for each video frame, as Audio2Lip reads it.

16 kHz mono; pre-emphasis 0.97; STFT of 800 samples, hop 200 (80 rows a second), periodic Hann, centred; magnitude; 80
Slaney mel bands from 55 to 7600 Hz; decibels from a floor of 1e-5, minus 20; [-100, 0] dB mapped to [-4, 4] and
clipped. These are Wav2Lip's numbers (Prajwal et al., 2020, hparams of the public code), which EDTalk took over.

The clip's ends are padded with zeros, as librosa >= 0.10 does; librosa < 0.10, which the authors pinned, reflected the
signal. Only the first two and last two rows differ.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 16000
FPS = 25
SAMPLES_PER_FRAME = SAMPLE_RATE // FPS
FFT = 800
HOP = 200
BANDS = 80
LOWEST, HIGHEST = 55.0, 7600.0
WINDOW_ROWS = 16

Padding = Literal["zero", "reflect"]


def hertz_to_mel(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Slaney's mel scale: linear below 1000 Hz (3 mel for 200 Hz), logarithmic above (27 mel for a factor of 6.4)."""
    linear = hertz * 3.0 / 200.0
    return np.where(hertz < 1000.0, linear, 15.0 + 27.0 * np.log(np.maximum(hertz, 1000.0) / 1000.0) / np.log(6.4))


def mel_to_hertz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    """Inverse of `hertz_to_mel`."""
    return np.where(mel < 15.0, mel * 200.0 / 3.0, 1000.0 * np.exp((mel - 15.0) * np.log(6.4) / 27.0))


@cache
def mel_basis() -> NDArray[np.float32]:
    """Triangular filters of unit area, float32 (80, 401); read-only."""
    lowest, highest = hertz_to_mel(np.array([LOWEST, HIGHEST]))
    edges = mel_to_hertz(np.linspace(lowest, highest, BANDS + 2))
    bins = np.linspace(0.0, SAMPLE_RATE / 2, FFT // 2 + 1)
    low, peak, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising = (bins - low) / (peak - low)
    falling = (high - bins) / (high - peak)
    triangles = np.maximum(0.0, np.minimum(rising, falling)) * (2.0 / (high - low))
    basis = triangles.astype(np.float32)
    basis.flags.writeable = False
    return basis


def frame_count(samples: int) -> int:
    """Number of video frames (25 a second) that so many samples at 16 kHz fill."""
    return samples // SAMPLES_PER_FRAME


def mel_spectrogram(audio: NDArray[np.float32], padding: Padding = "zero") -> NDArray[np.float32]:
    """Mel rows of speech.

    Args:
        audio: float32 (N,), 16 kHz mono in [-1, 1]; what does not fill a video frame is cut off.
        padding: what stands beyond the ends, see the module's text.

    Returns:
        float32 (1 + n // 200, 80) in [-4, 4], n the samples kept.

    Raises:
        ValueError: less than one video frame of sound, or not one channel.
    """
    if audio.ndim != 1:
        raise ValueError(f"audio must be mono (N,), got {audio.shape}")
    kept = frame_count(len(audio)) * SAMPLES_PER_FRAME
    if kept == 0:
        raise ValueError(f"audio must fill one video frame ({SAMPLES_PER_FRAME} samples), got {len(audio)} samples")
    from scipy.signal import lfilter  # takes a second to import

    emphasised = np.asarray(lfilter([1.0, -0.97], [1.0], audio[:kept].astype(np.float64)))
    padded = np.pad(emphasised, FFT // 2, mode="constant" if padding == "zero" else "reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, FFT)[::HOP]
    hann = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(FFT) / FFT)
    magnitude = np.abs(np.fft.rfft(frames * hann, axis=1))
    decibels = 20.0 * np.log10(np.maximum(1e-5, magnitude @ mel_basis().T)) - 20.0
    return np.clip(8.0 * (decibels + 100.0) / 100.0 - 4.0, -4.0, 4.0).astype(np.float32)


def window_rows(frames: int, rows: int) -> NDArray[np.int64]:
    """Which mel rows each video frame sees.

    The window of frame i starts at trunc(3.2 * (i - 2)), truncated toward zero, and is clipped to the rows there are.

    Args:
        frames: number of video frames at 25 a second.
        rows: number of mel rows.

    Returns:
        int64 (frames, 16), in [0, rows).
    """
    shifted = np.arange(frames) - 2
    starts = np.sign(shifted) * (np.abs(shifted) * 16 // 5)
    return np.asarray(np.clip(starts[:, None] + np.arange(WINDOW_ROWS), 0, rows - 1))


def mel_windows(audio: NDArray[np.float32], padding: Padding = "zero") -> NDArray[np.float32]:
    """The input of Audio2Lip: float32 (frames, 1, 80, 16) for audio (N,) at 16 kHz, frames = N // 640."""
    mel = mel_spectrogram(audio, padding)
    rows = window_rows(frame_count(len(audio)), len(mel))
    return np.ascontiguousarray(mel[rows].transpose(0, 2, 1)[:, None])
