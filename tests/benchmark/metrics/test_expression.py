"""Size and direction of the change of landmarks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmark.core.types import Sample
from benchmark.metrics import METRICS
from benchmark.metrics.expression import measure_change
from benchmark.metrics.landmark_schemes import MESH


def sample(level: int = 2, emotion: str = "happy", speaker: str = "P25") -> Sample:
    name = f"{speaker}_{emotion}_{level}"
    return Sample(name, "puppets", "levels", speaker, "s29", Path("a.mp4"), "neutral", emotion, level, None)


def test_expression_change_knows_no_head_motion() -> None:
    rng = np.random.default_rng(1)
    face = rng.uniform(-80, 80, (468, 2))
    track = np.stack([face] * 5)
    turned = 1.3 * track @ np.array([[0.8, -0.6], [0.6, 0.8]]) + 40.0
    assert np.abs(measure_change(turned, track, MESH)).max() < 1e-9
    moved = track.copy()
    moved[:, 61] += 5.0
    assert np.linalg.norm(measure_change(moved, track, MESH)[61]) > 1.0


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


def test_frames_without_a_face_do_not_move_the_mean_face() -> None:
    track = np.random.default_rng(3).uniform(-80, 80, (6, 468, 2))
    faceless = np.concatenate([np.full((2, 468, 2), np.nan), track])
    assert np.array_equal(measure_change(faceless, track[::-1], MESH), measure_change(track, track[::-1], MESH))
