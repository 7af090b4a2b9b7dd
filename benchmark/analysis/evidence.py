"""What the runs of a split hold, as one value that every table, test and page is made of.

What belongs into one column is decided by `Measure`: metric, protocol, version and the judges' weights. Two numbers
that differ in any of them never share a column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from benchmark.analysis.roles import is_mock, role_of
from benchmark.analysis.selection import finished_at, sample_ids
from benchmark.results.schema import range_of


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
        """The measure in one word, unique in a split."""
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
    ends: tuple[float, float] = (float("-inf"), float("inf"))
    """Least and greatest value."""
    judges: tuple[str, ...] = ()
    """Names of the extractors that it reads."""

    @property
    def arrow(self) -> str:
        """Which direction is better: an arrow."""
        return "↑" if self.higher_is_better else "↓"


@dataclass(frozen=True)
class Entry:
    """A method: one run, or several that scored the same videos."""

    method: str
    title: str
    records: tuple[Mapping[str, Any], ...]
    """The content of `run.json`, the newest first."""
    folders: tuple[Path, ...]

    @property
    def role(self) -> str:
        """Floor, ceiling, or "" for a method that competes."""
        return role_of(self.records[0])

    @property
    def mock(self) -> bool:
        """Whether a stand-in took the method's place; its numbers mean nothing."""
        return any(is_mock(record) for record in self.records)

    @property
    def finished(self) -> str:
        """When its newest run ended, ISO 8601; "" where it does not say."""
        return finished_at(self.records[0])

    @property
    def card(self) -> Mapping[str, Any]:
        """The method card of run.json."""
        card: Mapping[str, Any] = self.records[0]["method"]
        return card

    @property
    def samples(self) -> dict[str, Mapping[str, Any]]:
        """Sample id -> its object in run.json."""
        return {str(card["id"]): card for card in self.records[0]["samples"]}

    @cached_property
    def whole(self) -> bool:
        """Whether every sample has an output."""
        return all(card.get("output") for card in self.records[0]["samples"])

    @property
    def root(self) -> Path:
        """The folder that paths in run.json are relative to: four above the run's folder lies `results`."""
        parents = self.folders[0].resolve().parents
        return parents[min(4, len(parents) - 1)]


@dataclass(frozen=True)
class Evidence:
    """The runs of one split that count, and their tables."""

    dataset: str
    split: str
    entries: tuple[Entry, ...]
    """Floor first, then methods by title, ceiling last."""
    measures: tuple[Facts, ...]
    """In the order in which the runs name them."""
    rows: pd.DataFrame
    """Rows of all summaries, and the columns `measure` (Measure.key) and `run_id`."""
    scores: pd.DataFrame
    """Rows of all scores tables, and `measure`."""
    judgements: pd.DataFrame
    """What the judges of emotion saw, and `method`."""
    left_out: tuple[str, ...] = field(default=())
    """Runs that were found and not used, each with why."""

    @property
    def sample_ids(self) -> list[str]:
        """Planned samples, sorted."""
        return list(sample_ids(self.entries[0].records[0]))

    @cached_property
    def level(self) -> float:
        """Confidence of the intervals; 0.95 where no run states another."""
        stated = self.rows["ci_level"].dropna()
        return float(stated.iloc[0]) if len(stated) else 0.95

    @cached_property
    def roles(self) -> dict[str, str]:
        """Method -> role."""
        return {entry.method: entry.role for entry in self.entries}

    @cached_property
    def cells(self) -> dict[tuple[str, str, str], dict[str, dict[str, Any]]]:
        """(measure, grouping, group) -> method -> its row of the summary."""
        found: dict[tuple[str, str, str], dict[str, dict[str, Any]]] = {}
        for row in self.rows.to_dict("records"):
            where = (str(row["measure"]), str(row["group"]), str(row["group_value"]))
            found.setdefault(where, {})[str(row["method"])] = {str(name): value for name, value in row.items()}
        return found

    def groups(self, grouping: str) -> list[str]:
        """The groups of samples of a grouping that occur, sorted."""
        return sorted({value for _, group, value in self.cells if group == grouping})

    def facts(self, key: str) -> Facts:
        """What the measure of that key is. Raises KeyError."""
        return self._by_key[key]

    @cached_property
    def _by_key(self) -> dict[str, Facts]:
        return {facts.measure.key: facts for facts in self.measures}


def measures_of(record: Mapping[str, Any]) -> list[Facts]:
    """The measures of a run, from its `run.json`."""
    extraction = record["fingerprints"].get("extraction")
    keys = dict(extraction) if isinstance(extraction, Mapping) else {}
    found = []
    for card in record["metrics"]:
        names = extractors_of(card)
        judges = "-".join(str(keys[name])[:8] for name in names if name in keys)
        found.append(
            Facts(
                Measure(str(card["name"]), str(card["protocol"]), str(card["version"]), judges),
                str(card["title"]),
                str(card["unit"]),
                bool(card["higher_is_better"]),
                str(card["level"]),
                str(card.get("caveat") or ""),
                range_of(card),
                tuple(names),
            )
        )
    return found


def extractors_of(card: Mapping[str, Any]) -> list[str]:
    """Extractors that a metric reads, from its card: `output/puppet_emotion.probs` -> `puppet_emotion`."""
    paths = [str(need).rpartition("/")[2] for need in card.get("needs", ())]
    return sorted({path.partition(".")[0] for path in paths if "." in path})
