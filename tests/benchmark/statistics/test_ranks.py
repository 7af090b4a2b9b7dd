"""Rank ranges on clear and unclear cases, Bradley-Terry against its closed form for two and a fit by scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize

from benchmark.statistics.ranks import bradley_terry, bradley_terry_intervals, rank_ranges


def test_methods_far_apart_have_one_rank_and_alike_ones_share_a_range() -> None:
    rng = np.random.default_rng(0)
    speakers = np.repeat(np.arange(12), 10)
    noise = rng.normal(0, 1, (120, 4))
    table = noise + np.array([10.0, 0.0, 0.0, -10.0])
    found = [str(r) for r in rank_ranges(table, speakers, higher_is_better=True)]
    assert found == ["1", "2-3", "2-3", "4"]
    assert [str(r) for r in rank_ranges(table, speakers, higher_is_better=False)] == ["4", "2-3", "2-3", "1"]


def test_a_method_without_numbers_has_no_rank_and_one_speaker_tells_nothing_apart() -> None:
    table = np.array([[1.0, 5.0, np.nan], [2.0, 9.0, np.nan]])
    ranges = rank_ranges(table, ["a", "a"], higher_is_better=True)
    assert [r and str(r) for r in ranges] == ["1-2", "1-2", None]


def test_two_methods_have_the_logarithm_of_their_odds() -> None:
    strengths = bradley_terry([[0, 30], [10, 0]])
    assert strengths[0] - strengths[1] == pytest.approx(np.log(3), abs=1e-9)


def test_strengths_maximise_the_likelihood() -> None:
    wins = np.random.default_rng(1).integers(1, 20, (4, 4)).astype(float)
    np.fill_diagonal(wins, 0)

    def loss(x: np.ndarray) -> float:
        s = np.append(x, -x.sum())
        return float(np.sum(wins * np.log1p(np.exp(s[None, :] - s[:, None]))))

    best = optimize.minimize(loss, np.zeros(3), method="BFGS", options={"gtol": 1e-9}).x
    assert bradley_terry(wins)[:3] == pytest.approx(best, abs=1e-6)


def test_a_method_that_never_wins_needs_a_prior() -> None:
    with pytest.raises(ValueError, match="prior"):
        bradley_terry([[0, 3], [0, 0]])
    assert np.isfinite(bradley_terry([[0, 3], [0, 0]], prior=0.1)).all()


def test_voters_agree_on_an_interval_and_one_voter_has_none() -> None:
    rng = np.random.default_rng(2)
    winners = rng.random(300) < 0.7
    first, second = np.where(winners, 0, 1), np.where(winners, 1, 0)
    voters = np.arange(300) % 30
    found = bradley_terry_intervals(first, second, [False] * 300, voters, methods=2, rng=rng, n_resamples=200)
    assert found.low[0] < found.values[0] < found.high[0] and found.low[0] > 0
    alone = bradley_terry_intervals(first, second, [False] * 300, [0] * 300, methods=2, rng=rng)
    assert np.isnan(alone.low).all()
