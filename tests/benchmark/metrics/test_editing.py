"""Metrics that doing nothing cannot win: closed forms, ties, statuses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from benchmark.core.errors import SampleError
from benchmark.core.types import BASIC_EMOTIONS, Sample
from benchmark.metrics import METRICS
from benchmark.metrics.emotion_judges import JUDGES, known_faces
from benchmark.metrics.landmark_expression import change, correlation_over_time
from benchmark.metrics.level_order import mean_order, rank_correlation, rising_triples
from benchmark.metrics.puppet_edit import gain, motion_correlation


def sample(level: int = 2, emotion: str = "happy", speaker: str = "P25") -> Sample:
    name = f"{speaker}_{emotion}_{level}"
    return Sample(name, "puppets", "levels", speaker, "s29", Path("a.mp4"), "neutral", emotion, level, None)


def test_gain_is_0_for_nothing_100_for_all_and_negative_for_the_wrong_way() -> None:
    source, target = np.zeros(21), np.eye(21)[0]
    assert gain(source, source, target) == 0.0
    assert gain(target, source, target) == 100.0
    assert gain(target / 2, source, target) == pytest.approx(50.0)
    assert gain(2 * target, source, target) == pytest.approx(0.0)  # overdone by as much as was wanted
    assert gain(-target, source, target) == pytest.approx(-100.0)
    with pytest.raises(SampleError) as caught:
        gain(target, source, source)
    assert caught.value.status == "no_change_wanted"


def test_lips_that_move_alike_correlate_whatever_their_mean_and_frozen_ones_do_not() -> None:
    track = np.random.default_rng(0).standard_normal((30, 8))
    assert motion_correlation(track + 5.0, track) == pytest.approx(1.0)
    assert motion_correlation(-track, track) == pytest.approx(-1.0)
    assert motion_correlation(np.tile(track[:1], (30, 1)), track) == 0.0
    for bad in ((track[:1], track[:1]), (track, np.ones((30, 8)))):
        with pytest.raises(SampleError):
            motion_correlation(*bad)


@pytest.mark.parametrize("seed", range(10))
def test_rank_correlation_equals_scipy_with_ties(seed: int) -> None:
    rng = np.random.default_rng(seed)
    levels, values = rng.integers(1, 4, 12), rng.integers(0, 5, 12)
    assert rank_correlation(levels, values) == pytest.approx(spearmanr(levels, values).statistic, abs=1e-12)


def test_the_same_edit_for_all_levels_scores_nothing() -> None:
    three = [sample(1), sample(2), sample(3)]
    assert mean_order(three, [1.0, 1.0, 1.0]) == 0.0
    assert rising_triples(three, [1.0, 1.0, 1.0]) == 0.0
    assert rising_triples(three, [1.0, 2.0, 2.0]) == 0.0
    assert mean_order(three, [0.1, 0.2, 0.9]) == pytest.approx(1.0)
    assert mean_order(three[::-1], [0.1, 0.2, 0.9]) == pytest.approx(-1.0)
    both = [*three, *(sample(k, "sad") for k in (1, 2, 3))]
    assert rising_triples(both, [1, 2, 3, 3, 2, 1]) == 50.0
    for function in (mean_order, rising_triples):
        with pytest.raises(SampleError) as caught:
            function([sample(2), sample(2, "sad")], [0.0, 1.0])
        assert caught.value.status == "not_applicable"


def test_the_au_judge_sees_every_known_face_for_what_it_is() -> None:
    faces, classes = known_faces()
    for face, wanted in zip(faces, classes, strict=True):
        scores = JUDGES["units"].scores({"output/puppet_face.action_units": np.tile(face, (4, 1))})
        assert scores.argmax() == wanted and scores.sum() == pytest.approx(1.0)


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


def test_expression_change_knows_no_head_motion() -> None:
    rng = np.random.default_rng(1)
    face = rng.uniform(-80, 80, (468, 2))
    track = np.stack([face] * 5)
    turned = 1.3 * track @ np.array([[0.8, -0.6], [0.6, 0.8]]) + 40.0
    assert np.abs(change(turned, track)).max() < 1e-9
    moved = track.copy()
    moved[:, 61] += 5.0
    assert np.linalg.norm(change(moved, track)[61]) > 1.0


@pytest.mark.parametrize(
    ("ending", "points", "lips", "corner"), [("", 468, (13, 14), 61), ("_standard", 68, (62, 66), 48)]
)
def test_expression_metrics_of_both_point_schemes(ending: str, points: int, lips: tuple[int, int], corner: int) -> None:
    """A mouth corner that moves a tenth of the way, the whole way, or the other way; lips that open and close."""
    rng = np.random.default_rng(2)
    face = rng.uniform(-80, 80, (points, 2))
    track = np.stack([face] * 10)
    track[:, lips[0], 1] += 8 * np.sin(np.arange(10))

    def moved(by: float) -> np.ndarray:
        other = track.copy()
        other[:, corner] += by
        return other

    extractor = "landmarks_pfld" if ending else "landmarks_facemesh"
    features = {f"{role}/{extractor}.fps": np.asarray(25.0) for role in ("output", "source")}
    features |= {f"source/{extractor}.points": track, f"target/{extractor}.points": moved(20.0)}
    asked = {
        name: METRICS.get(f"{name}{ending}") for name in ("expression_change", "expression_cosine", "mouth_correlation")
    }

    def values(by: float) -> list[float]:
        shown = features | {f"output/{extractor}.points": moved(by)}
        return [metric(sample(), shown) for metric in asked.values()]

    whole, tenth, back, none = values(20.0), values(2.0), values(-20.0), values(0.0)
    assert whole[1:] == pytest.approx([1.0, 1.0], abs=1e-3)
    assert tenth[1] > 0.99 and tenth[0] == pytest.approx(whole[0] / 10, rel=0.05)
    assert back[1] < -0.99
    assert none == pytest.approx([0.0, 0.0, 1.0], abs=1e-9)
    still = features | {f"output/{extractor}.points": np.stack([face] * 10)}
    assert asked["mouth_correlation"](sample(), still) == 0.0
    assert {metric.info.protocol for metric in asked.values()} == {"standard-v1" if ending else "real-small-v1"}


def test_openings_are_compared_at_the_same_time() -> None:
    slow, fast = np.sin(np.arange(50) / 25 * 9), np.sin(np.arange(60) / 30 * 9)
    assert correlation_over_time(fast, slow, 30.0, 25.0) > 0.99
    assert correlation_over_time(np.ones(50), slow, 25.0, 25.0) == 0.0
    for bad in ((slow[:40], slow), (slow, np.ones(50)), (slow[:1], slow[:1])):
        with pytest.raises(SampleError):
            correlation_over_time(*bad, 25.0, 25.0)
