"""How much of an emotion does a judge see? Probabilities of the target emotion, and what they gain over the source.

`emotion_probability_<judge>` is the mean probability that a judge gives to the target emotion; `emotion_gain_<judge>`
how much it rises over the source's, so a copy of the source gains nothing. An emotion that a judge has no class for has
the status `no_class`. `probability_<emotion>` is how much of that emotion the three small classifiers without contempt
see together, whatever the target.
"""

from __future__ import annotations

import numpy as np

from benchmark.core.types import SEVEN_EMOTIONS, Sample
from benchmark.metrics.base import FeatureMap, Metric, index_by_name, metric
from benchmark.metrics.emotion_accuracy import HUB, HUB_CAVEAT, HUB_PROTOCOL, QUANTITY, find_puppet_class, read_hub
from benchmark.metrics.emotion_judges import JUDGES, SMALL, STANDARD, Judge, judges_under

SEVEN_CLASS_JUDGES = tuple(JUDGES[name] for name in ("faceapi", "xception102", "xception119"))
"""The small classifiers that know no contempt."""


@metric(
    name="emotion_probability",
    title="Probability of the wanted emotion",
    unit="%",
    higher_is_better=True,
    quantity=QUANTITY,
    share="part",
    needs=(JUDGES["puppets"].need(),),
    protocol="puppets-v1",
)
def emotion_probability(sample: Sample, features: FeatureMap) -> float:
    """The judge's probability of the target emotion, 0 to 100."""
    expected = find_puppet_class(sample)
    return 100.0 * float(JUDGES["puppets"].scores(features)[expected])


@metric(
    name="emotion_probability_hub",
    title="Target emotion, hub model",
    unit="%",
    higher_is_better=True,
    quantity=QUANTITY,
    share="part",
    needs=(HUB,),
    protocol=HUB_PROTOCOL,
    caveat=HUB_CAVEAT,
)
def emotion_probability_hub(sample: Sample, features: FeatureMap) -> float:
    """Mean probability of the target emotion, in percent."""
    return 100.0 * read_hub(sample, features)


def _probability(judge: Judge) -> Metric:
    def probability(sample: Sample, features: FeatureMap) -> float:
        """Mean probability of the target emotion, in percent."""
        return 100.0 * float(judge.scores(features)[judge.class_of(sample.emotion)])

    return metric(
        name=f"emotion_probability_{judge.name}",
        title=f"Target emotion, {judge.title}",
        unit="%",
        higher_is_better=True,
        quantity=QUANTITY,
        share="part",
        needs=(judge.need(),),
        protocol=judge.protocol,
    )(probability)


def _gain(judge: Judge) -> Metric:
    def gain(sample: Sample, features: FeatureMap) -> float:
        """Probability of the target emotion in the output less that in the source, percentage points."""
        return 100.0 * judge.gain(features, sample.emotion)

    return metric(
        name=f"emotion_gain_{judge.name}",
        title=f"Gain over the source, {judge.title}",
        unit="points",
        bounds=(-100.0, 100.0),
        higher_is_better=True,
        quantity=QUANTITY,
        needs=(judge.need(), judge.need("source")),
        protocol=judge.protocol,
        corpus=judge.corpus,
    )(gain)


def _share_of(emotion: str) -> Metric:
    index = SEVEN_EMOTIONS.index(emotion)

    def probability(sample: Sample, features: FeatureMap) -> float:
        """Mean of the three small classifiers' mean probabilities of one emotion, in percent."""
        return 100.0 * float(np.mean([judge.scores(features)[index] for judge in SEVEN_CLASS_JUDGES]))

    return metric(
        name=f"probability_{emotion}",
        title=f"Seen as {emotion}",
        unit="%",
        higher_is_better=emotion != "neutral",
        quantity="emotion seen",
        share="part",
        needs=tuple(judge.need() for judge in SEVEN_CLASS_JUDGES),
        protocol=SMALL,
    )(probability)


METRICS = index_by_name(
    emotion_probability,
    emotion_probability_hub,
    *(_probability(judge) for judge in judges_under(SMALL)),
    *(_gain(judge) for judge in (*judges_under(STANDARD), *judges_under(SMALL))),
    *(_share_of(emotion) for emotion in SEVEN_EMOTIONS),
)
