"""FID, KID, FVD of whole sets and of single videos: closed forms, and what degenerate sets give."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmark.core.errors import SampleError
from benchmark.core.types import Sample
from benchmark.formulas.frechet import frechet_distance
from benchmark.formulas.kernel_distance import kernel_distance
from benchmark.metrics import METRICS
from benchmark.metrics import author_frechet as author
from benchmark.metrics import standard_frechet as standard

SAMPLE = Sample("a", "clips", "test", "s", "1", Path("a.mp4"), "neutral", "happy", 0, None)
SETS = [
    name for name in METRICS if name in {f"{kind}_standard" for kind in ("fid", "fid_infinity", "kid", "fvd", "kvd")}
]


def clips(count: int, frames: int = 16, size: int = 24, shift: float = 0.0, seed: int = 0):
    """Features of `count` clips: pool3 of frames and one vector of scores each."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        made.append(
            {
                standard.FRAMES[0]: rng.standard_normal((frames, size)) + shift,
                standard.FRAMES[1]: rng.standard_normal((frames, size)),
                standard.SCORES[0]: rng.standard_normal(size) + shift,
                standard.SCORES[1]: rng.standard_normal(size),
            }
        )
    return made


def value(name: str, features) -> float:
    return METRICS.get(name)([SAMPLE] * len(features), features)


def test_pooled_distances_are_those_of_all_rows_together() -> None:
    features = clips(9, shift=0.3)
    frames = [np.concatenate([f[need] for f in features]) for need in standard.FRAMES]
    scores = [np.stack([f[need] for f in features]) for need in standard.SCORES]
    assert value("fid_standard", features) == frechet_distance(*frames)
    assert value("kid_standard", features) == pytest.approx(1000 * kernel_distance(*frames), rel=1e-12)
    assert value("fvd_standard", features) == frechet_distance(*scores)
    assert value("kvd_standard", features) == pytest.approx(kernel_distance(*scores), rel=1e-12)


def test_a_shift_moves_the_frechet_distance_by_its_square() -> None:
    features = clips(200, size=6)
    moved = [dict(f) | {standard.FRAMES[0]: f[standard.FRAMES[1]] + 2.0} for f in features]
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
    features = [
        dict(f) | {standard.FRAMES[0]: f[standard.FRAMES[1]], standard.SCORES[0]: f[standard.SCORES[1]]}
        for f in clips(8)
    ]
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
    for need in (*standard.FRAMES, *standard.SCORES):
        features[2][need][..., 1] = np.nan
    return features


@pytest.mark.parametrize("name", SETS)
def test_fewer_rows_than_dimensions_and_constant_rows_are_exact(name: str) -> None:
    features = clips(4, frames=2, size=300)
    assert np.isfinite(value(name, features))
    constant = [{need: np.ones_like(v) for need, v in f.items()} for f in features]
    assert abs(value(name, constant)) < 1e-6


def pair(made: np.ndarray, wanted: np.ndarray):
    return {author.FRAMES[0]: made, author.FRAMES[1]: wanted}


def test_the_author_fid_is_one_distance_a_video_and_refuses_one_frame() -> None:
    rng = np.random.default_rng(3)
    made, wanted = rng.standard_normal((40, 2048)), rng.standard_normal((55, 2048))
    assert author.fid_author(SAMPLE, pair(made, wanted)) == frechet_distance(made, wanted)
    assert author.fid_author(SAMPLE, pair(made, made)) == pytest.approx(0, abs=1e-8)
    assert author.fid_author(SAMPLE, pair(np.repeat(made[:1], 40, 0), wanted)) > 0  # a constant video
    with pytest.raises(SampleError) as caught:
        author.fid_author(SAMPLE, pair(made[:1], wanted))
    assert caught.value.status == "too_short"
    made[3, 7] = np.inf
    with pytest.raises(SampleError) as caught:
        author.fid_author(SAMPLE, pair(made, wanted))
    assert caught.value.status == "not_finite"


def test_the_author_fvd_is_the_squared_distance_that_sixteen_copies_leave() -> None:
    rng = np.random.default_rng(4)
    a, b = rng.standard_normal((2, 400)).astype(np.float32)
    found = author.fvd_author(SAMPLE, {author.SCORES[0]: a, author.SCORES[1]: b})
    assert found == pytest.approx(frechet_distance(np.repeat(a[None], 16, 0), np.repeat(b[None], 16, 0)), rel=1e-12)


def test_per_video_fid_falls_with_length_although_nothing_differs() -> None:
    rng = np.random.default_rng(5)
    basis = rng.standard_normal((8, 512)) / np.sqrt(8)

    def draw(n: int) -> np.ndarray:
        return rng.standard_normal((n, 8)) @ basis

    means = [np.mean([author.fid_author(SAMPLE, pair(draw(n), draw(n))) for _ in range(10)]) for n in (20, 40, 80)]
    assert means[0] > 1.5 * means[1] > 2.2 * means[2] > 0


COUNTS = np.array([[1, 1, 1], [0, 1, 2], [3, 0, 0]])
DISTANCES = [*SETS, "frechet_face"]


def test_every_number_of_a_set_has_draws_of_its_own() -> None:
    assert len(SETS) == 5
    of_sets = [METRICS.get(name) for name in METRICS if METRICS.get(name).info.level == "set"]
    assert all(metric.of_draws is not None for metric in of_sets if not metric.info.name.startswith("toy"))


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

    def wanted(row: np.ndarray) -> float:
        if name != "fid_infinity_standard":
            return value(name, copies(row, slice(None)))
        halves = [value("fid_standard", copies(row, slice(start, None, 2))) for start in (0, 1)]
        return 2 * value("fid_standard", copies(row, slice(None))) - float(np.mean(halves))

    assert metric.of_draws is not None
    found = metric.of_draws([SAMPLE] * 12, features, speakers, COUNTS)
    assert found == pytest.approx([wanted(row) for row in COUNTS], rel=1e-6)
    if name != "fid_infinity_standard":
        assert found[0] == pytest.approx(value(name, features), rel=1e-6)
