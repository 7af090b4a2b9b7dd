"""Does the face show what the emotional speech says? A proxy for emotions that no classifier knows.

**What it is.** Face and speech are read into one affect state of seven dimensions (valence, arousal, dominance,
novelty, affiliation, approach, asymmetry) by two linear maps that were fitted on the basic emotions of the training
identities (`benchmark/networks/affect_space.py`). The speech's side is the mean state of the sample's emotional
recordings less that of its neutral ones; the face's side is the output's state less the source's. The method saw the
same recordings, the proxy hears them with other ears.

**What it is not.** No human judgement, no recognition of an emotion by name, and no truth: both maps err, the more the
further an emotion lies from the basic ones. How well it agrees with the truth is measured
(docs/concepts/metric_validation.md). Only differences enter, so doing nothing scores 0 under both.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from benchmark.core.types import Sample
from benchmark.formulas.input_checks import require_finite
from benchmark.metrics.base import FeatureMap, index_by_name, metric

OUTPUT = "output/puppet_face_affect.state"
SOURCE = "source/puppet_face_affect.state"
EMOTIONAL = "emotional_cue/puppet_voice_affect.states"
NEUTRAL = "neutral_cue/puppet_voice_affect.states"
NEEDS = (OUTPUT, SOURCE, EMOTIONAL, NEUTRAL)
PROXY = (
    "A proxy, not a judgement: face and speech by two linear maps into one affect state; "
    "validity in docs/concepts/metric_validation.md."
)
LEAST_SPEECH = 1e-6
"""Length of the speech's change of state under which there is none."""


def measure_changes(features: FeatureMap) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Change of the face from source to output, and of the speech from neutral to emotional, float64 (7,) each."""
    face = require_finite(features[OUTPUT], "the output") - require_finite(features[SOURCE], "the source")
    speech = require_finite(features[EMOTIONAL], "the cue").mean(axis=0) - require_finite(
        features[NEUTRAL], "the cue"
    ).mean(axis=0)
    return face, speech


def agreement(face: NDArray[np.float64], speech: NDArray[np.float64]) -> float:
    """Cosine of two changes of state (7,), -1 to 1; 0 where one of them is no change."""
    lengths = float(np.linalg.norm(face) * np.linalg.norm(speech))
    return float(np.clip(face @ speech / lengths, -1.0, 1.0)) if lengths > LEAST_SPEECH**2 else 0.0


@metric(
    name="affect_agreement",
    title="Face agrees with the emotional speech (proxy)",
    unit="cosine",
    higher_is_better=True,
    quantity="agreement with the speech",
    needs=NEEDS,
    protocol="puppets-v1",
    caveat=PROXY,
)
def affect_agreement(sample: Sample, features: FeatureMap) -> float:
    """Cosine between the face's and the speech's change of affect state; 0 for no change."""
    return agreement(*measure_changes(features))


@metric(
    name="affect_gain",
    title="Way to the speech's affect that the face went (proxy)",
    unit="% of the distance",
    bounds=(-math.inf, 100.0),
    higher_is_better=True,
    quantity="agreement with the speech",
    needs=NEEDS,
    protocol="puppets-v1",
    caveat=PROXY,
)
def affect_gain(sample: Sample, features: FeatureMap) -> float:
    """100 (1 - |face - speech| / |speech|), changes of affect state: 0 for no change, 100 for the speech's own."""
    face, speech = measure_changes(features)
    length = float(np.linalg.norm(speech))
    if length < LEAST_SPEECH:
        return 0.0
    return 100.0 * (1.0 - float(np.linalg.norm(face - speech)) / length)


METRICS = index_by_name(affect_agreement, affect_gain)
