"""The metrics of real video on made features: closed forms, statuses, invariance."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmark.core.errors import SampleError
from benchmark.core.types import BASIC_EMOTIONS, EMOTIONS, Sample
from benchmark.extractors.facial_emotion import SEVEN
from benchmark.metrics import METRICS
from benchmark.metrics.facial_emotion import CLASSIFIERS, SMALL
from benchmark.metrics.landmark_agreement import relative_distance
from benchmark.metrics.landmark_motion import LEFT_EYE, LIPS, RIGHT_EYE, own_motion


def sample_of(emotion: str) -> Sample:
    return Sample("s", "clips", "test", "A", "", Path("a.mp4"), "neutral", emotion, 0, None)


@pytest.mark.parametrize("classifier", sorted(CLASSIFIERS))
def test_emotion_metrics_read_the_target_s_class(classifier: str) -> None:
    _, classes = CLASSIFIERS[classifier]
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
                assert caught.value.status == "unknown_class"
                continue
            own, other = probabilities[classes.index(emotion)], probabilities[::-1][classes.index(emotion)]
            wanted = {
                "probability": 100 * own,
                "accuracy": 100.0 * (emotion == classes[-1]),
                "gain": 100 * (own - other),
            }
            assert metric(sample_of(emotion), features) == pytest.approx(wanted[what])


def test_the_small_classifiers_share_their_order_and_lack_contempt() -> None:
    assert all(CLASSIFIERS[name][1] == SEVEN == tuple(e for e in BASIC_EMOTIONS if e != "contempt") for name in SMALL)


def test_what_is_seen_is_the_mean_of_three_and_sums_to_a_hundred() -> None:
    rng = np.random.default_rng(0)
    features = {f"output/emotion_{name}.mean": rng.dirichlet(np.ones(7)) for name in SMALL}
    seen = [METRICS.get(f"probability_{emotion}")(sample_of("sarcastic"), features) for emotion in SEVEN]
    assert sum(seen) == pytest.approx(100)
    assert seen[3] == pytest.approx(100 * np.mean([values[3] for values in features.values()]))


def made_mesh(frames: int, swing: float = 0.0) -> np.ndarray:
    """A random but fixed face of eye distance 50 whose lips move up and down by `swing` pixels."""
    face = np.random.default_rng(0).uniform(-80, 80, (468, 2))
    face[list(RIGHT_EYE)], face[list(LEFT_EYE)] = [-25, 0], [25, 0]
    track = np.tile(face, (frames, 1, 1))
    track[:, LIPS, 1] += swing * np.where(np.arange(frames) % 2, 1, -1)[:, None]
    return track


def moved_head(track: np.ndarray) -> np.ndarray:
    """The same track with a head that turns in the picture, comes nearer and wanders."""
    t = np.arange(len(track))
    turn, grow = 0.2 * np.sin(t / 3), 1 + 0.1 * np.cos(t / 5)
    rotation = np.stack([np.stack([np.cos(turn), -np.sin(turn)], -1), np.stack([np.sin(turn), np.cos(turn)], -1)], -2)
    return grow[:, None, None] * track @ rotation.transpose(0, 2, 1) + np.stack([3.0 * t, 100 - t], -1)[:, None]


def test_head_motion_alone_is_no_motion() -> None:
    assert own_motion(moved_head(made_mesh(20))) < 1e-9


def test_swinging_lips_are_measured_in_eye_distances_whatever_the_head_does() -> None:
    still = own_motion(made_mesh(20, 2.0), LIPS)
    assert still == pytest.approx(100 * 2.0 / 50, rel=0.1)  # a part of the swing is taken for head motion
    assert own_motion(moved_head(made_mesh(20, 2.0)), LIPS) == pytest.approx(still, rel=0.02)
    assert own_motion(3 * made_mesh(20, 2.0), LIPS) == pytest.approx(still)
    assert own_motion(made_mesh(20, 4.0), LIPS) == pytest.approx(2 * still, rel=0.02)
    assert own_motion(made_mesh(20, 2.0)) < 0.2 * still


def test_one_frame_has_no_motion_to_measure() -> None:
    with pytest.raises(SampleError) as caught:
        own_motion(made_mesh(1))
    assert caught.value.status == "too_short"


def test_landmark_distance_is_relative_and_resampled() -> None:
    face = np.random.default_rng(1).uniform(0, 100, (68, 2))
    face[36:42], face[42:48] = [30, 40], [70, 40]
    target = np.tile(face, (10, 1, 1))
    output = np.tile(face, (20, 1, 1))
    output[:, 48:68:2, 1] += 3.0
    output[:, 49:68:2, 1] -= 3.0  # the mouth's centre stays
    assert relative_distance(output, target, "mouth") == pytest.approx(100 * 3 / 40)
    assert relative_distance(output, target, "face") == pytest.approx(100 * 3 / 40 * 20 / 68)
    assert relative_distance(output + [50, -20], target, "mouth") == pytest.approx(100 * 3 / 40)


def test_identity_and_quality_read_their_features() -> None:
    sample = sample_of("happy")
    identity = METRICS.get("identity_mobilefacenet")
    features = {"output/identity_mobilefacenet.mean": np.array([0.6, 0.8]),
                "source/identity_mobilefacenet.mean": np.array([1.0, 0.0])}  # fmt: skip
    assert identity(sample, features) == pytest.approx(0.6)
    sharp = {"output/sharpness.laplacian_variance": np.array([1.0, 3.0]),
             "source/sharpness.laplacian_variance": np.array([8.0])}  # fmt: skip
    assert METRICS.get("sharpness_kept")(sample, sharp) == pytest.approx(25)
    assert METRICS.get("aligned_psnr")(sample, {"output~source/aligned_quality.psnr": np.array([np.inf, 20.0])}) == 40
