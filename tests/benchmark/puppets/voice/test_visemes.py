"""Mouths follow phonemes: lips close for /p b m/, open for vowels, rest in silence."""

from __future__ import annotations

import numpy as np
import pytest

from benchmark.puppets.cast import voice_of
from benchmark.puppets.parameters import VISEMES
from benchmark.puppets.sentences import SENTENCES
from benchmark.puppets.voice.espeak import Phoneme
from benchmark.puppets.voice.prosody import Prosody
from benchmark.puppets.voice.synthesis import speak
from benchmark.puppets.voice.visemes import is_vowel, targets_of, visemes

OPEN, WIDE, ROUND, PRESS, TEETH, TONGUE = range(len(VISEMES))


def word(*names: str, each: float = 0.12, start: float = 0.2) -> list[Phoneme]:
    """Phonemes of equal length, one after the other."""
    return [Phoneme(name, start + i * each, start + (i + 1) * each) for i, name in enumerate(names)]


@pytest.mark.parametrize("closure", ["p", "b", "m"])
def test_lips_close_between_vowels(closure: str) -> None:
    mouth = visemes(word("a", closure, "a", each=0.16), 25)
    middle = int((0.2 + 1.5 * 0.16) * 25)
    assert mouth[middle, PRESS] > 0.9
    assert mouth[middle, OPEN] < 0.1
    assert mouth[middle - 4, OPEN] > 0.5 and mouth[middle + 4, OPEN] > 0.5


def test_each_sound_has_its_mouth() -> None:
    assert visemes(word("i:"), 15)[:, WIDE].max() > 0.5
    assert visemes(word("u:"), 15)[:, ROUND].max() > 0.6
    assert visemes(word("f"), 15)[:, TEETH].max() > 0.8
    assert visemes(word("T"), 15)[:, TONGUE].max() > 0.8
    assert visemes(word("A:"), 15)[:, OPEN].max() > 0.6


def test_silence_is_a_mouth_at_rest() -> None:
    mouth = visemes(word("a", start=0.4), 30)
    assert np.abs(mouth[:6]).max() < 0.02 and np.abs(mouth[-10:]).max() < 0.02
    assert not visemes([], 4).any()


def test_neighbours_colour_a_sound() -> None:
    alone = visemes(word("s"), 15)
    rounded = visemes(word("u:", "s", "u:", start=0.08), 15)
    assert rounded[6, ROUND] > alone[6, ROUND] + 0.05


def test_a_diphthong_moves() -> None:
    mouth = visemes([Phoneme("aI", 0.2, 0.6)], 20)
    assert mouth[8, OPEN] > mouth[13, OPEN]
    assert mouth[13, WIDE] > mouth[8, WIDE]


def test_phoneme_variants_share_a_mouth() -> None:
    assert targets_of("I2") == targets_of("I")
    assert targets_of("t#") == targets_of("t")
    assert len(targets_of("oU")) == 2
    assert is_vowel("3:") and is_vowel("aI") and not is_vowel("m") and not is_vowel("@L")


def test_every_phoneme_of_every_sentence_has_a_mouth_and_every_closure_is_seen() -> None:
    voice = voice_of("P03")
    closures = missed = 0
    for text in SENTENCES.values():
        speech = speak(text, voice, Prosody())
        mouth = visemes(speech.phonemes, speech.frames)
        assert mouth.dtype == np.float32 and mouth.min() >= 0 and mouth.max() <= 1
        for phoneme in speech.phonemes:
            if phoneme.name not in (";", "?"):
                assert any(any(goal) for goal in targets_of(phoneme.name)), phoneme.name
            if phoneme.name in ("p", "b", "m"):
                closures += 1
                shown = mouth[int(phoneme.start * 25) : int(np.ceil(phoneme.end * 25)), PRESS].max()
                missed += shown < 0.75
    assert closures > 60
    assert missed <= 0.02 * closures
