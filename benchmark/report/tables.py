"""What a report prints: the table of all samples, tables by groups of samples, confusion matrices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from benchmark.analysis import format
from benchmark.analysis.evidence import Entry, Evidence, Facts
from benchmark.analysis.standings import Exempt, Standings, exempt_counts, standings_of
from benchmark.analysis.table import Absent, Column, Table, build_column, build_table
from benchmark.core.status import Status
from benchmark.core.types import EMOTIONS
from benchmark.results.judgements import confusion

BY = ("emotion", "intensity", "speaker")
"""Groupings that have tables of their own."""


@dataclass(frozen=True)
class Confusion:
    """How often each emotion was seen where another was expected: one method, one judge."""

    entry: Entry
    judge: str
    protocol: str
    counts: pd.DataFrame
    """Index expected, columns seen."""
    missing: int
    """Samples that the judge has no answer for."""


@dataclass(frozen=True)
class Tables:
    """Everything that a report prints as a table."""

    evidence: Evidence
    table: Table
    """Over all samples."""
    groups: Mapping[str, tuple[tuple[Column, ...], ...]]
    """emotion, intensity, speaker -> one tuple of columns (the groups) a measure; measures without groups are left
    out."""
    confusions: tuple[Confusion, ...]
    standings: Standings

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The rows."""
        return self.table.entries

    @property
    def overall(self) -> tuple[Column, ...]:
        """The columns over all samples."""
        return self.table.columns

    @property
    def absent(self) -> tuple[Absent, ...]:
        """Measures without any number."""
        return self.table.absent


def build(evidence: Evidence, metrics: Sequence[str] = ()) -> Tables:
    """Lay the evidence out.

    Args:
        evidence: the runs.
        metrics: names of the metrics that are shown, in their order; empty: all. They change no cell.

    Raises:
        UsageError: no run holds a metric of that name.
    """
    exempt = exempt_counts(evidence.scores)
    standings = standings_of(evidence)
    table = build_table(evidence, standings, exempt=exempt).chosen(metrics=metrics or None)
    groups: dict[str, tuple[tuple[Column, ...], ...]] = {}
    for grouping in BY:
        found = [_grouped(evidence, standings, exempt, column.facts, grouping) for column in table.columns]
        groups[grouping] = tuple(columns for columns in found if columns)
    return Tables(evidence, table, groups, _confusions(evidence), standings)


def _grouped(
    evidence: Evidence, standings: Standings, exempt: Exempt, facts: Facts, grouping: str
) -> tuple[Column, ...]:
    names = [name for name in evidence.groups(grouping) if (facts.measure.key, grouping, name) in evidence.cells]
    names.sort(key=lambda name: (EMOTIONS.index(name) if name in EMOTIONS else len(EMOTIONS), name))
    columns = [build_column(evidence, standings, facts, (grouping, name), exempt) for name in names]
    if not any(column.measured for column in columns):
        return ()
    decimals = format.decimals(facts.unit, [cell.value for one in columns for cell in one.cells.values()])
    return tuple(replace(column, decimals=decimals) for column in columns)


def _confusions(evidence: Evidence) -> tuple[Confusion, ...]:
    judged = evidence.judgements
    found = []
    for judge in dict.fromkeys(judged["judge"]):
        own = judged[judged["judge"] == judge]
        for entry in evidence.entries:
            part = own[own["method"] == entry.method]
            if len(part):
                counts = confusion(part, str(judge))
                missing = int((part["status"] != Status.OK).sum())
                found.append(Confusion(entry, str(judge), str(part["protocol"].iloc[0]), counts, missing))
    return tuple(found)
