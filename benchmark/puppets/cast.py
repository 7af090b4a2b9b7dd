"""Who speaks: 24 identities to train on and 4 to test on, each with its own voice (its face is `FaceStyle.of`).

A voice is one of eSpeak NG's variants, moved in pitch, formants and pace by amounts drawn once for the identity. The
variants are those of its `voices/!v` folder that sound like speech (no robots, no whisper, no echo effects).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from benchmark.core.errors import UsageError, nearest
from benchmark.puppets.face.style import FaceStyle

TRAINING_IDENTITIES: tuple[str, ...] = tuple(f"P{n:02d}" for n in range(1, 25))
TEST_IDENTITIES: tuple[str, ...] = tuple(f"P{n:02d}" for n in range(25, 29))
IDENTITIES: tuple[str, ...] = TRAINING_IDENTITIES + TEST_IDENTITIES

LOW_VARIANTS: tuple[str, ...] = ("m3", "m1", "m4", "m7", "m6", "m8")
HIGH_VARIANTS: tuple[str, ...] = ("f2", "f1", "f3", "f4", "f5")


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


@lru_cache(maxsize=256)
def voice_of(identity: str, seed: int = 0) -> Voice:
    """The voice of an identity. Low or high variants follow the face (see `FaceStyle`: beard, jaw, brows).

    Raises:
        UsageError: there is no such identity.
    """
    if identity not in IDENTITIES:
        raise UsageError(f"unknown puppet '{identity}'{nearest(identity, IDENTITIES)}")
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
