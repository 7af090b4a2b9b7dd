"""Who may be ranked in a column, who is best and second, and which of them can be told apart.

Ranked is a method that has a number for every sample that the metric applies to; floor and ceiling frame the table, a
mock means nothing, and a row without full coverage averages over other samples: they are shown and not ranked. Told
apart are two methods whose paired per-sample differences have a mean other than 0 by Student's t test with the
cluster-robust error over speakers (`benchmark/statistics/clustered.py`), p values by Holm over all pairs of the column.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from benchmark.metrics.base import NOT_APPLICABLE
from benchmark.reporting.evidence import Entry, Evidence, Facts
from benchmark.results.schema import GROUPINGS
from benchmark.statistics.clustered import clustered_mean
from benchmark.statistics.paired import holm
from benchmark.statistics.ranks import RankRange, ranges_of_pairs

ALPHA = 0.05
"""Level of the marks."""


@dataclass(frozen=True)
class Apart:
    """What pairwise tests of one column say."""

    methods: tuple[str, ...]
    p: Mapping[tuple[str, str], float]
    """Adjusted p of each pair, both orders; NaN where a pair can't be tested."""
    ranks: Mapping[str, RankRange]


def not_applicable(evidence: Evidence) -> Counter[tuple[str, str, str, str]]:
    """Samples that a metric does not apply to: (measure, method, grouping, group) -> how many."""
    scores = evidence.scores[evidence.scores["status"].isin(NOT_APPLICABLE)]
    found: Counter[tuple[str, str, str, str]] = Counter()
    for grouping in GROUPINGS:
        values = ["all"] * len(scores) if grouping == "all" else [str(value) for value in scores[grouping]]
        found.update(zip(scores["measure"], scores["method"], [grouping] * len(scores), values, strict=True))
    return found


def unranked(facts: Facts, entry: Entry, row: Mapping[str, object], exempt: int, most: int) -> str:
    """Why a method is not ranked in a column; "" if it is.

    Args:
        facts: the column.
        entry: the method.
        row: its summary row.
        exempt: samples that the metric does not apply to (per-sample metrics; others leave no trace of them).
        most: most samples that any method of the column was scored on.
    """
    if entry.role:
        return entry.role
    if entry.mock:
        return "mock"
    if row["status"] != "ok":
        return str(row["status"])
    scored, planned = int(str(row["n_scored"])), int(str(row["n_planned"]))
    if facts.level == "sample":
        planned -= exempt
    elif scored < planned and scored == most and all(card["output"] for card in entry.samples.values()):
        planned = most  # samples that the metric does not apply to, the same for everybody
    return "" if scored >= planned else f"scored on {scored} of {planned}"


def places(values: Mapping[str, float], higher_is_better: bool) -> dict[str, int]:
    """1 for the best of the ranked methods, 2 for the second; equal values share a place. Nobody is best alone."""
    if len(values) < 2:
        return {}
    best = sorted(set(values.values()), reverse=higher_is_better)[:2]
    return {method: best.index(value) + 1 for method, value in values.items() if value in best}


def told_apart(evidence: Evidence, facts: Facts, methods: list[str]) -> Apart:
    """All pairs of the ranked methods of a column, tested on their common samples.

    A set metric has no per-sample values to pair: its pairs are not tested, and no rank range is narrower than all.
    """
    scores = evidence.scores
    scores = scores[(scores["measure"] == facts.measure.key) & (scores["status"] == "ok")]
    scores = scores[scores["method"].isin(methods)]
    wide = scores.pivot(index="sample_id", columns="method", values="value").reindex(columns=methods)
    speakers = scores.drop_duplicates("sample_id").set_index("sample_id")["speaker"].reindex(wide.index)
    pairs = list(itertools.combinations(range(len(methods)), 2))
    raw, differences = [], []
    for first, second in pairs:
        gap = (wide[methods[first]] - wide[methods[second]]).dropna()
        mean = clustered_mean(gap.to_numpy(dtype=np.float64), speakers.loc[gap.index].to_numpy()) if len(gap) else None
        raw.append(math.nan if mean is None else mean.p_value())
        differences.append(math.nan if mean is None else mean.mean)
    adjusted = holm(raw)
    everyone = np.arange(len(methods))
    ranges = ranges_of_pairs(len(methods), pairs, differences, adjusted, everyone, facts.higher_is_better, ALPHA)
    p = {}
    for (first, second), value in zip(pairs, adjusted, strict=True):
        p[methods[first], methods[second]] = p[methods[second], methods[first]] = float(value)
    ranks = {method: found for method, found in zip(methods, ranges, strict=True) if found is not None}
    return Apart(tuple(methods), p, ranks)
