"""The mel front end against librosa, whose conventions it follows."""

from __future__ import annotations

import numpy as np
import pytest

from cmet.model.mel import frame_count, mel_basis, mel_spectrogram, mel_windows, window_rows


def speech_like(samples: int) -> np.ndarray:
    rng = np.random.default_rng(3)
    t = np.arange(samples) / 16000
    tone = sum(np.sin(2 * np.pi * 140 * k * t) / k for k in range(1, 20))
    return (0.1 * tone + 0.01 * rng.standard_normal(samples)).astype(np.float32)


def test_the_filters_are_slaneys() -> None:
    librosa = pytest.importorskip("librosa")
    expected = librosa.filters.mel(sr=16000, n_fft=800, n_mels=80, fmin=55, fmax=7600)
    np.testing.assert_allclose(mel_basis(), expected, atol=2e-8)


@pytest.mark.parametrize(("padding", "mode"), [("zero", "constant"), ("reflect", "reflect")])
def test_the_spectrogram_is_librosas(padding, mode: str) -> None:
    librosa = pytest.importorskip("librosa")
    audio = speech_like(10 * 640 + 333)
    kept = audio[: 10 * 640]
    emphasised = np.append(kept[0], kept[1:].astype(np.float64) - 0.97 * kept[:-1])
    magnitude = np.abs(librosa.stft(emphasised, n_fft=800, hop_length=200, pad_mode=mode))
    mel = librosa.filters.mel(sr=16000, n_fft=800, n_mels=80, fmin=55, fmax=7600) @ magnitude
    decibels = 20 * np.log10(np.maximum(1e-5, mel)) - 20
    expected = np.clip(8 * (decibels + 100) / 100 - 4, -4, 4).T
    np.testing.assert_allclose(mel_spectrogram(audio, padding), expected, atol=1e-5)


def test_windows_start_two_frames_early_and_stay_inside() -> None:
    rows = window_rows(10, 33)
    assert rows[:, 0].tolist() == [0, 0, 0, 3, 6, 9, 12, 16, 19, 22]
    assert rows[2].tolist() == list(range(16))
    assert rows.max() == 32
    np.testing.assert_array_equal(window_rows(3, 100)[0], np.clip(np.arange(-6, 10), 0, 99))


@pytest.mark.parametrize(("samples", "frames"), [(640, 1), (1279, 1), (1280, 2), (16000, 25)])
def test_a_frame_is_640_samples(samples: int, frames: int) -> None:
    assert frame_count(samples) == frames
    assert mel_windows(speech_like(samples)).shape == (frames, 1, 80, 16)


def test_silence_is_the_floor() -> None:
    assert (mel_spectrogram(np.zeros(6400, dtype=np.float32)) == -4.0).all()


@pytest.mark.parametrize("shape", [(639,), (0,), (2, 6400)])
def test_too_short_and_stereo_sound_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="audio must"):
        mel_spectrogram(np.zeros(shape, dtype=np.float32))
