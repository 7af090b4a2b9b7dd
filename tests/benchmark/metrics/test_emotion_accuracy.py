"""What the judges' scores become, under every protocol."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import softmax
from sklearn.metrics import f1_score

from benchmark.core.errors import SampleError
from benchmark.core.types import BASIC_EMOTIONS, Sample
from benchmark.extractors.emotion_classes import CREMA_D_CLASSES, FAN_CLASSES, MEAD_CLASSES
from benchmark.metrics import METRICS
from benchmark.metrics.emotion_accuracy import FRAME_PROBS, NEUTRAL, emotion_accuracy_puppets_author

SAMPLE = Sample("a", "mead", "test", "s", "1", Path("a.mp4"), "neutral", "happy", 0, None)
CREMA_D = replace(SAMPLE, dataset="crema_d")
CASES = [
    ("emotion_accuracy_mead_author", MEAD_CLASSES, SAMPLE),
    ("emotion_accuracy_mead_standard", MEAD_CLASSES, SAMPLE),
    ("emotion_accuracy_crema_d_author", CREMA_D_CLASSES, CREMA_D),
    ("emotion_accuracy_crema_d_standard", CREMA_D_CLASSES, CREMA_D),
    ("emotion_accuracy_fan_standard", FAN_CLASSES, SAMPLE),
]


def sample(emotion: str = "happy") -> Sample:
    return Sample(
        id="a",
        dataset="puppets",
        split="test",
        speaker="P25",
        sentence="s29",
        source=Path("source.mp4"),
        source_emotion="neutral",
        emotion=emotion,
        intensity=2,
        speech=None,
    )


def probs(winner: str) -> dict[str, np.ndarray]:
    values = np.full(8, 0.05, np.float32)
    values[BASIC_EMOTIONS.index(winner)] = 0.65
    return {"output/puppet_emotion.probs": values}


def ask(name: str, sample: Sample, logits: np.ndarray) -> float:
    metric = METRICS.get(name)
    (need,) = metric.info.needs
    if refusal := metric.info.refuses(sample):
        raise SampleError("not_applicable", refusal)
    return metric(sample, {need: logits})


@pytest.mark.parametrize(("name", "classes", "sample"), CASES)
def test_the_highest_mean_logit_decides(name: str, classes: tuple[str, ...], sample: Sample) -> None:
    for index, emotion in enumerate(classes):
        logits = np.zeros(len(classes))
        logits[index] = 1.0
        if emotion == "neutral" and name.endswith("author"):
            continue
        assert ask(name, replace(sample, emotion=emotion), logits) == 100.0
        logits[(index + 1) % len(classes)] = 2.0
        assert ask(name, replace(sample, emotion=emotion), logits) == 0.0


@pytest.mark.parametrize(("name", "classes", "sample"), CASES)
def test_odd_questions_have_a_status(name: str, classes: tuple[str, ...], sample: Sample) -> None:
    zeros = np.zeros(len(classes))
    other = replace(sample, dataset="mead" if sample.dataset == "crema_d" else "crema_d")
    for asked, logits, status in (
        (replace(sample, emotion="sarcastic"), zeros, "no_class"),
        (other, zeros, "not_applicable"),
        (sample, zeros * np.nan, "not_finite"),
    ):
        with pytest.raises(SampleError) as caught:
            ask(name, asked, logits)
        assert caught.value.status == status
    with pytest.raises(ValueError, match="outputs"):
        ask(name, sample, np.zeros(len(classes) + 1))


def test_a_neutral_label_is_right_by_definition_for_the_author_and_unknown_otherwise() -> None:
    neutral = replace(SAMPLE, emotion="neutral")
    assert ask("emotion_accuracy_mead_author", neutral, np.zeros(7)) == 100.0
    with pytest.raises(SampleError, match="neutral"):
        ask("emotion_accuracy_mead_standard", neutral, np.zeros(7))


def test_clips_of_no_named_corpus_are_shown_to_every_judge() -> None:
    clip = replace(SAMPLE, dataset="clips")
    assert ask("emotion_accuracy_mead_author", clip, np.eye(7)[0]) == 100.0
    assert ask("emotion_accuracy_crema_d_author", clip, np.eye(5)[0]) == 100.0


JUDGED = [
    ("mead_standard", "judge_mead.mean", MEAD_CLASSES, SAMPLE),
    ("crema_d_standard", "judge_crema_d.mean", CREMA_D_CLASSES, CREMA_D),
    ("fan_standard", "judge_fan.consistent", FAN_CLASSES, SAMPLE),
]


@pytest.mark.parametrize(("judge", "feature", "classes", "sample"), JUDGED)
def test_f1_gain_floor_and_ceiling_of_the_full_size_judges(judge, feature, classes, sample) -> None:
    """F1 as scikit-learn's; gain in softmax points; floor and ceiling are accuracies of other clips."""
    rng = np.random.default_rng(0)
    names = [str(name) for name in rng.choice([c for c in classes if c != "neutral"], 40)]
    samples = [replace(sample, emotion=name) for name in names]
    logits = rng.standard_normal((40, 3, len(classes))) * 2
    needs = [f"{role}/{feature}" for role in ("output", "source", "target")]
    features = [dict(zip(needs, clip, strict=True)) for clip in logits]
    seen = np.array(classes)[logits.argmax(axis=2)]
    expected = f1_score(names, seen[:, 0], average="macro", labels=sorted(set(names)))
    assert METRICS.get(f"macro_f1_{judge}")(samples, features) == pytest.approx(100 * expected)
    chances = softmax(logits, axis=2)
    for index, (one, clip) in enumerate(zip(samples, features, strict=True)):
        column = classes.index(one.emotion)
        gain = 100 * (chances[index, 0, column] - chances[index, 1, column])
        assert METRICS.get(f"emotion_gain_{judge}")(one, clip) == pytest.approx(gain)
        assert METRICS.get(f"emotion_floor_{judge}")(one, clip) == 100.0 * (seen[index, 1] == one.emotion)
        assert METRICS.get(f"emotion_ceiling_{judge}")(one, clip) == 100.0 * (seen[index, 2] == one.emotion)
        assert METRICS.get(f"emotion_gain_{judge}")(one, clip | {needs[0]: clip[needs[1]]}) == 0.0


def test_a_hub_judge_is_asked_about_what_it_knows() -> None:
    known = np.full(8, np.nan)
    for emotion, probability in (("happy", 0.7), ("sad", 0.3)):
        known[BASIC_EMOTIONS.index(emotion)] = probability
    assert ask("emotion_accuracy_hub", SAMPLE, known) == 100.0
    assert ask("emotion_probability_hub", replace(SAMPLE, emotion="sad"), known) == pytest.approx(30.0)
    with pytest.raises(SampleError) as caught:
        ask("emotion_accuracy_hub", replace(SAMPLE, emotion="angry"), known)
    assert caught.value.status == "no_class"


def test_accuracy_is_all_or_nothing() -> None:
    metric = METRICS.get("emotion_accuracy")
    assert metric(sample("sad"), probs("sad")) == 100.0
    assert metric(sample("sad"), probs("happy")) == 0.0


def test_extended_emotions_have_no_class() -> None:
    with pytest.raises(SampleError) as caught:
        METRICS.get("emotion_accuracy")(sample("romantic"), probs("happy"))
    assert caught.value.status == "no_class"


def test_a_neutral_looking_face_is_given_to_another_class_and_a_neutral_label_is_right() -> None:
    probs = np.full((30, 8), 0.01)
    probs[:, NEUTRAL], probs[:, BASIC_EMOTIONS.index("sad")] = 0.9, 0.04
    assert emotion_accuracy_puppets_author(sample("sad"), {FRAME_PROBS: probs}) == 100.0
    assert emotion_accuracy_puppets_author(sample("happy"), {FRAME_PROBS: probs}) == 0.0
    assert emotion_accuracy_puppets_author(sample("neutral"), {FRAME_PROBS: probs}) == 100.0
    with pytest.raises(SampleError, match="no class"):
        emotion_accuracy_puppets_author(sample("romantic"), {FRAME_PROBS: probs})
