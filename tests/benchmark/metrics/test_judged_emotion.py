"""What the judges' logits become under the two protocols."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import softmax
from sklearn.metrics import cohen_kappa_score, f1_score

from benchmark.core.errors import SampleError
from benchmark.core.types import BASIC_EMOTIONS, Sample
from benchmark.extractors import judge_fan, judge_resnet18
from benchmark.metrics import METRICS
from benchmark.metrics import judged_emotion as judged
from benchmark.metrics.base import Timing

SAMPLE = Sample("a", "mead", "test", "s", "1", Path("a.mp4"), "neutral", "happy", 0, None)
CREMA_D = replace(SAMPLE, dataset="crema_d")
CASES = [
    ("emotion_accuracy_mead_author", judged.MEAD_CLASSES, SAMPLE),
    ("emotion_accuracy_mead_standard", judged.MEAD_CLASSES, SAMPLE),
    ("emotion_accuracy_crema_d_author", judged.CREMA_D_CLASSES, CREMA_D),
    ("emotion_accuracy_crema_d_standard", judged.CREMA_D_CLASSES, CREMA_D),
    ("emotion_accuracy_fan_standard", judged.FAN_CLASSES, SAMPLE),
]


def ask(name: str, sample: Sample, logits: np.ndarray) -> float:
    metric = METRICS.get(name)
    (need,) = metric.info.needs
    if refusal := metric.info.refuses(sample):
        raise SampleError("not_applicable", refusal)
    return metric(sample, {need: logits})


def test_metrics_and_extractors_agree_on_the_classes() -> None:
    assert judged.MEAD_CLASSES == judge_resnet18.MEAD_CLASSES
    assert judged.CREMA_D_CLASSES == judge_resnet18.CREMA_D_CLASSES
    assert judged.FAN_CLASSES == judge_fan.FAN8_CLASSES


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
        (replace(sample, emotion="sarcastic"), zeros, "unknown_class"),
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
    ("mead_standard", "judge_mead.mean", judged.MEAD_CLASSES, SAMPLE),
    ("crema_d_standard", "judge_crema_d.mean", judged.CREMA_D_CLASSES, CREMA_D),
    ("fan_standard", "judge_fan.consistent", judged.FAN_CLASSES, SAMPLE),
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
    wanted = f1_score(names, seen[:, 0], average="macro", labels=sorted(set(names)))
    assert METRICS.get(f"macro_f1_{judge}")(samples, features) == pytest.approx(100 * wanted)
    chances = softmax(logits, axis=2)
    for index, (one, clip) in enumerate(zip(samples, features, strict=True)):
        column = classes.index(one.emotion)
        gain = 100 * (chances[index, 0, column] - chances[index, 1, column])
        assert METRICS.get(f"emotion_gain_{judge}")(one, clip) == pytest.approx(gain)
        assert METRICS.get(f"emotion_floor_{judge}")(one, clip) == 100.0 * (seen[index, 1] == one.emotion)
        assert METRICS.get(f"emotion_ceiling_{judge}")(one, clip) == 100.0 * (seen[index, 2] == one.emotion)
        assert METRICS.get(f"emotion_gain_{judge}")(one, clip | {needs[0]: clip[needs[1]]}) == 0.0


def test_the_agreement_of_the_two_judges_of_mead_is_scikit_learns_kappa() -> None:
    """Over the seven classes that both know: what Emotion-FAN sees as neutral counts as its next best."""
    rng = np.random.default_rng(1)
    mead, fan = rng.standard_normal((60, 7)), rng.standard_normal((60, 8))
    fan[:30, :5] += 3 * (mead[:30, :5] == mead[:30].max(axis=1, keepdims=True))
    features = [{"output/judge_mead.mean": a, "output/judge_fan.consistent": b} for a, b in zip(mead, fan, strict=True)]
    ours = np.array(judged.MEAD_CLASSES)[mead.argmax(axis=1)]
    without = np.where(np.array(judged.FAN_CLASSES) == "neutral", -np.inf, fan)
    theirs = np.array(judged.FAN_CLASSES)[without.argmax(axis=1)]
    metric = METRICS.get("kappa_mead_fan_standard")
    assert metric([SAMPLE] * 60, features) == pytest.approx(cohen_kappa_score(ours, theirs))
    assert metric.info.corpus == "mead" and metric.info.refuses(CREMA_D)


@pytest.mark.parametrize("name", ["macro_f1_mead_standard", "kappa_mead_fan_standard"])
def test_resamples_of_counts_are_the_numbers_of_the_copies(name: str) -> None:
    rng = np.random.default_rng(4)
    metric, speakers = METRICS.get(name), np.arange(30) % 3
    samples = [replace(SAMPLE, emotion=str(rng.choice(judged.MEAD_CLASSES[:4]))) for _ in range(30)]
    features = [
        {"output/judge_mead.mean": rng.standard_normal(7), "output/judge_fan.consistent": rng.standard_normal(8)}
        for _ in range(30)
    ]
    counts = np.array([[1, 1, 1], [0, 2, 1], [3, 0, 0]])
    assert metric.of_draws is not None
    found = metric.of_draws(samples, features, speakers, counts)
    for row, value in zip(counts, found, strict=True):
        times = row[speakers]
        chosen = [k for k in range(30) for _ in range(times[k])]
        assert value == pytest.approx(metric([samples[k] for k in chosen], [features[k] for k in chosen]))


def test_in_a_resample_of_levels_a_speaker_counts_as_often_as_drawn() -> None:
    """One speaker whose levels come out in order, one whose levels come out in reverse, one of a single level."""
    rising, falling = [1.0, 2.0, 4.0], [4.0, 2.0, 1.0]
    plan = [("a", level, value) for level, value in zip((1, 2, 3), rising, strict=True)]
    plan += [("b", level, value) for level, value in zip((1, 2, 3), falling, strict=True)] + [("c", 2, 1.0)]
    samples = [replace(SAMPLE, speaker=speaker, intensity=level) for speaker, level, _ in plan]
    features = [
        {"output/judge_mead.mean": np.eye(7)[0] * value, "source/judge_mead.mean": np.zeros(7)} for *_, value in plan
    ]
    speakers = np.array(["abc".index(speaker) for speaker, *_ in plan])
    counts = np.array([[1, 1, 1], [2, 1, 0], [3, 0, 0], [0, 0, 3]])
    for name, wanted in (("order", [0.0, 1 / 3, 1.0, np.nan]), ("triples", [50.0, 200 / 3, 100.0, np.nan])):
        draws = METRICS.get(f"level_{name}_mead_standard").of_draws
        assert draws is not None
        assert draws(samples, features, speakers, counts) == pytest.approx(wanted, nan_ok=True)


def test_levels_in_order_by_a_judge_of_mead() -> None:
    """Stronger wishes that come out stronger: all of one speaker, source and emotion."""
    three = [replace(SAMPLE, intensity=level) for level in (1, 2, 3)]
    source = np.zeros(7)
    features = [
        {"output/judge_mead.mean": np.eye(7)[0] * level, "source/judge_mead.mean": source} for level in (1.0, 2.0, 4.0)
    ]
    assert METRICS.get("level_order_mead_standard")(three, features) == pytest.approx(1.0)
    assert METRICS.get("level_triples_mead_standard")(three, features) == 100.0
    assert METRICS.get("level_triples_mead_standard")(three, [features[0]] * 3) == 0.0


def test_a_hub_judge_is_asked_about_what_it_knows() -> None:
    known = np.full(8, np.nan)
    for emotion, probability in (("happy", 0.7), ("sad", 0.3)):
        known[BASIC_EMOTIONS.index(emotion)] = probability
    assert ask("emotion_accuracy_hub", SAMPLE, known) == 100.0
    assert ask("emotion_probability_hub", replace(SAMPLE, emotion="sad"), known) == pytest.approx(30.0)
    with pytest.raises(SampleError) as caught:
        ask("emotion_accuracy_hub", replace(SAMPLE, emotion="angry"), known)
    assert caught.value.status == "unknown_class"


def test_costs_are_read_from_the_timing() -> None:
    warm = Timing(2.0, 2.5, 50, 3, 3 * 2**20)
    assert METRICS.get("aitv_author")(SAMPLE, warm) == 2.0
    assert METRICS.get("aitv_standard")(SAMPLE, warm) == 2.5
    assert METRICS.get("frames_per_second_standard")(SAMPLE, warm) == 20.0
    assert METRICS.get("peak_memory_standard")(SAMPLE, warm) == 3.0
    first, file = replace(warm, order=0), Timing(None, None, None, 4, None)
    assert METRICS.get("aitv_author")(SAMPLE, first) == 2.0
    for name, timing, status in (
        ("aitv_standard", first, "warm_up"),
        ("frames_per_second_standard", first, "warm_up"),
        ("aitv_author", file, "not_timed"),
        ("peak_memory_standard", file, "not_timed"),
    ):
        with pytest.raises(SampleError) as caught:
            METRICS.get(name)(SAMPLE, timing)
        assert caught.value.status == status
