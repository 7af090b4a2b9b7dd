from __future__ import annotations

import numpy as np
import pytest
import torch

from benchmark.formulas.sync_curve import (
    balanced_scores,
    fitting_scores,
    framewise_confidence,
    sync_distances,
    sync_scores,
    window_count,
)
from benchmark.parity.golden.formulas import made_pair


def pair(length: int, shift: int = 0, noise: float = 0.2, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    return made_pair({"seed": seed, "T": length, "D": 256, "shift": shift, "noise": noise, "gain": 0.35})


def by_torch(lips: np.ndarray, sounds: np.ndarray, reach: int) -> np.ndarray:
    """The published loop: zero rows on both sides, torch's pairwise distance for every window."""
    a, b = torch.from_numpy(lips).double(), torch.from_numpy(sounds).double()
    padded = torch.nn.functional.pad(b, (0, 0, reach, reach))
    span = 2 * reach + 1
    rows = [torch.nn.functional.pairwise_distance(a[[i]].repeat(span, 1), padded[i : i + span]) for i in range(len(a))]
    return torch.stack(rows).numpy()


@pytest.mark.parametrize(("length", "reach"), [(1, 15), (7, 15), (40, 15), (40, 3), (12, 11)])
def test_distances_equal_the_published_loop(length: int, reach: int) -> None:
    lips, sounds = pair(length)
    np.testing.assert_allclose(sync_distances(lips, sounds, reach), by_torch(lips, sounds, reach), rtol=1e-12)


def test_unpadded_distances_are_the_same_where_sound_exists_and_nan_elsewhere() -> None:
    lips, sounds = pair(20)
    padded, open_ended = sync_distances(lips, sounds), sync_distances(lips, sounds, padded=False)
    exists = np.array([[0 <= i + j - 15 < 20 for j in range(31)] for i in range(20)])
    assert (np.isnan(open_ended) == ~exists).all()
    np.testing.assert_array_equal(open_ended[exists], padded[exists])


@pytest.mark.parametrize("shift", [-12, -8, -5, -3, -1, 0, 1, 3, 5, 8, 12])
def test_a_shift_is_found_by_both_variants(shift: int) -> None:
    lips, sounds = pair(40, shift)
    assert sync_scores(sync_distances(lips, sounds)).offset == shift
    assert fitting_scores(sync_distances(lips, sounds, padded=False)).offset == shift


def test_padding_makes_confidence_grow_with_length_and_the_fitting_variant_does_not() -> None:
    lengths = (12, 25, 75, 300)
    published = [sync_scores(sync_distances(*pair(n))).confidence for n in lengths]
    fitting = [fitting_scores(sync_distances(*pair(n), padded=False)).confidence for n in lengths]
    assert published == sorted(published)
    assert published[-1] > 1.3 * published[0]
    assert max(fitting) < 1.05 * min(fitting)


def test_both_variants_agree_on_the_distance_of_a_clip_in_sync() -> None:
    """At shift 0 every window has its sound, so the padding changes nothing."""
    lips, sounds = pair(30)
    published = sync_scores(sync_distances(lips, sounds))
    fitting = fitting_scores(sync_distances(lips, sounds, padded=False))
    assert published.distance == pytest.approx(fitting.distance, rel=1e-12)


def test_framewise_confidence_of_an_unfiltered_clip_averages_to_the_confidence() -> None:
    distances = sync_distances(*pair(30))
    frames = framewise_confidence(distances, smooth=1)
    assert frames.shape == (30,)
    assert frames.mean() == pytest.approx(sync_scores(distances).confidence, rel=1e-9)


def test_windows_are_five_fewer_than_frames_with_sound() -> None:
    assert window_count(50, 32000) == 45
    assert window_count(100, 32000) == 45
    assert window_count(50, 31999) == 44
    with pytest.raises(ValueError, match="at least 6 frames"):
        window_count(5, 32000)


def test_identical_constant_embeddings_have_no_confidence() -> None:
    """A frozen face and a steady tone: every shift that exists is as good as any other."""
    same = np.ones((30, 8))
    scores = fitting_scores(sync_distances(same, same, padded=False))
    assert scores.confidence == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("lips", "sounds", "message"),
    [
        (np.zeros((0, 4)), np.zeros((0, 4)), "W >= 1"),
        (np.zeros((3, 4)), np.zeros((4, 4)), "one shape"),
        (np.full((3, 4), np.nan), np.zeros((3, 4)), "not finite"),
    ],
)
def test_bad_embeddings_are_refused(lips: np.ndarray, sounds: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sync_distances(lips, sounds)


def test_bad_matrices_are_refused() -> None:
    with pytest.raises(ValueError, match="holds NaN"):
        sync_scores(sync_distances(*pair(20), padded=False))
    with pytest.raises(ValueError, match="2 reach"):
        sync_scores(np.zeros((3, 30)))
    with pytest.raises(ValueError, match="infinite"):
        sync_scores(np.full((3, 31), np.inf))
    with pytest.raises(ValueError, match="6 windows leave 3 shifts|leave 1 shifts"):
        fitting_scores(sync_distances(*pair(5), padded=False))


def additive(windows: int, seed: int) -> np.ndarray:
    """Distances that are exactly a term of the window plus one of the shift; NaN where there is no sound."""
    rng = np.random.default_rng(seed)
    generated = rng.uniform(5, 15, (windows, 1)) + rng.uniform(0, 2, (1, 31))
    frames, shifts = np.arange(windows)[:, None], np.arange(-15, 16)[None]
    generated[(frames + shifts < 0) | (frames + shifts >= windows)] = np.nan
    return generated


@pytest.mark.parametrize("windows", [12, 25, 40, 120])
def test_the_balanced_curve_takes_windows_off_exactly(windows: int) -> None:
    d = additive(windows, windows)
    keep = (~np.isnan(d)).sum(axis=0) >= 5
    rng = np.random.default_rng(windows)
    levels, steps = rng.uniform(5, 15, windows), rng.uniform(0, 2, 31)
    curve = np.where(keep, levels.mean() + steps, np.nan)
    found = balanced_scores(d)
    assert found.distance == pytest.approx(np.nanmin(curve), rel=1e-9)
    assert found.confidence == pytest.approx(np.nanmedian(curve) - np.nanmin(curve), rel=1e-6, abs=1e-9)
    assert found.offset == 15 - int(np.nanargmin(curve))


def test_with_sound_everywhere_the_balanced_curve_is_the_mean() -> None:
    d = np.random.default_rng(0).uniform(5, 15, (40, 31))
    ours, published = balanced_scores(d), sync_scores(d)
    assert ours.offset == published.offset and ours.distance == pytest.approx(published.distance, rel=1e-12)
    assert ours.confidence == pytest.approx(published.confidence, rel=1e-9)


def test_windows_that_are_far_from_any_sound_no_longer_look_like_a_minimum() -> None:
    rng = np.random.default_rng(1)
    far = np.array([50.0, 1.0])[:, None, None]  # lips vary in length, sounds do not

    def mean(score, windows: int) -> float:
        pairs = [rng.standard_normal((2, windows, 32)) * far for _ in range(30)]
        return float(np.mean([score(sync_distances(a, b, padded=False)).confidence for a, b in pairs]))

    assert mean(balanced_scores, 12) < 0.1 * mean(fitting_scores, 12)


def test_too_short_a_clip_is_refused() -> None:
    with pytest.raises(ValueError, match="3 are needed"):
        balanced_scores(sync_distances(np.ones((5, 4)), np.ones((5, 4)), padded=False))
