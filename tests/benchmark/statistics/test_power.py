"""The fast test is the shipped test, and power agrees with closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from benchmark.statistics.difference import paired_difference
from benchmark.statistics.power import Pairing, findable, p_values, pairing_of, power, simulate_pairs

LIKE_THE_SEEDED = Pairing(0.16, 0.0)


@pytest.mark.parametrize("sizes", [(14,) * 4, (40, 10, 4, 2), (5,) * 9])
def test_p_from_counts_is_the_p_of_the_paired_difference(sizes: tuple[int, ...]) -> None:
    better, worse = simulate_pairs(sizes, Pairing(0.3, 0.1), 0.1, 60, np.random.default_rng(0))
    better[0], worse[0] = sizes, 0  # every clip better: no variation at all
    better[1], worse[1] = 0, 0
    names = np.repeat(np.arange(len(sizes)), sizes)
    for k, p in enumerate(p_values(better, worse, sizes)):
        first, second = np.zeros(len(names)), np.zeros(len(names))
        for g in range(len(sizes)):
            own = np.flatnonzero(names == g)
            first[own[: better[k, g]]] = 1.0
            second[own[better[k, g] : better[k, g] + worse[k, g]]] = 1.0
        found = paired_difference(first, second, names, ends=(0.0, 1.0), yes_no=True)
        assert p == pytest.approx(found.p, rel=1e-9, abs=1e-15)


def test_pairs_are_drawn_as_asked() -> None:
    better, worse = simulate_pairs((20,) * 50, Pairing(0.3, 0.08), 0.1, 400, np.random.default_rng(1))
    d = (better - worse) / 20
    assert ((better + worse) / 20).mean() == pytest.approx(0.3, abs=0.005) and d.mean() == pytest.approx(0.1, abs=0.005)
    within = (0.3 - 0.1**2 - 0.08**2) / 20
    assert d.std() == pytest.approx(math.sqrt(0.08**2 + within), rel=0.03)


def test_a_pairing_is_measured_from_what_it_made() -> None:
    rng = np.random.default_rng(2)
    better, worse = simulate_pairs((30,) * 400, Pairing(0.25, 0.12), 0.05, 1, rng)
    names = np.repeat(np.arange(400), 30)
    first, second = np.zeros(12_000), np.zeros(12_000)
    for g in range(400):
        own = np.flatnonzero(names == g)
        first[own[: better[0, g]]] = 1
        second[own[better[0, g] : better[0, g] + worse[0, g]]] = 1
    found = pairing_of(first, second, names)
    assert found.discordant == pytest.approx(0.25, abs=0.02) and found.spread == pytest.approx(0.12, abs=0.02)


def test_the_spread_is_that_of_an_analysis_of_variance() -> None:
    rng = np.random.default_rng(3)
    names = np.repeat(np.arange(5), 12)
    first, second = rng.random(60) < 0.3 + 0.1 * names, rng.random(60) < 0.4
    d = first.astype(float) - second
    groups = [d[names == g] for g in range(5)]
    mean_square_within = np.mean([one.var(ddof=1) for one in groups])
    f = stats.f_oneway(*groups).statistic
    expected = math.sqrt(max(0.0, (f - 1) * mean_square_within / 12))
    assert pairing_of(first, second, names).spread == pytest.approx(expected, rel=1e-9)


def test_without_a_difference_the_test_keeps_its_level() -> None:
    for sizes in ((14,) * 4, (12,) * 24, (40, 10, 4, 2)):
        assert power(sizes, Pairing(0.3, 0.05), 0.0) <= 0.06


def test_many_clips_of_alike_speakers_have_the_power_of_a_t_test_of_speakers() -> None:
    """30 speakers: the test over speakers decides, its noncentrality known."""
    difference, discordant = 0.06, 0.3
    error = math.sqrt((discordant - difference**2) / (30 * 40))
    critical = stats.t.ppf(0.975, 29)
    expected = stats.nct.sf(critical, 29, difference / error)
    assert power((40,) * 30, Pairing(discordant, 0.0), difference) == pytest.approx(expected, abs=0.04)


def test_more_speakers_beat_more_clips() -> None:
    few, many = (power((48 // g * 4,) * g, Pairing(0.3, 0.1), 0.1) for g in (4, 16))
    assert many > few + 0.2


def test_the_findable_difference_is_found_with_its_power() -> None:
    found = findable((14,) * 4, LIKE_THE_SEEDED, sets=2000)
    assert power((14,) * 4, LIKE_THE_SEEDED, found, seed=1) == pytest.approx(0.8, abs=0.03)
    assert math.isnan(findable((1, 1), LIKE_THE_SEEDED))


def test_a_pairing_needs_speakers_with_several_clips() -> None:
    with pytest.raises(ValueError, match="two speakers"):
        pairing_of([1, 0], [0, 0], ["a", "a"])
    with pytest.raises(ValueError, match="two speakers"):
        pairing_of([1, 0], [0, 0], ["a", "b"])
