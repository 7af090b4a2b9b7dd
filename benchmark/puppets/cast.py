"""Who speaks: 24 identities to train on and 4 to test on, each with its own voice (its face is `FaceStyle.of`).

The second cast has 24 more to test on and 8 to choose by, drawn so that glasses, beards and low voices are as frequent
as among those to train on and no voice comes twice (`fair_draw`).

A voice is one of eSpeak NG's variants, moved in pitch, formants and pace by amounts drawn once for the identity. The
variants are those of its `voices/!v` folder that sound like speech (no robots, no whisper, no echo effects).
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from benchmark.core.errors import UsageError, nearest
from benchmark.puppets.face.style import FaceStyle

TRAINING_IDENTITIES: tuple[str, ...] = tuple(f"P{n:02d}" for n in range(1, 25))
TEST_IDENTITIES: tuple[str, ...] = tuple(f"P{n:02d}" for n in range(25, 29))
SECOND_TEST_IDENTITIES: tuple[str, ...] = (
    "P29", "P30", "P31", "P32", "P34", "P35", "P36", "P37", "P38", "P39", "P41", "P42",
    "P44", "P47", "P48", "P50", "P56", "P64", "P85", "P94", "P97", "P98", "P110", "P111",
)  # fmt: skip
"""`fair_draw(24, ...)` from P29 on."""
VALIDATION_IDENTITIES: tuple[str, ...] = ("P112", "P116", "P117", "P118", "P125", "P128", "P130", "P143")
"""`fair_draw(8, ...)` from P112 on: what choices between networks are made by, so that no test speaker is looked at."""
IDENTITIES: tuple[str, ...] = TRAINING_IDENTITIES + TEST_IDENTITIES + SECOND_TEST_IDENTITIES + VALIDATION_IDENTITIES

LOW_VARIANTS: tuple[str, ...] = ("m3", "m1", "m4", "m7", "m6", "m8")
HIGH_VARIANTS: tuple[str, ...] = ("f2", "f1", "f3", "f4", "f5")
APART = 0.4
"""Semitones by which two voices of one variant differ at least, in the casts that `fair_draw` made."""


@dataclass(frozen=True)
class Voice:
    """How an identity sounds when neutral."""

    identity: str
    variant: str
    """Voice and variant of eSpeak NG, e.g. "en-us+f2"."""
    pitch: float
    """Semitones above the variant's own, -1.5 to 1.5."""
    formants: float
    """Semitones by which all resonances are shifted, -1 to 1: a longer or shorter vocal tract."""
    pace: float
    """Speaking rate as a factor, 0.94 to 1.06."""
    breath: float
    """Added to the breathiness of the prosody, 0 to 0.06."""
    tilt: float
    """Decibels added above 2 kHz, -1 to 1."""


def generator(*parts: object) -> np.random.Generator:
    """A random generator that depends on the named parts alone, on every machine: `generator("voice", "P01", 0)`."""
    return np.random.Generator(np.random.PCG64(zlib.crc32("/".join(map(str, parts)).encode())))


def fair_draw(count: int, taken: Sequence[str], first: int) -> tuple[tuple[str, ...], int]:
    """Names of people who look and sound as often like this or that as the training identities do.

    The names P<first>, P<first + 1>, ... are taken in their order, each unless its group is full: bearded, otherwise
    low, and high voices, with and without glasses, have their share of the training identities, rounded; a
    synthesizer's variant is used by no more people than it must; and a voice lies at least `APART` semitones, in
    pitch and formants together, from every other one of the same variant.

    Args:
        count: how many people.
        taken: people whose voices may not come again.
        first: number of the first name that may be drawn.

    Returns:
        the names; and the number after the last one that was looked at.
    """
    room: Counter[str] = Counter()
    for group, members in Counter(_group(name) for name in TRAINING_IDENTITIES).items():
        room[group] = round(count * members / len(TRAINING_IDENTITIES))
    room["high"] = count - room["low"] - room["bearded"]
    seeing = round(count * sum(map(_wears_glasses, TRAINING_IDENTITIES)) / len(TRAINING_IDENTITIES))
    glasses = {True: seeing, False: count - seeing}
    lows, highs = room["low"] + room["bearded"], room["high"]
    each = {name: -(-lows // len(LOW_VARIANTS)) for name in LOW_VARIANTS}
    each |= {name: -(-highs // len(HIGH_VARIANTS)) for name in HIGH_VARIANTS}
    voices = [_drawn_voice(name, 0) for name in taken]
    names: list[str] = []
    while len(names) < count:
        name = f"P{first:02d}"
        first += 1
        voice, group, wears = _drawn_voice(name, 0), _group(name), _wears_glasses(name)
        variant = voice.variant.removeprefix("en-us+")
        if min(room[group], glasses[wears], each[variant]) < 1 or any(_alike(voice, other) for other in voices):
            continue
        room[group] -= 1
        glasses[wears] -= 1
        each[variant] -= 1
        voices.append(voice)
        names.append(name)
    return tuple(names), first


def _group(name: str) -> str:
    if FaceStyle.of(name, 0).beard != "none":
        return "bearded"
    return "low" if _sounds_low(name, 0) else "high"


def _wears_glasses(name: str) -> bool:
    return FaceStyle.of(name, 0).glasses != "none"


def _alike(one: Voice, other: Voice) -> bool:
    apart = math.hypot(one.pitch - other.pitch, one.formants - other.formants)
    return one.variant == other.variant and apart < APART


@lru_cache(maxsize=256)
def voice_of(identity: str, seed: int = 0) -> Voice:
    """The voice of an identity. Low or high variants follow the face (see `FaceStyle`: beard, jaw, brows).

    Raises:
        UsageError: there is no such identity.
    """
    if identity not in IDENTITIES:
        raise UsageError(f"unknown puppet '{identity}'{nearest(identity, IDENTITIES)}")
    return _drawn_voice(identity, seed)


def _drawn_voice(identity: str, seed: int) -> Voice:
    variants = LOW_VARIANTS if _sounds_low(identity, seed) else HIGH_VARIANTS
    rng = generator("voice", identity, seed)
    pitch, formants, tilt = rng.uniform(-1, 1, 3) * (1.5, 1.0, 1.0)
    return Voice(
        identity=identity,
        variant=f"en-us+{variants[int(rng.integers(len(variants)))]}",
        pitch=float(pitch),
        formants=float(formants),
        pace=float(rng.uniform(0.94, 1.06)),
        breath=float(rng.uniform(0.0, 0.06)),
        tilt=float(tilt),
    )


def _sounds_low(identity: str, seed: int) -> bool:
    """Whether the face suggests a low voice: a beard, or a broad chin with thick brows."""
    face = FaceStyle.of(identity, seed)
    return face.beard != "none" or face.chin + face.brow_width > 0.081
