"""What a report is made of: methods, measures, and the rows of their runs, as one value (`gather.py` reads it).

What belongs into one column is decided by `Measure`: metric, protocol, version and the judges' weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from benchmark.analysis.roles import is_mock, role_of


@dataclass(frozen=True, order=True)
class Measure:
    """What makes two numbers comparable; one column of a table."""

    metric: str
    protocol: str
    version: str
    judges: str
    """Beginning of the hashes of the extractors it reads (code version and weights); "" where the run states none."""

    @property
    def key(self) -> str:
        """The measure in one word, unique in a report."""
        return "/".join(part for part in (self.metric, self.protocol, self.version, self.judges) if part)


@dataclass(frozen=True)
class Facts:
    """What a measure is, as the run that used it says."""

    measure: Measure
    title: str
    unit: str
    higher_is_better: bool
    level: str
    """sample, set or cost."""
    caveat: str = ""

    @property
    def arrow(self) -> str:
        """Which direction is better: an arrow."""
        return "↑" if self.higher_is_better else "↓"


@dataclass(frozen=True)
class Entry:
    """A method in the report: one run, or several that scored the same videos."""

    method: str
    title: str
    records: tuple[Mapping[str, Any], ...]
    folders: tuple[Path, ...]

    @property
    def role(self) -> str:
        """floor, ceiling, or "" for a method that competes."""
        return role_of(self.records[0])

    @property
    def mock(self) -> bool:
        """Whether a stand-in took the method's place; its numbers mean nothing."""
        return any(is_mock(record) for record in self.records)

    @property
    def card(self) -> Mapping[str, Any]:
        """The method card of run.json."""
        card: Mapping[str, Any] = self.records[0]["method"]
        return card

    @property
    def samples(self) -> dict[str, Mapping[str, Any]]:
        """Sample id -> its object in run.json."""
        return {str(card["id"]): card for card in self.records[0]["samples"]}

    @property
    def root(self) -> Path:
        """The folder that paths in run.json are relative to: four above the run's folder lies `results`."""
        parents = self.folders[0].resolve().parents
        return parents[min(4, len(parents) - 1)]


@dataclass(frozen=True)
class Evidence:
    """Everything a report is made of."""

    dataset: str
    split: str
    entries: tuple[Entry, ...]
    """Floor first, then methods by title, ceiling last."""
    measures: tuple[Facts, ...]
    """In the order in which the runs name them."""
    rows: pd.DataFrame
    """Rows of all summaries, and the column `measure` (Measure.key)."""
    scores: pd.DataFrame
    """Rows of all scores tables, and `measure`."""
    judgements: pd.DataFrame
    """What the judges of emotion saw, and `method`."""
    left_out: tuple[str, ...] = field(default=())
    """Runs that were found and not used, each with why."""

    @property
    def sample_ids(self) -> list[str]:
        """Planned samples, sorted."""
        return sorted(self.entries[0].samples)

    @property
    def level(self) -> float:
        """Confidence of the intervals; 0.95 where no run states another."""
        stated = self.rows["ci_level"].dropna()
        return float(stated.iloc[0]) if len(stated) else 0.95

    def facts(self, key: str) -> Facts:
        """What the measure of that key is. Raises KeyError."""
        return next(facts for facts in self.measures if facts.measure.key == key)
