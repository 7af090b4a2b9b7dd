"""Probabilities of the target emotion, and what they gain over the source."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmark.core.errors import SampleError
from benchmark.core.types import BASIC_EMOTIONS, EMOTIONS, SEVEN_EMOTIONS, Sample
from benchmark.metrics import METRICS
from benchmark.metrics.emotion_judges import JUDGES
from benchmark.metrics.emotion_probability import SEVEN_CLASS_JUDGES


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


def test_probability_is_that_of_the_wanted_emotion() -> None:
    assert METRICS.get("emotion_probability")(sample("fear"), probs("fear")) == pytest.approx(65.0, abs=1e-4)


def sample_of(emotion: str) -> Sample:
    return Sample("s", "clips", "test", "A", "", Path("a.mp4"), "neutral", emotion, 0, None)


@pytest.mark.parametrize("classifier", ["faceapi", "xception102", "xception119", "hsemotion"])
def test_emotion_metrics_read_the_target_s_class(classifier: str) -> None:
    classes = JUDGES[classifier].classes
    probabilities = np.arange(1, len(classes) + 1) / sum(range(1, len(classes) + 1))
    features = {
        f"output/emotion_{classifier}.mean": probabilities,
        f"source/emotion_{classifier}.mean": probabilities[::-1],
    }
    for emotion in EMOTIONS:
        for what in ("probability", "accuracy", "gain"):
            metric = METRICS.get(f"emotion_{what}_{classifier}")
            if emotion not in classes:
                with pytest.raises(SampleError) as caught:
                    metric(sample_of(emotion), features)
                assert caught.value.status == "no_class"
                continue
            own, other = probabilities[classes.index(emotion)], probabilities[::-1][classes.index(emotion)]
            expected = {
                "probability": 100 * own,
                "accuracy": 100.0 * (emotion == classes[-1]),
                "gain": 100 * (own - other),
            }
            assert metric(sample_of(emotion), features) == pytest.approx(expected[what])


def test_the_small_classifiers_share_their_order_and_lack_contempt() -> None:
    assert all(judge.classes == SEVEN_EMOTIONS for judge in SEVEN_CLASS_JUDGES)
    assert SEVEN_EMOTIONS == tuple(emotion for emotion in BASIC_EMOTIONS if emotion != "contempt")


def test_what_is_seen_is_the_mean_of_three_and_sums_to_a_hundred() -> None:
    rng = np.random.default_rng(0)
    features = {judge.need(): rng.dirichlet(np.ones(7)) for judge in SEVEN_CLASS_JUDGES}
    seen = [METRICS.get(f"probability_{emotion}")(sample_of("sarcastic"), features) for emotion in SEVEN_EMOTIONS]
    assert sum(seen) == pytest.approx(100)
    assert seen[3] == pytest.approx(100 * np.mean([values[3] for values in features.values()]))
