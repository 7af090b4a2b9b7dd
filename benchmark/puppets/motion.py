"""Affect state, speech and identity -> what the face does in every frame.

* **Expression**: the state's action units, at full strength from the first frame (as in MEAD's clips), waxing and
  waning by a few per cent and with the stressed syllables. Every face has its own way: fixed gains per action unit.
* **Speech**: visemes; brows flash a little on stressed syllables, whatever the emotion.
* **Head, gaze, blinks**: slow drift, a nod on stress, 15 to 20 blinks a minute (Bentivoglio et al. 1997, Movement
  Disorders 12, 1028-1034: 17 a minute at rest). They depend on identity and sentence and are laid out over the clip's
  length, so the neutral and the emotional clip of the same words move their heads alike: an edit that keeps the
  source's head is not scored down for keeping it. Only a small lean of the head follows the state (low when sad, high
  when proud; Tracy & Robins 2004, Psychological Science 15, 194-197).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmark.core.action_units import ACTION_UNITS
from benchmark.puppets.affect import AFFECT
from benchmark.puppets.cast import generator
from benchmark.puppets.emfacs import action_units
from benchmark.puppets.parameters import FaceMotion
from benchmark.puppets.voice.espeak import Phoneme
from benchmark.puppets.voice.visemes import FPS, is_vowel, visemes

Array = NDArray[np.float64]

GAIN_SPREAD = 0.12
"""An identity shows each action unit up to this much more or less than the map says."""
WAX = 0.06
"""How much the expression waxes and wanes, as a fraction."""
BLINK_SHAPE = (0.45, 1.0, 0.8, 0.4, 0.12)
"""Lid closure of a blink, frame by frame: closing is faster than opening."""
BLINKS_A_SECOND = 17 / 60

LEAN: dict[str, tuple[float, float, float]] = {
    "valence": (0.0, 1.0, 0.0),
    "dominance": (0.0, 2.5, 0.0),
    "affiliation": (0.0, 0.0, 1.5),
    "asymmetry": (2.0, 0.0, -1.0),
}
"""Degrees of yaw, pitch, roll for one unit of a dimension."""


def move(
    identity: str, sentence: str, state: NDArray[np.floating], phonemes: Sequence[Phoneme], frames: int, seed: int = 0
) -> FaceMotion:
    """The face's motion over a clip. The same arguments give the same motion.

    Args:
        identity: whose face; seeds its idiosyncrasies.
        sentence: number of the sentence; with the identity it seeds head, gaze and blinks.
        state: affect, float (7,), order as AFFECT.
        phonemes: what is said when, seconds.
        frames: length of the clip at 25 frames per second, >= 1.
        seed: of the corpus.
    """
    rng = generator("motion", identity, sentence, seed)
    place = (np.arange(frames) + 0.5) / frames
    stress = _stress(phonemes, frames)
    affect = np.asarray(state, np.float64)
    mouth = visemes(phonemes, frames)
    mouth[:, 0] *= 1 + 0.15 * float(affect[AFFECT.index("arousal")])
    return FaceMotion(
        action_units=_expression(identity, affect, place, stress, rng, seed),
        visemes=np.clip(mouth, 0, 1),
        pose=_head(affect, place, stress, rng),
        eyes=_eyes(place, frames, rng),
    )


def _stress(phonemes: Sequence[Phoneme], frames: int) -> Array:
    """Emphasis of the speech, float64 (frames,), 0 to 1: a bump of about 0.2 s on each stressed vowel."""
    time = (np.arange(frames) + 0.5) / FPS
    total = np.zeros(frames)
    for phoneme in phonemes:
        if phoneme.stress and is_vowel(phoneme.name):
            middle = (phoneme.start + phoneme.end) / 2
            total += 0.5 * phoneme.stress * np.exp(-(((time - middle) / 0.10) ** 2))
    return np.minimum(total, 1.0)


def _drift(place: Array, rng: np.random.Generator, waves: int = 3) -> Array:
    """A smooth random curve over the clip, about -1 to 1, the same for any number of frames."""
    curve = np.zeros_like(place)
    for number in range(1, waves + 1):
        size, phase = rng.uniform(0.4, 1.0) / number, rng.uniform(0, 2 * np.pi)
        curve += size * np.sin(np.pi * number * rng.uniform(0.8, 1.2) * place + phase)
    return curve / 1.3


def _expression(
    identity: str, state: Array, place: Array, stress: Array, rng: np.random.Generator, seed: int
) -> NDArray[np.float32]:
    gains = 1 + GAIN_SPREAD * generator("face-gains", identity, seed).uniform(-1, 1, len(ACTION_UNITS))
    level = 1 - WAX / 2 + WAX / 2 * _drift(place, rng) + WAX * (stress - 0.3)
    units = action_units(state)[None] * gains[None] * level[:, None]
    flash = 0.10 * stress
    for name in ("AU1", "AU2L", "AU2R"):
        units[:, ACTION_UNITS.index(name)] += flash
    shown: NDArray[np.float32] = np.clip(units, 0, 1).astype(np.float32)
    return shown


def _head(state: Array, place: Array, stress: Array, rng: np.random.Generator) -> NDArray[np.float32]:
    rest = rng.uniform(-1, 1, 6) * (4.0, 2.0, 1.5, 0.006, 0.006, 0.015)
    sway = np.array([2.5, 1.5, 1.2, 0.004, 0.004, 0.006])
    pose = rest[None] + np.stack([_drift(place, rng) for _ in range(6)], axis=1) * sway[None]
    pose[:, 1] -= 1.2 * stress  # a nod goes down
    for name, angles in LEAN.items():
        pose[:, :3] += float(state[AFFECT.index(name)]) * np.array(angles)[None]
    turned: NDArray[np.float32] = pose.astype(np.float32)
    return turned


def _eyes(place: Array, frames: int, rng: np.random.Generator) -> NDArray[np.float32]:
    eyes = np.zeros((frames, 3))
    draws = rng.uniform(size=4)
    expected = BLINKS_A_SECOND * frames / FPS
    count = int(expected) + int(draws[0] < expected % 1)
    for number in range(min(count, 3)):
        first = int((number + 0.15 + 0.6 * draws[1 + number]) / max(count, 1) * frames)
        for offset, closed in enumerate(BLINK_SHAPE):
            if first + offset < frames:
                eyes[first + offset, 0] = max(eyes[first + offset, 0], closed)
    looks = rng.uniform(-1, 1, (3, 2)) * (0.22, 0.12)
    turns = np.sort(rng.uniform(0.2, 0.9, 2))
    eyes[:, 1:] = looks[np.searchsorted(turns, place)]
    return eyes.astype(np.float32)
