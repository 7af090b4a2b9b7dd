"""The puppets' metrics in closed form, on features made by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.linalg import sqrtm

from benchmark.core.errors import SampleError
from benchmark.core.types import BASIC_EMOTIONS, Sample
from benchmark.metrics import METRICS


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


def test_accuracy_is_all_or_nothing() -> None:
    metric = METRICS.get("emotion_accuracy")
    assert metric(sample("sad"), probs("sad")) == 100.0
    assert metric(sample("sad"), probs("happy")) == 0.0


def test_probability_is_that_of_the_wanted_emotion() -> None:
    assert METRICS.get("emotion_probability")(sample("fear"), probs("fear")) == pytest.approx(65.0, abs=1e-4)


def test_extended_emotions_have_no_class() -> None:
    with pytest.raises(SampleError) as caught:
        METRICS.get("emotion_accuracy")(sample("romantic"), probs("happy"))
    assert caught.value.status == "no_class"


def test_action_unit_error_averages_over_time_first() -> None:
    metric = METRICS.get("action_unit_error")
    output = np.zeros((4, 21), np.float32)
    output[:2, 0] = 1.0  # half of the time: 0.5 on average
    truth = np.zeros((7, 21), np.float32)
    truth[:, 0] = 0.5
    truth[:, 1] = 0.21
    features = {"output/puppet_face.action_units": output, "truth/action_units": truth}
    assert metric(sample(), features) == pytest.approx(100 * 0.21 / 21, rel=1e-5)


def edit_features(output: list[float], source: list[float], target: list[float]) -> dict[str, np.ndarray]:
    def rows(values: list[float]) -> np.ndarray:
        return np.tile(np.array(values + [0.0] * (21 - len(values)), np.float32), (3, 1))

    roles = {"output": output, "source": source, "target": target}
    return {f"{role}/puppet_face.action_units": rows(values) for role, values in roles.items()}


@pytest.mark.parametrize(
    ("output", "cosine", "size"),
    [([0.0, 0.0], 0.0, 0.0), ([0.4, 0.0], 1.0, 50.0), ([0.8, 0.8], 2**-0.5, 100.0), ([-0.4, 0.0], -1.0, -50.0)],
)
def test_direction_and_size_of_the_change(output: list[float], cosine: float, size: float) -> None:
    features = edit_features(output, [0.0, 0.0], [0.8, 0.0])
    assert METRICS.get("edit_cosine")(sample(), features) == pytest.approx(cosine, abs=1e-6)
    assert METRICS.get("edit_size")(sample(), features) == pytest.approx(size, abs=1e-4)


def test_no_wanted_change_is_a_status() -> None:
    with pytest.raises(SampleError) as caught:
        METRICS.get("edit_cosine")(sample(), edit_features([0.1], [0.5], [0.5]))
    assert caught.value.status == "no_change_wanted"


def test_identity_is_the_cosine_to_the_source() -> None:
    a, b = np.array([1.0, 0.0], np.float32), np.array([1.0, 1.0], np.float32)
    features = {"output/puppet_identity.embedding": a, "source/puppet_identity.embedding": b}
    assert METRICS.get("identity_similarity")(sample(), features) == pytest.approx(2**-0.5, rel=1e-6)


def sync_features(shift: int, windows: int = 40) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    sound = rng.standard_normal((windows + 20, 16)).astype(np.float32)
    return {
        "output/puppet_sync.lip": sound[10 : 10 + windows] * 3.0,  # length must not matter
        "output/puppet_sync.audio": sound[10 + shift : 10 + shift + windows],
    }


@pytest.mark.parametrize(("shift", "in_time"), [(0, 100.0), (1, 100.0), (-1, 100.0), (3, 0.0), (-5, 0.0), (8, 0.0)])
def test_shifted_sound_is_out_of_time(shift: int, in_time: float) -> None:
    features = sync_features(shift)
    assert METRICS.get("sync_in_time")(sample(), features) == in_time
    assert METRICS.get("sync_distance")(sample(), features) == pytest.approx(0.0, abs=1e-4)
    assert METRICS.get("sync_confidence")(sample(), features) > 1.0


def test_a_clip_too_short_for_sync_is_a_status() -> None:
    with pytest.raises(SampleError) as caught:
        METRICS.get("sync_confidence")(sample(), sync_features(0, windows=4))
    assert caught.value.status == "too_short"


def test_frechet_distance_of_pooled_frames_equals_the_matrix_formula() -> None:
    rng = np.random.default_rng(3)
    features = [
        {
            "output/puppet_face.features": rng.standard_normal((16, 5)) + 0.3,
            "target/puppet_face.features": rng.standard_normal((16, 5)) * 1.5,
        }
        for _ in range(20)
    ]
    made, wanted = (np.concatenate([f[name] for f in features]) for name in features[0])
    root = sqrtm(np.cov(made, rowvar=False) @ np.cov(wanted, rowvar=False)).real
    expected = ((made.mean(0) - wanted.mean(0)) ** 2).sum()
    expected += np.trace(np.cov(made, rowvar=False) + np.cov(wanted, rowvar=False) - 2 * root)
    assert METRICS.get("frechet_face")([sample()] * 20, features) == pytest.approx(expected, rel=1e-6)
