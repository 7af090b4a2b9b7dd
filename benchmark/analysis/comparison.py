"""Two methods or more, pair by pair and metric by metric: differences, tests, and the standings of their split.

Runs must have been given the same: the same version of the dataset, split (by hash) and samples, and for each metric
the same protocol, version and judge (by the fingerprint of what was read off the videos). What differs is said; it is
never passed over. Which tests are adjusted together does not depend on what is compared here: that is the family of
the split (`benchmark.analysis.standings`), over all runs that are given.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from benchmark.analysis.comparability import NotComparable, check_runs, choose_metrics, distinguish
from benchmark.analysis.evidence import Evidence, measures_of
from benchmark.analysis.gather import evidence_of
from benchmark.analysis.pairwise import Comparison, Paired, compare_samples, compare_sets
from benchmark.analysis.selection import Selection
from benchmark.analysis.standings import LEVEL, Standings, standings_of
from benchmark.core.status import Status
from benchmark.results.evidence import read_resamples
from benchmark.results.store import StoredRun


@dataclass(frozen=True)
class Comparisons:
    """What was compared, and the standings of the split that it is part of."""

    methods: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    left_out: tuple[str, ...]
    """Sentences about metrics that can't be compared."""
    standings: Standings
    roles: Mapping[str, str]
    """Method -> `floor`, `ceiling` or ""."""
    keys: Mapping[str, str]
    """Metric -> key of its measure."""

    @property
    def level(self) -> float:
        """Confidence of intervals and of the family."""
        return self.standings.level

    @property
    def metrics(self) -> tuple[str, ...]:
        """Names of the metrics, in their order."""
        return tuple(dict.fromkeys(one.metric for one in self.comparisons))

    @property
    def tests(self) -> int:
        """How many p values were adjusted together: those of the whole split."""
        return self.standings.tests

    def of(self, metric: str) -> list[Comparison]:
        """The comparisons by one metric."""
        return [one for one in self.comparisons if one.metric == metric]

    def rank(self, metric: str, method: str) -> str:
        """The rank range of a method by a metric with its letters, or why it has none."""
        key = self.keys[metric]
        if rank := self.standings.rank(key, method):
            return f"{rank} {self.standings.letters[key][method]}"
        why = self.standings.why_unranked(key, method)
        return why or ("alone" if key in self.standings.primary else "exploratory")

    def table(self) -> pd.DataFrame:
        """One row a comparison, all fields and the verdict."""
        return pd.DataFrame([asdict(one) | {"verdict": one.verdict(self.level)} for one in self.comparisons])


def compare_runs(
    runs: Sequence[StoredRun],
    metrics: Sequence[str] | None = None,
    *,
    methods: Sequence[str] | None = None,
    level: float = LEVEL,
    seed: int = 0,
) -> Comparisons:
    """Compare runs of one split, pair by pair.

    Args:
        runs: two or more, all that count on the split: they are the family. Several of one method are distinguished by
            their ids.
        metrics: names of those that are compared; None: all that the compared runs share.
        methods: names of those that are compared; None: all.
        level: of intervals, and of the family of tests.
        seed: of random sign flips, used with more than 16 speakers.

    Raises:
        NotComparable: other samples, protocols or judges; the message says which.
        ResultsError: a run can't be read.
    """
    check_runs(runs)
    named = distinguish(runs)
    first = named[0].record
    selection = Selection(str(first["dataset"]), str(first["split"]), tuple(named))
    evidence = evidence_of(selection, named=[run.folder for run in named])
    standings = standings_of(evidence, level=level)
    labels = list(dict.fromkeys(run.method for run in runs)) if methods is None else list(methods)
    chosen = [own for name in labels for run, own in zip(runs, named, strict=True) if run.method == name]
    return compare(evidence, standings, chosen, metrics, seed=seed)


def compare(
    evidence: Evidence,
    standings: Standings,
    runs: Sequence[StoredRun],
    metrics: Sequence[str] | None = None,
    *,
    seed: int = 0,
) -> Comparisons:
    """Compare some runs of a split whose evidence and standings are known.

    Args:
        evidence: all runs of the split that count.
        standings: of the evidence.
        runs: two or more of them.
        metrics: names; None: all that the runs share.
        seed: of random sign flips, used with more than 16 speakers.

    Raises:
        NotComparable: the runs share no such metric.
    """
    if len(runs) < 2:
        raise NotComparable(f"two runs or more are needed, got {len(runs)}")
    cards, left_out = choose_metrics(runs, metrics)
    names = [run.method for run in runs]
    keys = {facts.measure.metric: facts.measure.key for facts in measures_of(runs[0].record)}
    found: list[Comparison] = []
    for card in cards:
        if card["level"] == "sample":
            numbers = paired(evidence, card, keys[card["name"]], names)
            pairs = list(combinations(range(len(runs)), 2))
            one = [compare_samples(numbers, i, j, level=standings.level, seed=seed) for i, j in pairs]
        elif card["level"] == "set":
            one = _sets(runs, card, standings.level)
        else:
            continue
        if any(math.isfinite(comparison.difference) for comparison in one):
            found += [_adjusted(comparison, standings, keys[card["name"]]) for comparison in one]
        else:
            left_out.append(f"{card['name']}: no two methods have a number")
    roles = {name: evidence.roles[name] for name in names}
    return Comparisons(tuple(names), tuple(found), tuple(left_out), standings, roles, keys)


def _adjusted(comparison: Comparison, standings: Standings, key: str) -> Comparison:
    """The comparison with its p value as the split's family adjusts it."""
    pair = standings.pair(key, comparison.first, comparison.second)
    return comparison if pair is None else replace(comparison, p_holm=pair.p_holm)


def paired(evidence: Evidence, card: Mapping[str, Any], key: str, methods: Sequence[str]) -> Paired:
    """The numbers of a per-sample metric side by side.

    Args:
        evidence: the runs.
        card: the metric's card.
        key: of its measure.
        methods: names, in the order of the columns.
    """
    rows = evidence.scores[(evidence.scores["measure"] == key) & evidence.scores["method"].isin(list(methods))]
    rows = rows.astype({"sample_id": "str", "speaker": "str"})
    speakers = rows.drop_duplicates("sample_id").set_index("sample_id")["speaker"].sort_index()
    values = rows.assign(value=rows["value"].where(rows["status"] == Status.OK))
    wide = values.pivot(index="sample_id", columns="method", values="value")
    wide = wide.reindex(index=speakers.index, columns=list(methods))
    return Paired(
        card=card,
        methods=tuple(methods),
        samples=tuple(map(str, speakers.index)),
        speakers=speakers.to_numpy(dtype=str),
        values=wide.to_numpy(dtype=np.float64),
    )


def _sets(runs: Sequence[StoredRun], card: Mapping[str, Any], level: float) -> list[Comparison]:
    """All pairs by a set metric. Random resamples are the same draws only by the same seed."""
    rows, draws = [], []
    for run in runs:
        summary = run.summary()
        keep = (summary["metric"] == card["name"]) & (summary["protocol"] == card["protocol"])
        row = summary[keep & (summary["group"] == "all")]
        if row.empty:
            return []
        rows.append(row.iloc[0].to_dict())
        table = read_resamples(run.folder)
        own = (table["metric"] == card["name"]) & (table["protocol"] == card["protocol"]) & (table["group"] == "all")
        draws.append(table.loc[own, ["draw", "speakers", "weight", "value"]])
    found = []
    for i, j in combinations(range(len(runs)), 2):
        random = len(draws[i]) > 0 and draws[i]["weight"].nunique() == 1
        seeds = [runs[k].record["plan"].get("seed") for k in (i, j)]
        pair = (draws[i], draws[j] if not random or seeds[0] == seeds[1] else draws[j].iloc[:0])
        found.append(compare_sets(card, (rows[i], rows[j]), pair, (runs[i].method, runs[j].method), level=level))
    return found
