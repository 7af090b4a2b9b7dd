"""Speech is the same, bit for bit, whatever was said before, in whichever process."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmark.core.errors import BenchmarkError
from benchmark.puppets.voice import espeak
from benchmark.puppets.voice.espeak import Synthesizer, Utterance

HELLO = Utterance("The maps are under the old table.", "en-us+m3", 175, 50, 50)


def digest(samples: np.ndarray) -> str:
    """Hash of samples."""
    return hashlib.sha256(samples.tobytes()).hexdigest()


def test_what_was_said_before_does_not_matter() -> None:
    first = espeak.say(HELLO)
    espeak.say(Utterance("Something else, quite long, and louder!", "en-us+f2", 260, 80, 90))
    assert digest(espeak.say(HELLO).samples) == digest(first.samples)


@pytest.mark.parametrize("voice", ["en-us+m3", "en-us+f2", "en-us+f5"], ids=["plain", "breathy", "breathier"])
def test_another_process_says_the_same(voice: str) -> None:
    hello = replace(HELLO, voice=voice)
    code = (
        "import hashlib; from benchmark.puppets.voice import espeak;"
        f"print(hashlib.sha256(espeak.say(espeak.{hello!r}).samples.tobytes()).hexdigest())"
    )
    root = Path(__file__).parents[4]
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert run.stdout.strip() == digest(espeak.say(hello).samples)


def test_phonemes_are_in_order_and_cover_the_sound() -> None:
    speech = espeak.say(HELLO)
    assert speech.sample_rate == 22050
    starts = [p.start for p in speech.phonemes]
    assert starts == sorted(starts)
    assert all(p.start < p.end for p in speech.phonemes)
    assert speech.phonemes[-1].end <= len(speech.samples) / speech.sample_rate + 1e-9
    names = [p.name for p in speech.phonemes]
    assert {"m", "p", "t", "b", "eI"} <= set(names)
    assert {p.stress for p in speech.phonemes} >= {0, 2}


def test_sound_is_loud_in_vowels_and_absent_in_the_final_silence() -> None:
    speech = espeak.say(HELLO)
    vowel = next(p for p in speech.phonemes if p.name == "eI")
    silence = speech.phonemes[-1]
    rate = speech.sample_rate

    def level(start: float, end: float) -> float:
        return float(np.sqrt(np.mean(speech.samples[int(start * rate) : int(end * rate)] ** 2)))

    assert silence.name.startswith("_")
    assert level(vowel.start, vowel.end) > 20 * level(silence.start + 0.1, silence.end)


def test_an_unknown_voice_is_named() -> None:
    with pytest.raises(BenchmarkError, match="no voice 'xx-nobody'"):
        espeak.say(Utterance("Hello.", "xx-nobody", 175, 50, 50))


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="rate must be 80 to 450, got 20"):
        Utterance("Hello.", "en-us", 20, 50, 50)


def test_the_speech_process_ends_with_its_owner() -> None:
    other = Synthesizer()
    process = other._process
    other.say(HELLO)
    other.close()
    assert process.poll() == 0
