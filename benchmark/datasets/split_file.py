"""Split files of the package: facts only, one line a sample. A file whose sha256 is not the expected one is refused."""

from __future__ import annotations

import csv
import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmark.core.errors import ManifestError

FOLDER = Path(__file__).parent / "splits"
CUES = 10
"""Recordings of each side of an emotion vector, as many as C-MET's inference script draws."""
CUE_SEED = 42
"""Seed of that script."""


@dataclass(frozen=True)
class SplitFile:
    """One csv of `splits/`, with the hash that it must have."""

    name: str
    sha256: str

    @cached_property
    def rows(self) -> tuple[dict[str, str], ...]:
        """The rows, in the file's order. Raises ManifestError if the file is not the one that was pinned."""
        content = (FOLDER / self.name).read_bytes()
        found = hashlib.sha256(content).hexdigest()
        if found != self.sha256:
            raise ManifestError(f"split file {self.name} was changed: sha256 {found[:12]}, expected {self.sha256[:12]}")
        return tuple(csv.DictReader(content.decode("utf-8").splitlines()))


def draw(pool: Sequence[str], *parts: object, count: int = CUES) -> tuple[str, ...]:
    """A seeded draw without replacement, the same on every machine.

    C-MET's script draws ten files with `random.sample` after `random.seed(42)`, from a folder in the order in which
    the file system lists it; here the pool is sorted first, and the draw is seeded with the sample too.

    Args:
        pool: names to draw from.
        parts: what the draw is for, for example a sample's id and "neutral".
        count: how many; all, sorted, if the pool holds no more.
    """
    ordered = sorted(set(pool))
    if len(ordered) <= count:
        return tuple(ordered)
    seed = hashlib.sha256("|".join(map(str, (CUE_SEED, *parts))).encode()).hexdigest()
    return tuple(sorted(random.Random(seed).sample(ordered, count)))  # noqa: S311 - not cryptographic
