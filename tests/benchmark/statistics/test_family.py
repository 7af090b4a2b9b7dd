"""The family is the pairs that compete by the primary metrics; nothing else makes its tests stricter."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from benchmark.statistics.difference import paired_difference
from benchmark.statistics.family import FamilyOfTests, Measurement, compare_methods

SPEAKERS = np.repeat([f"p{k}" for k in range(8)], 10)
RANKED = (1, 2, 3)
"""The columns between floor and ceiling."""


def measurements() -> list[Measurement]:
    """An accuracy by which the third method is far better, and three metrics without any difference."""
    rng = np.random.default_rng(0)
    right = 100.0 * (rng.random((80, 5)) < (0.1, 0.3, 0.35, 0.9, 1.0))
    noise = [Measurement(f"noise{k}", rng.normal(size=(80, 5)), True) for k in range(3)]
    return [Measurement("accuracy", right, True, (0.0, 100.0)), *noise]


def compared(primary: tuple[str, ...] = ("accuracy",)) -> FamilyOfTests:
    return compare_methods(measurements(), SPEAKERS, dict.fromkeys(primary, RANKED))


def test_the_family_is_pairs_that_compete_by_primary_metrics() -> None:
    found = compared()
    assert len(found.tests) == 4 * 10 and found.size == 3
    assert {(one.metric, one.first, one.second) for one in found.tests if one.in_family} == {
        ("accuracy", 1, 2),
        ("accuracy", 1, 3),
        ("accuracy", 2, 3),
    }


def test_holm_is_statsmodels_and_only_inside_the_family() -> None:
    found = compared(("accuracy", "noise1"))
    inside = [one for one in found.tests if one.in_family]
    expected = multipletests([one.p for one in inside], method="holm")[1]
    assert len(inside) == 6 and [one.p_holm for one in inside] == pytest.approx(list(expected))


def test_ranks_follow_from_the_family_and_floor_and_ceiling_have_none() -> None:
    ranks = compared().ranks
    assert list(ranks) == ["accuracy"]
    assert [str(rank) for rank in ranks["accuracy"]] == ["None", "2-3", "2-3", "1", "None"]


def test_a_smaller_number_is_better_where_the_metric_says_so() -> None:
    first = measurements()[0]
    turned = Measurement("error", 100.0 - first.scores, False, (0.0, 100.0))
    found = compare_methods([turned], SPEAKERS, {"error": RANKED})
    assert found.ranks["error"] == compared().ranks["accuracy"]


def test_more_metrics_that_are_not_primary_change_no_p() -> None:
    alone = compare_methods(measurements()[:1], SPEAKERS, {"accuracy": RANKED})
    assert alone.ranks == compared().ranks
    adjusted = [[one.p_holm for one in found.tests if one.in_family] for found in (alone, compared())]
    assert adjusted[0] == adjusted[1]


def test_each_test_is_the_paired_difference_on_common_samples() -> None:
    first = measurements()[0]
    scores = first.scores.copy()
    scores[:5, 2] = np.nan
    measured = Measurement("accuracy", scores, True, (0.0, 100.0))
    found = compare_methods([measured], SPEAKERS, {"accuracy": (1, 3)})
    one = next(test for test in found.tests if (test.first, test.second) == (1, 2))
    expected = paired_difference(scores[5:, 1], scores[5:, 2], SPEAKERS[5:], ends=(0.0, 100.0), yes_no=True)
    assert (one.difference, one.p) == pytest.approx((expected.value, expected.p)) and not one.in_family
    assert [rank is not None for rank in found.ranks["accuracy"]] == [False, True, False, True, False]


def test_nobody_is_ranked_alone_and_nothing_of_nothing() -> None:
    alone = compare_methods([Measurement("m", np.ones((3, 2)), True)], ["a", "b", "c"], {"m": [0]})
    assert alone.ranks["m"] == (None, None) and alone.size == 0
    assert compare_methods([Measurement("m", np.ones((1, 1)), True)], ["a"], {"m": [0]}).tests == ()
    with pytest.raises(ValueError, match="scores must be of 1 samples"):
        compare_methods([Measurement("m", np.ones((2, 2)), True)], ["a"], {"m": [0, 1]})
