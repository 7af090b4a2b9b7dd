"""Paired differences: clean wins are known, few wins are not too sure, and nothing leaves the possible range."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from benchmark.statistics.difference import (
    Difference,
    differences,
    discordant_interval,
    is_yes_no,
    paired_difference,
)
from benchmark.statistics.ranks import tests_of_pairs as pair_tests

SPEAKERS = np.repeat(list("abcd"), 14)
PERCENT = (0.0, 100.0)


def right(*places: int) -> np.ndarray:
    """56 samples, right (100) at these places."""
    values = np.zeros(56)
    values[list(places)] = 100.0
    return values


def compare(first: np.ndarray, second: np.ndarray, level: float = 0.95) -> Difference:
    return paired_difference(first, second, SPEAKERS, ends=PERCENT, yes_no=True, level=level)


def test_right_on_all_against_right_on_none_is_known() -> None:
    found = compare(right(*range(56)), right())
    assert found.value == 100.0 and found.p == stats.binomtest(56, 56).pvalue
    assert found.interval.high == 100.0 and 80.0 < found.interval.low < 90.0
    almost = compare(right(*range(55)), right())
    assert almost.p == pytest.approx(1.3e-5, rel=0.05)


def test_five_clips_better_and_none_worse_have_mcnemars_p() -> None:
    found = compare(right(0, 1, 14, 28, 42), right())
    assert found.p == found.p_mcnemar == stats.binomtest(5, 5).pvalue == 0.0625
    assert found.interval.low < 0.0 < found.interval.high


@pytest.mark.parametrize("seed", range(30))
def test_p_is_never_below_mcnemars_and_agrees_with_the_interval(seed: int) -> None:
    rng = np.random.default_rng(seed)
    own = rng.beta(4, 2, 4)[np.repeat(range(4), 14)]
    first, second = (100.0 * (rng.random(56) < np.clip(own + gain, 0, 1)) for gain in (0.25 * rng.random(), 0.0))
    found = compare(first, second)
    exact = stats.binomtest(int((first > second).sum()), int((first != second).sum()) or 1).pvalue
    assert found.p >= exact * (1 - 1e-12)
    assert (found.p < 0.05) == (found.interval.low > 0.0 or found.interval.high < 0.0)
    assert -100.0 <= found.interval.low < found.interval.high <= 100.0


def test_no_pair_that_differs_leaves_what_may_differ_unseen() -> None:
    found = compare(right(3), right(3))
    assert found.p == 1.0
    assert (
        found.interval.high == pytest.approx(100 * (1 - 0.025 ** (1 / 56)))
        and found.interval.low == -found.interval.high
    )


def test_the_interval_of_mcnemars_test_is_clopper_and_pearsons() -> None:
    low, high = discordant_interval(9, 3, 40, 0.9)
    assert low == pytest.approx(12 / 40 * (2 * stats.beta(9, 4).ppf(0.05) - 1), rel=1e-9)
    assert high == pytest.approx(12 / 40 * (2 * stats.beta(10, 3).ppf(0.95) - 1), rel=1e-9)


def test_speakers_with_one_mean_are_not_without_error() -> None:
    """Half of every speaker's clips differ by 1: between speakers nothing varies, between clips it does."""
    d = np.tile([0.0, 1.0], 28)
    found = paired_difference(d, np.zeros(56), SPEAKERS)
    expected = stats.ttest_1samp(d, 0.0)
    assert found.mean.standard_error == 0.0 and found.p == pytest.approx(expected.pvalue, rel=1e-9)
    ends = expected.confidence_interval(0.95)
    assert (found.interval.low, found.interval.high) == pytest.approx((ends.low, ends.high), rel=1e-9)


def test_one_difference_in_all_clips_has_the_p_of_signs_and_no_interval() -> None:
    found = paired_difference(np.ones(56), np.zeros(56), SPEAKERS, ends=(-1.0, 1.0))
    assert found.p == stats.binomtest(56, 56).pvalue and not found.interval.defined
    assert np.isnan(found.detectable())


def test_what_rounding_leaves_is_no_difference() -> None:
    a = np.linspace(0.1, 1.0, 56)
    found = paired_difference(a * (1 + 1e-15), a, SPEAKERS)
    assert not differences(a * (1 + 1e-15), a).any() and found.p == 1.0


def test_an_interval_keeps_to_the_possible_range() -> None:
    rng = np.random.default_rng(0)
    values = rng.uniform(60, 100, 56)
    wide = paired_difference(values, np.zeros(56), [*"aaabbbcd" * 7])
    cut = paired_difference(values, np.zeros(56), [*"aaabbbcd" * 7], ends=(0.0, 80.0))
    assert wide.interval.high > 80.0 == cut.interval.high and cut.interval.low == wide.interval.low


def test_the_detectable_difference_is_found_with_its_power() -> None:
    """Differences without a speaker's part: the test over clips decides as often as that over speakers."""
    rng = np.random.default_rng(1)
    powers = []
    for _ in range(60):
        d = rng.normal(0.0, 1.0, 56)
        shift = paired_difference(d, np.zeros(56), SPEAKERS).detectable()
        powers.append(
            np.mean([paired_difference(rng.normal(shift, 1.0, 56), np.zeros(56), SPEAKERS).p < 0.05 for _ in range(30)])
        )
    assert 0.7 < np.mean(powers) <= 1.0


def test_all_pairs_at_once_have_the_p_of_each_pair() -> None:
    rng = np.random.default_rng(2)
    scores = 100.0 * (rng.random((56, 4)) < 0.6)
    scores[:, 3] = 100.0
    scores[5, 1] = np.nan
    pairs, means, p_values = pair_tests(scores, SPEAKERS, ends=PERCENT)
    for (i, j), mean, p in zip(pairs, means, p_values, strict=True):
        both = np.isfinite(scores[:, [i, j]]).all(axis=1)
        one = paired_difference(scores[both, i], scores[both, j], SPEAKERS[both], ends=PERCENT, yes_no=True)
        assert (mean, p) == (pytest.approx(one.value), pytest.approx(one.p))


def test_yes_or_no_is_at_the_ends_and_said_only_of_such() -> None:
    assert is_yes_no([0.0, 100.0, np.nan], PERCENT) and not is_yes_no([50.0], PERCENT)
    assert not is_yes_no([0.0], (0.0, np.inf))
    with pytest.raises(ValueError, match="one of two ends"):
        paired_difference([50.0, 0.0], [0.0, 0.0], ["a", "b"], ends=PERCENT, yes_no=True)
    with pytest.raises(ValueError, match="same samples"):
        paired_difference([1.0], [1.0, 0.0], ["a"])
