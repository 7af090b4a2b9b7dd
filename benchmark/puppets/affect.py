"""The affect state that drives both the face and the voice of a puppet, and where the fourteen emotions lie in it.

A state is a point in seven dimensions, each from -1 to 1, with neutral at zero:

* valence, arousal, dominance: pleasant, excited, in control. Russell & Mehrabian 1977, Journal of Research in
  Personality 11, 273-294.
* novelty: unexpected. Fontaine, Scherer, Roesch & Ellsworth 2007, Psychological Science 18, 1050-1057.
* affiliation: warm or cold to the other person. Knutson 1996, Journal of Nonverbal Behavior 20, 165-182.
* approach: towards or away from its object. Davidson et al. 1990, J. of Personality and Social Psychology 58, 330-341.
* asymmetry: the face says one thing on one side only (derision). Ekman & Friesen 1986, Motivation and Emotion 10,
  159-168.

**Published numbers.** Valence, arousal and dominance of angry, disgusted, fear, happy, sad, surprised are those that
Russell & Mehrabian print for "angry", "disgusted", "fearful", "happy", "sad", "surprised" (scale -1 to 1, taken as they
are). They have no "contemptuous", so contempt and the six extended emotions use the norms of Warriner, Kuperman &
Brysbaert 2013 (Behavior Research Methods 45, 1191-1207; 1 to 9) of the words "contempt", "charismatic", "desire",
"empathy", "envious", "romantic", "sarcastic", rescaled to (rating - rating of "neutral") / 4, where "neutral" has
5.50, 3.45, 5.81. `WARRINER` holds the ratings as published. One exception: how dominant contempt *feels* is Russell &
Mehrabian's "arrogant" (0.48), since word norms rate how controlled the *reader* feels.

**Own judgement.** Novelty, affiliation, approach and asymmetry have no published table for these fourteen words. Their
signs follow the papers above (surprise and fear are unexpected; happiness affiliates, anger and disgust don't; anger
approaches, disgust and fear withdraw; contempt is one-sided), their sizes are ours. No dimension is used by
extended emotions alone: what their faces do can be learnt from the seven basic ones.

Levels 1, 2, 3 (MEAD's intensities) scale the distance from neutral by `LEVELS`; the three factors are ours.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmark.core.types import check_emotion

AFFECT: tuple[str, ...] = ("valence", "arousal", "dominance", "novelty", "affiliation", "approach", "asymmetry")
"""Names and order of the dimensions."""

LEVELS: dict[int, float] = {1: 0.55, 2: 0.78, 3: 1.0}
"""Intensity -> distance from neutral as a fraction of the full emotion's."""

RUSSELL_MEHRABIAN: dict[str, tuple[float, float, float]] = {
    "angry": (-0.51, 0.59, 0.25),
    "disgusted": (-0.60, 0.35, 0.11),
    "fear": (-0.64, 0.60, -0.43),
    "happy": (0.81, 0.51, 0.46),
    "sad": (-0.63, -0.27, -0.33),
    "surprised": (0.40, 0.67, -0.13),
}
"""Pleasure, arousal, dominance as printed in 1977, -1 to 1."""

ARROGANT_DOMINANCE = 0.48
"""Russell & Mehrabian's dominance of "arrogant"."""

WARRINER: dict[str, tuple[float, float, float]] = {
    "neutral": (5.50, 3.45, 5.81),
    "contempt": (3.22, 4.61, 4.45),
    "charismatic": (6.95, 4.85, 6.28),
    "desirous": (7.05, 6.20, 6.07),  # the word "desire"
    "empathetic": (7.29, 3.62, 5.90),  # the word "empathy"
    "envious": (3.52, 5.10, 3.86),
    "romantic": (7.61, 5.12, 6.45),
    "sarcastic": (4.24, 5.19, 5.35),
}
"""Mean valence, arousal, dominance as published in 2013, 1 to 9."""

JUDGED: dict[str, tuple[float, float, float, float]] = {
    "neutral": (0.0, 0.0, 0.0, 0.0),
    "angry": (0.1, -0.7, 0.7, 0.0),
    "contempt": (-0.3, -0.6, -0.3, 0.9),
    "disgusted": (-0.1, -0.6, -0.8, 0.0),
    "fear": (0.5, 0.1, -0.7, 0.0),
    "happy": (0.0, 0.7, 0.6, 0.0),
    "sad": (-0.4, 0.3, -0.4, 0.0),
    "surprised": (0.9, 0.1, 0.1, 0.0),
    "charismatic": (0.3, 0.5, 0.5, 0.0),
    "desirous": (-0.4, 0.4, 0.9, 0.0),
    "empathetic": (-0.2, 0.7, -0.1, 0.0),
    "envious": (-0.2, -0.5, 0.1, 0.3),
    "romantic": (-0.5, 0.8, 0.3, 0.0),
    "sarcastic": (-0.1, -0.4, -0.2, 0.8),
}
"""Novelty, affiliation, approach, asymmetry: our own judgement (see above)."""


def full_state(emotion: str) -> NDArray[np.float64]:
    """The point of an emotion at level 3. float64 (7,), order as AFFECT, -1 to 1."""
    check_emotion(emotion)
    if emotion in RUSSELL_MEHRABIAN:
        published = np.array(RUSSELL_MEHRABIAN[emotion])
    else:
        published = (np.array(WARRINER[emotion]) - np.array(WARRINER["neutral"])) / 4
    if emotion == "contempt":
        published[2] = ARROGANT_DOMINANCE
    return np.concatenate([published, np.array(JUDGED[emotion])])


def state(emotion: str, level: int = 3) -> NDArray[np.float64]:
    """The affect state of an emotion at a level. float64 (7,), order as AFFECT, -1 to 1; neutral is zero.

    Raises:
        ManifestError: the emotion is unknown.
        ValueError: the level isn't 1, 2 or 3.
    """
    if level not in LEVELS:
        raise ValueError(f"level must be 1, 2 or 3, got {level}")
    return full_state(emotion) * LEVELS[level]
