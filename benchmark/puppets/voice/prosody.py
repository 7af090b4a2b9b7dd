"""Affect state -> prosody: how a puppet's voice carries the state.

Each acoustic quantity is linear in the state (`MAP`), clipped to what the synthesizer can do. All seven dimensions of
the state reach at least three quantities, and the map has full column rank: who hears the voice can know the state.

Signs follow published acoustic correlates, sizes are our own choice:

* arousal: higher and wider pitch, faster, louder, more energy in the high frequencies. Banse & Scherer 1996, Journal
  of Personality and Social Psychology 70, 614-636; Juslin & Laukka 2003, Psychological Bulletin 129, 770-814; Schröder
  et al. 2001, Eurospeech, 87-90 (activation).
* valence: raised formants of a smiling vocal tract. Tartter 1980, Perception & Psychophysics 27, 24-27. More energy
  around 3 kHz (brighter vowels) is our own choice.
* dominance: lower pitch, lower formants, a final fall, louder. Ohala 1984, Phonetica 41, 1-16 (frequency code);
  Schröder et al. 2001 (power). Little dominance: trembling voice, as in fear (Juslin & Laukka 2003). More energy at the
  bottom of the spectrum (a larger chest) is our own choice.
* novelty: wide range and final rise, as in surprise. Ohala 1984 (rises in questions); Scherer 1986, Psychological
  Bulletin 99, 143-165.
* affiliation: soft, breathy, slower, less high-frequency energy, as in tenderness. Juslin & Laukka 2003; Gobl &
  Ní Chasaide 2003, Speech Communication 40, 189-212 (breathy voice is heard as intimate).
* approach: fast voice onsets (Juslin & Laukka 2003: fast in anger, slow in sadness) and, our own choice, loudness that
  grows to the end of the sentence instead of fading.
* asymmetry (derision): slower, lower, flatter, less clear voice, as in sarcasm. Cheang & Pell 2008, Speech
  Communication 50, 366-381. The falling line of pitch is our own choice.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

import numpy as np
from numpy.typing import NDArray

from benchmark.puppets.affect import AFFECT


@dataclass(frozen=True)
class Prosody:
    """How a sentence is spoken, relative to the identity's neutral voice. The defaults are neutral."""

    pitch: float = 0.0
    """Semitones."""
    range: float = 0.0
    """Pitch range, log2 of the factor."""
    slope: float = 0.0
    """Semitones by which the pitch rises from beginning to end."""
    final: float = 0.0
    """Semitones by which the pitch rises within the last quarter of a second of speech."""
    rate: float = 0.0
    """Speaking rate, log2 of the factor."""
    pause: float = 10.0
    """Milliseconds of silence between words."""
    energy: float = 0.0
    """Decibels."""
    crescendo: float = 0.0
    """Decibels by which the voice grows from beginning to end."""
    onset: float = 0.5
    """Speed of voice onsets, 0 (soft) to 1 (hard)."""
    tilt: float = 0.0
    """Decibels above 2 kHz."""
    breath: float = 0.08
    """Noise of breath, as a fraction of the voice."""
    tremor: float = 0.05
    """Semitones of pitch tremor at about 6 Hz."""
    creak: float = 0.03
    """Depth of irregular beats below the pitch, 0 to 1."""
    formants: float = 0.0
    """Semitones by which the resonances are shifted."""
    ring: float = 0.0
    """Decibels around 3 kHz."""
    chest: float = 0.0
    """Decibels around 250 Hz."""


LIMITS: dict[str, tuple[float, float]] = {
    "pitch": (-6.0, 8.0),
    "range": (-1.6, 0.95),
    "slope": (-5.0, 5.0),
    "final": (-5.0, 5.0),
    "rate": (-0.45, 0.45),
    "pause": (0.0, 80.0),
    "energy": (-9.0, 9.0),
    "crescendo": (-8.0, 8.0),
    "onset": (0.0, 1.0),
    "tilt": (-9.0, 9.0),
    "breath": (0.0, 0.5),
    "tremor": (0.0, 0.9),
    "creak": (0.0, 0.8),
    "formants": (-3.0, 3.0),
    "ring": (-8.0, 8.0),
    "chest": (-8.0, 8.0),
}
"""Lowest and highest value of each quantity."""

MAP: dict[str, dict[str, float]] = {
    "pitch": {"arousal": 4.5, "novelty": 2.5, "dominance": -2.0, "valence": 1.0, "asymmetry": -1.5},
    "range": {"arousal": 0.6, "novelty": 0.5, "valence": 0.25, "asymmetry": -0.7},
    "slope": {"novelty": 5.0, "asymmetry": -2.0},
    "final": {"novelty": 3.0, "dominance": -3.0},
    "rate": {"arousal": 0.34, "affiliation": -0.12, "approach": 0.08, "asymmetry": -0.28},
    "pause": {"arousal": -12.0, "affiliation": 8.0, "asymmetry": 14.0, "approach": -6.0},
    "energy": {"arousal": 6.0, "dominance": 2.0, "affiliation": -2.0},
    "crescendo": {"approach": 7.0},
    "onset": {"approach": 0.45, "affiliation": -0.2},
    "tilt": {"arousal": 6.0, "affiliation": -4.0},
    "breath": {"affiliation": 0.22, "dominance": -0.10, "arousal": -0.05},
    "tremor": {"dominance": -1.2, "approach": -0.2, "arousal": 0.2},
    "creak": {"asymmetry": 0.6, "valence": -0.12, "arousal": -0.1},
    "formants": {"valence": 2.0, "dominance": -1.2},
    "ring": {"valence": 7.0},
    "chest": {"dominance": 9.0},
}
"""Change of each quantity for one unit of each dimension; what isn't named is zero."""


def matrix() -> NDArray[np.float64]:
    """`MAP` as numbers, float64 (16, 7): rows as the fields of Prosody, columns as AFFECT."""
    return np.array([[MAP[field.name].get(name, 0.0) for name in AFFECT] for field in fields(Prosody)])


def prosody_of(state: NDArray[np.floating]) -> Prosody:
    """The prosody of an affect state, float (7,), order as AFFECT."""
    neutral = asdict(Prosody())
    change = matrix() @ np.asarray(state, np.float64)
    values = {}
    for name, delta in zip(neutral, change, strict=True):
        low, high = LIMITS[name]
        values[name] = float(np.clip(neutral[name] + delta, low, high))
    return Prosody(**values)
