"""All metrics and pairs of several runs, with p values adjusted over the whole family, and ranks that follow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations

import pandas as pd

from benchmark.comparison.match import check_runs, choose, paired
from benchmark.comparison.pairwise import Comparison, compare_samples, compare_sets
from benchmark.results.evidence import read_resamples
from benchmark.results.store import StoredRun
from benchmark.statistics.paired import holm
from benchmark.statistics.ranks import RankRange, ranges_of_pairs


@dataclass(frozen=True)
class Family:
    """Everything that was compared at once."""

    methods: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    left_out: tuple[str, ...]
    """Sentences about metrics that can't be compared."""
    level: float

    @property
    def tests(self) -> int:
        """How many p values were adjusted together."""
        return sum(math.isfinite(one.p) for one in self.comparisons)

    def of(self, metric: str) -> list[Comparison]:
        """The comparisons by one metric."""
        return [one for one in self.comparisons if one.metric == metric]

    def ranks(self, metric: str) -> dict[str, RankRange | None]:
        """Each method's best and worst rank by a metric; methods that can't be told apart share ranks."""
        place = {name: index for index, name in enumerate(self.methods)}
        some = [one for one in self.of(metric) if one.n]
        there = sorted({place[name] for one in some for name in (one.first, one.second)})
        ranges = ranges_of_pairs(
            len(self.methods),
            [(place[one.first], place[one.second]) for one in some],
            [one.difference for one in some],
            [one.p_holm for one in some],
            there,
            bool(some and some[0].higher_is_better),
            1.0 - self.level,
        )
        return dict(zip(self.methods, ranges, strict=True))

    def table(self) -> pd.DataFrame:
        """One row a comparison, all fields and the verdict."""
        return pd.DataFrame([asdict(one) | {"verdict": one.verdict(self.level)} for one in self.comparisons])


def compare_runs(
    runs: Sequence[StoredRun], metrics: Sequence[str] | None = None, *, level: float = 0.95, seed: int = 0
) -> Family:
    """Compare runs of one split, pair by pair.

    Args:
        runs: two or more, of different methods.
        metrics: names; None: all that the runs share, which makes the family large and Holm's adjustment strict.
        level: of intervals, and of the family of tests.
        seed: of random sign flips, used with more than 16 speakers.

    Raises:
        NotComparable: other samples, protocols or judges; the message says which.
    """
    check_runs(runs)
    cards, left_out = choose(runs, metrics)
    found: list[Comparison] = []
    for card in cards:
        if card["level"] == "sample":
            numbers = paired(runs, card)
            pairs = combinations(range(len(runs)), 2)
            found += [compare_samples(numbers, i, j, level=level, seed=seed) for i, j in pairs]
        elif card["level"] == "set":
            found += _sets(runs, card, level)
    adjusted = holm([one.p for one in found])
    comparisons = tuple(replace(one, p_holm=float(p)) for one, p in zip(found, adjusted, strict=True))
    return Family(tuple(run.method for run in runs), comparisons, tuple(left_out), level)


def _sets(runs: Sequence[StoredRun], card: object, level: float) -> list[Comparison]:
    """All pairs by a set metric."""
    assert isinstance(card, dict)
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
    return [
        compare_sets(card, (rows[i], rows[j]), (draws[i], draws[j]), (runs[i].method, runs[j].method), level=level)
        for i, j in combinations(range(len(runs)), 2)
    ]
