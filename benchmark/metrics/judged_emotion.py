"""Does a judge that was trained on the corpus see the wanted emotion? By three networks, under two protocols.

`*_author` is C-MET's released evaluation: its fine-tuned ResNet-18, JPEG-coded frames, plain mean of the logits, a clip
without a face left out of the mean, and a neutral label counted as right whatever is seen. `*_standard` is the same
judges without JPEG and with a clip that shows no face counted as wrong; Emotion-FAN by the formula that it was trained
with. A judge is asked about its own corpus only; on clips of no named corpus each says what it sees.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmark.core.types import BASIC_EMOTIONS, Sample
from benchmark.formulas.input_checks import finite
from benchmark.metrics.base import FeatureMap, Metric, Share, metric
from benchmark.metrics.emotion_judges import CREMA_D_CLASSES, FAN_CLASSES, MEAD_CLASSES
from benchmark.metrics.facial_emotion import class_of

AUTHOR, STANDARD = "cmet-author-v1", "standard-v1"
SHARED_SPEAKERS = "The judge may have seen the test speakers in training, so its level is no accuracy on new people."


def _accuracy(
    name: str, title: str, need: str, classes: tuple[str, ...], corpus: str, protocol: str, failed: float | None
) -> Metric:
    def accuracy(sample: Sample, features: FeatureMap) -> float:
        """100 if the wanted emotion has the highest mean logit, else 0; ties go to the earlier class."""
        if protocol == AUTHOR and sample.emotion == "neutral":
            return 100.0  # the released script records the label as the prediction
        logits = finite(features[need], "the judge")
        if logits.shape != (len(classes),):
            raise ValueError(f"the judge has {logits.shape} outputs, expected {len(classes)}")
        return 100.0 * float(np.argmax(logits) == class_of(sample.emotion, classes))

    return metric(
        name=name,
        title=title,
        unit="%",
        higher_is_better=True,
        share="yes_no",
        needs=(need,),
        protocol=protocol,
        caveat=SHARED_SPEAKERS,
        failed_value=failed,
        corpus=corpus,
    )(accuracy)


emotion_accuracy_mead_author = _accuracy(
    "emotion_accuracy_mead_author",
    "Emotion accuracy, ResNet-18 of MEAD",
    "output/judge_mead_author.mean",
    MEAD_CLASSES,
    "mead",
    AUTHOR,
    None,
)
emotion_accuracy_crema_d_author = _accuracy(
    "emotion_accuracy_crema_d_author",
    "Emotion accuracy, ResNet-18 of CREMA-D",
    "output/judge_crema_d_author.mean",
    CREMA_D_CLASSES,
    "crema_d",
    AUTHOR,
    None,
)
emotion_accuracy_mead_standard = _accuracy(
    "emotion_accuracy_mead_standard",
    "Emotion accuracy, ResNet-18 of MEAD",
    "output/judge_mead.mean",
    MEAD_CLASSES,
    "mead",
    STANDARD,
    0.0,
)
emotion_accuracy_crema_d_standard = _accuracy(
    "emotion_accuracy_crema_d_standard",
    "Emotion accuracy, ResNet-18 of CREMA-D",
    "output/judge_crema_d.mean",
    CREMA_D_CLASSES,
    "crema_d",
    STANDARD,
    0.0,
)
emotion_accuracy_fan_standard = _accuracy(
    "emotion_accuracy_fan_standard",
    "Emotion accuracy, Emotion-FAN of MEAD",
    "output/judge_fan.consistent",
    FAN_CLASSES,
    "mead",
    STANDARD,
    0.0,
)


def _hub(name: str, title: str, share: Share, value: Callable[[Sample, FeatureMap], float]) -> Metric:
    return metric(
        name=name,
        title=title,
        unit="%",
        higher_is_better=True,
        share=share,
        needs=(HUB,),
        protocol="hub-judge-v1",
        caveat=OWN_CHOICE,
    )(value)


HUB = "output/judge_hub.mean"
OWN_CHOICE = (
    "The judge is whatever model lies in hub_judge/: compare numbers of equal weights only (run.json, weights)."
)


def _hub_probability(sample: Sample, features: FeatureMap) -> float:
    """Mean probability of the wanted emotion, in percent."""
    return 100.0 * float(_hub_column(sample, features))


def _hub_accuracy(sample: Sample, features: FeatureMap) -> float:
    """100 if the wanted emotion has the highest mean probability of those the model knows, else 0."""
    return 100.0 * float(_hub_column(sample, features) == np.nanmax(features[HUB]))


def _hub_column(sample: Sample, features: FeatureMap) -> float:
    known = [emotion for emotion, value in zip(BASIC_EMOTIONS, features[HUB], strict=True) if not np.isnan(value)]
    class_of(sample.emotion, tuple(known))
    return float(features[HUB][BASIC_EMOTIONS.index(sample.emotion)])


emotion_accuracy_hub = _hub("emotion_accuracy_hub", "Emotion accuracy, hub model", "yes_no", _hub_accuracy)
emotion_probability_hub = _hub("emotion_probability_hub", "Target emotion, hub model", "part", _hub_probability)


@metric(
    name="face_coverage_standard",
    title="Frames with a face",
    unit="%",
    higher_is_better=True,
    share="part",
    needs=("output/face_presence.share",),
    protocol=STANDARD,
    failed_value=0.0,
)
def face_coverage_standard(sample: Sample, features: FeatureMap) -> float:
    """Share of the looked-at frames of the output in which a face was found; 0 for an output that was not made."""
    return 100.0 * float(features["output/face_presence.share"])
