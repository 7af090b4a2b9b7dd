"""FID, KID, FVD and KVD of whole sets and of single videos: closed forms, and what degenerate sets give."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.linalg import sqrtm

from benchmark.core.errors import SampleError
from benchmark.core.types import Sample
from benchmark.formulas.frechet import frechet_distance
from benchmark.formulas.kernel_distance import kernel_distance
from benchmark.metrics import METRICS
from benchmark.metrics.fid import AUTHOR_POOL3, FACE_FEATURES, POOL3, fid_author, frechet_face_author
from benchmark.metrics.fvd import LOGITS

SAMPLE = Sample("a", "clips", "test", "s", "1", Path("a.mp4"), "neutral", "happy", 0, None)
SETS = [
    name for name in METRICS if name in {f"{kind}_standard" for kind in ("fid", "fid_infinity", "kid", "fvd", "kvd")}
]


def clips(count: int, frames: int = 16, size: int = 24, shift: float = 0.0, seed: int = 0):
    """Features of `count` clips: pool3 of frames and one vector of scores each."""
    rng = np.random.default_rng(seed)
    generated = []
    for _ in range(count):
        generated.append(
            {
                POOL3[0]: rng.standard_normal((frames, size)) + shift,
                POOL3[1]: rng.standard_normal((frames, size)),
                LOGITS[0]: rng.standard_normal(size) + shift,
                LOGITS[1]: rng.standard_normal(size),
            }
        )
    return generated


def value(name: str, features) -> float:
    return METRICS.get(name)([SAMPLE] * len(features), features)


def test_pooled_distances_are_those_of_all_rows_together() -> None:
    features = clips(9, shift=0.3)
    frames = [np.concatenate([f[need] for f in features]) for need in POOL3]
    scores = [np.stack([f[need] for f in features]) for need in LOGITS]
    assert value("fid_standard", features) == frechet_distance(*frames)
    assert value("kid_standard", features) == pytest.approx(1000 * kernel_distance(*frames), rel=1e-12)
    assert value("fvd_standard", features) == frechet_distance(*scores)
    assert value("kvd_standard", features) == pytest.approx(kernel_distance(*scores), rel=1e-12)


def test_a_shift_moves_the_frechet_distance_by_its_square() -> None:
    features = clips(200, size=6)
    moved = [dict(f) | {POOL3[0]: f[POOL3[1]] + 2.0} for f in features]
    assert value("fid_standard", moved) == pytest.approx(6 * 4.0, rel=1e-9)


def test_extrapolation_takes_the_bias_of_few_frames_away_and_kernels_have_none() -> None:
    plain, extrapolated, kernel = [], [], []
    for seed in range(12):
        features = clips(40, size=24, seed=seed)
        plain.append(value("fid_standard", features))
        extrapolated.append(value("fid_infinity_standard", features))
        kernel.append(value("kid_standard", features) / 1000)
    assert np.mean(plain) > 0.4  # the truth is 0
    assert abs(np.mean(extrapolated)) < 0.05 * np.mean(plain)
    assert abs(np.mean(kernel)) < 2 * np.std(kernel) / np.sqrt(12)


@pytest.mark.parametrize("name", SETS)
def test_identical_sets_have_no_distance(name: str) -> None:
    features = [dict(f) | {POOL3[0]: f[POOL3[1]], LOGITS[0]: f[LOGITS[1]]} for f in clips(8)]
    found = value(name, features)
    if name in ("kid_standard", "kvd_standard"):
        assert found < 0  # unbiased: the same rows on both sides are nearer than two draws
    elif name == "fid_infinity_standard":
        assert abs(found) < 1e-9
    else:
        assert 0 <= found < 1e-9


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize(
    ("make", "status"), [(lambda: clips(1), "too_few_samples"), (lambda: nan_in(clips(6)), "not_finite")]
)
def test_degenerate_sets_have_a_status(name: str, make, status: str) -> None:
    with pytest.raises(SampleError) as caught:
        value(name, make())
    assert caught.value.status == status


def nan_in(features):
    for need in (*POOL3, *LOGITS):
        features[2][need][..., 1] = np.nan
    return features


@pytest.mark.parametrize("name", SETS)
def test_fewer_rows_than_dimensions_and_constant_rows_are_exact(name: str) -> None:
    features = clips(4, frames=2, size=300)
    assert np.isfinite(value(name, features))
    constant = [{need: np.ones_like(v) for need, v in f.items()} for f in features]
    assert abs(value(name, constant)) < 1e-6


def pair(generated: np.ndarray, target: np.ndarray):
    return {AUTHOR_POOL3[0]: generated, AUTHOR_POOL3[1]: target}


def test_the_author_fid_is_one_distance_a_video_and_refuses_one_frame() -> None:
    rng = np.random.default_rng(3)
    generated, target = rng.standard_normal((40, 2048)), rng.standard_normal((55, 2048))
    assert fid_author(SAMPLE, pair(generated, target)) == frechet_distance(generated, target)
    assert fid_author(SAMPLE, pair(generated, generated)) == pytest.approx(0, abs=1e-8)
    assert fid_author(SAMPLE, pair(np.repeat(generated[:1], 40, 0), target)) > 0  # a constant video
    with pytest.raises(SampleError) as caught:
        fid_author(SAMPLE, pair(generated[:1], target))
    assert caught.value.status == "too_short"
    generated[3, 7] = np.inf
    with pytest.raises(SampleError) as caught:
        fid_author(SAMPLE, pair(generated, target))
    assert caught.value.status == "not_finite"


def test_per_video_fid_falls_with_length_although_nothing_differs() -> None:
    rng = np.random.default_rng(5)
    basis = rng.standard_normal((8, 512)) / np.sqrt(8)

    def draw(n: int) -> np.ndarray:
        return rng.standard_normal((n, 8)) @ basis

    means = [np.mean([fid_author(SAMPLE, pair(draw(n), draw(n))) for _ in range(10)]) for n in (20, 40, 80)]
    assert means[0] > 1.5 * means[1] > 2.2 * means[2] > 0


COUNTS = np.array([[1, 1, 1], [0, 1, 2], [3, 0, 0]])
DISTANCES = [*SETS, "frechet_face"]


def test_every_number_of_a_set_has_draws_of_its_own() -> None:
    assert len(SETS) == 5
    of_sets = [METRICS.get(name) for name in METRICS if METRICS.get(name).info.level == "set"]
    assert all(metric.bootstrap is not None for metric in of_sets if not metric.info.name.startswith("toy"))


@pytest.mark.parametrize("name", DISTANCES)
def test_draws_are_the_metric_of_the_copies(name: str) -> None:
    """A drawn speaker brings all clips as often as drawn; those of the extrapolation stay in their halves."""
    metric = METRICS.get(name)
    features = clips(12, size=10, shift=0.2)
    rng = np.random.default_rng(3)
    for clip in features:
        clip |= {need: rng.standard_normal((20, 10)) for need in metric.info.needs if need not in clip}
    speakers = np.array([0, 0, 1, 2, 1, 0, 2, 2, 1, 0, 1, 2])

    def copies(row: np.ndarray, only: slice) -> list:
        pairs = list(zip(features, speakers, strict=True))[only]
        return [clip for clip, speaker in pairs for _ in range(row[speaker])]

    def expected(row: np.ndarray) -> float:
        if name != "fid_infinity_standard":
            return value(name, copies(row, slice(None)))
        halves = [value("fid_standard", copies(row, slice(start, None, 2))) for start in (0, 1)]
        return 2 * value("fid_standard", copies(row, slice(None))) - float(np.mean(halves))

    assert metric.bootstrap is not None
    found = metric.bootstrap([SAMPLE] * 12, features, speakers, COUNTS)
    assert found == pytest.approx([expected(row) for row in COUNTS], rel=1e-6)
    if name != "fid_infinity_standard":
        assert found[0] == pytest.approx(value(name, features), rel=1e-6)


def test_frechet_distance_of_pooled_frames_equals_the_matrix_formula() -> None:
    rng = np.random.default_rng(3)
    features = [
        {
            "output/puppet_face.features": rng.standard_normal((16, 5)) + 0.3,
            "target/puppet_face.features": rng.standard_normal((16, 5)) * 1.5,
        }
        for _ in range(20)
    ]
    generated, target = (np.concatenate([f[name] for f in features]) for name in features[0])
    root = sqrtm(np.cov(generated, rowvar=False) @ np.cov(target, rowvar=False)).real
    expected = ((generated.mean(0) - target.mean(0)) ** 2).sum()
    expected += np.trace(np.cov(generated, rowvar=False) + np.cov(target, rowvar=False) - 2 * root)
    assert METRICS.get("frechet_face")([SAMPLE] * 20, features) == pytest.approx(expected, rel=1e-6)


def test_the_distance_of_a_video_is_that_of_the_full_size_metric() -> None:
    rng = np.random.default_rng(0)
    generated, target = rng.random((40, 128)), rng.random((50, 128))
    ours = frechet_face_author(SAMPLE, dict(zip(FACE_FEATURES, (generated, target), strict=True)))
    assert ours == pytest.approx(fid_author(SAMPLE, dict(zip(AUTHOR_POOL3, (generated, target), strict=True))))
