"""Macro F1 and kappa against scikit-learn, and their resamples."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from benchmark.core.errors import SampleError
from benchmark.core.types import BASIC_EMOTIONS, Sample
from benchmark.extractors.emotion_classes import FAN_CLASSES, MEAD_CLASSES
from benchmark.metrics import METRICS
from benchmark.metrics.emotion_judges import JUDGES, known_faces

SAMPLE = Sample("a", "mead", "test", "s", "1", Path("a.mp4"), "neutral", "happy", 0, None)
CREMA_D = replace(SAMPLE, dataset="crema_d")


def sample(level: int = 2, emotion: str = "happy", speaker: str = "P25") -> Sample:
    name = f"{speaker}_{emotion}_{level}"
    return Sample(name, "puppets", "levels", speaker, "s29", Path("a.mp4"), "neutral", emotion, level, None)


def test_the_au_judge_sees_every_known_face_for_what_it_is() -> None:
    faces, classes = known_faces()
    for face, expected in zip(faces, classes, strict=True):
        scores = JUDGES["units"].scores({"output/puppet_face.action_units": np.tile(face, (4, 1))})
        assert scores.argmax() == expected and scores.sum() == pytest.approx(1.0)


def test_macro_f1_and_kappa_leave_out_what_a_judge_does_not_know() -> None:
    def seen(emotion: str) -> dict[str, np.ndarray]:
        faces, classes = known_faces()
        return {
            "output/puppet_emotion.probs": np.eye(8)[BASIC_EMOTIONS.index(emotion)],
            "output/puppet_face.action_units": faces[classes == BASIC_EMOTIONS.index(emotion)][-1:],
        }

    samples = [sample(3, "happy"), sample(3, "sad"), sample(3, "romantic")]
    features = [seen("happy"), seen("happy"), seen("angry")]
    assert METRICS.get("macro_f1_puppets")(samples, features) == pytest.approx(100 * (2 / 3 + 0) / 2)
    assert METRICS.get("kappa_puppets_units")(samples, features) == 1.0
    with pytest.raises(SampleError) as caught:
        METRICS.get("macro_f1_puppets")(samples[2:], features[2:])
    assert caught.value.status == "no_class"
    with pytest.raises(SampleError) as caught:
        METRICS.get("kappa_puppets_units")(samples[:2], features[:2])
    assert caught.value.status == "not_applicable"


def test_the_agreement_of_the_two_judges_of_mead_is_scikit_learns_kappa() -> None:
    """Over the seven classes that both know: what Emotion-FAN sees as neutral counts as its next best."""
    rng = np.random.default_rng(1)
    mead, fan = rng.standard_normal((60, 7)), rng.standard_normal((60, 8))
    fan[:30, :5] += 3 * (mead[:30, :5] == mead[:30].max(axis=1, keepdims=True))
    features = [{"output/judge_mead.mean": a, "output/judge_fan.consistent": b} for a, b in zip(mead, fan, strict=True)]
    ours = np.array(MEAD_CLASSES)[mead.argmax(axis=1)]
    without = np.where(np.array(FAN_CLASSES) == "neutral", -np.inf, fan)
    theirs = np.array(FAN_CLASSES)[without.argmax(axis=1)]
    metric = METRICS.get("kappa_mead_fan_standard")
    assert metric([SAMPLE] * 60, features) == pytest.approx(cohen_kappa_score(ours, theirs))
    assert metric.info.corpus == "mead" and metric.info.refuses(CREMA_D)


@pytest.mark.parametrize("name", ["macro_f1_mead_standard", "kappa_mead_fan_standard"])
def test_resamples_of_counts_are_the_numbers_of_the_copies(name: str) -> None:
    rng = np.random.default_rng(4)
    metric, speakers = METRICS.get(name), np.arange(30) % 3
    samples = [replace(SAMPLE, emotion=str(rng.choice(MEAD_CLASSES[:4]))) for _ in range(30)]
    features = [
        {"output/judge_mead.mean": rng.standard_normal(7), "output/judge_fan.consistent": rng.standard_normal(8)}
        for _ in range(30)
    ]
    counts = np.array([[1, 1, 1], [0, 2, 1], [3, 0, 0]])
    assert metric.bootstrap is not None
    found = metric.bootstrap(samples, features, speakers, counts)
    for row, value in zip(counts, found, strict=True):
        times = row[speakers]
        chosen = [k for k in range(30) for _ in range(times[k])]
        assert value == pytest.approx(metric([samples[k] for k in chosen], [features[k] for k in chosen]))
