"""The interval of shares against scipy's beta-binomial on a dense grid, Jeffreys' interval, and by simulation."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from scipy import stats

from benchmark.statistics.beta_binomial import beta_binomial_interval, dispersion, share_interval

FOUR = np.repeat(list("abcd"), 14)


def by_scipy(successes: list[int], trials: list[int], level: float) -> tuple[float, float]:
    """The posterior of the mean on 500 x 200 points, by scipy's beta-binomial and its density of Beta(1, 4)."""
    cells = 500
    theta = (np.arange(cells) + 0.5) / cells * math.pi / 2
    rho = (np.arange(200) + 0.5) / 200
    mean, size = np.sin(theta)[:, None] ** 2, (1 - rho) / rho
    log = np.zeros((cells, 200)) + stats.beta(1, 4).logpdf(rho)
    for (k, n), times in Counter(zip(successes, trials, strict=True)).items():
        log += times * stats.betabinom.logpmf(k, n, mean * size, (1 - mean) * size)
    weights = np.exp(log - log.max()).sum(axis=1)
    cumulative = np.concatenate([[0.0], np.cumsum(weights)]) / weights.sum()
    edges = np.sin(np.arange(cells + 1) / cells * math.pi / 2) ** 2
    low, high = np.interp([(1 - level) / 2, (1 + level) / 2], cumulative, edges)
    return float(low), float(high)


@pytest.mark.parametrize(
    ("successes", "trials", "level"),
    [
        ([7, 8, 6, 9], [14] * 4, 0.95),
        ([0, 0, 1, 2], [14] * 4, 0.90),
        ([20, 9, 1, 2], [40, 10, 4, 2], 0.95),
        ([3, 5, 4, 5, 2], [5] * 5, 0.99),
    ],
)
def test_the_ends_are_those_of_scipys_posterior(successes: list[int], trials: list[int], level: float) -> None:
    found = beta_binomial_interval(successes, trials, level=level)
    assert (found.low, found.high) == pytest.approx(by_scipy(successes, trials, level), abs=1e-3)
    assert (found.level, found.method, found.clusters) == (level, "beta_binomial", len(trials))


def test_all_right_is_not_sure_and_the_end_that_was_seen_is_in() -> None:
    found = share_interval(np.full(56, 100.0), FOUR, scale=100.0)
    assert found.low == pytest.approx(100.0 * by_scipy([14] * 4, [14] * 4, 0.95)[0], abs=0.1) and found.high == 100.0
    nothing = share_interval(np.zeros(56), FOUR, scale=100.0)
    assert nothing.low == 0.0 and nothing.high == pytest.approx(100.0 - found.low, abs=1e-6)


def test_many_clips_of_speakers_who_do_not_differ_give_jeffreys_interval() -> None:
    """300 speakers with one clip each: there is nothing to tell alike clips by."""
    right = np.arange(300) < 240
    found = share_interval(right.astype(float), np.arange(300))
    low, high = stats.beta(240.5, 60.5).ppf([0.025, 0.975])
    assert (found.low, found.high) == pytest.approx((low, high), abs=2e-3)


def test_speakers_who_differ_make_it_wider_than_those_who_do_not() -> None:
    alike = beta_binomial_interval([7, 7, 7, 7], [14] * 4)
    differing = beta_binomial_interval([0, 14, 1, 13], [14] * 4)
    assert differing.high - differing.low > 1.5 * (alike.high - alike.low)


def test_it_holds_the_pooled_share_however_unequal_the_speakers_are() -> None:
    found = beta_binomial_interval([0, 5, 5], [1000, 5, 5])
    assert found.low == pytest.approx(10 / 1010) and found.high > 0.5


def test_many_clips_of_many_speakers_are_found_on_the_grid() -> None:
    """91 speakers with 500 clips each, who do not differ: hardly wider than the normal interval of so many clips."""
    counts = np.random.default_rng(0).binomial(500, 0.9, 91)
    found, share = beta_binomial_interval(counts, np.full(91, 500)), counts.sum() / 45_500
    error = math.sqrt(share * (1 - share) / 45_500)
    assert share - 2.9 * error < found.low < share - 1.96 * error
    assert share + 1.96 * error < found.high < share + 2.9 * error


def test_samples_that_are_shares_count_for_more_than_yes_or_no() -> None:
    rng = np.random.default_rng(1)
    yes_no = (rng.random(56) < 0.7).astype(float)
    probabilities = np.clip(yes_no.mean() + rng.normal(0, 0.1, 56), 0, 1)
    assert dispersion(yes_no) == pytest.approx(1.0, abs=1e-12) and dispersion(probabilities) < 0.12
    wide, narrow = share_interval(yes_no, FOUR), share_interval(probabilities, FOUR)
    assert narrow.high - narrow.low < 0.8 * (wide.high - wide.low)


def test_shares_that_are_all_the_same_are_no_surer_than_yes_for_all() -> None:
    same, nearly = np.ones(56), np.ones(56)
    nearly[0] = 0.999
    assert share_interval(nearly, FOUR).low == pytest.approx(share_interval(same, FOUR).low, abs=0.01)


@pytest.mark.parametrize(("share", "correlation"), [(0.9, 0.2), (0.97, 0.0)])
def test_four_speakers_near_a_ceiling_are_covered(share: float, correlation: float) -> None:
    """Cells where Student's interval holds the truth in 84 and 81 % of sets, see docs/concepts/statistics.md."""
    rng = np.random.default_rng(4)
    size = (1 - correlation) / correlation if correlation else math.inf
    held, sets = 0, 300
    for _ in range(sets):
        own = rng.beta(share * size, (1 - share) * size, 4) if correlation else np.full(4, share)
        found = beta_binomial_interval(rng.binomial(14, own), [14] * 4)
        held += found.low <= share <= found.high
        assert 0.0 <= found.low < found.high <= 1.0
    assert held / sets >= 0.92


def test_one_speaker_gives_none_and_impossible_counts_are_refused() -> None:
    assert not share_interval([1.0, 0.0], ["a", "a"]).defined and not beta_binomial_interval([], []).defined
    with pytest.raises(ValueError, match="between 0 and trials"):
        beta_binomial_interval([3, 1], [2, 2])
    with pytest.raises(ValueError, match="between 0 and 100"):
        share_interval([101.0, 0.0], ["a", "b"], scale=100.0)
    with pytest.raises(ValueError, match="finite"):
        share_interval([math.nan, 0.0], ["a", "b"])
    with pytest.raises(ValueError, match="one cluster each"):
        share_interval([1.0], ["a", "b"])
    with pytest.raises(ValueError, match="level"):
        share_interval([1.0, 0.0], ["a", "b"], level=95)
