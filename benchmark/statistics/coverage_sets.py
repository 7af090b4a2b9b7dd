"""Simulated sets of clips, and the intervals of one number of each set; `coverage.py` says what is simulated."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from benchmark.formulas.frechet_bootstrap import frechet_draws
from benchmark.statistics.agreement import cohen_kappa, macro_f1
from benchmark.statistics.bootstrap import Interval
from benchmark.statistics.coverage_cell import Cell, Found, Simulation, speaker_shares
from benchmark.statistics.set_bootstrap import Multisets, centred_interval, multisets, set_interval

EMOTIONS = 7


def _counts(cell: Cell, sets: int, rng: np.random.Generator, level: float) -> tuple[float, list[Found]]:
    """A number of a confusion matrix: what a judge sees in clips of seven emotions in turn."""
    low, high = (0.0, 1.0) if cell.kind == "macro F1" else (-1.0, 1.0)
    expected = np.full((EMOTIONS, EMOTIONS), (1.0 - cell.truth) / (EMOTIONS - 1))
    np.fill_diagonal(expected, cell.truth)
    draws = multisets(len(cell.sizes), 200, seed=0)
    targets = [np.arange(n) % EMOTIONS for n in cell.sizes]
    found = []
    for _ in range(sets):
        tables = np.zeros((len(cell.sizes), EMOTIONS, EMOTIONS), dtype=np.int64)
        for table, own, share in zip(tables, targets, speaker_shares(cell, rng), strict=True):
            other = (own + rng.integers(1, EMOTIONS, len(own))) % EMOTIONS
            np.add.at(table, (own, np.where(rng.random(len(own)) < share, own, other)), 1)

        def number(counts: NDArray[np.int64], tables: NDArray[np.int64] = tables) -> NDArray[np.float64]:
            return np.array([_agreement(cell.kind, table) for table in np.tensordot(counts, tables, 1)])

        found.append(_of_sets(number, draws, level, ends=(low, high), samples=sum(cell.sizes)))
    return _agreement(cell.kind, np.rint(expected * 1e9).astype(np.int64)), found


def _agreement(kind: str, counts: NDArray[np.int64]) -> float:
    try:
        return macro_f1(counts) if kind == "macro F1" else cohen_kappa(counts)
    except ValueError:
        return math.nan


def _frechet(cell: Cell, sets: int, rng: np.random.Generator, level: float) -> tuple[float, list[Found]]:
    dimensions, groups = 8, len(cell.sizes)
    whose = np.repeat(np.arange(groups), cell.sizes)
    draws = multisets(groups, 200, seed=0)
    found, values = [], []
    for _ in range(sets):
        own = cell.correlation * rng.standard_normal((groups, 1, dimensions))
        shift = cell.truth / math.sqrt(dimensions) + 0.3 * cell.correlation * rng.standard_normal(own.shape)
        targets = [one + rng.standard_normal((n, dimensions)) for one, n in zip(own, cell.sizes, strict=True)]
        outputs = [
            one + 0.8 * rng.standard_normal((n, dimensions)) for one, n in zip(own + shift, cell.sizes, strict=True)
        ]

        x, y = np.concatenate(outputs), np.concatenate(targets)

        def distance(counts: NDArray[np.int64], both: tuple[NDArray[np.float64], ...] = (x, y)) -> NDArray[np.float64]:
            return frechet_draws(both[0], whose, both[1], whose, counts)

        values.append(float(distance(np.ones((1, groups), dtype=np.int64))[0]))
        found.append(_of_sets(distance, draws, level, ends=(0.0, math.inf), samples=sum(cell.sizes)))
    return float(np.mean(values)), found


def _of_sets(
    statistic: Callable[[NDArray[np.int64]], NDArray[np.float64]],
    draws: Multisets,
    level: float,
    *,
    ends: tuple[float, float],
    samples: int,
) -> Found:
    """Intervals of a set's number by three methods; `statistic` is of how often each speaker is in each set, (B, G)."""
    groups = draws.counts.shape[1]
    whole, single = np.ones((1, groups), dtype=np.int64), np.eye(groups, dtype=np.int64)
    values = statistic(np.concatenate([whole, whole - single, draws.counts]))
    value, left_out, star = float(values[0]), values[1 : groups + 1], values[groups + 1 :]
    error = math.sqrt((groups - 1) / groups * float(np.sum((left_out - left_out.mean()) ** 2)))
    half = float(stats.t.ppf(0.5 + level / 2.0, groups - 1)) * error
    expanded = centred_interval(value, star, draws.weights, groups, level=level)
    return {
        "cluster_bootstrap_t": set_interval(
            value, star, draws.weights, groups, level=level, ends=ends, samples=samples
        ),
        "expanded percentile": expanded.within(*ends),
        "jackknife": Interval(value - half, value + half, level, "jackknife", groups).within(*ends),
    }


SET_KINDS: Mapping[str, Simulation] = {"macro F1": _counts, "kappa": _counts, "Frechet": _frechet}
"""Kind -> how its sets are simulated."""
