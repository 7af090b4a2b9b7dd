"""Which methods of a table can be told apart: the test of `benchmark.compare`, over everything that the table ranks.

Told apart are two methods whose paired per-sample differences have a mean other than 0 by Student's t test with the
cluster-robust error over speakers, for yes or no also by McNemar's (`benchmark/statistics/difference.py`). All pairs
of ranked methods by all per-sample metrics of the table are one family, adjusted together by Holm's method: a table of
many metrics finds fewer differences, and one of few, chosen beforehand, more. Set metrics (FID) have no values to pair
and are not tested.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmark.core.status import Status
from benchmark.report.evidence import Evidence, Facts
from benchmark.results.schema import UNIT_RANGES
from benchmark.statistics.difference import UNBOUNDED
from benchmark.statistics.paired import holm
from benchmark.statistics.ranks import RankRange, ranges_of_pairs, tests_of_pairs

ALPHA = 0.05
"""Level of the family: of the marks and of all rank ranges together."""


@dataclass(frozen=True)
class Pairs:
    """The tests of one measure."""

    facts: Facts
    methods: tuple[str, ...]
    pairs: tuple[tuple[int, int], ...]
    """Indices into `methods`."""
    differences: tuple[float, ...]
    """Mean of the first minus the second; NaN without a common sample."""
    p: tuple[float, ...]
    """Before adjustment; NaN where a pair can't be tested (fewer than two speakers)."""


@dataclass(frozen=True)
class Apart:
    """What the tests say about one measure's column."""

    p: Mapping[tuple[str, str], float]
    """p of each pair, both orders, before adjustment; NaN where it can't be tested."""
    p_holm: Mapping[tuple[str, str], float]
    """The same, adjusted over the family."""
    ranks: Mapping[str, RankRange]


def tests_of(evidence: Evidence, facts: Facts, methods: Sequence[str]) -> Pairs:
    """Test all pairs of methods by one per-sample metric, on the samples that both have."""
    scores = evidence.scores
    scores = scores[(scores["measure"] == facts.measure.key) & (scores["status"] == Status.OK)]
    scores = scores[scores["method"].isin(list(methods))]
    wide = scores.pivot(index="sample_id", columns="method", values="value").reindex(columns=list(methods))
    speakers = scores.drop_duplicates("sample_id").set_index("sample_id")["speaker"].reindex(wide.index)
    ends = UNIT_RANGES.get(facts.unit, UNBOUNDED)
    pairs, differences, p_values = tests_of_pairs(
        wide.to_numpy(dtype=np.float64), speakers.to_numpy(dtype=str), ends=ends
    )
    return Pairs(facts, tuple(methods), tuple(pairs), tuple(differences), tuple(p_values))


def told_apart(tested: Sequence[Pairs]) -> dict[str, Apart]:
    """Adjust the tests of all columns together; the result is by measure key."""
    adjusted = iter(holm([p for one in tested for p in one.p]).tolist())
    found = {}
    for one in tested:
        p_holm = [next(adjusted) for _ in one.pairs]
        everyone = np.arange(len(one.methods))
        higher = one.facts.higher_is_better
        ranges = ranges_of_pairs(len(one.methods), one.pairs, one.differences, p_holm, everyone, higher, ALPHA)
        ranks = {method: rank for method, rank in zip(one.methods, ranges, strict=True) if rank is not None}
        found[one.facts.measure.key] = Apart(_both_ways(one, one.p), _both_ways(one, p_holm), ranks)
    return found


def count(tested: Sequence[Pairs]) -> int:
    """How many tests were adjusted together."""
    return sum(math.isfinite(p) for one in tested for p in one.p)


def _both_ways(one: Pairs, values: Sequence[float]) -> dict[tuple[str, str], float]:
    by_pair = {}
    for (first, second), value in zip(one.pairs, values, strict=True):
        a, b = one.methods[first], one.methods[second]
        by_pair[a, b] = by_pair[b, a] = float(value)
    return by_pair
