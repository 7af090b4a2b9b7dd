"""Intervals against closed forms, scipy, and their own promise: how often they hold the truth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from benchmark.statistics.bootstrap import Interval, cluster_bootstrap, wilson


def covers(groups: int, method: str, repeats: int = 400) -> float:
    """Share of simulated data sets whose interval holds the true mean, 0: speakers differ, clips of a speaker less."""
    rng = np.random.default_rng(groups)
    held = 0
    for _ in range(repeats):
        sizes = rng.integers(3, 9, groups)
        speakers = np.repeat(np.arange(groups), sizes)
        values = rng.normal(size=groups)[speakers] + 0.5 * rng.normal(size=len(speakers))
        found = cluster_bootstrap(values, speakers, rng=rng, n_resamples=500, method=method)  # type: ignore[arg-type]
        held += found.low <= 0.0 <= found.high
    return held / repeats


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    # Three standard errors of a share of 0.95 in 400 repeats: 0.033.
    assert covers(24, "expanded_percentile") == pytest.approx(0.95, abs=0.035)


def test_few_speakers_are_covered_better_by_the_expanded_interval() -> None:
    plain, expanded = covers(4, "percentile"), covers(4, "expanded_percentile")
    assert plain < 0.86
    # Beyond the extreme speakers nothing can be drawn: 1 - 2 * 0.5**4 = 0.875 for a symmetric statistic.
    assert expanded == pytest.approx(0.875, abs=0.05)
    assert expanded > plain + 0.02


def test_clips_of_one_speaker_do_not_count_as_independent() -> None:
    rng = np.random.default_rng(0)
    speakers = np.repeat(np.arange(30), 50)
    values = np.repeat(rng.normal(size=30), 50)  # a speaker's clips are all alike
    clustered = cluster_bootstrap(values, speakers, rng=rng, method="percentile")
    single = cluster_bootstrap(values, np.arange(len(values)), rng=rng, method="percentile")
    ratio = (clustered.high - clustered.low) / (single.high - single.low)
    assert ratio == pytest.approx(math.sqrt(50), rel=0.1)


def test_the_width_is_the_closed_form_for_many_equal_clusters() -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(size=4000)
    found = cluster_bootstrap(values, np.arange(4000), rng=rng, n_resamples=4000, method="percentile")
    standard_error = values.std() / math.sqrt(4000)
    assert found.high - found.low == pytest.approx(2 * 1.959964 * standard_error, rel=0.05)
    assert (found.high + found.low) / 2 == pytest.approx(values.mean(), abs=0.1 * standard_error)


def test_single_value_clusters_agree_with_scipy() -> None:
    values = np.random.default_rng(2).gamma(2.0, size=40)
    ours = cluster_bootstrap(values, range(40), rng=np.random.default_rng(3), n_resamples=20000, method="percentile")
    theirs = stats.bootstrap(
        (values,), np.mean, n_resamples=20000, method="percentile", rng=np.random.default_rng(4)
    ).confidence_interval
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), rel=0.01)


def test_the_expanded_tail_is_students_t_for_a_normal_statistic() -> None:
    values = np.random.default_rng(5).normal(size=8)
    found = cluster_bootstrap(values, range(8), rng=np.random.default_rng(6), n_resamples=40000)
    student = stats.t.interval(0.95, 7, values.mean(), values.std(ddof=1) / math.sqrt(8))
    assert found.high - found.low == pytest.approx(student[1] - student[0], rel=0.12)


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 2.0, 3.0]])
def test_fewer_than_two_speakers_give_an_empty_interval_not_one_of_zero_width(values: list[float]) -> None:
    found = cluster_bootstrap(values, ["one"] * len(values), rng=np.random.default_rng(0))
    assert math.isnan(found.low) and math.isnan(found.high) and not found.defined
    assert found.clusters == min(len(values), 1)


def test_the_order_of_rows_changes_nothing() -> None:
    rng = np.random.default_rng(7)
    values, speakers = rng.normal(size=60), rng.integers(0, 6, 60)
    order = rng.permutation(60)
    first = cluster_bootstrap(values, speakers, rng=np.random.default_rng(8))
    second = cluster_bootstrap(values[order], speakers[order], rng=np.random.default_rng(8))
    assert (first.low, first.high) == (second.low, second.high)


def test_a_function_as_statistic_gives_the_same_as_the_vectorised_mean() -> None:
    rng = np.random.default_rng(9)
    values, speakers = rng.normal(size=80), rng.integers(0, 12, 80)
    fast = cluster_bootstrap(values, speakers, rng=np.random.default_rng(1))
    slow = cluster_bootstrap(values, speakers, rng=np.random.default_rng(1), statistic=np.mean)
    assert (fast.low, fast.high) == pytest.approx((slow.low, slow.high), abs=1e-12)


def test_a_median_can_be_bootstrapped_too() -> None:
    values = np.random.default_rng(3).exponential(size=60)
    ours = cluster_bootstrap(
        values, range(60), rng=np.random.default_rng(4), n_resamples=4000, statistic=np.median, method="percentile"
    )
    theirs = stats.bootstrap((values,), np.median, n_resamples=4000, method="percentile", rng=np.random.default_rng(5))
    assert ours.low == pytest.approx(theirs.confidence_interval.low, rel=0.1)
    assert ours.high == pytest.approx(theirs.confidence_interval.high, rel=0.1)


def test_a_missing_value_is_refused_because_it_is_a_status_not_a_number() -> None:
    with pytest.raises(ValueError, match="finite"):
        cluster_bootstrap([1.0, math.nan], ["a", "b"], rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="one cluster each"):
        cluster_bootstrap([1.0, 2.0], ["a"], rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="level"):
        cluster_bootstrap([1.0, 2.0], ["a", "b"], level=1.0, rng=np.random.default_rng(0))


@pytest.mark.parametrize(("successes", "trials"), [(0, 10), (1, 7), (30, 60), (59, 60), (60, 60)])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_wilson_agrees_with_scipy(successes: int, trials: int, level: float) -> None:
    theirs = stats.binomtest(successes, trials).proportion_ci(level, method="wilson")
    ours = wilson(successes, trials, level=level)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_wilson_of_no_trial_is_empty() -> None:
    assert not wilson(0, 0).defined
    with pytest.raises(ValueError, match="between 0 and 3"):
        wilson(4, 3)


def test_an_interval_is_cut_and_an_undefined_one_stays() -> None:
    wide = Interval(-3.0, 7.0, 0.95, "m", 4)
    assert (wide.within(0.0, 5.0).low, wide.within(0.0, 5.0).high) == (0.0, 5.0)
    assert wide.within(-math.inf, math.inf) == wide
    nothing = Interval(math.nan, math.nan, 0.95, "m", 1)
    assert nothing.within(0.0, 1.0) is nothing
