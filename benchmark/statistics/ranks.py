"""Ranks as ranges, and the groups of tied methods.

A method's rank is known only as far as it differs from the others: from 1 + (methods that are significantly better) to
K - (methods that are significantly worse). With p values adjusted over all pairs (Holm) all ranges hold at once with
the stated confidence (Mogstad, Romano, Shaikh & Wilhelm, "Inference for Ranks", Rev. Econ. Stud. 91, 2024).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from benchmark.statistics.clustered import clustered_means
from benchmark.statistics.difference import UNBOUNDED, differences, is_yes_no
from benchmark.statistics.paired import holm, mcnemar_ps


@dataclass(frozen=True)
class RankRange:
    """Best and worst rank that a method can have."""

    best: int
    worst: int

    def __str__(self) -> str:
        return str(self.best) if self.best == self.worst else f"{self.best}-{self.worst}"


def rank_ranges(
    scores: ArrayLike,
    clusters: Sequence[Any] | NDArray[Any],
    *,
    higher_is_better: bool,
    level: float = 0.95,
    ends: tuple[float, float] = UNBOUNDED,
) -> list[RankRange | None]:
    """Rank range of each method from per-sample scores.

    Args:
        scores: float (N, K), a column a method; NaN where it has no number. Pairs are compared on their common samples.
        clusters: (N,), the speaker of each sample.
        higher_is_better: direction.
        level: confidence of all ranges together.
        ends: least and greatest value of a sample, see `tests_of_pairs`.

    Returns:
        One range a method, None for a method without any number. Pairs that can't be compared (fewer than two speakers)
        count as tied.
    """
    table = np.asarray(scores, dtype=np.float64)
    names = np.asarray(clusters, dtype=str)
    there = np.flatnonzero(np.isfinite(table).any(axis=0))
    pairs, means, p_values = tests_of_pairs(table, names, there, ends=ends)
    return ranges_of_pairs(table.shape[1], pairs, means, holm(p_values), there, higher_is_better, 1.0 - level)


def tests_of_pairs(
    scores: ArrayLike,
    clusters: Sequence[Any] | NDArray[Any],
    columns: Iterable[int] | None = None,
    *,
    ends: tuple[float, float] = UNBOUNDED,
) -> tuple[list[tuple[int, int]], list[float], list[float]]:
    """Test every pair of methods on the samples that both have.

    Args:
        scores: float (N, K), a column a method; NaN where it has no number.
        clusters: (N,), the speaker of each sample.
        columns: the methods to compare; None: all.
        ends: least and greatest value of a sample; a pair of methods all of whose samples are at one of two finite ends
            is compared as yes or no.

    Returns:
        The pairs, their mean differences (first minus second; NaN without a common sample), and the p values before any
        adjustment (NaN with fewer than two speakers): those of `difference.paired_difference`.
    """
    table, names = np.asarray(scores, dtype=np.float64), np.asarray(clusters, dtype=str)
    pairs = [(int(i), int(j)) for i, j in combinations(range(table.shape[1]) if columns is None else columns, 2)]
    there = np.isfinite(table)
    alike: dict[bytes, list[int]] = {}
    for place, (i, j) in enumerate(pairs):  # nearly always all pairs have the same samples in common
        alike.setdefault((there[:, i] & there[:, j]).tobytes(), []).append(place)
    means, p_values = np.full(len(pairs), np.nan), np.full(len(pairs), np.nan)
    for mask, places in alike.items():
        both = np.frombuffer(mask, dtype=bool)
        first, second = np.array([pairs[place] for place in places]).T
        common = table[both]
        d = differences(common[:, first], common[:, second])
        found = clustered_means(d, names[both])
        p = np.array([one.p_value() for one in found])
        at_ends = np.array([is_yes_no(column, ends) for column in common.T])
        exact = mcnemar_ps((d > 0).sum(axis=0), (d < 0).sum(axis=0))
        p = np.where(at_ends[first] & at_ends[second], np.maximum(p, exact), p)
        means[places], p_values[places] = [one.mean for one in found], p
    return pairs, means.tolist(), p_values.tolist()


def ranges_of_pairs(
    methods: int,
    pairs: Sequence[tuple[int, int]],
    differences: Sequence[float],
    adjusted: ArrayLike,
    there: ArrayLike,
    higher_is_better: bool,
    alpha: float,
) -> list[RankRange | None]:
    """Rank ranges from pairwise tests: `differences` first minus second, `adjusted` their family-wise p values."""
    present = set(int(i) for i in np.asarray(there))
    better, worse = dict.fromkeys(present, 0), dict.fromkeys(present, 0)
    for (i, j), difference, p in zip(pairs, differences, np.asarray(adjusted), strict=True):
        if np.isfinite(p) and p < alpha:
            winner, loser = (i, j) if (difference > 0) == higher_is_better else (j, i)
            better[loser] += 1
            worse[winner] += 1
    size = len(present)
    return [RankRange(1 + better[i], size - worse[i]) if i in present else None for i in range(methods)]


def tied_groups(methods: int, differing: Sequence[tuple[int, int]]) -> list[tuple[int, ...]]:
    """Largest groups of methods none of whose pairs differs significantly; a method may be in several.

    Written as letters behind each method this is the compact letter display of pairwise tests (Piepho, J. Comput.
    Graph. Stat. 13, 2004): two methods differ if and only if they share no letter. The groups are the maximal cliques
    of the graph of undecided pairs (Bron & Kerbosch, Commun. ACM 16, 1973).

    Args:
        methods: how many there are.
        differing: pairs that differ significantly, in any order.

    Returns:
        Groups of indices, sorted; every method is in at least one.
    """
    decided = {frozenset(pair) for pair in differing}
    like = [{j for j in range(methods) if j != i and frozenset((i, j)) not in decided} for i in range(methods)]
    found: list[tuple[int, ...]] = []

    def grow(group: set[int], open_: set[int], done: set[int]) -> None:
        if not open_ and not done:
            found.append(tuple(sorted(group)))
            return
        pivot = max(open_ | done, key=lambda i: len(like[i] & open_))
        for i in sorted(open_ - like[pivot]):
            grow(group | {i}, open_ & like[i], done & like[i])
            open_, done = open_ - {i}, done | {i}

    grow(set(), set(range(methods)), set())
    return sorted(found) if methods else []
