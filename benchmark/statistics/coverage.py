"""How often intervals hold the truth: sets are simulated whose truth is known, and the shipped functions are asked.

    python -m benchmark.statistics.coverage [docs/reference/coverage.md docs/concepts/statistics.md]

Speakers have a share each, drawn from a beta distribution with the cell's mean and intra-cluster correlation, and the
cell's number of clips. A cell is a kind of number, the clips of each speaker, the truth and the correlation:

* `share`: clips that are right or wrong; the truth is the mean share.
* `part`: clips that are shares themselves (a probability), with three tenths of the variance of right and wrong.
* `number`: any numbers: normal speakers and clips, or lognormal ones (skewed). The truth is the mean.
* `difference`: two methods, right or wrong on the same clips, 20 % of which tell them apart; `truth` is the true
  difference, `correlation` the standard deviation between speakers.
* `macro F1`, `kappa`: from clips of seven emotions in turn, wrong ones spread evenly; the truth is that of many.
* `Frechet`: distance of normal features with eight dimensions; the truth is the mean of such sets, since a distance of
  few clips is too large on average. `truth` is the shift, in standard deviations.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmark.statistics.beta_binomial import beta_binomial_interval, share_interval
from benchmark.statistics.bootstrap import Interval
from benchmark.statistics.clustered import clustered_mean
from benchmark.statistics.coverage_cell import Cell, Found, Simulation, speaker_shares
from benchmark.statistics.coverage_sets import SET_KINDS
from benchmark.statistics.difference import paired_difference
from benchmark.statistics.power import Pairing, simulate_pairs

DISCORDANT = 0.2
"""Share of clips on which two methods differ, as on the seeded board."""


@dataclass(frozen=True)
class Held:
    """What a method's intervals did in a cell."""

    share: float
    """Of the sets with an interval: how many hold the truth, 0 to 1."""
    width: float
    """Mean, in the unit of the number."""
    without: float
    """Share of sets without an interval."""


def measure(cell: Cell, sets: int, seed: int = 0, level: float = 0.95) -> dict[str, Held]:
    """Simulate a cell.

    Args:
        cell: what.
        sets: how many sets; the error of a share near 95 % is 0.22 / sqrt(sets).
        seed: of the simulation.
        level: of the intervals.

    Returns:
        Method -> what its intervals did; the first is the method that the project states.
    """
    truth, found = KINDS[cell.kind](cell, sets, cell.rng(seed), level)
    methods = list(found[0])
    return {method: _held(truth, [one[method] for one in found]) for method in methods}


def _held(truth: float, intervals: Sequence[Interval]) -> Held:
    there = [one for one in intervals if one.defined]
    if not there:
        return Held(math.nan, math.nan, 1.0)
    inside = np.mean([one.low <= truth <= one.high for one in there])
    width = np.mean([one.high - one.low for one in there])
    return Held(float(inside), float(width), 1.0 - len(there) / len(intervals))


def _shares(cell: Cell, sets: int, rng: np.random.Generator, level: float) -> tuple[float, list[Found]]:
    names = np.repeat(np.arange(len(cell.sizes)), cell.sizes)

    @cache
    def intervals(counts: tuple[int, ...]) -> Found:
        values = np.concatenate([np.arange(n) < k for k, n in zip(counts, cell.sizes, strict=True)]).astype(float)
        mean = clustered_mean(values, names)
        return {
            "beta_binomial": beta_binomial_interval(counts, cell.sizes, level=level),
            "cr2_t": mean.plain_interval(level).within(0.0, 1.0),
        }

    drawn = [rng.binomial(cell.sizes, speaker_shares(cell, rng)) for _ in range(sets)]
    found: list[Found] = [intervals(tuple(int(k) for k in counts)) for counts in drawn]
    return cell.truth, found


def _parts(cell: Cell, sets: int, rng: np.random.Generator, level: float) -> tuple[float, list[Found]]:
    names, inside = np.repeat(np.arange(len(cell.sizes)), cell.sizes), (1.0 - 0.3) / 0.3
    found: list[Found] = []
    for _ in range(sets):
        own = np.clip(speaker_shares(cell, rng), 1e-9, 1.0 - 1e-9)[names]
        values = rng.beta(own * inside, (1.0 - own) * inside)
        plain = clustered_mean(values, names).plain_interval(level).within(0.0, 1.0)
        found.append({"beta_binomial": share_interval(values, names, level=level), "cr2_t": plain})
    return cell.truth, found


def _numbers(cell: Cell, sets: int, rng: np.random.Generator, level: float) -> tuple[float, list[Found]]:
    """Normal where the truth is 0; lognormal speakers with normal clips where it is their mean, sqrt(e)."""
    names, skewed = np.repeat(np.arange(len(cell.sizes)), cell.sizes), cell.truth > 0
    found: list[Found] = []
    for _ in range(sets):
        speakers = rng.lognormal(size=len(cell.sizes)) if skewed else rng.standard_normal(len(cell.sizes))
        between, within = math.sqrt(cell.correlation), math.sqrt(1.0 - cell.correlation)
        own = speakers if skewed else between * speakers
        values = own[names] + within * rng.standard_normal(len(names))
        mean = clustered_mean(values, names)
        found.append({"cr2_t_floored": mean.interval(level), "cr2_t": mean.plain_interval(level)})
    return cell.truth, found


def _differences(cell: Cell, sets: int, rng: np.random.Generator, level: float) -> tuple[float, list[Found]]:
    names = np.repeat(np.arange(len(cell.sizes)), cell.sizes)
    pairs = simulate_pairs(cell.sizes, Pairing(DISCORDANT, cell.correlation), cell.truth, sets, rng)

    def one(better: NDArray[np.int64], worse: NDArray[np.int64]) -> Found:
        kinds = zip(better, worse, cell.sizes, strict=True)
        d = np.concatenate([np.repeat([1.0, -1.0, 0.0], [b, w, n - b - w]) for b, w, n in kinds])
        found = paired_difference(d > 0, d < 0, names, ends=(0.0, 1.0), yes_no=True, level=level)
        return {"cr2_t_mcnemar": found.interval, "cr2_t": found.mean.plain_interval(level).within(-1.0, 1.0)}

    return cell.truth, [one(better, worse) for better, worse in zip(*pairs, strict=True)]


KINDS: Mapping[str, Simulation] = {
    "share": _shares,
    "part": _parts,
    "number": _numbers,
    "difference": _differences,
    **SET_KINDS,
}
"""Kind -> how its sets are simulated."""
SETS: Mapping[str, int] = {
    "share": 500,
    "part": 400,
    "number": 2000,
    "difference": 500,
    "macro F1": 800,
    "kappa": 300,
    "Frechet": 150,
}
"""Kind -> how many sets are simulated for each cell of the page."""


def cells(kind: str) -> Iterator[Cell]:
    """The cells of a kind's table."""
    some = ((14,) * 4, (40, 10, 4, 2), (14,) * 8, (10,) * 14, (14,) * 24, (17,) * 91)
    equal = ((14,) * 4, (14,) * 6, (14,) * 8, (14,) * 14, (14,) * 24)
    designs, truths, correlations = {
        "share": (some, (0.5, 0.7, 0.9, 0.97), (0.0, 0.05, 0.2)),
        "part": (some[:5], (0.5, 0.9, 0.97), (0.0, 0.05, 0.2)),
        "number": (some, (0.0, math.exp(0.5)), (0.0, 0.2, 0.5)),
        "difference": (some, (0.0, 0.1), (0.0, 0.05, 0.1)),
        "macro F1": (equal, (0.5, 0.9, 0.97), (0.0, 0.05, 0.2)),
        "kappa": (equal, (0.5, 0.9, 0.97), (0.0, 0.05, 0.2)),
        "Frechet": ((equal[0], equal[2]), (0.6, 2.0), (0.2, 1.0)),
    }[kind]
    for sizes in designs:
        for truth in truths:
            for correlation in correlations:
                if not (kind == "number" and truth > 0 and correlation != 0.2):
                    yield Cell(kind, sizes, truth, correlation)


def measure_all(kinds: Sequence[str] = tuple(KINDS), seed: int = 0) -> dict[Cell, dict[str, Held]]:
    """Simulate all cells of some kinds, each with the number of sets of `SETS`."""
    return {cell: measure(cell, SETS[kind], seed) for kind in kinds for cell in cells(kind)}


if __name__ == "__main__":
    from benchmark.statistics.coverage_page import write_pages

    write_pages(measure_all(), *map(Path, sys.argv[1:]))
