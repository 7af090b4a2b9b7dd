"""Bradley-Terry strengths against their closed form for two, a fit by scipy, and strengths that made the games."""

from __future__ import annotations

import time

import numpy as np
import pytest
from scipy import optimize

from benchmark.statistics.bradley_terry import bradley_terry, bradley_terry_intervals, linked_groups


def test_two_methods_have_the_logarithm_of_their_odds() -> None:
    strengths = bradley_terry([[0, 30], [10, 0]])
    assert strengths[0] - strengths[1] == pytest.approx(np.log(3), abs=1e-9)


def test_three_methods_get_back_the_strengths_that_made_the_games() -> None:
    truth = np.array([0.8, 0.1, -0.9])
    wins = 100 / (1 + np.exp(truth[None, :] - truth[:, None]))
    assert bradley_terry(wins) == pytest.approx(truth, abs=1e-9)


def test_strengths_maximise_the_likelihood() -> None:
    wins = np.random.default_rng(1).integers(1, 20, (4, 4)).astype(float)
    np.fill_diagonal(wins, 0)

    def loss(x: np.ndarray) -> float:
        s = np.append(x, -x.sum())
        return float(np.sum(wins * np.log1p(np.exp(s[None, :] - s[:, None]))))

    best = optimize.minimize(loss, np.zeros(3), method="BFGS", options={"gtol": 1e-9}).x
    assert bradley_terry(wins)[:3] == pytest.approx(best, abs=1e-6)


def test_many_tables_at_once_are_as_one_by_one() -> None:
    tables = np.random.default_rng(2).integers(1, 9, (5, 3, 3))
    assert bradley_terry(tables) == pytest.approx(np.array([bradley_terry(table) for table in tables]), abs=1e-9)


def test_a_method_that_never_wins_needs_a_prior() -> None:
    with pytest.raises(ValueError, match="prior"):
        bradley_terry([[0, 3], [0, 0]])
    # imagined ties: 0.1 is half a tenth of a win for each side
    assert bradley_terry([[0, 3], [0, 0]], prior=0.1) == pytest.approx([np.log(61) / 2, -np.log(61) / 2])
    only_met = bradley_terry([[0, 3], [0, 0]], prior=[[0, 0.1], [0.1, 0]])
    assert only_met == pytest.approx([np.log(61) / 2, -np.log(61) / 2])


@pytest.mark.parametrize("wins", [[1, 2], [[1, 2, 3], [1, 2, 3]], [[0, -1], [1, 0]], [[0, np.nan], [1, 0]]])
def test_what_is_no_table_of_counts_is_refused(wins: list[object]) -> None:
    with pytest.raises(ValueError, match="square tables of counts"):
        bradley_terry(wins)


def votes(count: int, voters: int, chance: float) -> np.ndarray:
    """The first of two methods wins with this chance; votes are dealt to voters in turn."""
    won = np.random.default_rng(2).random(count) < chance
    tables = np.zeros((voters, 2, 2))
    np.add.at(tables, (np.arange(count) % voters, np.where(won, 0, 1), np.where(won, 1, 0)), 1.0)
    return tables


def test_voters_agree_on_an_interval_and_one_voter_has_none() -> None:
    found = bradley_terry_intervals(votes(300, 30, 0.7), rng=np.random.default_rng(0), n_resamples=200)
    assert found.low[0] < found.values[0] < found.high[0] and found.low[0] > 0 and found.voters == 30
    alone = bradley_terry_intervals(votes(300, 1, 0.7), rng=np.random.default_rng(0))
    assert np.isnan(alone.low).all() and alone.voters == 1


def test_the_bootstrap_has_the_spread_of_the_closed_form() -> None:
    """One vote a voter: log odds of a share p of n have the variance 1 / (n p (1 - p)); a strength is half of them."""
    found = bradley_terry_intervals(votes(400, 400, 0.6), rng=np.random.default_rng(0), n_resamples=2000, prior=0.0)
    share = 1 / (1 + np.exp(-2 * found.values[0]))
    error = 0.5 / np.sqrt(400 * share * (1 - share))
    assert found.high[0] - found.low[0] == pytest.approx(2 * 1.96 * error, rel=0.08)


@pytest.mark.slow  # a clock
def test_resamples_with_a_method_that_never_loses_are_fitted_together_in_seconds() -> None:
    tables = np.random.default_rng(0).poisson(0.5, (60, 6, 6)).astype(float)
    tables[:, 0, 1:], tables[:, 1:, 0] = 3.0, 0.0  # one method that never loses: slow to converge
    started = time.process_time()
    bradley_terry_intervals(tables, rng=np.random.default_rng(0), n_resamples=500)
    assert time.process_time() - started < 10


def test_methods_are_linked_through_others() -> None:
    games = np.zeros((5, 5))
    games[0, 1] = games[2, 1] = games[3, 4] = 1
    assert linked_groups(games) == [(0, 1, 2), (3, 4)]
