"""A cell of the coverage tables, and what its simulation gives; `coverage.py` says which kinds there are."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmark.statistics.bootstrap import Interval


@dataclass(frozen=True)
class Cell:
    """One row of a table: what is simulated."""

    kind: str
    sizes: tuple[int, ...]
    """Clips of each speaker."""
    truth: float
    correlation: float

    @property
    def design(self) -> str:
        """Speakers and clips, such as "4 x 14"."""
        same = len(set(self.sizes)) == 1
        return f"{len(self.sizes)} × {self.sizes[0]}" if same else ", ".join(map(str, self.sizes))

    def rng(self, seed: int) -> np.random.Generator:
        """Its own randomness, whatever other cells there are."""
        return np.random.default_rng([seed, zlib.crc32(repr(self).encode())])


Found = Mapping[str, Interval]
"""Method -> its interval of one set."""
Simulation = Callable[[Cell, int, np.random.Generator, float], tuple[float, list[Found]]]
"""(cell, sets, randomness, level) -> the truth, and the intervals of each set."""


def speaker_shares(cell: Cell, rng: np.random.Generator) -> NDArray[np.float64]:
    """The true share of each speaker, float64 (G,)."""
    if cell.correlation == 0.0:
        return np.full(len(cell.sizes), cell.truth)
    size = (1.0 - cell.correlation) / cell.correlation
    return rng.beta(cell.truth * size, (1.0 - cell.truth) * size, len(cell.sizes))
