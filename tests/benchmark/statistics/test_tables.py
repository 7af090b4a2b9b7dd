"""The vectorised bootstrap against brute force and scipy, its speed, and the exact resampling of sets."""

from __future__ import annotations

import time

import numpy as np
import pytest
from scipy import stats

from benchmark.statistics.beta_binomial import share_interval
from benchmark.statistics.bootstrap_table import bootstrap_table, cluster_draws
from benchmark.statistics.set_bootstrap import (
    centred_interval,
    multisets,
    resample_set,
    set_interval,
    weighted_quantile,
)


def test_percentiles_are_those_of_means_resampled_one_by_one() -> None:
    rng = np.random.default_rng(0)
    speakers = np.repeat(np.arange(6), (4, 9, 2, 7, 5, 3))
    values = rng.normal(size=len(speakers)) + speakers
    draws = cluster_draws(6, 500, seed=3)
    means = []
    for row in draws:
        chosen = np.concatenate([np.tile(values[speakers == g], int(n)) for g, n in enumerate(row) if n])
        means.append(chosen.mean())
    found = bootstrap_table(values[:, None], speakers, seed=3, n_resamples=500)["cluster_bootstrap_percentile"][0]
    assert found == pytest.approx(np.quantile(means, [0.025, 0.975]), abs=1e-9)


def test_a_column_with_one_speaker_has_no_interval() -> None:
    column = np.array([1.0, 2.0, np.nan, np.nan])
    found = bootstrap_table(column[:, None], ["a", "a", "b", "b"], seed=0, n_resamples=100)
    assert all(np.isnan(ends).all() for ends in found.values())


@pytest.mark.slow  # a clock
def test_ten_thousand_resamples_of_a_whole_test_list_take_under_five_seconds() -> None:
    rng = np.random.default_rng(1)
    table = rng.normal(size=(1143, 20 * 11))  # 20 metrics, all samples and 10 groups
    table[:, 20:][rng.random((1143, 200)) < 0.9] = np.nan
    started = time.process_time()
    bootstrap_table(table, rng.integers(0, 4, 1143), seed=0, n_resamples=10_000)
    assert time.process_time() - started < 5.0


def test_all_multisets_of_four_have_their_multinomial_probabilities() -> None:
    found = multisets(4, 200, seed=0)
    assert found.exact and found.counts.shape == (35, 4) and found.weights.sum() == pytest.approx(1.0)
    assert (found.counts.sum(axis=1) == 4).all()
    each_once = np.flatnonzero((found.counts == 1).all(axis=1))[0]
    assert found.weights[each_once] == pytest.approx(24 / 256)


def test_more_speakers_are_drawn_at_random_and_equal_draws_are_asked_once() -> None:
    found = multisets(10, 50, seed=0)
    assert not found.exact and found.counts.shape == (50, 10)
    asked = []
    twice = type(found)(np.concatenate([found.counts, found.counts]), np.full(100, 0.01), False)
    values = resample_set(lambda counts: asked.extend(counts) or counts @ 3.0 ** -np.arange(10), twice)
    assert len(asked) == len({tuple(row) for row in found.counts})
    assert (values == twice.counts @ 3.0 ** -np.arange(10)).all()


MEANS = np.array([1.0, 2.0, 3.0, 6.0])


def resampled_means() -> tuple[np.ndarray, np.ndarray]:
    """Means of all multisets of four numbers, and their probabilities."""
    draws = multisets(4, 200, seed=0)
    return resample_set(lambda counts: counts @ MEANS / 4, draws), draws.weights


@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_the_interval_of_a_set_that_is_a_mean_is_students(level: float) -> None:
    values, weights = resampled_means()
    assert float(values @ weights) == pytest.approx(3.0)
    found = set_interval(3.0, values, weights, 4, level=level)
    expected = stats.ttest_1samp(MEANS, 0.0).confidence_interval(level)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), rel=1e-9)
    assert (found.clusters, found.method) == (4, "cluster_bootstrap_t")
    assert not set_interval(3.0, values, weights, 1).defined
    assert set_interval(0.1, values, weights, 4, ends=(0.0, np.inf)).low == 0.0


def test_a_number_between_two_ends_has_its_interval_on_their_logit_scale() -> None:
    values, weights = resampled_means()
    found = set_interval(9.0, values, weights, 4, ends=(0.0, 10.0))
    error = (
        MEANS.std(ddof=1) / 2 * stats.t.ppf(0.975, 3)
    )  # of the number; on the scale it is divided by 9 (10 - 9) / 10
    odds = np.log(9.0) + np.array([-1, 1]) * error / 0.9
    assert (found.low, found.high) == pytest.approx(tuple(10 / (1 + np.exp(-odds))), rel=1e-9)
    straight = set_interval(9.0, values, weights, 4, ends=(0.0, 10.0), logit=False)
    assert straight.high == 10.0 and straight.low == pytest.approx(9.0 - error)


def test_a_number_that_is_the_same_in_all_resamples_may_hide_clips_that_were_not_seen() -> None:
    values, weights = np.full(35, 100.0), resampled_means()[1]
    found = set_interval(100.0, values, weights, 4, ends=(0.0, 100.0), samples=56)
    assert (found.low, found.high) == (pytest.approx(share_interval(np.ones(56), [*"abcd"] * 14).low * 100), 100.0)
    assert not set_interval(100.0, values, weights, 4, ends=(0.0, np.inf), samples=56).defined


def test_the_interval_of_older_runs_ends_at_the_extreme_multisets_whatever_the_level() -> None:
    values, weights = resampled_means()
    ends = {
        (found.low, found.high)
        for level in (0.9, 0.95, 0.99)
        for found in [centred_interval(3.0, values, weights, 4, level=level)]
    }
    assert ends == {(1.0, 6.0)}


@pytest.mark.parametrize(("groups", "count"), [(2, 3), (4, 35), (6, 462), (7, 1716)])
def test_all_multisets_of_up_to_seven_speakers_are_taken(groups: int, count: int) -> None:
    found = multisets(groups, 10, seed=0)
    assert found.exact and found.counts.shape == (count, groups) and found.weights.sum() == pytest.approx(1.0)
    assert (found.counts.sum(axis=1) == groups).all() and len(np.unique(found.counts, axis=0)) == count


def test_weighted_quantiles_of_equal_weights_are_numpys_inverted_distribution() -> None:
    x = np.random.default_rng(2).normal(size=101)
    for q in (0.025, 0.5, 0.975):
        assert weighted_quantile(x, np.ones(101), q) == np.quantile(x, q, method="inverted_cdf")
