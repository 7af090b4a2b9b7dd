"""From runs to the power of a design: how alike methods are, and what speakers and clips would find."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from benchmark.analysis.match import paired, shared_metrics
from benchmark.analysis.roles import role_of
from benchmark.core.errors import UsageError, nearest
from benchmark.datasets import DATASETS
from benchmark.datasets.base import Dataset
from benchmark.datasets.paired_corpus import PairedCorpus
from benchmark.protocols.questions import question_of
from benchmark.puppets.plan import sample_plans
from benchmark.results.schema import range_of
from benchmark.results.store import StoredRun
from benchmark.statistics.difference import is_yes_no
from benchmark.statistics.power import Pairing, findable, pairing_of, power

LEAST_SPREAD = 0.05
"""Spread between speakers that a cautious design reckons with: four speakers can't show that there is less."""


@dataclass(frozen=True)
class MeasuredPair:
    """Two methods that compete, and how alike they are."""

    first: str
    second: str
    pairing: Pairing


@dataclass(frozen=True)
class Measured:
    """All pairs of a split by one metric of right or wrong."""

    metric: str
    title: str
    sizes: tuple[int, ...]
    """Clips of each speaker."""
    pairs: tuple[MeasuredPair, ...]

    @property
    def usual(self) -> Pairing:
        """The mean of the pairs."""
        pairings = [pair.pairing for pair in self.pairs]
        return Pairing(*(float(np.mean([getattr(one, name) for one in pairings])) for name in ("discordant", "spread")))

    @property
    def cautious(self) -> Pairing:
        """The pair that differs most, and no less than five points between speakers."""
        pairings = [pair.pairing for pair in self.pairs]
        spread = max(LEAST_SPREAD, *(one.spread for one in pairings))
        return Pairing(max(one.discordant for one in pairings), spread)


def measure_runs(runs: Sequence[StoredRun], metric: str | None = None) -> Measured:
    """Measure all pairs of methods that compete.

    Args:
        runs: of one split; floor and ceiling are passed over.
        metric: of right or wrong; None: the split's primary metric.

    Raises:
        UsageError: there are fewer than two methods, no such metric, or it is not one of right or wrong.
    """
    competing = [run for run in runs if not role_of(run.record)]
    if len(competing) < 2:
        raise UsageError(f"two methods that compete are needed, there are {len(competing)}")
    where = (str(competing[0].record["dataset"]), str(competing[0].record["split"]))
    if metric is None:
        question = question_of(*where)
        if question is None or not question.primary:
            raise UsageError(f"{'/'.join(where)} has no primary metric: name one by --metric")
        metric = question.primary[0]
    cards = {str(card["name"]): card for card in shared_metrics(competing)[0] if card["level"] == "sample"}
    if metric not in cards:
        raise UsageError(f"no metric '{metric}' that all methods share{nearest(metric, cards)}")
    numbers = paired(competing, cards[metric])
    ends = range_of(cards[metric])
    if not is_yes_no(numbers.values, ends) or not np.isfinite(numbers.values).any():
        raise UsageError(f"{metric} is not right or wrong for every sample; power is worked out for such metrics only")
    found = []
    for i, j in combinations(range(len(competing)), 2):
        first, second, speakers = numbers.pair(i, j)
        try:
            pairing = pairing_of(first == ends[1], second == ends[1], speakers)
        except ValueError as error:
            raise UsageError(f"{numbers.methods[i]} and {numbers.methods[j]}: {error}") from error
        found.append(MeasuredPair(numbers.methods[i], numbers.methods[j], pairing))
    return Measured(metric, str(cards[metric]["title"]), sizes_of(numbers.speakers), tuple(found))


def sizes_of(speakers: Sequence[str] | np.ndarray) -> tuple[int, ...]:
    """Clips of each speaker, the largest first."""
    return tuple(sorted(Counter(map(str, speakers)).values(), reverse=True))


def power_table(
    speakers: Sequence[int], clips: Sequence[int], pairing: Pairing, difference: float, *, level: float, seed: int
) -> list[list[float]]:
    """Power of each design: a row for each number of speakers, a column for each number of clips a speaker."""
    return [[power((n,) * groups, pairing, difference, level=level, seed=seed) for n in clips] for groups in speakers]


def shipped_sizes() -> dict[tuple[str, str], tuple[int, ...]]:
    """Clips of each speaker of every split that the project ships and that has a primary metric, largest first."""
    found = {}
    for name in DATASETS.names():
        dataset = DATASETS.get(name)()
        for split in dataset.splits():
            question = question_of(name, split)
            if question is not None and question.primary:
                found[name, split] = sizes_of(_speakers(dataset, split))
    return found


def _speakers(dataset: Dataset, split: str) -> list[str]:
    if isinstance(dataset, PairedCorpus):
        return [row["identity"] for row in dataset.rows(split)]
    return [plan.target.identity for plan in sample_plans(split)]


def findable_of(sizes: Sequence[int], measured: Measured, *, level: float, seed: int) -> tuple[float, float]:
    """Smallest difference that is found with a power of 80 %: for usual pairs, and for cautious ones."""
    usual, cautious = (findable(sizes, one, level=level, seed=seed) for one in (measured.usual, measured.cautious))
    return usual, cautious
