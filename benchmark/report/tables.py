"""The tables of a report as values: methods by measures, methods by groups of samples, confusion matrices."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from benchmark.core.errors import UsageError, nearest
from benchmark.core.status import Status
from benchmark.core.types import EMOTIONS
from benchmark.report.apart import ALPHA, Apart, count, tests_of, told_apart
from benchmark.report.evidence import Entry, Evidence, Facts
from benchmark.report.ranking import not_applicable, places, unranked
from benchmark.results.judgements import confusion
from benchmark.results.schema import GROUPINGS
from benchmark.statistics.ranks import RankRange


@dataclass(frozen=True)
class Cell:
    """One number with what belongs to it."""

    value: float | None
    low: float | None
    high: float | None
    ci_method: str
    n_scored: int
    n_planned: int
    clusters: int
    status: str
    reason: str
    unranked: str = ""
    """Why it is not ranked: floor, ceiling, mock, a status, "scored on 8 of 9"; "" if it is."""
    place: int | None = None
    """1 best, 2 second."""
    p_best: float | None = None
    """p of the difference from the best of the column; None for the best itself and where it is not tested."""
    p_holm: float | None = None
    """The same, adjusted over all tests of the table; the mark goes by it."""
    rank: RankRange | None = None

    @property
    def worse(self) -> bool:
        """Whether it differs from the best of its column, at the level of the marks."""
        return self.p_holm is not None and self.p_holm < ALPHA


@dataclass(frozen=True)
class Column:
    """The cells of one measure and group of samples, by method."""

    facts: Facts
    group: str
    group_value: str
    cells: Mapping[str, Cell]
    decimals: int
    """Digits after the point, the same in the whole column."""

    @property
    def planned(self) -> int:
        """Samples of the group."""
        return max((cell.n_planned for cell in self.cells.values()), default=0)


@dataclass(frozen=True)
class Absent:
    """A measure that no method has a number of, and why."""

    facts: Facts
    reason: str


@dataclass(frozen=True)
class Confusion:
    """How often each emotion was seen where another was wanted: one method, one judge."""

    entry: Entry
    judge: str
    protocol: str
    counts: pd.DataFrame
    """Index wanted, columns seen."""
    missing: int
    """Samples that the judge has no answer for."""


@dataclass(frozen=True)
class Tables:
    """Everything that a report prints as a table."""

    evidence: Evidence
    overall: tuple[Column, ...]
    groups: Mapping[str, tuple[tuple[Column, ...], ...]]
    """emotion, intensity, speaker -> one tuple of columns (the groups) a measure; measures without groups are left
    out."""
    absent: tuple[Absent, ...]
    confusions: tuple[Confusion, ...]
    tests: int
    """How many tests were adjusted together."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The rows."""
        return self.evidence.entries


Exempt = Mapping[tuple[str, str, str, str], int]


def build(evidence: Evidence, metrics: Sequence[str] = ()) -> Tables:
    """Lay the evidence out.

    Args:
        evidence: the runs.
        metrics: names of metrics, in the order wanted; empty: all.

    Raises:
        UsageError: no run holds a metric of that name.
    """
    known = {facts.measure.metric for facts in evidence.measures}
    for name in metrics:
        if name not in known:
            raise UsageError(f"no run holds a metric '{name}'{nearest(name, known)}")
    chosen = [f for f in evidence.measures if not metrics or f.measure.metric in metrics]
    if metrics:
        chosen.sort(key=lambda facts: list(metrics).index(facts.measure.metric))
    exempt = not_applicable(evidence)
    overall, absent = [], []
    for facts in chosen:
        column = _column(evidence, exempt, facts, "all", "all")
        if any(cell.value is not None for cell in column.cells.values()):
            overall.append(column)
        else:
            reasons = [cell.reason for cell in column.cells.values() if cell.reason]
            absent.append(Absent(facts, max(reasons, key=reasons.count) if reasons else "no run has a number of it"))
    groups: dict[str, tuple[tuple[Column, ...], ...]] = {}
    for grouping in GROUPINGS[2:]:
        tables = [_grouped(evidence, exempt, column.facts, grouping) for column in overall]
        groups[grouping] = tuple(table for table in tables if table)
    tested = [
        tests_of(evidence, column.facts, ranked)
        for column in overall
        if column.facts.level == "sample" and len(ranked := [m for m, c in column.cells.items() if not c.unranked]) > 1
    ]
    apart = told_apart(tested)
    overall = [_marked(column, apart.get(column.facts.measure.key)) for column in overall]
    return Tables(evidence, tuple(overall), groups, tuple(absent), _confusions(evidence), count(tested))


def _grouped(evidence: Evidence, exempt: Exempt, facts: Facts, grouping: str) -> tuple[Column, ...]:
    rows = evidence.rows
    rows = rows[(rows["measure"] == facts.measure.key) & (rows["group"] == grouping)]
    names = sorted(rows["group_value"].unique(), key=lambda name: (_order(name), name))
    columns = [_column(evidence, exempt, facts, grouping, str(name)) for name in names]
    if not any(cell.value is not None for column in columns for cell in column.cells.values()):
        return ()
    decimals = _decimals(facts.unit, [c for column in columns for c in column.cells.values()])
    return tuple(Column(c.facts, c.group, c.group_value, c.cells, decimals) for c in columns)


def _order(name: str) -> int:
    return EMOTIONS.index(name) if name in EMOTIONS else len(EMOTIONS)


def _column(evidence: Evidence, exempt: Exempt, facts: Facts, group: str, group_value: str) -> Column:
    rows = evidence.rows
    rows = rows[(rows["measure"] == facts.measure.key) & (rows["group"] == group)]
    rows = rows[rows["group_value"] == group_value].set_index("method")
    most = int(rows["n_scored"].max()) if len(rows) else 0
    cells: dict[str, Cell] = {}
    for entry in evidence.entries:
        if entry.method not in rows.index:
            continue
        row: dict[str, Any] = {str(name): value for name, value in rows.loc[entry.method].items()}
        why = unranked(facts, entry, row, exempt[facts.measure.key, entry.method, group, group_value], most)
        cells[entry.method] = Cell(
            value=_number(row["value"]),
            low=_number(row["ci_low"]),
            high=_number(row["ci_high"]),
            ci_method=str(row["ci_method"]),
            n_scored=int(row["n_scored"]),
            n_planned=int(row["n_planned"]),
            clusters=int(row["clusters"]),
            status=str(row["status"]),
            reason=str(row["reason"]),
            unranked=why,
        )
    ranked = {method: cell.value for method, cell in cells.items() if not cell.unranked and cell.value is not None}
    found = places(ranked, facts.higher_is_better)
    cells = {method: replace(cell, place=found.get(method)) for method, cell in cells.items()}
    return Column(facts, group, group_value, cells, _decimals(facts.unit, list(cells.values())))


def _marked(column: Column, apart: Apart | None) -> Column:
    """The column with rank ranges and the tests against its best."""
    best = next((method for method, cell in column.cells.items() if cell.place == 1), None)
    if apart is None or best is None:
        return column
    cells = {
        method: replace(
            cell,
            p_best=None if cell.place == 1 else _number(apart.p.get((best, method))),
            p_holm=None if cell.place == 1 else _number(apart.p_holm.get((best, method))),
            rank=apart.ranks.get(method),
        )
        for method, cell in column.cells.items()
    }
    return replace(column, cells=cells)


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


def _decimals(unit: str, cells: Sequence[Cell]) -> int:
    """Per cent: one digit after the point; other units: three significant ones of the largest value (1 as 0.99)."""
    largest = max((abs(c.value) for c in cells if c.value is not None), default=0.0)
    if unit.startswith("%"):
        return 1
    return max(0, min(6, 2 - math.floor(math.log10(0.999 * largest)))) if largest > 0 else 1


def _number(value: object) -> float | None:
    number = float(str(value)) if value is not None else math.nan
    return number if math.isfinite(number) else None
