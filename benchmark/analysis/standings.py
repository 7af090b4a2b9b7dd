"""Who is ranked, which pairs are tested, what is a tie, and the rank range: one answer for a split.

The family of tests is fixed: all pairs of ranked methods, by the metrics that the split's question declares as primary
(`benchmark.protocols.questions`), adjusted together by Holm's method (`benchmark.statistics.family`). What a reader has
chosen to look at changes nothing. Floor and ceiling are outside, and so is every other metric: its p values stand for
themselves, are called exploratory, and give no ranks. Set metrics (FID) have no values to pair and are not tested.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmark.analysis.evidence import Entry, Evidence, Facts
from benchmark.analysis.failures import not_applicable
from benchmark.core.status import Status
from benchmark.protocols.questions import question_of
from benchmark.results.schema import GROUPINGS
from benchmark.statistics.family import FamilyOfTests, Measurement, compare_methods
from benchmark.statistics.ranks import RankRange, tied_groups

LEVEL = 0.95
"""Of the family: all marks and all rank ranges hold together with this confidence."""

TIED, NOT_TESTED = "tied", "not tested"
"""Verdicts beside a method's name: no significant difference; there is no test."""


@dataclass(frozen=True)
class Pair:
    """The test of two methods by one measure."""

    difference: float
    """Mean of the first minus the second, over the samples that both have; NaN without one."""
    p: float
    """Before adjustment; NaN where they can't be tested."""
    p_holm: float
    """Adjusted over the family; NaN outside of it."""
    higher_is_better: bool

    @property
    def in_family(self) -> bool:
        """Whether the test is one of the family; else it is exploratory."""
        return math.isfinite(self.p_holm)

    def turned(self) -> Pair:
        """The second minus the first."""
        return Pair(-self.difference, self.p, self.p_holm, self.higher_is_better)


@dataclass(frozen=True)
class Standings:
    """What the tests of a split say."""

    level: float
    primary: tuple[str, ...]
    """Keys of the primary measures, as far as the runs hold them."""
    unranked: Mapping[str, Mapping[str, str]]
    """Measure -> method -> why it is not ranked; "" for one that is."""
    ranks: Mapping[str, Mapping[str, RankRange]]
    """Primary measure -> ranked method -> best and worst rank that the tests leave open."""
    pairs: Mapping[str, Mapping[tuple[str, str], Pair]]
    """Per-sample measure -> two methods that compete -> their test, once a pair."""
    tests: int
    """How many p values were adjusted together."""

    def pair(self, measure: str, first: str, second: str) -> Pair | None:
        """The test of two methods, first minus second; None where there is none."""
        found = self.pairs.get(measure, {})
        if (first, second) in found:
            return found[first, second]
        return found[second, first].turned() if (second, first) in found else None

    def rank(self, measure: str, method: str) -> RankRange | None:
        """The rank range of a method; None where it is not ranked, or the measure is not primary."""
        return self.ranks.get(measure, {}).get(method)

    def why_unranked(self, measure: str, method: str) -> str:
        """Why a method is not ranked by a measure; "" if it is. A method without a number there has "not measured"."""
        return self.unranked.get(measure, {}).get(method, "not measured")

    @cached_property
    def letters(self) -> Mapping[str, Mapping[str, str]]:
        """Primary measure -> ranked method -> letters: two methods differ if and only if they share none; a is best."""
        found = {}
        for measure, ranks in self.ranks.items():
            methods = list(ranks)
            differing = [
                (i, j)
                for i, first in enumerate(methods)
                for j, second in enumerate(methods)
                if i < j and (pair := self.pair(measure, first, second)) and pair.p_holm < 1.0 - self.level
            ]
            letters = letters_of([ranks[name] for name in methods], tied_groups(len(methods), differing))
            found[measure] = dict(zip(methods, letters, strict=True))
        return found


def standings_of(evidence: Evidence, *, level: float = LEVEL, primary: Collection[str] | None = None) -> Standings:
    """Test what a split's question asks.

    Args:
        evidence: the runs of the split that count.
        level: of the family.
        primary: names of the primary metrics; None: those that the split declares.
    """
    if primary is None:
        question = question_of(evidence.dataset, evidence.split)
        primary = question.primary if question is not None else ()
    exempt = exempt_counts(evidence.scores)
    unranked = {facts.measure.key: unranked_of(evidence, facts, ("all", "all"), exempt) for facts in evidence.measures}
    competing = [entry.method for entry in evidence.entries if not entry.role and not entry.mock]
    tested = [facts for facts in evidence.measures if facts.level == "sample"]
    scores, speakers = _values(evidence.scores, [facts.measure.key for facts in tested], competing)
    measurements = [
        Measurement(facts.measure.key, scores[facts.measure.key], facts.higher_is_better, facts.ends)
        for facts in tested
    ]
    keys = [facts.measure.key for facts in tested if facts.measure.metric in primary]
    ranked = {
        key: [column for column, method in enumerate(competing) if unranked[key].get(method, "no row") == ""]
        for key in keys
    }
    found = compare_methods(measurements, speakers, ranked, level=level)
    ranks = {
        key: {method: rank for method, rank in zip(competing, found.ranks[key], strict=True) if rank is not None}
        for key in keys
    }
    return Standings(level, tuple(keys), unranked, ranks, _pairs(found, competing, tested), found.size)


def _values(
    scores: pd.DataFrame, measures: Sequence[str], methods: Sequence[str]
) -> tuple[dict[str, NDArray[np.float64]], NDArray[np.str_]]:
    """Measure -> scores (N, K), rows the same samples for all measures, columns the methods; and the speakers (N,)."""
    good = scores[(scores["status"] == Status.OK) & scores["method"].isin(list(methods))]
    good = good.astype({"sample_id": "str", "speaker": "str"})
    speakers = good.drop_duplicates("sample_id").set_index("sample_id")["speaker"].sort_index()
    by_measure = dict(tuple(good.groupby("measure", observed=True)))
    empty = np.full((len(speakers), len(methods)), np.nan)
    found = {}
    for measure in measures:
        if measure not in by_measure:
            found[measure] = empty
            continue
        wide = by_measure[measure].pivot(index="sample_id", columns="method", values="value")
        found[measure] = wide.reindex(index=speakers.index, columns=list(methods)).to_numpy(dtype=np.float64)
    return found, speakers.to_numpy(dtype=str)


def _pairs(
    found: FamilyOfTests, methods: Sequence[str], tested: Sequence[Facts]
) -> dict[str, dict[tuple[str, str], Pair]]:
    higher = {facts.measure.key: facts.higher_is_better for facts in tested}
    pairs: dict[str, dict[tuple[str, str], Pair]] = {key: {} for key in higher}
    for one in found.tests:
        names = methods[one.first], methods[one.second]
        pairs[one.metric][names] = Pair(one.difference, one.p, one.p_holm, higher[one.metric])
    return pairs


Exempt = Mapping[tuple[str, str, str, str], int]
"""(measure, method, grouping, group) -> samples that the metric does not apply to."""


def exempt_counts(scores: pd.DataFrame) -> Exempt:
    """How many samples a metric does not apply to, for every grouping that summaries have."""
    rows = not_applicable(scores)
    found: dict[tuple[str, str, str, str], int] = {}
    for grouping in GROUPINGS:
        group = pd.Series("all", index=rows.index) if grouping == "all" else rows[grouping].astype("str")
        keys = zip(rows["measure"].astype("str"), rows["method"].astype("str"), group, strict=True)
        for (measure, method, value), count in Counter(keys).items():
            found[measure, method, grouping, value] = count
    return found


def unranked_of(evidence: Evidence, facts: Facts, group: tuple[str, str], exempt: Exempt) -> dict[str, str]:
    """Why each method that was measured is not ranked; "" for one that is.

    Ranked is a method that competes and has a number for every planned sample, less those that the metric does not
    apply to: with fewer, its mean is over other samples.
    """
    rows = evidence.cells.get((facts.measure.key, *group), {})
    most = max((int(row["n_scored"]) for row in rows.values()), default=0)
    found = {}
    for entry in evidence.entries:
        if entry.method in rows:
            without = exempt.get((facts.measure.key, entry.method, *group), 0)
            found[entry.method] = _why(facts, entry, rows[entry.method], without, most)
    return found


def _why(facts: Facts, entry: Entry, row: Mapping[str, object], exempt: int, most: int) -> str:
    if entry.role:
        return entry.role
    if entry.mock:
        return "mock"
    if row["status"] != Status.OK:
        return str(row["status"])
    scored, planned = int(str(row["n_scored"])), int(str(row["n_planned"]))
    if facts.level == "sample":
        planned -= exempt
    elif scored < planned and scored == most and entry.whole:
        planned = most  # set metrics leave no trace of samples that they do not apply to; they are the same for all
    return "" if scored >= planned else f"scored on {scored} of {planned}"


def letters_of(ranges: Sequence[RankRange | None], groups: Sequence[tuple[int, ...]]) -> list[str]:
    """The letters of each method: one letter a group, a for the group of the best ranks."""

    def middle(group: tuple[int, ...]) -> float:
        found = [r for i in group if (r := ranges[i]) is not None]
        return sum(r.best + r.worst for r in found) / (2 * len(found))

    ordered = sorted(groups, key=lambda group: (middle(group), group))
    names = [chr(ord("a") + i) if i < 26 else f"({i + 1})" for i in range(len(ordered))]
    return ["".join(n for n, group in zip(names, ordered, strict=True) if i in group) for i in range(len(ranges))]
