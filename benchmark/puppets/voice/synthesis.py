"""A sentence, spoken by an identity in an affect state: sound and phoneme times.

eSpeak NG speaks with the pitch, range, rate and pauses of the prosody; what it can't do is done to its samples:

1. a time warp (playing the samples faster or slower from moment to moment) shifts the formants of the identity and of
   the state, bends the pitch line and adds tremor; the pitch and rate asked of eSpeak NG are lowered by as much as the
   warp raises them;
2. filters tilt the spectrum and lift or lower two bands; noise shaped by the voice's own envelope makes it breathy;
   irregular beats make it creak;
3. onsets are softened, loudness follows the crescendo and the energy, and a soft limiter keeps the peaks below full
   scale.

Sound is float32 (N,), 16 kHz, mono, below 1 in magnitude, N a whole number of 25 fps frames (640 samples each).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from benchmark.media.resample import resample
from benchmark.puppets.cast import Voice, generator
from benchmark.puppets.voice import espeak
from benchmark.puppets.voice.espeak import Phoneme, Utterance
from benchmark.puppets.voice.prosody import Prosody

SAMPLE_RATE = 16000
FPS = 25
FRAME = SAMPLE_RATE // FPS
"""Samples per frame of video."""

WORDS_A_MINUTE = 205
"""Our neutral rate in eSpeak NG's count: short sentences of 1.3 to 2 seconds. Its own default is 175."""
LEAD, TAIL = 0.08, 0.12
"""Silence before and after the speech, seconds."""
LEVEL = 0.075
"""Root mean square of neutral speech, full scale 1."""
SHELF_HERTZ = 2000.0
CONTROL = 200
"""Control signals per second (pitch line, tremor, creak)."""


@dataclass(frozen=True)
class Speech:
    """A spoken sentence."""

    audio: NDArray[np.float32]
    """float32 (N,), 16 kHz, N a multiple of 640, below 1 in magnitude."""
    phonemes: tuple[Phoneme, ...]
    """The phonemes in order, with their times in seconds of `audio`."""

    @property
    def frames(self) -> int:
        """Frames of 25 fps video that the sound lasts."""
        return len(self.audio) // FRAME


def speak(text: str, voice: Voice, prosody: Prosody, seed: int = 0) -> Speech:
    """Speak a sentence. The same arguments give the same samples.

    Args:
        text: English.
        voice: the identity's voice.
        prosody: how it is said.
        seed: of breath noise, tremor and creak.

    Raises:
        MissingRequirement: the speech synthesizer isn't installed.
    """
    shift = voice.formants + prosody.formants
    semitones = voice.pitch + prosody.pitch - shift
    raw = espeak.say(
        Utterance(
            text=text,
            voice=voice.variant,
            rate=int(np.clip(round(WORDS_A_MINUTE * voice.pace * 2 ** (prosody.rate - shift / 12)), 80, 450)),
            pitch=int(np.clip(round(50 + 50 * semitones / 12), 0, 100)),
            range=int(np.clip(round(50 * 2**prosody.range), 0, 100)),
            gap=int(round(prosody.pause / 10)),
        )
    )
    spoken = [p for p in raw.phonemes if not p.name.startswith("_")]
    begin, end = spoken[0].start, spoken[-1].end
    rng = generator("voice-texture", text, voice.identity, prosody, seed)
    voiced = raw.samples[int(begin * raw.sample_rate) : int(end * raw.sample_rate)]
    voiced = voiced / max(float(np.sqrt(np.mean(voiced**2))), 1e-6) * LEVEL
    speed = _speed(len(voiced) / raw.sample_rate, shift, prosody, rng)
    warped, clock = _warp(voiced, raw.sample_rate, speed)
    sound = resample(warped.astype(np.float32), raw.sample_rate, SAMPLE_RATE).astype(np.float64)
    sound = _shelf(sound, prosody.tilt + voice.tilt)
    sound = _peak(_peak(sound, 3000.0, 1.0, prosody.ring), 250.0, 0.8, prosody.chest)
    sound = _creak(sound, prosody.creak, rng)
    sound = _breath(sound, prosody.breath + voice.breath, rng)
    sound = _loudness(sound, prosody)
    seconds = LEAD + len(sound) / SAMPLE_RATE + TAIL
    audio = np.zeros(int(np.ceil(seconds * FPS)) * FRAME)
    lead = int(LEAD * SAMPLE_RATE)
    audio[lead : lead + len(sound)] = sound
    phonemes = tuple(
        Phoneme(p.name, clock(p.start - begin) + LEAD, clock(p.end - begin) + LEAD, p.stress) for p in spoken
    )
    return Speech(_limit(audio).astype(np.float32), phonemes)


def _speed(seconds: float, shift: float, prosody: Prosody, rng: np.random.Generator) -> NDArray[np.float64]:
    """Playing speed from moment to moment, float64 (K,), K control points over the utterance; 1 is unchanged."""
    time = np.arange(int(seconds * CONTROL) + 2) / CONTROL
    place = np.clip(time / seconds, 0, 1)
    line = prosody.slope * (place - 0.5)
    line += prosody.final * np.clip((time - (seconds - 0.25)) / 0.25, 0, 1) ** 2
    wobble = np.cumsum(rng.normal(0, 0.25, len(time))) / np.sqrt(CONTROL)
    line += prosody.tremor * np.sin(2 * np.pi * (6.0 * time + 0.5 * wobble + rng.uniform()))
    speed: NDArray[np.float64] = 2 ** ((shift + line) / 12)
    return speed


class _Clock:
    """Time in the original -> time in the warped sound, both in seconds."""

    def __init__(self, original: NDArray[np.float64], warped: NDArray[np.float64]) -> None:
        self._original, self._warped = original, warped

    def __call__(self, seconds: float) -> float:
        return float(np.interp(seconds, self._original, self._warped))


def _warp(samples: NDArray[np.float64], rate: int, speed: NDArray[np.float64]) -> tuple[NDArray[np.float64], _Clock]:
    """Play samples at a changing speed, by cubic interpolation (Catmull-Rom)."""
    original = np.arange(len(speed)) / CONTROL
    warped = np.concatenate([[0.0], np.cumsum(1 / ((speed[1:] + speed[:-1]) / 2)) / CONTROL])
    clock = _Clock(original, warped)
    count = int(clock(len(samples) / rate) * rate)
    place = np.interp(np.arange(count) / rate, warped, original) * rate
    base = np.clip(place.astype(np.intp), 1, len(samples) - 3)
    f = place - base
    a, b, c, d = samples[base - 1], samples[base], samples[base + 1], samples[base + 2]
    return b + 0.5 * f * (c - a + f * (2 * a - 5 * b + 4 * c - d + f * (3 * (b - c) + d - a))), clock


def _shelf(sound: NDArray[np.float64], decibels: float) -> NDArray[np.float64]:
    """First-order high shelf at SHELF_HERTZ, unit gain at 0 Hz; loudness is restored afterwards."""
    gain = 10 ** (decibels / 20)
    t = np.tan(np.pi * SHELF_HERTZ / SAMPLE_RATE)
    root = np.sqrt(gain)
    b = np.array([t + root, t - root]) * root / (1 + root * t)
    a = np.array([1.0, (root * t - 1) / (1 + root * t)])
    b *= a.sum() / b.sum()
    tilted: NDArray[np.float64] = lfilter(b, a, sound)
    return tilted * float(np.sqrt(np.mean(sound**2) / max(float(np.mean(tilted**2)), 1e-12)))


def _peak(sound: NDArray[np.float64], hertz: float, quality: float, decibels: float) -> NDArray[np.float64]:
    """Second-order peaking filter (R. Bristow-Johnson's "Audio EQ Cookbook"); loudness is restored afterwards."""
    gain = 10 ** (decibels / 40)
    angle = 2 * np.pi * hertz / SAMPLE_RATE
    width = np.sin(angle) / (2 * quality)
    b = np.array([1 + width * gain, -2 * np.cos(angle), 1 - width * gain])
    a = np.array([1 + width / gain, -2 * np.cos(angle), 1 - width / gain])
    peaked: NDArray[np.float64] = lfilter(b / a[0], a / a[0], sound)
    return peaked * float(np.sqrt(np.mean(sound**2) / max(float(np.mean(peaked**2)), 1e-12)))


def _envelope(sound: NDArray[np.float64], seconds: float = 0.012) -> NDArray[np.float64]:
    """Smoothed magnitude, float64 (N,), without delay."""
    decay = np.exp(-1 / (seconds * SAMPLE_RATE))
    forward = lfilter([1 - decay], [1, -decay], np.abs(sound))
    both: NDArray[np.float64] = lfilter([1 - decay], [1, -decay], forward[::-1])[::-1]
    return both


def _breath(sound: NDArray[np.float64], amount: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Add noise above about 1 kHz that follows the voice; the voice gives way by as much."""
    noise = rng.normal(size=len(sound))
    noise = lfilter([1, -1], [1, -0.66], noise)
    noise /= np.sqrt(np.mean(noise**2))
    breathy: NDArray[np.float64] = sound * (1 - 0.5 * amount) + noise * _envelope(sound) * amount * 1.6
    return breathy


def _creak(sound: NDArray[np.float64], amount: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Irregular dips of loudness about 35 times a second, as when vocal folds beat unevenly."""
    beats = np.cumsum(np.maximum(rng.normal(1 / 35, 0.25 / 35, int(len(sound) / SAMPLE_RATE * 60) + 4), 0.008))
    time = np.arange(len(sound)) / SAMPLE_RATE
    phase = np.interp(time, np.concatenate([[0.0], beats]), np.arange(len(beats) + 1))
    creaky: NDArray[np.float64] = sound * (1 - amount * (0.5 + 0.5 * np.cos(2 * np.pi * phase)))
    return creaky


def _loudness(sound: NDArray[np.float64], prosody: Prosody) -> NDArray[np.float64]:
    """Onsets, crescendo, trembling, energy."""
    fast, slow = _envelope(sound, 0.004), _envelope(sound, 0.060)
    rise = np.clip((fast - slow) / (fast + slow + 1e-4), 0, 1)
    place = np.linspace(-0.5, 0.5, len(sound))
    tremble = np.sin(2 * np.pi * 6.0 * np.arange(len(sound)) / SAMPLE_RATE)
    decibels = prosody.energy + prosody.crescendo * place + 14 * (prosody.onset - 0.5) * rise
    decibels += 5.0 * prosody.tremor * tremble
    louder: NDArray[np.float64] = sound * 10 ** (decibels / 20)
    fade = np.minimum(1, np.minimum(np.arange(len(sound)), np.arange(len(sound))[::-1]) / (0.008 * SAMPLE_RATE))
    return louder * fade


def _limit(sound: NDArray[np.float64]) -> NDArray[np.float64]:
    """Leave samples below 0.6 alone, bend louder ones so that none reaches 0.98."""
    size = np.abs(sound)
    bent = 0.6 + 0.38 * np.tanh((size - 0.6) / 0.38)
    return np.where(size > 0.6, np.sign(sound) * bent, sound)
