"""Rank ranges and groups on clear and unclear cases; groups against all subsets."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from benchmark.statistics.clustered import clustered_mean
from benchmark.statistics.ranks import rank_ranges, tied_groups
from benchmark.statistics.ranks import tests_of_pairs as pair_tests


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


def test_methods_that_differ_share_no_group_and_the_others_do() -> None:
    # best to worst 0, 1, 2, 3; only neighbours can't be told apart: the letters a, ab, bc, c
    apart = [(0, 2), (0, 3), (1, 3)]
    assert tied_groups(4, apart) == [(0, 1), (1, 2), (2, 3)]
    assert tied_groups(3, []) == [(0, 1, 2)]
    assert tied_groups(2, [(1, 0)]) == [(0,), (1,)]
    assert tied_groups(0, []) == []


@pytest.mark.parametrize("seed", range(5))
def test_groups_are_all_largest_sets_without_a_decided_pair(seed: int) -> None:
    rng = np.random.default_rng(seed)
    apart = [pair for pair in combinations(range(7), 2) if rng.random() < 0.4]
    free = [
        set(some)
        for size in range(1, 8)
        for some in combinations(range(7), size)
        if not any(pair in apart for pair in combinations(some, 2))
    ]
    largest = sorted(tuple(sorted(one)) for one in free if not any(one < other for other in free))
    assert tied_groups(7, apart) == largest


def test_all_pairs_at_once_are_each_pair_alone_where_methods_miss_samples() -> None:
    rng = np.random.default_rng(5)
    speakers = rng.integers(0, 7, 60).astype(str)
    scores = rng.normal(size=(60, 5)) + rng.normal(size=(7, 1))[speakers.astype(int)]
    scores[rng.random((60, 5)) < 0.1] = np.nan
    scores[:, 4] = scores[:, 3] = np.where(np.isnan(scores[:, 3]), 0.0, scores[:, 3])
    pairs, differences, p_values = pair_tests(scores, speakers)
    assert len(pairs) == 10
    for (i, j), difference, p in zip(pairs, differences, p_values, strict=True):
        one, other = scores[:, i], scores[:, j]
        both = ~np.isnan(one) & ~np.isnan(other)
        # CR2 of an intercept alone, written out (Pustejovsky and Tipton 2018, eq. 5)
        d, s = (one - other)[both], speakers[both]
        share = [(s == name).mean() for name in np.unique(s)]
        sums = [(d - d.mean())[s == name].sum() for name in np.unique(s)]
        error = math.sqrt(sum(x**2 / (1 - w) for x, w in zip(sums, share, strict=True))) / len(d)
        assert difference == pytest.approx(d.mean(), abs=1e-12)
        if (i, j) == (3, 4):
            assert p == 1.0
        else:
            freedom = clustered_mean(d, s).df
            of_speakers = 2 * stats.t.sf(abs(d.mean()) / error, freedom)
            assert p == pytest.approx(max(of_speakers, stats.ttest_1samp(d, 0.0).pvalue), rel=1e-9)
