"""Does the face show the target emotion? By classifiers of single frames, on real video.

Every classifier has its own three metrics: the mean probability that it gives to the target emotion over the sampled
frames; whether the target is the class with the highest mean; and how much the probability rises over the source's. A
classifier that does not know an emotion gives its samples no value but the status `unknown_class`.
`probability_<emotion>` is how much of that emotion the three small classifiers see together, whatever the target.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from benchmark.core.errors import SampleError
from benchmark.core.types import BASIC_EMOTIONS, Sample
from benchmark.metrics.base import FeatureMap, Metric, metric

SEVEN = tuple(emotion for emotion in BASIC_EMOTIONS if emotion != "contempt")
CLASSIFIERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "faceapi": ("face-api", SEVEN),
    "xception102": ("Xception 102", SEVEN),
    "xception119": ("Xception 119", SEVEN),
    "hsemotion": ("HSEmotion", BASIC_EMOTIONS),
}
"""Classifier -> title and the order of its features."""
SMALL = ("faceapi", "xception102", "xception119")
PROTOCOL = "real-small-v1"


def class_of(emotion: str, classes: tuple[str, ...]) -> int:
    """The position of an emotion among a classifier's classes. Raises SampleError `unknown_class`."""
    if emotion not in classes:
        raise SampleError("unknown_class", f"this classifier does not know '{emotion}', only {', '.join(classes)}")
    return classes.index(emotion)


def _probability(classifier: str) -> Metric:
    title, classes = CLASSIFIERS[classifier]
    need = f"output/emotion_{classifier}.mean"

    def probability(sample: Sample, features: FeatureMap) -> float:
        """Mean probability of the target emotion, in percent."""
        return 100.0 * float(features[need][class_of(sample.emotion, classes)])

    return metric(
        name=f"emotion_probability_{classifier}",
        title=f"Target emotion, {title}",
        unit="%",
        higher_is_better=True,
        share="part",
        needs=(need,),
        protocol=PROTOCOL,
    )(probability)


def _accuracy(classifier: str) -> Metric:
    title, classes = CLASSIFIERS[classifier]
    need = f"output/emotion_{classifier}.mean"

    def accuracy(sample: Sample, features: FeatureMap) -> float:
        """100 if the target emotion has the highest mean probability, else 0."""
        return 100.0 * float(np.argmax(features[need]) == class_of(sample.emotion, classes))

    return metric(
        name=f"emotion_accuracy_{classifier}",
        title=f"Emotion accuracy, {title}",
        unit="%",
        higher_is_better=True,
        share="yes_no",
        needs=(need,),
        protocol=PROTOCOL,
    )(accuracy)


def _gain(classifier: str) -> Metric:
    title, classes = CLASSIFIERS[classifier]
    output, source = (f"{role}/emotion_{classifier}.mean" for role in ("output", "source"))

    def gain(sample: Sample, features: FeatureMap) -> float:
        """Probability of the target emotion in the output less that in the source, percentage points."""
        index = class_of(sample.emotion, classes)
        return 100.0 * float(features[output][index] - features[source][index])

    return metric(
        name=f"emotion_gain_{classifier}",
        title=f"Gain over the source, {title}",
        unit="points",
        bounds=(-100.0, 100.0),
        higher_is_better=True,
        needs=(output, source),
        protocol=PROTOCOL,
    )(gain)


def _seen(emotion: str) -> Metric:
    needs = tuple(f"output/emotion_{classifier}.mean" for classifier in SMALL)
    index = SEVEN.index(emotion)

    def seen(sample: Sample, features: FeatureMap) -> float:
        """Mean of the three small classifiers' mean probabilities of one emotion, in percent."""
        return 100.0 * float(np.mean([features[need][index] for need in needs]))

    return metric(
        name=f"probability_{emotion}",
        title=f"Seen as {emotion}",
        unit="%",
        higher_is_better=emotion != "neutral",
        share="part",
        needs=needs,
        protocol=PROTOCOL,
    )(seen)


def _family(make: Callable[[str], Metric], names: tuple[str, ...]) -> dict[str, Metric]:
    return {(made := make(name)).info.name: made for name in names}


BY_NAME: dict[str, Metric] = {
    **_family(_probability, tuple(CLASSIFIERS)),
    **_family(_accuracy, tuple(CLASSIFIERS)),
    **_family(_gain, tuple(CLASSIFIERS)),
    **_family(_seen, SEVEN),
}
"""Metric name -> metric."""
globals().update(BY_NAME)
