"""Intervals against closed forms, scipy, and their own promise: how often they hold the truth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike
from scipy import stats

from benchmark.statistics.bootstrap import Interval, wilson
from benchmark.statistics.bootstrap_table import bootstrap_table


def ends(values: ArrayLike, speakers: Sequence[Any], seed: int, n_resamples: int, method: str) -> tuple[float, float]:
    """The interval of one column's mean."""
    column = np.asarray(values, np.float64)[:, None]
    found = bootstrap_table(column, speakers, seed=seed, n_resamples=n_resamples)[f"cluster_bootstrap_{method}"]
    return float(found[0, 0]), float(found[0, 1])


def covers(groups: int, method: str, repeats: int = 400) -> float:
    """Share of simulated data sets whose interval holds the true mean, 0: speakers differ, clips of a speaker less."""
    rng = np.random.default_rng(groups)
    held = 0
    for repeat in range(repeats):
        sizes = rng.integers(3, 9, groups)
        speakers = np.repeat(np.arange(groups), sizes)
        values = rng.normal(size=groups)[speakers] + 0.5 * rng.normal(size=len(speakers))
        low, high = ends(values, list(speakers), repeat, 500, method)
        held += low <= 0.0 <= high
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
    clustered = ends(values, list(speakers), 1, 2000, "percentile")
    single = ends(values, range(len(values)), 1, 2000, "percentile")
    ratio = (clustered[1] - clustered[0]) / (single[1] - single[0])
    assert ratio == pytest.approx(math.sqrt(50), rel=0.1)


def test_the_width_is_the_closed_form_for_many_equal_clusters() -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(size=1000)
    low, high = ends(values, range(1000), 3, 4000, "percentile")
    standard_error = values.std() / math.sqrt(1000)
    assert high - low == pytest.approx(2 * 1.959964 * standard_error, rel=0.05)
    assert (high + low) / 2 == pytest.approx(values.mean(), abs=0.1 * standard_error)


def test_single_value_clusters_agree_with_scipy() -> None:
    values = np.random.default_rng(2).gamma(2.0, size=40)
    ours = ends(values, range(40), 3, 20000, "percentile")
    theirs = stats.bootstrap(
        (values,), np.mean, n_resamples=20000, method="percentile", rng=np.random.default_rng(4)
    ).confidence_interval
    assert ours == pytest.approx((theirs.low, theirs.high), rel=0.01)


def test_the_expanded_tail_is_students_t_for_a_normal_statistic() -> None:
    values = np.random.default_rng(5).normal(size=8)
    low, high = ends(values, range(8), 6, 40000, "expanded_percentile")
    student = stats.t.interval(0.95, 7, values.mean(), values.std(ddof=1) / math.sqrt(8))
    assert high - low == pytest.approx(student[1] - student[0], rel=0.12)


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 2.0, 3.0]])
def test_fewer_than_two_speakers_give_an_empty_interval_not_one_of_zero_width(values: list[float]) -> None:
    assert all(math.isnan(end) for end in ends(values, ["one"] * len(values), 0, 100, "percentile"))


def test_the_order_of_rows_changes_nothing() -> None:
    rng = np.random.default_rng(7)
    values, speakers = rng.normal(size=60), rng.integers(0, 6, 60)
    order = rng.permutation(60)
    first = ends(values, list(speakers), 8, 2000, "expanded_percentile")
    assert ends(values[order], list(speakers[order]), 8, 2000, "expanded_percentile") == pytest.approx(first, abs=1e-12)


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_is_what_newcombe_printed(successes: int, trials: int, low: float, high: float) -> None:
    """Newcombe, "Two-sided confidence intervals for the single proportion", Stat. Med. 17, 1998, table I, method 3."""
    found = wilson(successes, trials)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high) and found.clusters == trials
    mirrored = wilson(trials - successes, trials)
    assert (1 - mirrored.high, 1 - mirrored.low) == pytest.approx((found.low, found.high), abs=1e-12)


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
