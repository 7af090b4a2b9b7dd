"""Bradley-Terry strengths of methods from pairwise votes, with intervals from a bootstrap over voters.

P(i beats j) = 1 / (1 + exp(s_j - s_i)); a tie is half a win each. Strengths are natural logarithms with mean 0. Only
methods that votes link can be compared with each other: if the methods fall into groups of which one never beats
another, no finite strengths exist.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
_STEPS = 100_000


@dataclass(frozen=True)
class Strengths:
    """Strengths of K methods and their intervals."""

    values: Floats
    """(K,), natural logarithms, mean 0."""
    low: Floats
    """(K,), lower ends of percentile intervals; NaN with fewer than two voters."""
    high: Floats
    level: float
    voters: int


def bradley_terry(wins: ArrayLike, *, prior: ArrayLike = 0.0, tolerance: float = 1e-12) -> Floats:
    """Maximum-likelihood strengths by the MM algorithm (Hunter, Ann. Stat. 32, 2004), for many tables at once.

    Args:
        wins: float (..., K, K): how often i beat j; a tie counts half for each. The diagonal is not read.
        prior: imagined ties of every pair, or of each pair, (K, K). Needed (such as 0.1) where a method won or lost
            everything.
        tolerance: largest change of a strength at which the iteration ends.

    Returns:
        float64 (..., K), natural logarithms with mean 0.

    Raises:
        ValueError: not tables of counts; or the strengths are not finite: a group of methods never beats the others.
    """
    table = np.array(wins, dtype=np.float64)
    size = table.shape[-1] if table.ndim >= 2 else 0
    if table.ndim < 2 or table.shape[-2] != size or not np.isfinite(table).all() or (table < 0).any():
        raise ValueError(f"wins must be square tables of counts, got shape {table.shape}")
    if table.size == 0:
        return np.zeros(table.shape[:-1])
    table += np.asarray(prior, dtype=np.float64) / 2.0
    table[..., np.arange(size), np.arange(size)] = 0.0
    if not _linked(table > 0).all():
        raise ValueError("no finite strengths: a group of methods never beats the others; give more votes or a prior")
    games, total = table + np.swapaxes(table, -1, -2), table.sum(axis=-1)
    logs = np.zeros(table.shape[:-1])
    for _ in range(_STEPS):
        strength = np.exp(logs)
        new = np.log(total / (games / (strength[..., :, None] + strength[..., None, :])).sum(axis=-1))
        new -= new.mean(axis=-1, keepdims=True)
        change, logs = float(np.abs(new - logs).max()), new
        if change < tolerance:
            break
    return logs


def bradley_terry_intervals(
    by_voter: ArrayLike,
    *,
    rng: np.random.Generator,
    n_resamples: int = 1000,
    level: float = 0.95,
    prior: ArrayLike = 0.1,
) -> Strengths:
    """Strengths with percentile intervals from a bootstrap over voters: votes of one person are not independent.

    Args:
        by_voter: float (V, K, K): how often i beat j by each voter; a tie counts half for each.
        rng: source of randomness.
        n_resamples: number of resamples.
        level: confidence.
        prior: imagined ties, see `bradley_terry`; with them a resample in which a method never lost stays finite.

    Raises:
        ValueError: as `bradley_terry`.
    """
    tables = np.asarray(by_voter, dtype=np.float64)
    if tables.ndim != 3 or tables.shape[1] != tables.shape[2]:
        raise ValueError(f"by_voter must be (V, K, K), got shape {tables.shape}")
    voters, methods = tables.shape[:2]
    values = bradley_terry(tables.sum(axis=0), prior=prior)
    if voters < 2 or methods < 2:
        empty = np.full(methods, np.nan)
        return Strengths(values, empty, empty.copy(), level, voters)
    draws = rng.multinomial(voters, np.full(voters, 1.0 / voters), size=n_resamples)
    resampled = bradley_terry(np.tensordot(draws, tables, 1), prior=prior, tolerance=1e-8)
    low, high = np.quantile(resampled, [(1.0 - level) / 2.0, (1.0 + level) / 2.0], axis=0)
    return Strengths(values, low, high, level, voters)


def linked_groups(games: ArrayLike) -> list[tuple[int, ...]]:
    """Groups of methods that votes link, directly or through others; largest first.

    Args:
        games: float (K, K), how often i met j.
    """
    met = np.asarray(games, dtype=np.float64)
    reach = _reach((met + met.T) > 0)
    found = {tuple(int(i) for i in np.flatnonzero(row)) for row in reach}
    return sorted(found, key=lambda group: (-len(group), group))


def _linked(beats: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether every method reaches every other along wins, for each table."""
    return np.asarray(_reach(beats).all(axis=(-1, -2)))


def _reach(edges: NDArray[np.bool_]) -> NDArray[np.bool_]:
    size = edges.shape[-1]
    reach = edges | np.eye(size, dtype=bool)
    for _ in range(max(1, size.bit_length())):  # paths of length 2, 4, 8, ...
        reach = (reach.astype(np.float64) @ reach.astype(np.float64)) > 0
    return np.asarray(reach)
