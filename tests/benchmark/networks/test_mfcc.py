from __future__ import annotations

import numpy as np
import pytest
import scipy.fft

from benchmark.networks.mfcc import mfcc, to_int16
from benchmark.parity.golden.inputs import formula_sound


def by_hand(pcm: np.ndarray) -> np.ndarray:
    """The front end from its definition: pre-emphasis, power spectrum, 26 triangles, log, DCT, lifter, log energy."""
    signal = np.append(pcm[0], pcm[1:] - 0.97 * pcm[:-1].astype(np.float64))
    count = 1 + max(0, -(-(len(signal) - 400) // 160))
    padded = np.concatenate([signal, np.zeros(max(0, (count - 1) * 160 + 400 - len(signal)))])
    frames = np.stack([padded[160 * i : 160 * i + 400] for i in range(count)])
    power = np.abs(np.fft.rfft(frames, 512)) ** 2 / 512
    mel = np.linspace(0, 2595 * np.log10(1 + 8000 / 700), 28)
    edges = np.floor(513 * (700 * (10 ** (mel / 2595) - 1)) / 16000)
    bank = np.zeros((26, 257))
    for j in range(26):
        low, middle, high = edges[j : j + 3]
        rise, fall = np.arange(int(low), int(middle)), np.arange(int(middle), int(high))
        bank[j, rise] = (rise - low) / (middle - low)
        bank[j, fall] = (high - fall) / (high - middle)
    eps = np.finfo(float).eps
    bands = power @ bank.T
    cepstrum = scipy.fft.dct(np.log(np.where(bands == 0, eps, bands)), type=2, axis=1, norm="ortho")[:, :13]
    cepstrum *= 1 + 11 * np.sin(np.pi * np.arange(13) / 22)
    energy = power.sum(axis=1)
    cepstrum[:, 0] = np.log(np.where(energy == 0, eps, energy))
    return cepstrum


@pytest.mark.parametrize("samples", [1, 399, 400, 401, 500, 3200, 16001])
def test_follows_the_definition_at_every_length(samples: int) -> None:
    pcm = formula_sound(samples)
    ours = mfcc(pcm)
    assert ours.shape == (1 + max(0, -(-(samples - 400) // 160)), 13)
    np.testing.assert_allclose(ours, by_hand(pcm), rtol=1e-9, atol=1e-9)


def test_silence_is_finite() -> None:
    track = mfcc(np.zeros(3200, np.int16))
    assert np.isfinite(track).all()
    np.testing.assert_allclose(track[:, 0], np.log(np.finfo(float).eps))


def test_scaling_shifts_only_the_first_coefficient() -> None:
    """Why samples must stay int16: four times as loud adds 2 ln 4 to coefficient 0 and nothing to the others."""
    quiet = (formula_sound(8000) // 8).astype(np.int16)
    loud = (quiet * 4).astype(np.int16)
    difference = mfcc(loud) - mfcc(quiet)
    np.testing.assert_allclose(difference[:, 0], 2 * np.log(4), atol=1e-9)
    np.testing.assert_allclose(difference[:, 1:], 0, atol=1e-8)


@pytest.mark.parametrize("wrong", [np.zeros(400, np.float32), np.zeros((2, 400), np.int16), np.zeros(0, np.int16)])
def test_anything_but_mono_int16_is_refused(wrong: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"int16 \(N,\)|empty"):
        mfcc(wrong)


def test_float_samples_return_to_the_integers_they_came_from() -> None:
    pcm = np.array([-32768, -1, 0, 1, 32767], np.int16)
    assert (to_int16(pcm.astype(np.float32) / 32768) == pcm).all()
    assert to_int16(np.array([1.5, -1.5], np.float32)).tolist() == [32767, -32768]
    with pytest.raises(ValueError, match="not finite"):
        to_int16(np.array([np.nan], np.float32))
