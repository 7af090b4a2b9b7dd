"""What a split can find: power of the paired test on yes or no, simulated from what was measured.

Two methods differ on a share of clips (the discordant pairs), and by how much they differ varies between speakers. From
these two numbers, which `pairing_of` estimates from runs, pairs are simulated for any number of speakers and clips and
tested as `difference.paired_difference` tests them: Student's over speakers and over clips, and McNemar's.

    speaker g:  delta_g ~ Normal(difference, spread)
    a clip:     better with (discordant + delta_g) / 2, worse with (discordant - delta_g) / 2, else the same
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from benchmark.statistics.paired import mcnemar_ps

SIMULATIONS = 2000
"""Sets that are simulated for a number: the error of a power of 80 % is 0.9 points."""


@dataclass(frozen=True)
class Pairing:
    """How alike two methods are, as shares between 0 and 1."""

    discordant: float
    """Share of clips on which one succeeds and the other does not."""
    spread: float
    """Standard deviation of the difference between speakers."""


def pairing_of(first: ArrayLike, second: ArrayLike, clusters: Sequence[Any] | NDArray[Any]) -> Pairing:
    """Measure a pair of methods.

    Args:
        first: bool or 0 and 1, (N,): where the first method succeeds.
        second: the same of the second.
        clusters: (N,), the speaker of each clip; two or more.

    Returns:
        The share of discordant pairs, and the spread between speakers by analysis of variance: the mean square between
        speakers less that within, over the clips of a speaker; 0 where that is negative.

    Raises:
        ValueError: they do not fit, or there are fewer than two speakers, or no speaker has two clips.
    """
    d = np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64)
    names, index = np.unique(np.asarray(clusters, dtype=str), return_inverse=True)
    groups, total = len(names), len(d)
    if d.shape != index.shape or groups < 2 or total <= groups:
        raise ValueError(f"two speakers with several clips are needed, got {groups} speakers and {total} clips")
    sizes = np.bincount(index)
    means = np.bincount(index, weights=d) / sizes
    between = float(np.sum(sizes * (means - d.mean()) ** 2)) / (groups - 1)
    within = float(np.sum((d - means[index]) ** 2)) / (total - groups)
    usual = (total - float(np.sum(sizes**2)) / total) / (groups - 1)
    return Pairing(float(np.mean(d != 0)), math.sqrt(max(0.0, (between - within) / usual)))


def simulate_pairs(
    sizes: Sequence[int], pairing: Pairing, difference: float, sets: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Clips on which the first method is better, and on which it is worse, of each speaker: int64 (sets, G) each.

    Args:
        sizes: clips of each speaker.
        pairing: how alike the methods are.
        difference: true difference, a share; where it exceeds `pairing.discordant`, more pairs are discordant.
        sets: how many.
        rng: source of randomness.
    """
    shift = np.clip(difference + pairing.spread * rng.standard_normal((sets, len(sizes))), -1.0, 1.0)
    discordant = np.maximum(pairing.discordant, np.abs(shift))
    differing = rng.binomial(np.asarray(sizes), discordant)
    share = np.divide(discordant + shift, 2.0 * discordant, out=np.full(shift.shape, 0.5), where=discordant > 0)
    better = rng.binomial(differing, share)
    return better.astype(np.int64), (differing - better).astype(np.int64)


def p_values(
    better: NDArray[np.integer[Any]], worse: NDArray[np.integer[Any]], sizes: Sequence[int]
) -> NDArray[np.float64]:
    """The p of `paired_difference` for many sets at once, from counts.

    Args:
        better: int (S, G), clips of each speaker on which only the first succeeds.
        worse: int (S, G), on which only the second does.
        sizes: clips of each speaker, two speakers or more.

    Returns:
        float64 (S,).
    """
    n = np.asarray(sizes, dtype=np.float64)
    total, groups = float(n.sum()), len(n)
    sums = (better - worse).astype(np.float64)
    mean = sums.sum(axis=1) / total
    weights = 1.0 / (total**2 * (1.0 - n / total))
    speakers = np.sqrt((sums - mean[:, None] * n) ** 2 @ weights)
    scaled = weights[:, None] * (np.diag(n) - np.outer(n, n) / total)
    df = float(np.trace(scaled) ** 2 / np.sum(scaled * scaled.T)) if groups > 1 else math.nan
    squares = (better + worse).sum(axis=1) - total * mean**2
    clips = np.sqrt(np.maximum(squares, 0.0) / (total - 1.0) / total)
    found = mcnemar_ps(better.sum(axis=1), worse.sum(axis=1))
    for error, freedom in ((speakers, df), (clips, total - 1.0)):
        there = error > 1e-12
        t = np.divide(-np.abs(mean), error, out=np.full(mean.shape, -np.inf), where=there)
        found = np.maximum(found, 2.0 * special.stdtr(freedom, t))
    return found


def power(
    sizes: Sequence[int],
    pairing: Pairing,
    difference: float,
    *,
    level: float = 0.95,
    sets: int = SIMULATIONS,
    seed: int = 0,
) -> float:
    """Probability that a true difference is found.

    Args:
        sizes: clips of each speaker.
        pairing: how alike the methods are.
        difference: true difference, a share between 0 and 1.
        level: 1 - alpha of the two-sided test.
        sets: to simulate.
        seed: of the simulation.
    """
    better, worse = simulate_pairs(sizes, pairing, difference, sets, np.random.default_rng(seed))
    return float(np.mean(p_values(better, worse, sizes) < 1.0 - level))


def findable(
    sizes: Sequence[int],
    pairing: Pairing,
    *,
    level: float = 0.95,
    least_power: float = 0.8,
    sets: int = SIMULATIONS,
    seed: int = 0,
) -> float:
    """Smallest true difference that is found with probability `least_power`, to 0.002; NaN where there is none.

    Args:
        sizes: clips of each speaker.
        pairing: how alike the methods are.
        level: 1 - alpha of the two-sided test.
        least_power: the probability, above 1 - level.
        sets: to simulate for each difference that is tried.
        seed: of the simulation.
    """
    low, high = 0.0, 1.0
    if power(sizes, pairing, high, level=level, sets=sets, seed=seed) < least_power:
        return math.nan
    while high - low > 0.002:
        middle = (low + high) / 2.0
        enough = power(sizes, pairing, middle, level=level, sets=sets, seed=seed) >= least_power
        low, high = (low, middle) if enough else (middle, high)
    return high
