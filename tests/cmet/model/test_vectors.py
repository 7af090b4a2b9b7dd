"""Emotion vectors and how far they can be trusted."""

from __future__ import annotations

import math
import random
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from cmet.model.vectors import Reliability, choose, choose_pair, difference, normalised, reliability, training_indices

FEATURES = Path(__file__).resolve().parents[4] / "shared" / "features" / "cmet_mead.npz"


def cloud(count: int, centre: float, seed: int, size: int = 40) -> np.ndarray:
    return (np.random.default_rng(seed).standard_normal((count, size)) + centre).astype(np.float32)


def test_the_raw_vector_is_the_difference_of_means() -> None:
    a, b = cloud(5, 1, 0), cloud(9, 0, 1)
    np.testing.assert_allclose(difference(a, b), a.mean(0) - b.mean(0), atol=1e-6)
    np.testing.assert_allclose(difference(a, b, strength=2.0), 2 * difference(a, b), rtol=1e-6)


def test_the_unit_vector_has_its_strength_as_length_and_ignores_loudness() -> None:
    a, b = cloud(5, 1, 0), cloud(9, 0, 1)
    vector = difference(a, b, "unit", strength=3.0)
    assert np.linalg.norm(vector) == pytest.approx(3.0, rel=1e-6)
    np.testing.assert_allclose(difference(7 * a, 0.1 * b, "unit", strength=3.0), vector, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(normalised(a), axis=1), 1, rtol=1e-6)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (np.zeros((0, 4)), np.ones((3, 4))),
        (np.ones((3, 4)), np.ones((3, 5))),
        (np.ones(4), np.ones((3, 4))),
        (np.full((2, 4), np.nan), np.ones((3, 4))),
    ],
)
def test_impossible_recordings_are_refused(a: np.ndarray, b: np.ndarray) -> None:
    with pytest.raises(ValueError):
        difference(a.astype(np.float32), b.astype(np.float32))


def test_choices_do_not_depend_on_the_order_of_the_folder() -> None:
    names = [f"{i:03d}" for i in range(30)]
    shuffled = random.Random(5).sample(names, 30)
    assert choose(shuffled) == names
    assert choose(shuffled, "first", 4) == names[:4]
    assert choose_pair(shuffled, shuffled[::-1], "seeded") == choose_pair(names, names, "seeded")


def test_the_seeded_choice_is_pythons_sample_neutral_first() -> None:
    emotional, neutral = [f"e{i:02d}" for i in range(15)], [f"n{i:02d}" for i in range(40)]
    generator = random.Random(42)
    expected_neutral = generator.sample(neutral, 10)
    assert choose_pair(emotional, neutral, "seeded") == (generator.sample(emotional, 10), expected_neutral)
    with pytest.raises(ValueError, match="as many emotional"):
        choose_pair(emotional[:9], neutral, "seeded")


def test_training_steps_by_one_and_by_seven() -> None:
    assert training_indices(8, 30, 3, 6) == ([3, 4, 5, 6, 7, 0], [3, 10, 17, 24, 1, 8])


def test_a_clear_difference_is_reliable_and_none_is_not() -> None:
    clear = reliability(cloud(30, 1, 0), cloud(30, 0, 1), draws=50, permutations=200)
    assert clear.reliable and clear.halves_cosine > 0.8 and clear.p_value == pytest.approx(1 / 201)
    nothing = reliability(cloud(30, 0, 2), cloud(30, 0, 3), draws=50, permutations=200)
    assert not nothing.reliable and abs(nothing.halves_cosine) < 0.3 and nothing.p_value > 0.05
    assert "not reliable" in nothing.sentence()


def test_the_permutation_test_agrees_with_all_relabellings() -> None:
    a, b = cloud(4, 0.5, 0, 3), cloud(4, 0, 1, 3)
    rows = np.concatenate([a, b]).astype(np.float64)

    def length(chosen: tuple[int, ...]) -> float:
        others = [i for i in range(8) if i not in chosen]
        return float(np.linalg.norm(rows[list(chosen)].mean(0) - rows[others].mean(0)))

    lengths = [length(chosen) for chosen in combinations(range(8), 4)]
    exact = float(np.mean([value >= lengths[0] - 1e-12 for value in lengths]))
    sampled = reliability(a, b, permutations=20000, draws=1).p_value
    assert sampled == pytest.approx(exact, abs=4 * math.sqrt(exact * (1 - exact) / 20000))


def test_a_difference_between_speakers_is_not_taken_for_one_between_emotions() -> None:
    one, other = cloud(20, 0, 0), cloud(20, 3, 1)
    a, b = np.concatenate([one[:10], other[:2]]), np.concatenate([one[10:12], other[10:]])
    who_a, who_b = ["x"] * 10 + ["y"] * 2, ["x"] * 2 + ["y"] * 10
    assert reliability(a, b, permutations=500).p_value < 0.01
    assert reliability(a, b, who_a, who_b, permutations=500).p_value > 0.05


def test_the_same_seed_gives_the_same_figures() -> None:
    a, b = cloud(12, 0.3, 0), cloud(12, 0, 1)
    assert reliability(a, b, seed=4, permutations=50) == reliability(a, b, seed=4, permutations=50)


def test_one_recording_has_no_halves_and_is_not_reliable() -> None:
    single = reliability(cloud(1, 5, 0), cloud(20, 0, 1), permutations=100)
    assert math.isnan(single.halves_cosine) and not single.reliable
    assert not Reliability(0.9, 3, math.nan, 0).reliable


@pytest.mark.golden
def test_published_contempt_is_noise_and_the_other_emotions_are_not() -> None:
    if not FEATURES.is_file():
        pytest.skip(f"no real speech features at {FEATURES}")
    with np.load(FEATURES) as archive:
        keys = sorted(archive.files)
        rows = {name: np.stack([archive[k] for k in keys if k.startswith(f"{name}/")]) for name in emotions(keys)}
    who = {name: [k.split("/")[1].split("_")[0] for k in keys if k.startswith(f"{name}/")] for name in rows}
    for name in set(rows) - {"neutral"}:
        found = reliability(rows[name], rows["neutral"], who[name], who["neutral"], permutations=500)
        length = np.linalg.norm(difference(rows[name], rows["neutral"]))
        if name == "contempt":  # reference: 0.90, p = 0.44; overlapping draws of 10 + 10 agree to 0.25, disjoint less
            assert length == pytest.approx(0.90, abs=0.01)
            assert found.p_value == pytest.approx(0.44, abs=0.08)
            assert found.halves_cosine < 0.3 and not found.reliable
        else:  # reference: lengths 9.1 to 13.3, cosines 0.97 to 0.98
            assert 9.0 < length < 13.4
            assert found.halves_cosine > 0.965 and found.reliable


def emotions(keys: list[str]) -> list[str]:
    return sorted({key.split("/")[0] for key in keys})
