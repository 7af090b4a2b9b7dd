"""The prosodic numbers of sounds whose pitch, level and rhythm are known."""

from __future__ import annotations

import numpy as np
import pytest

from benchmark.extractors.prosody_profile import BANDS, LENGTH, RATE, prosody_profile

LEVEL, PITCH = 2 * BANDS, 2 * BANDS + 8


def voice(seconds: float = 1.5, hertz: float = 140.0, rise: float = 0.0, growth: float = 0.0) -> np.ndarray:
    """A sum of harmonics; `rise` octaves a second, `growth` dB a second."""
    t = np.arange(int(seconds * RATE)) / RATE
    phase = 2 * np.pi * hertz * (t if rise == 0 else (2 ** (rise * t) - 1) / (rise * np.log(2)))
    sound = sum(np.cos(k * phase) / k for k in range(1, 8))
    return np.asarray(0.05 * sound * 10 ** (growth * t / 20), np.float32)


@pytest.mark.parametrize("hertz", [85.0, 140.0, 230.0, 380.0])
def test_the_pitch_of_a_steady_voice_is_its_frequency(hertz: float) -> None:
    found = prosody_profile(voice(hertz=hertz))
    assert found.shape == (LENGTH,) and np.isfinite(found).all()
    assert found[PITCH] == pytest.approx(np.log2(hertz), abs=0.02)
    assert found[PITCH + 1] < 0.02 and abs(found[PITCH + 2]) < 0.02


def test_a_rising_and_growing_voice_has_these_slopes() -> None:
    found = prosody_profile(voice(hertz=150.0, rise=0.4, growth=6.0))
    assert found[PITCH + 2] == pytest.approx(0.4, abs=0.03)
    assert found[LEVEL + 2] == pytest.approx(6.0, abs=0.2)
    assert found[PITCH + 3] > 0.1  # the end lies above the mean of what comes before


def test_the_level_is_in_decibels_and_the_shape_does_not_depend_on_it() -> None:
    loud, soft = prosody_profile(voice()), prosody_profile(voice() / 10)
    assert loud[LEVEL] - soft[LEVEL] == pytest.approx(20.0, abs=1e-3)
    assert np.abs(loud[:LEVEL] - soft[:LEVEL]).max() < 1e-3


def test_pauses_are_counted() -> None:
    said = voice(0.5)
    found = prosody_profile(np.concatenate([said, np.zeros(RATE // 2, np.float32), said]))
    assert found[LEVEL + 3] == pytest.approx(1 / 3, abs=0.05)
    assert found[LEVEL + 4] == pytest.approx(1 / 1.5, abs=0.05)  # one pause in a second and a half


@pytest.mark.parametrize(
    "wrong", [np.zeros(RATE, np.float32), np.ones(100, np.float32), np.full(RATE, np.nan, np.float32)]
)
def test_what_says_nothing_is_refused(wrong: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"silent|half a second"):
        prosody_profile(wrong)
