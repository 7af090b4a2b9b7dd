"""Does the face show the target emotion? The share of clips in which a judge sees it, under every protocol.

Accuracy is 0 or 100 for a clip and becomes a share by averaging. A judge sees the class with the highest score; ties go
to the earlier class. An emotion that a judge has no class for gives no number but the status `no_class`. A judge that
was trained on a corpus is asked about that corpus only; on clips of no named corpus each says what it sees.

`*_author` is C-MET's released evaluation: JPEG-coded frames, plain mean of the logits, a clip without a face left out
of the mean, and a neutral label counted as right whatever is seen. `emotion_accuracy_puppets_author` follows its rules
on the puppets' judge (docs/concepts/metric_validation.md). `*_standard` is the same judges without JPEG and with a clip
that shows no face counted as wrong; Emotion-FAN by the formula that it was trained with. `*_hub` is any image
classifier.

`emotion_floor_<judge>` and `emotion_ceiling_<judge>` are the judge's accuracy on the untouched sources and on the real
recordings of the target. Whatever a method does, only what lies between the two is its own.
"""

from __future__ import annotations

import numpy as np

from benchmark.core.types import BASIC_EMOTIONS, Sample
from benchmark.formulas.frame_sampling import spread_frames
from benchmark.formulas.input_checks import require_finite
from benchmark.metrics.base import FeatureMap, Metric, index_by_name, metric
from benchmark.metrics.emotion_judges import (
    AUTHOR,
    AUTHOR_JUDGES,
    JUDGES,
    SMALL,
    STANDARD,
    Judge,
    find_class,
    judges_under,
)

QUANTITY, BOUNDS_QUANTITY = "emotion accuracy", "emotion judges"
SHARED_SPEAKERS = "The judge may have seen the test speakers in training, so its level is no accuracy on new people."
HUB = "output/judge_hub.mean"
HUB_PROTOCOL = "hub-judge-v1"
HUB_CAVEAT = (
    "The judge is whatever model lies in hub_judge/: compare numbers of equal weights only (run.json, weights)."
)
FRAME_PROBS = "output/puppet_emotion.frame_probs"
AUTHOR_FRAMES = 16
"""Frames of a clip that the released evaluation judges."""
NEUTRAL = BASIC_EMOTIONS.index("neutral")


def find_puppet_class(sample: Sample) -> int:
    """Index of the target emotion among the puppets judge's classes. Raises SampleError `no_class`."""
    return find_class(sample.emotion, BASIC_EMOTIONS, "the emotion judge", "; see action_unit_error")


@metric(
    name="emotion_accuracy",
    title="Emotion accuracy",
    unit="%",
    higher_is_better=True,
    quantity=QUANTITY,
    share="yes_no",
    needs=(JUDGES["puppets"].need(),),
    protocol="puppets-v1",
)
def emotion_accuracy(sample: Sample, features: FeatureMap) -> float:
    """100 if the judge's most probable emotion is the target one, else 0."""
    expected = find_puppet_class(sample)
    return 100.0 * float(int(np.argmax(JUDGES["puppets"].scores(features))) == expected)


def _of_judge(judge: Judge) -> Metric:
    trained = judge.protocol in (AUTHOR, STANDARD)

    def accuracy(sample: Sample, features: FeatureMap) -> float:
        """100 if the target emotion has the highest mean score, else 0; ties go to the earlier class."""
        if judge.protocol == AUTHOR and sample.emotion == "neutral":
            return 100.0  # the released script records the label as the prediction
        seen = int(np.argmax(judge.scores(features)))
        return 100.0 * float(seen == judge.class_of(sample.emotion))

    return metric(
        name=f"emotion_accuracy_{judge.name}",
        title=f"Emotion accuracy, {judge.title}",
        unit="%",
        higher_is_better=True,
        quantity=QUANTITY,
        share="yes_no",
        needs=(judge.need(),),
        protocol=judge.protocol,
        caveat=SHARED_SPEAKERS if trained else "",
        failed_value=0.0 if judge.protocol == STANDARD else None,
        corpus=judge.corpus,
    )(accuracy)


@metric(
    name="emotion_accuracy_hub",
    title="Emotion accuracy, hub model",
    unit="%",
    higher_is_better=True,
    quantity=QUANTITY,
    share="yes_no",
    needs=(HUB,),
    protocol=HUB_PROTOCOL,
    caveat=HUB_CAVEAT,
)
def emotion_accuracy_hub(sample: Sample, features: FeatureMap) -> float:
    """100 if the target emotion has the highest mean probability of those the model knows, else 0."""
    return 100.0 * float(read_hub(sample, features) == np.nanmax(features[HUB]))


def read_hub(sample: Sample, features: FeatureMap) -> float:
    """The hub model's probability of the target emotion, 0 to 1. Raises SampleError `no_class`."""
    known = [emotion for emotion, value in zip(BASIC_EMOTIONS, features[HUB], strict=True) if not np.isnan(value)]
    find_class(sample.emotion, known, "the hub model")
    return float(features[HUB][BASIC_EMOTIONS.index(sample.emotion)])


@metric(
    name="emotion_accuracy_puppets_author",
    title="Emotion accuracy, 16 frames, no neutral",
    unit="%",
    higher_is_better=True,
    quantity=QUANTITY,
    share="yes_no",
    needs=(FRAME_PROBS,),
    protocol="puppets-author-v1",
    caveat="The judge can't say neutral, so a face that shows nothing is sometimes right by chance.",
)
def emotion_accuracy_puppets_author(sample: Sample, features: FeatureMap) -> float:
    """100 if the target emotion has the highest mean logit of sixteen frames among seven classes, else 0."""
    expected = find_puppet_class(sample)
    if expected == NEUTRAL:
        return 100.0  # the released script records the label as the prediction
    rows = require_finite(features[FRAME_PROBS], "the judge")
    logits = np.log(np.maximum(rows[spread_frames(len(rows), AUTHOR_FRAMES)], 1e-30)).mean(
        axis=0
    )  # less a frame's constant
    logits[NEUTRAL] = -np.inf
    return 100.0 * float(int(np.argmax(logits)) == expected)


def _of_recording(judge: Judge, role: str) -> Metric:
    what = "floor" if role == "source" else "ceiling"

    def accuracy(sample: Sample, features: FeatureMap) -> float:
        """100 if the judge sees the target emotion in that recording, else 0."""
        return 100.0 * float(int(np.argmax(judge.scores(features, role))) == judge.class_of(sample.emotion))

    return metric(
        name=f"emotion_{what}_{judge.name}",
        title=f"Emotion {what} ({role}), {judge.title}",
        unit="%",
        higher_is_better=what == "ceiling",
        quantity=BOUNDS_QUANTITY,
        share="yes_no",
        needs=(judge.need(role),),
        protocol=judge.protocol,
        corpus=judge.corpus,
    )(accuracy)


METRICS = index_by_name(
    emotion_accuracy,
    emotion_accuracy_puppets_author,
    emotion_accuracy_hub,
    *(_of_judge(judge) for judge in (*AUTHOR_JUDGES, *judges_under(STANDARD), *judges_under(SMALL))),
    *(_of_recording(judge, role) for role in ("source", "target") for judge in JUDGES.values()),
)
