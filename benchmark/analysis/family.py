"""All metrics and pairs of several runs, with p values adjusted over the whole family, and ranks that follow."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from benchmark.analysis.match import check_runs, choose, named, paired
from benchmark.analysis.pairwise import Comparison, compare_samples, compare_sets
from benchmark.analysis.roles import role_of
from benchmark.analysis.standing import Standing, standings
from benchmark.results.evidence import read_resamples
from benchmark.results.store import StoredRun
from benchmark.statistics.paired import holm


@dataclass(frozen=True)
class Family:
    """Everything that was compared at once."""

    methods: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    left_out: tuple[str, ...]
    """Sentences about metrics that can't be compared."""
    level: float
    roles: Mapping[str, str]
    """Method -> `floor`, `ceiling` or ""."""
    scored: Mapping[tuple[str, str], int]
    """Per-sample metric, method -> samples with a number."""

    @property
    def metrics(self) -> tuple[str, ...]:
        """Names of the metrics, in their order."""
        return tuple(dict.fromkeys(one.metric for one in self.comparisons))

    @property
    def tests(self) -> int:
        """How many p values were adjusted together."""
        return sum(math.isfinite(one.p) for one in self.comparisons)

    def of(self, metric: str) -> list[Comparison]:
        """The comparisons by one metric."""
        return [one for one in self.comparisons if one.metric == metric]

    def standings(self, metric: str) -> list[Standing]:
        """Where the methods stand by a metric, in the order of `methods`.

        Floor and ceiling frame a table and are not ranked, nor is a method that lacks samples which another has, nor is
        anybody by a set metric, which has no test.
        """
        tested = [one for one in self.of(metric) if one.level == "sample"]
        unranked = {name: self._unranked(metric, name, bool(tested)) for name in self.methods}
        return standings(self.methods, tested, unranked, self.level)

    def _unranked(self, metric: str, method: str, tested: bool) -> str:
        if self.roles[method]:
            return self.roles[method]
        if not tested:
            return "no test"
        scored = {name: self.scored[metric, name] for name in self.methods if not self.roles[name]}
        most = max(scored.values())
        return "" if scored[method] == most > 0 else f"scored on {scored[method]} of {most}"

    def table(self) -> pd.DataFrame:
        """One row a comparison, all fields and the verdict."""
        return pd.DataFrame([asdict(one) | {"verdict": one.verdict(self.level)} for one in self.comparisons])


def compare_runs(
    runs: Sequence[StoredRun], metrics: Sequence[str] | None = None, *, level: float = 0.95, seed: int = 0
) -> Family:
    """Compare runs of one split, pair by pair.

    Args:
        runs: two or more; several of one method are told apart by their ids.
        metrics: names; None: all that the runs share, which makes the family large and Holm's adjustment strict.
        level: of intervals, and of the family of tests.
        seed: of random sign flips, used with more than 16 speakers.

    Raises:
        NotComparable: other samples, protocols or judges; the message says which.
    """
    check_runs(runs)
    runs = named(runs)
    cards, left_out = choose(runs, metrics)
    scores = [run.scores() for run in runs]
    found: list[Comparison] = []
    scored: dict[tuple[str, str], int] = {}
    for card in cards:
        if card["level"] == "sample":
            numbers = paired(runs, card, scores)
            for method, count in zip(numbers.methods, np.isfinite(numbers.values).sum(axis=0), strict=True):
                scored[numbers.name, method] = int(count)
            pairs = combinations(range(len(runs)), 2)
            one = [compare_samples(numbers, i, j, level=level, seed=seed) for i, j in pairs]
        elif card["level"] == "set":
            one = _sets(runs, card, level)
        else:
            continue
        if any(math.isfinite(comparison.difference) for comparison in one):
            found += one
        else:
            left_out.append(f"{card['name']}: no two methods have a number")
    adjusted = holm([one.p for one in found])
    comparisons = tuple(replace(one, p_holm=float(p)) for one, p in zip(found, adjusted, strict=True))
    roles = {run.method: role_of(run.record) for run in runs}
    return Family(tuple(run.method for run in runs), comparisons, tuple(left_out), level, roles, scored)


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
        mine = (table["metric"] == card["name"]) & (table["protocol"] == card["protocol"]) & (table["group"] == "all")
        draws.append(table.loc[mine, ["draw", "speakers", "weight", "value"]])
    found = []
    for i, j in combinations(range(len(runs)), 2):
        random = len(draws[i]) > 0 and draws[i]["weight"].nunique() == 1
        seeds = [runs[k].record["plan"].get("seed") for k in (i, j)]
        pair = (draws[i], draws[j] if not random or seeds[0] == seeds[1] else draws[j].iloc[:0])
        found.append(compare_sets(card, (rows[i], rows[j]), pair, (runs[i].method, runs[j].method), level=level))
    return found
