"""How a recording is spoken, as 69 numbers: level, pitch, rhythm and long-term spectrum. Plain arithmetic, no training.

What the acoustic literature on emotional speech reports (Banse & Scherer 1996; Juslin & Laukka 2003; the minimalistic
set of Eyben et al. 2016, IEEE Transactions on Affective Computing 7, 190-202, "GeMAPS", has the same kinds of numbers):
frames of 25 ms every 10 ms; those within 35 dB of the loudest are speech. No number depends on what is said, each is a
mean, a spread or a slope over the recording.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from python_speech_features import logfbank

RATE = 16000
"""Samples per second of the sound, Hz."""
HOP, WINDOW = 160, 640
BANDS = 26
QUIET = 35.0
"""Decibels under the loudest frame, below which a frame is a pause."""
PITCH = (60.0, 500.0)
"""Hz."""
VOICED = 0.45
"""Least height of the autocorrelation's peak in a voiced frame."""
LENGTH = 2 * BANDS + 17
LEAST = RATE // 2
"""Fewest samples: half a second."""


def prosody_profile(sound: NDArray[np.float32]) -> NDArray[np.float64]:
    """The numbers of one recording.

    Args:
        sound: float32 (N,), mono, 16 kHz, in [-1, 1], N >= 8,000.

    Returns:
        float64 (69,): means and deviations over speech of 26 log mel bands, each frame less its mean band; then level
        (dB), its deviation and slope (dB a second), share of pauses, their number a second, how fast level rises and
        falls (95th percentile, dB a frame), how fast bands change; pitch (log2 Hz), its deviation, slope (octaves a
        second), rise at the end, unsteadiness; height of the autocorrelation's peak, its deviation, share of voiced
        frames, and high against low bands.

    Raises:
        ValueError: shorter than half a second, silent, or values that are not finite.
    """
    values = np.asarray(sound, np.float64)
    if values.ndim != 1 or len(values) < LEAST or not np.isfinite(values).all():
        raise ValueError(f"needs half a second of finite sound at 16 kHz, got shape {values.shape}")
    if np.abs(values).max() < 1e-4:
        raise ValueError("the sound is silent (peak below -80 dB)")
    frames = np.lib.stride_tricks.sliding_window_view(values, WINDOW)[::HOP]
    level = 10 * np.log10((frames**2).mean(axis=1) + 1e-10)
    bands = logfbank(values * 32768, RATE, winlen=0.04, winstep=0.01, nfilt=BANDS, nfft=1024)[: len(level)]
    level = level[: len(bands)]
    spoken = level > level.max() - QUIET
    shape = bands - bands.mean(axis=1, keepdims=True)
    pitch, peak = _pitch(frames[: len(level)])
    voiced = spoken & (peak > VOICED)
    seconds = np.arange(len(level)) * HOP / RATE
    change = np.diff(level[spoken]) if spoken.sum() > 2 else np.zeros(1)
    numbers = [
        level[spoken].mean(),
        level[spoken].std(),
        _slope(seconds[spoken], level[spoken]),
        1.0 - spoken[_inner(spoken)].mean(),
        np.count_nonzero(np.diff(spoken[_inner(spoken)].astype(int)) == -1) / max(seconds[-1], 1e-6),
        np.percentile(change, 95),
        -np.percentile(change, 5),
        np.abs(np.diff(shape[spoken], axis=0)).mean() if spoken.sum() > 2 else 0.0,
        *_pitch_numbers(pitch[voiced], seconds[voiced]),
        peak[spoken].mean(),
        peak[spoken].std(),
        voiced.sum() / max(1, spoken.sum()),
        bands[spoken][:, BANDS // 2 :].mean() - bands[spoken][:, : BANDS // 2].mean(),
    ]
    return np.concatenate([shape[spoken].mean(axis=0), shape[spoken].std(axis=0), np.asarray(numbers)])


def _inner(spoken: NDArray[np.bool_]) -> slice:
    """From the first to the last frame of speech."""
    present = np.flatnonzero(spoken)
    return slice(int(present[0]), int(present[-1]) + 1)


def _pitch(frames: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Pitch (log2 Hz) and height of the normalised autocorrelation's peak, of every frame."""
    window = np.hanning(frames.shape[1])
    size = 2 * frames.shape[1]
    centred = (frames - frames.mean(axis=1, keepdims=True)) * window
    own = np.fft.irfft(np.abs(np.fft.rfft(centred, size)) ** 2)[:, : frames.shape[1]]
    of_window = np.fft.irfft(np.abs(np.fft.rfft(window, size)) ** 2)[: frames.shape[1]]
    low, high = int(RATE / PITCH[1]), int(RATE / PITCH[0])
    normal = own[:, low:high] / np.maximum(own[:, :1], 1e-12) / np.maximum(of_window[low:high] / of_window[0], 0.05)
    strength = np.clip(normal.max(axis=1), 0.0, 1.0)
    padded = np.pad(normal, ((0, 0), (1, 1)), constant_values=-np.inf)
    peaks = (normal >= padded[:, :-2]) & (normal >= padded[:, 2:])
    # the shortest period of those that fit nearly as well: whole multiples of a period fit alike
    place = (peaks & (normal >= 0.9 * normal.max(axis=1, keepdims=True))).argmax(axis=1)
    return np.log2(RATE / (low + place + _vertex(normal, place))), strength


def _vertex(rows: NDArray[np.float64], place: NDArray[np.intp]) -> NDArray[np.float64]:
    """Where between its neighbours the parabola through each row's peak has its top, -0.5 to 0.5."""
    inner = np.clip(place, 1, rows.shape[1] - 2)
    lines = np.arange(len(rows))
    before, here, after = rows[lines, inner - 1], rows[lines, inner], rows[lines, inner + 1]
    bend = before - 2 * here + after
    shift = np.where((inner == place) & (bend < 0), 0.5 * (before - after) / np.where(bend < 0, bend, -1.0), 0.0)
    return np.clip(shift, -0.5, 0.5)


def _pitch_numbers(pitch: NDArray[np.float64], seconds: NDArray[np.float64]) -> list[float]:
    if len(pitch) < 5:
        return [np.log2(150.0), 0.0, 0.0, 0.0, 0.0]
    middle = float(np.median(pitch))
    pitch = np.clip(pitch, middle - 0.8, middle + 0.8)  # octave errors
    last = seconds > seconds[-1] - 0.25
    steps = np.diff(pitch)[np.diff(seconds) < 0.015]
    return [
        float(pitch.mean()),
        float(pitch.std()),
        _slope(seconds, pitch),
        float(pitch[last].mean() - pitch[~last].mean()) if last.any() and not last.all() else 0.0,
        float(np.abs(steps).mean()) if len(steps) else 0.0,
    ]


def _slope(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    spread = x - x.mean()
    return float(spread @ y / (spread @ spread)) if len(x) > 1 and spread.any() else 0.0
