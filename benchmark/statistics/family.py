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
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.statistics.difference import UNBOUNDED
from benchmark.statistics.paired import holm
from benchmark.statistics.ranks import RankRange, ranges_of_pairs, tests_of_pairs


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
    difference: float
    """Mean of first minus second; NaN without a common sample."""
    p: float
    """Before any adjustment, that of `difference.paired_difference`; NaN with fewer than two speakers."""
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
    ranked: Mapping[str, Collection[int]],
    *,
    level: float = 0.95,
) -> FamilyOfTests:
    """Test all pairs of methods by all metrics of a split.

    Args:
        measurements: the split's per-sample metrics, primary or not.
        clusters: (N,), the speaker of each sample.
        ranked: primary metric, declared before results -> columns of the methods that are ranked by it; one alone is
            not ranked. All pairs of them, by all primary metrics, are the family.
        level: of the family.

    Returns:
        One test a pair and metric.

    Raises:
        ValueError: scores do not fit the clusters.
    """
    names = np.asarray(clusters, dtype=str)
    found: list[PairTest] = []
    family: list[int] = []
    for measured in measurements:
        scores = np.asarray(measured.scores, dtype=np.float64)
        if scores.ndim != 2 or len(scores) != len(names):
            raise ValueError(f"{measured.name}: scores must be of {len(names)} samples, got {scores.shape}")
        mine = set(ranked.get(measured.name, ()))
        tests = zip(*tests_of_pairs(scores, names, ends=measured.ends), strict=True) if scores.shape[1] > 1 else ()
        for (i, j), difference, p in tests:
            if i in mine and j in mine:
                family.append(len(found))
            found.append(PairTest(measured.name, i, j, difference, p, math.nan))
    for place, p_holm in zip(family, holm([found[place].p for place in family]), strict=True):
        found[place] = replace(found[place], p_holm=float(p_holm))
    inside = [found[place] for place in family]
    ranks = {
        measured.name: _ranges(measured, sorted(ranked[measured.name]), inside, 1.0 - level)
        for measured in measurements
        if measured.name in ranked
    }
    return FamilyOfTests(tuple(found), ranks, level)


def _ranges(
    measured: Measurement, ranked: list[int], family: list[PairTest], alpha: float
) -> tuple[RankRange | None, ...]:
    tests = [one for one in family if one.metric == measured.name]
    pairs, differences = [(one.first, one.second) for one in tests], [one.difference for one in tests]
    adjusted = [one.p_holm for one in tests]
    columns = ranked if len(ranked) > 1 else []
    methods = measured.scores.shape[1]
    return tuple(ranges_of_pairs(methods, pairs, differences, adjusted, columns, measured.higher_is_better, alpha))
