"""Rank ranges and letters from pairwise comparisons."""

from __future__ import annotations

import math
from itertools import combinations
from types import SimpleNamespace

import pytest

from benchmark.analysis.standing import letters_of, standings
from benchmark.statistics.ranks import RankRange


def pairs(values: dict[str, float], apart_from: float, higher: bool = True) -> list[object]:
    """Comparisons of methods of which those told apart differ by at least `apart_from`."""
    return [
        SimpleNamespace(
            first=a,
            second=b,
            difference=values[a] - values[b],
            p_holm=0.01 if abs(values[a] - values[b]) >= apart_from else 0.5,
            higher_is_better=higher,
        )
        for a, b in combinations(values, 2)
    ]


VALUES = {"a": 1.0, "b": 4.0, "c": 3.0, "d": 2.0}
NONE = dict.fromkeys(VALUES, "")


def test_neighbours_share_letters_and_ranks_overlap() -> None:
    found = standings(list(VALUES), pairs(VALUES, 2.0), NONE, 0.95)  # type: ignore[arg-type]
    assert {one.method: str(one) for one in found} == {"a": "3-4 c", "b": "1-2 a", "c": "1-3 ab", "d": "2-4 bc"}


def test_lower_is_better_turns_the_order() -> None:
    found = standings(list(VALUES), pairs(VALUES, 1.0, higher=False), NONE, 0.95)  # type: ignore[arg-type]
    assert {one.method: str(one) for one in found} == {"a": "1 a", "d": "2 b", "c": "3 c", "b": "4 d"}


def test_pairs_may_come_in_any_order() -> None:
    turned = [
        SimpleNamespace(**{**vars(c), "first": c.second, "second": c.first, "difference": -c.difference})  # type: ignore[attr-defined]
        for c in reversed(pairs(VALUES, 2.0))
    ]
    wanted = standings(list(VALUES), pairs(VALUES, 2.0), NONE, 0.95)  # type: ignore[arg-type]
    assert standings(list(VALUES), turned, NONE, 0.95) == wanted  # type: ignore[arg-type]


def test_who_is_not_ranked_takes_no_rank_from_others() -> None:
    found = standings(list(VALUES), pairs(VALUES, 1.0), NONE | {"b": "ceiling"}, 0.95)  # type: ignore[arg-type]
    assert {one.method: str(one) for one in found} == {"a": "3 c", "b": "ceiling", "c": "1 a", "d": "2 b"}


def test_nobody_is_ranked_alone_and_without_tests_all_share_all_ranks() -> None:
    alone = standings(["a", "b"], pairs({"a": 1, "b": 2}, 1.0), {"a": "", "b": "floor"}, 0.95)  # type: ignore[arg-type]
    assert [str(one) for one in alone] == ["alone", "floor"]
    untested = pairs(VALUES, math.inf)
    for one in untested:
        one.p_holm = math.nan  # type: ignore[attr-defined]
    assert {str(one) for one in standings(list(VALUES), untested, NONE, 0.95)} == {"1-4 a"}  # type: ignore[arg-type]


@pytest.mark.parametrize("groups", [30])
def test_more_groups_than_letters_have_numbers(groups: int) -> None:
    ranges = [RankRange(i + 1, i + 1) for i in range(groups)]
    letters = letters_of(ranges, [(i,) for i in range(groups)])
    assert letters[0] == "a" and letters[25] == "z" and letters[26] == "(27)"
