"""Phonemes with times -> viseme weights at 25 frames per second.

Each phoneme has a target for the mouth; neighbours blend by dominance, after Cohen & Massaro 1993 ("Modeling
coarticulation in synthetic visual speech", Models and Techniques in Computer Animation, 139-156): a phoneme's pull
falls exponentially with the distance from its middle, and the mouth takes the weighted mean of the targets. Lip
closures (/p b m/) pull hard and briefly, vowels long and softly. Silence is a mouth at rest. The targets and strengths
are our own.

The blend is evaluated at 200 Hz; a frame shows the mean over its 40 ms, except for closures, teeth and tongue, of which
it shows the strongest moment, so that no /m/ falls between two frames.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmark.puppets.parameters import VISEMES
from benchmark.puppets.voice.espeak import Phoneme

FPS = 25
FINE = 8
"""Evaluations per frame."""

#                 open  wide  round press teeth tongue
_VOWELS: dict[str, tuple[float, ...]] = {
    "i": (0.22, 0.75, 0.00, 0, 0, 0),
    "I": (0.28, 0.50, 0.00, 0, 0, 0),
    "e": (0.45, 0.50, 0.00, 0, 0, 0),
    "E": (0.52, 0.42, 0.00, 0, 0, 0),
    "a": (0.78, 0.30, 0.00, 0, 0, 0),
    "A": (0.85, 0.05, 0.05, 0, 0, 0),
    "V": (0.58, 0.10, 0.00, 0, 0, 0),
    "@": (0.34, 0.12, 0.05, 0, 0, 0),
    "3": (0.36, 0.05, 0.30, 0, 0, 0),
    "0": (0.65, 0.00, 0.35, 0, 0, 0),
    "O": (0.60, 0.00, 0.55, 0, 0, 0),
    "o": (0.48, 0.00, 0.70, 0, 0, 0),
    "U": (0.28, 0.00, 0.70, 0, 0, 0),
    "u": (0.20, 0.00, 0.95, 0, 0, 0),
}
_CONSONANTS: dict[str, tuple[float, ...]] = {
    "p": (0.00, 0.05, 0.05, 1.0, 0, 0),
    "b": (0.00, 0.05, 0.05, 1.0, 0, 0),
    "m": (0.00, 0.05, 0.05, 1.0, 0, 0),
    "f": (0.10, 0.15, 0.00, 0, 1.0, 0),
    "v": (0.10, 0.15, 0.00, 0, 1.0, 0),
    "T": (0.22, 0.15, 0.00, 0, 0, 1.0),
    "D": (0.22, 0.15, 0.00, 0, 0, 0.9),
    "t": (0.16, 0.25, 0.00, 0, 0, 0.25),
    "d": (0.16, 0.25, 0.00, 0, 0, 0.25),
    "n": (0.18, 0.20, 0.00, 0, 0, 0.30),
    "l": (0.26, 0.15, 0.00, 0, 0, 0.65),
    "s": (0.10, 0.40, 0.00, 0, 0, 0),
    "z": (0.10, 0.40, 0.00, 0, 0, 0),
    "S": (0.14, 0.00, 0.65, 0, 0, 0),
    "Z": (0.14, 0.00, 0.65, 0, 0, 0),
    "k": (0.28, 0.15, 0.00, 0, 0, 0),
    "g": (0.28, 0.15, 0.00, 0, 0, 0),
    "N": (0.28, 0.15, 0.00, 0, 0, 0),
    "h": (0.38, 0.12, 0.00, 0, 0, 0),
    "r": (0.22, 0.00, 0.50, 0, 0, 0),
    "w": (0.12, 0.00, 1.00, 0, 0, 0),
    "j": (0.18, 0.60, 0.00, 0, 0, 0),
    "x": (0.28, 0.15, 0.00, 0, 0, 0),
}
_CLUSTERS: dict[str, str] = {"tS": "S", "dZ": "Z"}
_GLIDES: dict[str, tuple[str, str]] = {
    "eI": ("e", "I"),
    "aI": ("a", "I"),
    "OI": ("O", "I"),
    "aU": ("a", "U"),
    "oU": ("o", "U"),
    "i@": ("i", "@"),
    "e@": ("e", "@"),
    "o@": ("o", "@"),
    "O@": ("O", "@"),
    "A@": ("A", "@"),
    "U@": ("U", "@"),
    "aI@": ("a", "I"),
    "aU@": ("a", "U"),
}
_SYLLABIC: dict[str, tuple[str, str]] = {"@L": ("@", "l"), "@l": ("@", "l")}
_REST = (0.0,) * len(VISEMES)
_PEAKED = np.array([name in ("press", "teeth", "tongue") for name in VISEMES])


def targets_of(name: str) -> tuple[tuple[float, ...], ...]:
    """Mouth targets of an eSpeak mnemonic, one after the other: one for most, two for diphthongs; rest if unknown.

    Length marks, variants and palatalization ("i:", "I2", "t#", ";") don't change the mouth.
    """
    plain = name.rstrip(":#;-2345")
    both = {**_GLIDES, **_SYLLABIC}
    for key in (name, plain):
        if key in both:
            return tuple(_VOWELS.get(part, _CONSONANTS.get(part, _REST)) for part in both[key])
    if plain in _CLUSTERS:
        return (_CONSONANTS[_CLUSTERS[plain]],)
    if plain in _CONSONANTS:
        return (_CONSONANTS[plain],)
    letter = (plain or name)[:1]
    return (_VOWELS.get(letter, _REST),)


def is_vowel(name: str) -> bool:
    """Whether an eSpeak mnemonic is a vowel or diphthong."""
    return name not in _SYLLABIC and name.rstrip(":#;-2345") not in _CONSONANTS and (name[:1] in _VOWELS)


def visemes(phonemes: Sequence[Phoneme], frames: int) -> NDArray[np.float32]:
    """Mouth shapes of an utterance.

    Args:
        phonemes: in order, times in seconds.
        frames: length of the clip in frames, >= 1.

    Returns:
        float32 (frames, 6), columns as VISEMES, 0 to 1.
    """
    if not phonemes:
        return np.zeros((frames, len(VISEMES)), np.float32)
    goals, centres, reach, strength = [_REST, _REST], [], [], []
    centres += [phonemes[0].start - 0.10, phonemes[-1].end + 0.10]
    reach += [0.05, 0.06]
    strength += [1.5, 1.5]
    for phoneme in phonemes:
        steps = targets_of(phoneme.name)
        span = (phoneme.end - phoneme.start) / len(steps)
        for number, goal in enumerate(steps):
            closes = max(goal[3:5]) >= 1.0
            vowel = is_vowel(phoneme.name)
            goals.append(goal)
            centres.append(phoneme.start + (number + 0.5) * span)
            reach.append(max(min(span * 0.42, 0.04) if closes else span * 0.55, 0.018))
            strength.append(9.0 if closes else (1.0 + 0.35 * phoneme.stress if vowel else 0.8))
    time = (np.arange(frames * FINE) + 0.5) / (FPS * FINE)
    away = time[:, None] - np.array(centres)[None]
    away[:, 0] = np.maximum(away[:, 0], 0)  # the silence before reaches back without end,
    away[:, 1] = np.minimum(away[:, 1], 0)  # the silence after forward
    distance = np.abs(away) / np.array(reach)[None]
    pull = np.array(strength)[None] * np.exp(-(distance**1.5)) + 1e-9
    fine = (pull @ np.array(goals)) / pull.sum(axis=1, keepdims=True)
    cut = fine.reshape(frames, FINE, -1)
    shapes = np.where(_PEAKED, cut.max(axis=1), cut.mean(axis=1))
    shapes[:, 0] *= 1 - shapes[:, 3]
    weights: NDArray[np.float32] = np.clip(shapes, 0, 1).astype(np.float32)
    return weights
