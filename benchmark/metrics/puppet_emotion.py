"""Does the face show the wanted emotion? On puppets, by the small emotion judge.

The judge knows the eight basic emotions, so these metrics say nothing about extended ones: those rows end with the
status `no_class`. Accuracy is 0 or 100 for a clip and becomes a share by averaging; the clip's class is the largest
mean logit over every second frame. Doing nothing scores what the judge says of neutral faces, see method `source_copy`;
what a perfect edit scores, see `ground_truth`.
"""

from __future__ import annotations

import numpy as np

from benchmark.core.errors import SampleError
from benchmark.core.types import BASIC_EMOTIONS, Sample
from benchmark.metrics.base import FeatureMap, metric

PROBS = "output/puppet_emotion.probs"


def class_of(sample: Sample) -> int:
    """Index of the wanted emotion among the judge's classes. Raises SampleError `no_class` for extended emotions."""
    if sample.emotion not in BASIC_EMOTIONS:
        raise SampleError("no_class", f"the emotion judge has no class '{sample.emotion}'; see action_unit_error")
    return BASIC_EMOTIONS.index(sample.emotion)


@metric(
    name="emotion_accuracy",
    title="Emotion accuracy",
    unit="%",
    higher_is_better=True,
    share="yes_no",
    needs=(PROBS,),
    protocol="puppets-v1",
)
def emotion_accuracy(sample: Sample, features: FeatureMap) -> float:
    """100 if the judge's most probable emotion is the wanted one, else 0."""
    wanted = class_of(sample)
    return 100.0 * float(int(np.argmax(features[PROBS])) == wanted)


@metric(
    name="emotion_probability",
    title="Probability of the wanted emotion",
    unit="%",
    higher_is_better=True,
    share="part",
    needs=(PROBS,),
    protocol="puppets-v1",
)
def emotion_probability(sample: Sample, features: FeatureMap) -> float:
    """The judge's probability of the wanted emotion, 0 to 100."""
    wanted = class_of(sample)
    return 100.0 * float(features[PROBS][wanted])
