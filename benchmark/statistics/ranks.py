"""Ranks as ranges, and Bradley-Terry strengths of votes.

A method's rank is known only as far as it differs from the others: from 1 + (methods that are significantly better) to
K - (methods that are significantly worse). With p values adjusted over all pairs (Holm) all ranges hold at once with
the stated confidence (Mogstad, Romano, Shaikh & Wilhelm, "Inference for Ranks", Rev. Econ. Stud. 91, 2024).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from benchmark.statistics.clustered import clustered_mean
from benchmark.statistics.paired import holm


@dataclass(frozen=True)
class RankRange:
    """Best and worst rank that a method can have."""

    best: int
    worst: int

    def __str__(self) -> str:
        return str(self.best) if self.best == self.worst else f"{self.best}-{self.worst}"


def rank_ranges(
    scores: ArrayLike, clusters: Sequence[Any] | NDArray[Any], *, higher_is_better: bool, level: float = 0.95
) -> list[RankRange | None]:
    """Rank range of each method from per-sample scores.

    Args:
        scores: float (N, K), a column a method; NaN where it has no number. Pairs are compared on their common samples.
        clusters: (N,), the speaker of each sample.
        higher_is_better: direction.
        level: confidence of all ranges together.

    Returns:
        One range a method, None for a method without any number. Pairs that can't be compared (fewer than two speakers)
        count as not told apart.
    """
    table = np.asarray(scores, dtype=np.float64)
    names = np.asarray(clusters, dtype=str)
    there = np.flatnonzero(np.isfinite(table).any(axis=0))
    pairs = [(int(i), int(j)) for a, i in enumerate(there) for j in there[a + 1 :]]
    p_values, differences = [], []
    for i, j in pairs:
        both = np.isfinite(table[:, i]) & np.isfinite(table[:, j])
        mean = clustered_mean(table[both, i] - table[both, j], names[both])
        p_values.append(mean.p_value() if both.any() else math.nan)
        differences.append(mean.mean)
    return ranges_of_pairs(table.shape[1], pairs, differences, holm(p_values), there, higher_is_better, 1.0 - level)


def ranges_of_pairs(
    methods: int,
    pairs: Sequence[tuple[int, int]],
    differences: Sequence[float],
    adjusted: ArrayLike,
    there: ArrayLike,
    higher_is_better: bool,
    alpha: float,
) -> list[RankRange | None]:
    """Rank ranges from pairwise tests: `differences` first minus second, `adjusted` their family-wise p values."""
    present = set(int(i) for i in np.asarray(there))
    better, worse = dict.fromkeys(present, 0), dict.fromkeys(present, 0)
    for (i, j), difference, p in zip(pairs, differences, np.asarray(adjusted), strict=True):
        if np.isfinite(p) and p < alpha:
            winner, loser = (i, j) if (difference > 0) == higher_is_better else (j, i)
            better[loser] += 1
            worse[winner] += 1
    size = len(present)
    return [RankRange(1 + better[i], size - worse[i]) if i in present else None for i in range(methods)]


@dataclass(frozen=True)
class Strengths:
    """Bradley-Terry strengths: natural logarithms, mean 0; the chance that i beats j is 1 / (1 + exp(s_j - s_i))."""

    values: NDArray[np.float64]
    low: NDArray[np.float64]
    """Lower ends of bootstrap intervals; NaN with fewer than two voters."""
    high: NDArray[np.float64]


def bradley_terry(wins: ArrayLike, *, prior: float = 0.0, tolerance: float = 1e-12) -> NDArray[np.float64]:
    """Maximum-likelihood strengths by the MM algorithm (Hunter, Ann. Stat. 32, 2004).

    Args:
        wins: float (K, K): how often i beat j; a tie counts half for each.
        prior: imagined ties of every pair. Needed (such as 0.1) where a method won or lost everything.
        tolerance: largest change of a strength at which the iteration ends.

    Returns:
        float64 (K,), natural logarithms with mean 0.

    Raises:
        ValueError: the strengths are not finite: the methods fall into two groups of which one never beats the other.
    """
    table = np.asarray(wins, dtype=np.float64).copy()
    size = len(table)
    if table.shape != (size, size) or not np.isfinite(table).all() or (table < 0).any():
        raise ValueError(f"wins must be a square table of counts, got shape {table.shape}")
    table += prior / 2.0
    np.fill_diagonal(table, 0.0)
    reach = np.linalg.matrix_power((table > 0) + np.eye(size), max(1, size)) > 0
    if not reach.all():
        raise ValueError("no finite strengths: a group of methods never beats the others; give more votes or a prior")
    games, total = table + table.T, table.sum(axis=1)
    logs = np.zeros(size)
    for _ in range(100_000):
        strength = np.exp(logs)
        new = np.log(total / (games / (strength[:, None] + strength[None, :])).sum(axis=1))
        new -= new.mean()
        change, logs = float(np.abs(new - logs).max()), new
        if change < tolerance:
            break
    return logs


def bradley_terry_intervals(
    winners: Sequence[int],
    losers: Sequence[int],
    ties: Sequence[bool],
    voters: Sequence[Any],
    *,
    methods: int,
    rng: np.random.Generator,
    n_resamples: int = 1000,
    level: float = 0.95,
    prior: float = 0.1,
) -> Strengths:
    """Strengths with percentile intervals from a bootstrap over voters: votes of one person are not independent.

    Args:
        winners: (N,), index of the method preferred in each vote.
        losers: (N,), index of the other one.
        ties: (N,), whether neither was preferred.
        voters: (N,), who voted.
        methods: number of methods K.
        rng: source of randomness.
        n_resamples: number of resamples.
        level: confidence.
        prior: imagined ties of every pair, so that a resample without a loss stays finite.
    """
    names, index = np.unique(np.asarray(voters, dtype=str), return_inverse=True)
    by_voter = np.zeros((len(names), methods, methods))
    for voter, winner, loser, tie in zip(index, winners, losers, ties, strict=True):
        by_voter[voter, winner, loser] += 0.5 if tie else 1.0
        by_voter[voter, loser, winner] += 0.5 if tie else 0.0
    values = bradley_terry(by_voter.sum(axis=0), prior=prior)
    if len(names) < 2:
        empty = np.full(methods, np.nan)
        return Strengths(values, empty, empty.copy())
    draws = rng.multinomial(len(names), np.full(len(names), 1.0 / len(names)), size=n_resamples)
    resampled = [bradley_terry(np.tensordot(d, by_voter, 1), prior=prior, tolerance=1e-8) for d in draws]
    low, high = np.quantile(resampled, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return Strengths(values, low, high)
