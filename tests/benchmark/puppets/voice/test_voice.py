"""What the prosody says can be measured on the sound."""

from __future__ import annotations

from dataclasses import replace

import librosa
import numpy as np
import pytest
from numpy.typing import NDArray

from benchmark.core.types import EMOTIONS
from benchmark.puppets.affect import AFFECT, state
from benchmark.puppets.cast import voice_of
from benchmark.puppets.sentences import SENTENCES
from benchmark.puppets.voice.prosody import Prosody, prosody_of
from benchmark.puppets.voice.synthesis import FRAME, SAMPLE_RATE, Speech, speak

LOW, HIGH = voice_of("P26"), voice_of("P25")
WORDS = SENTENCES["s01"]


def said(voice_state: NDArray[np.float64] | None = None, **changes: float) -> Speech:
    """A sentence of the low voice, in a state or with some prosody changed."""
    prosody = prosody_of(voice_state) if voice_state is not None else replace(Prosody(), **changes)
    return speak(WORDS, LOW, prosody)


def pitch(speech: Speech) -> NDArray[np.float64]:
    """Pitch of the voiced frames in semitones, by librosa's YIN."""
    track = librosa.yin(speech.audio, fmin=60, fmax=400, sr=SAMPLE_RATE, frame_length=1024, hop_length=320)
    power = librosa.feature.rms(y=speech.audio, frame_length=1024, hop_length=320)[0]
    return np.asarray(12 * np.log2(track[power > 0.3 * power.max()] / 100))


def level(speech: Speech) -> float:
    """Decibels below full scale."""
    return float(10 * np.log10(np.mean(speech.audio.astype(np.float64) ** 2)))


def band(speech: Speech, low: float, high: float) -> float:
    """Decibels of a band relative to the whole."""
    power = np.abs(np.fft.rfft(speech.audio)) ** 2
    hertz = np.fft.rfftfreq(len(speech.audio), 1 / SAMPLE_RATE)
    return float(10 * np.log10(power[(hertz >= low) & (hertz < high)].sum() / power.sum()))


def along(dimension: str, size: float) -> NDArray[np.float64]:
    """A state that is neutral but for one dimension."""
    point = np.zeros(len(AFFECT))
    point[AFFECT.index(dimension)] = size
    return point


def test_the_same_words_sound_the_same_and_a_seed_changes_the_noise() -> None:
    first, again = speak(WORDS, HIGH, Prosody()), speak(WORDS, HIGH, Prosody())
    assert first.audio.tobytes() == again.audio.tobytes()
    assert speak(WORDS, HIGH, Prosody(), seed=1).audio.tobytes() != first.audio.tobytes()


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_sound_fills_whole_frames_never_clips_and_holds_its_phonemes(emotion: str) -> None:
    speech = speak(WORDS, HIGH, prosody_of(state(emotion, 3)))
    assert speech.audio.dtype == np.float32 and len(speech.audio) == speech.frames * FRAME
    assert 0.1 < np.abs(speech.audio).max() < 0.98
    starts = [p.start for p in speech.phonemes]
    assert starts == sorted(starts) and starts[0] > 0.05
    assert speech.phonemes[-1].end < len(speech.audio) / SAMPLE_RATE - 0.05
    loud = np.flatnonzero(np.abs(speech.audio) > 0.02) / SAMPLE_RATE
    assert abs(loud[0] - starts[0]) < 0.08
    assert abs(loud[-1] - speech.phonemes[-1].end) < 0.12


def test_vowels_are_where_the_clock_of_the_warp_says() -> None:
    for changes in ({}, {"slope": 4.0, "formants": 2.0}, {"slope": -4.0, "rate": 0.3}):
        speech = said(**changes)
        vowels = [p for p in speech.phonemes if p.name in ("a", "eI", "oU")]
        assert len(vowels) == 3
        power = speech.audio.astype(np.float64) ** 2
        for vowel in vowels:
            inside = power[int(vowel.start * SAMPLE_RATE) : int(vowel.end * SAMPLE_RATE)].mean()
            assert inside > 1.3 * power.mean()


def test_neutral_sentences_last_as_long_as_planned() -> None:
    frames = [speak(text, voice, Prosody()).frames for text in list(SENTENCES.values())[::4] for voice in (LOW, HIGH)]
    assert 30 <= min(frames) and max(frames) <= 56
    assert 36 <= np.mean(frames) <= 48


def test_arousal_raises_pitch_rate_energy_and_high_frequencies() -> None:
    calm, excited = said(along("arousal", -0.5)), said(along("arousal", 0.7))
    assert np.median(pitch(excited)) > np.median(pitch(calm)) + 2
    assert excited.frames < calm.frames - 4
    assert level(excited) > level(calm) + 4
    assert band(excited, 2000, 8000) > band(calm, 2000, 8000) + 2


def test_dominance_lowers_pitch_and_fills_the_chest() -> None:
    weak, strong = said(along("dominance", -0.5)), said(along("dominance", 0.5))
    assert np.median(pitch(strong)) < np.median(pitch(weak)) - 1
    assert band(strong, 150, 400) > band(weak, 150, 400) + 2


def test_valence_brightens() -> None:
    sad, glad = said(along("valence", -0.7)), said(along("valence", 0.7))
    assert band(glad, 2300, 4200) > band(sad, 2300, 4200) + 4


def test_novelty_ends_high_and_derision_low() -> None:
    def fall(speech: Speech) -> float:
        line = pitch(speech)
        return float(np.median(line[-8:]) - np.median(line[:20]))

    assert fall(said(slope=4.0)) > fall(said(slope=-4.0)) + 4
    assert fall(said(along("novelty", 0.9))) > fall(said(along("asymmetry", 0.9))) + 2


def test_affiliation_is_breathy() -> None:
    cold, warm = said(along("affiliation", -0.7)), said(along("affiliation", 0.8))

    def noise(speech: Speech) -> float:
        spectrum = np.abs(librosa.stft(speech.audio, n_fft=512)) ** 2
        return float(np.median(librosa.feature.spectral_flatness(S=spectrum[64:], power=1.0)))

    assert noise(warm) > 1.3 * noise(cold)


def test_approach_grows_and_withdrawal_fades() -> None:
    def growth(speech: Speech) -> float:
        half = len(speech.audio) // 2
        first, second = speech.audio[:half].astype(np.float64), speech.audio[half:].astype(np.float64)
        return float(10 * np.log10(np.mean(second**2) / np.mean(first**2)))

    assert growth(said(along("approach", 0.8))) > growth(said(along("approach", -0.8))) + 4


def test_asymmetry_is_slow_and_rough() -> None:
    def beat(speech: Speech) -> float:
        sound = np.abs(speech.audio.astype(np.float64))
        envelope = np.convolve(sound, np.ones(80) / 80, "same")[::40]
        power = np.abs(np.fft.rfft(envelope - envelope.mean())) ** 2
        hertz = np.fft.rfftfreq(len(envelope), 40 / SAMPLE_RATE)
        return float(power[(hertz > 25) & (hertz < 45)].sum() / power[hertz > 2].sum())

    plain, derisive = said(), said(along("asymmetry", 0.9))
    assert derisive.frames > plain.frames + 4
    assert beat(derisive) > 2 * beat(plain)


def test_voices_differ() -> None:
    assert np.median(pitch(speak(WORDS, HIGH, Prosody()))) > np.median(pitch(speak(WORDS, LOW, Prosody()))) + 3
