"""From runs to the power of a design: how alike methods are, and what speakers and clips would find."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from benchmark.analysis.evidence import Evidence
from benchmark.core.errors import UsageError, nearest
from benchmark.core.status import Status
from benchmark.datasets import DATASETS
from benchmark.datasets.base import Dataset
from benchmark.datasets.paired_corpus import PairedCorpus
from benchmark.protocols.questions import question_of
from benchmark.puppets.plan import sample_plans
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


def measure_pairs(evidence: Evidence, metric: str | None = None) -> Measured:
    """Measure all pairs of methods that compete.

    Args:
        evidence: the runs of a split; floor, ceiling and mock runs are passed over.
        metric: of right or wrong; None: the split's primary metric.

    Raises:
        UsageError: there are fewer than two methods, no such metric, or it is not one of right or wrong.
    """
    if metric is None:
        question = question_of(evidence.dataset, evidence.split)
        if question is None or not question.primary:
            raise UsageError(f"{evidence.dataset}/{evidence.split} has no primary metric: name one by --metric")
        metric = question.primary[0]
    known = {facts.measure.metric: facts for facts in evidence.measures if facts.level == "sample"}
    if metric not in known:
        raise UsageError(f"the runs have no numbers of samples by '{metric}'{nearest(metric, known)}")
    facts = known[metric]
    scores = evidence.scores[evidence.scores["measure"] == facts.measure.key]
    wide = scores[scores["status"] == Status.OK].astype({"sample_id": "str", "method": "str", "speaker": "str"})
    wide = wide.pivot(index=["sample_id", "speaker"], columns="method", values="value")
    names = [one.method for one in evidence.entries if not one.role and not one.mock and one.method in wide]
    if len(names) < 2:
        raise UsageError(f"two methods that compete are needed, there are {len(names)} with numbers by {metric}")
    values = wide[names].to_numpy(dtype=np.float64)
    if not is_yes_no(values, facts.ends):
        raise UsageError(f"{metric} is not right or wrong for every sample; power is worked out for such metrics only")
    speakers = wide.index.get_level_values("speaker").to_numpy(dtype=str)
    found = []
    for i, j in combinations(range(len(names)), 2):
        both = np.isfinite(values[:, [i, j]]).all(axis=1)
        right = values[both] == facts.ends[1]
        try:
            pairing = pairing_of(right[:, i], right[:, j], speakers[both])
        except ValueError as error:
            raise UsageError(f"{names[i]} and {names[j]}: {error}") from error
        found.append(MeasuredPair(names[i], names[j], pairing))
    return Measured(metric, facts.title, sizes_of(speakers), tuple(found))


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
