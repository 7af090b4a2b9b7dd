"""Rank ranges and groups on clear and unclear cases; groups against all subsets."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from benchmark.statistics.ranks import groups_not_told_apart, rank_ranges


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
    assert groups_not_told_apart(4, apart) == [(0, 1), (1, 2), (2, 3)]
    assert groups_not_told_apart(3, []) == [(0, 1, 2)]
    assert groups_not_told_apart(2, [(1, 0)]) == [(0,), (1,)]
    assert groups_not_told_apart(0, []) == []


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
    assert groups_not_told_apart(7, apart) == largest
