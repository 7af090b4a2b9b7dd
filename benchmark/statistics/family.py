"""One fixed family of tests, and the ranks that follow from it.

A table of 17 metrics and six methods has 195 pairs, most of them with the unedited source or the real video. Adjusted
together they find nothing between methods. So the family is fixed before results: pairs of methods that compete (no
floor, no ceiling, no method that lacks samples), by the metrics that the split declares as primary. Holm's adjustment
holds inside it, and rank ranges follow from it alone (`ranks.py`). Whatever is filtered on a screen changes nothing.
All other pairs and metrics are exploratory: their p values stand for themselves and give no ranks.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from benchmark.statistics.difference import UNBOUNDED, Difference, is_yes_no, paired_difference
from benchmark.statistics.paired import holm
from benchmark.statistics.ranks import RankRange, ranges_of_pairs


@dataclass(frozen=True)
class Measurement:
    """One per-sample metric of all methods on one split."""

    name: str
    scores: NDArray[np.float64]
    """(N, K), a row a sample, a column a method; NaN where it has no number."""
    higher_is_better: bool
    ends: tuple[float, float] = UNBOUNDED
    """Least and greatest value of a sample."""


@dataclass(frozen=True)
class PairTest:
    """Two methods by one metric, on the samples that both have."""

    metric: str
    first: int
    """Column of the method, less than `second`."""
    second: int
    difference: Difference
    """First minus second."""
    p_holm: float
    """Adjusted inside the family; NaN for an exploratory test."""

    @property
    def in_family(self) -> bool:
        """Whether the test is one of the family; else it is exploratory."""
        return math.isfinite(self.p_holm)


@dataclass(frozen=True)
class FamilyOfTests:
    """All pairs by all metrics: those of the family, and the exploratory ones."""

    tests: tuple[PairTest, ...]
    ranks: Mapping[str, tuple[RankRange | None, ...]]
    """Primary metric -> the rank range of each method; None for a method that is not ranked by it."""
    level: float

    @property
    def size(self) -> int:
        """How many p values were adjusted together."""
        return sum(one.in_family for one in self.tests)


def compare_methods(
    measurements: Sequence[Measurement],
    clusters: Sequence[Any] | NDArray[Any],
    competes: Sequence[bool],
    primary: Collection[str],
    *,
    level: float = 0.95,
) -> FamilyOfTests:
    """Test all pairs of methods by all metrics of a split.

    Args:
        measurements: the split's per-sample metrics, primary or not.
        clusters: (N,), the speaker of each sample.
        competes: (K,), whether a method competes; floor and ceiling do not.
        primary: names of the split's primary metrics, declared before results.
        level: of the family, and of every interval.

    Returns:
        One test a pair and metric. Ranked by a primary metric are the methods that compete and have a number for as
        many samples as the best covered of them; nobody is ranked alone.

    Raises:
        ValueError: scores do not fit the clusters or the methods.
    """
    names = np.asarray(clusters, dtype=str)
    found: list[PairTest] = []
    family: list[int] = []
    ranked: dict[str, list[int]] = {}
    for measured in measurements:
        scores = np.asarray(measured.scores, dtype=np.float64)
        if scores.shape != (len(names), len(competes)):
            raise ValueError(f"{measured.name}: scores must be {(len(names), len(competes))}, got {scores.shape}")
        mine = ranked_columns(scores, competes) if measured.name in primary else []
        ranked[measured.name] = mine
        for i, j in combinations(range(len(competes)), 2):
            both = np.isfinite(scores[:, [i, j]]).all(axis=1)
            yes_no = bool(both.any()) and is_yes_no(scores[both][:, [i, j]], measured.ends)
            difference = paired_difference(
                scores[both, i], scores[both, j], names[both], ends=measured.ends, yes_no=yes_no, level=level
            )
            if i in mine and j in mine:
                family.append(len(found))
            found.append(PairTest(measured.name, i, j, difference, math.nan))
    for place, p_holm in zip(family, holm([found[place].difference.p for place in family]), strict=True):
        one = found[place]
        found[place] = PairTest(one.metric, one.first, one.second, one.difference, float(p_holm))
    ranks = {
        measured.name: _ranges(measured, ranked[measured.name], [found[k] for k in family], len(competes), 1.0 - level)
        for measured in measurements
        if measured.name in primary
    }
    return FamilyOfTests(tuple(found), ranks, level)


def ranked_columns(scores: ArrayLike, competes: Sequence[bool]) -> list[int]:
    """Methods that may be ranked: those that compete and lack no sample that another of them has; none alone.

    Args:
        scores: float (N, K), NaN where a method has no number.
        competes: (K,), whether a method competes.
    """
    counts = np.where(competes, np.isfinite(np.asarray(scores, dtype=np.float64)).sum(axis=0), 0)
    found = [int(k) for k in np.flatnonzero((counts == counts.max(initial=0)) & (counts > 0))]
    return found if len(found) > 1 else []


def _ranges(
    measured: Measurement, ranked: list[int], family: list[PairTest], methods: int, alpha: float
) -> tuple[RankRange | None, ...]:
    tests = [one for one in family if one.metric == measured.name]
    pairs, differences = [(one.first, one.second) for one in tests], [one.difference.value for one in tests]
    adjusted = [one.p_holm for one in tests]
    return tuple(ranges_of_pairs(methods, pairs, differences, adjusted, ranked, measured.higher_is_better, alpha))
