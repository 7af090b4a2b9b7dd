"""The table that is shown: methods by measures over one group of samples, as a value that every format renders.

What is best, who is ranked and what the tests say is settled when a table is built, over all methods of the split.
Choosing methods or metrics, searching and sorting only hide and order: they change no cell.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from benchmark.analysis import format
from benchmark.analysis.evidence import Entry, Evidence, Facts
from benchmark.analysis.standings import Exempt, Standings, exempt_counts, unranked_of
from benchmark.core.errors import UsageError, nearest
from benchmark.statistics.ranks import RankRange

EVERY_SAMPLE = ("all", "all")
"""The group of all samples."""


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
    run_id: str = ""
    unranked: str = ""
    """Why it is not ranked: floor, ceiling, mock, a status, "scored on 8 of 9"; "" if it is."""
    place: int | None = None
    """1 best, 2 second of the ranked methods."""
    p_best: float | None = None
    """p of the difference from the best of the column, before adjustment; None for the best itself and where it is not
    tested."""
    p_holm: float | None = None
    """The same, adjusted over the split's family; None outside of it."""
    rank: RankRange | None = None
    """Best and worst rank that the tests leave open; only by primary metrics, over all samples."""
    significant: bool = False
    """Whether it differs from the best of its column, at the level of the family."""

    @property
    def ranked(self) -> bool:
        """Whether it is compared with the others of its column."""
        return not self.unranked


@dataclass(frozen=True)
class Column:
    """The cells of one measure and group of samples, by method."""

    facts: Facts
    group: str
    group_value: str
    cells: Mapping[str, Cell]
    decimals: int
    """Digits after the point, the same in the whole column."""
    primary: bool = False
    """Whether the split's question is about it."""

    @property
    def planned(self) -> int:
        """Samples of the group."""
        return max((cell.n_planned for cell in self.cells.values()), default=0)

    @property
    def measured(self) -> bool:
        """Whether any method has a number."""
        return any(cell.value is not None for cell in self.cells.values())

    @property
    def best(self) -> str | None:
        """The best of the ranked methods; the first by name of equal ones."""
        return min((method for method, cell in self.cells.items() if cell.place == 1), default=None)


@dataclass(frozen=True)
class Absent:
    """A measure that no method has a number of, and why."""

    facts: Facts
    reason: str


@dataclass(frozen=True)
class Table:
    """Methods by measures over one group of samples of a split."""

    dataset: str
    split: str
    group: str
    group_value: str
    entries: tuple[Entry, ...]
    """The methods: floor first, ceiling last."""
    columns: tuple[Column, ...]
    absent: tuple[Absent, ...]
    """Measures without any number; they are no columns, but never left unsaid."""
    level: float
    """Confidence of the intervals."""
    tests: int
    """How many tests were adjusted together, over the whole split."""

    @property
    def group_name(self) -> str:
        """The group of samples in words."""
        return format.group(self.group, self.group_value)

    @property
    def file_name(self) -> str:
        """A name for files that hold it, without an ending: dataset, split, and the group where it is not all."""
        parts = [self.dataset, self.split]
        parts += [] if self.group == "all" else [f"{self.group}-{self.group_value}"]
        return "_".join("".join(c if c.isalnum() or c in "-_" else "-" for c in part) for part in parts)

    def chosen(
        self,
        *,
        metrics: Sequence[str] | None = None,
        methods: Sequence[str] | None = None,
        keep: Callable[[Facts], bool] | None = None,
    ) -> Table:
        """The table with fewer columns and rows; no cell changes.

        Args:
            metrics: names of metrics, in the order of the columns; None: all.
            methods: names of methods; floor and ceiling stay. None: all.
            keep: which measures stay, beside `metrics`.

        Raises:
            UsageError: there is no metric of that name.
        """
        columns, absent = list(self.columns), list(self.absent)
        if metrics is not None:
            known = {facts.measure.metric for facts in (*(c.facts for c in columns), *(a.facts for a in absent))}
            for name in metrics:
                if name not in known:
                    raise UsageError(f"no run holds a metric '{name}'{nearest(name, known)}")
            columns = [one for name in metrics for one in columns if one.facts.measure.metric == name]
            absent = [one for name in metrics for one in absent if one.facts.measure.metric == name]
        if keep is not None:
            columns = [one for one in columns if keep(one.facts)]
            absent = [one for one in absent if keep(one.facts)]
        entries = tuple(one for one in self.entries if methods is None or one.role or one.method in methods)
        return replace(self, entries=entries, columns=tuple(columns), absent=tuple(absent))

    def sorted_by(self, metric: str) -> Table:
        """The table with its best row by a metric on top, rows without a number last; floor and ceiling stay."""
        column = next((one for one in self.columns if one.facts.measure.metric == metric), None)
        if column is None:
            return self

        def place(entry: Entry) -> float:
            cell = column.cells.get(entry.method)
            if cell is None or cell.value is None:
                return math.inf
            return -cell.value if column.facts.higher_is_better else cell.value

        own = sorted((one for one in self.entries if not one.role), key=place)
        first = [one for one in self.entries if one.role == "floor"]
        last = [one for one in self.entries if one.role == "ceiling"]
        return replace(self, entries=(*first, *own, *last))


def build_table(
    evidence: Evidence,
    standings: Standings,
    group: tuple[str, str] = EVERY_SAMPLE,
    exempt: Exempt | None = None,
) -> Table:
    """Lay a split's numbers out over one group of samples.

    Args:
        evidence: the runs that count.
        standings: what the tests of the split say; they are about all samples, so tables of a part have no ranks.
        group: grouping and its value, such as ("emotion", "happy").
        exempt: `exempt_counts` of the evidence, where it has been made already.
    """
    exempt = exempt_counts(evidence.scores) if exempt is None else exempt
    columns, absent = [], []
    for facts in evidence.measures:
        column = build_column(evidence, standings, facts, group, exempt)
        if column.measured:
            columns.append(column)
        else:
            reasons = [cell.reason for cell in column.cells.values() if cell.reason]
            absent.append(Absent(facts, max(reasons, key=reasons.count) if reasons else "no run has a number of it"))
    return Table(
        evidence.dataset, evidence.split, *group, evidence.entries, tuple(columns), tuple(absent), evidence.level,
        standings.tests,
    )  # fmt: skip


def build_column(
    evidence: Evidence, standings: Standings, facts: Facts, group: tuple[str, str], exempt: Exempt
) -> Column:
    """The cells of one measure over a group of samples."""
    key = facts.measure.key
    rows = evidence.cells.get((key, *group), {})
    unranked = standings.unranked.get(key, {}) if group == EVERY_SAMPLE else unranked_of(evidence, facts, group, exempt)
    values = {method: _number(row["value"]) for method, row in rows.items()}
    ranked = {m: v for m, v in values.items() if not unranked.get(m, "not measured") and v is not None}
    found = places(ranked, facts.higher_is_better)
    best = min((method for method, place in found.items() if place == 1), default=None)
    cells: dict[str, Cell] = {}
    for entry in evidence.entries:
        row = rows.get(entry.method)
        if row is None:
            continue
        pair = None
        if group == EVERY_SAMPLE and best is not None and not unranked[entry.method] and found.get(entry.method) != 1:
            pair = standings.pair(key, best, entry.method)
        cells[entry.method] = Cell(
            value=values[entry.method],
            low=_number(row["ci_low"]),
            high=_number(row["ci_high"]),
            ci_method=str(row["ci_method"]),
            n_scored=int(row["n_scored"]),
            n_planned=int(row["n_planned"]),
            clusters=int(row["clusters"]),
            status=str(row["status"]),
            reason=str(row["reason"]),
            run_id=str(row["run_id"]),
            unranked=unranked.get(entry.method, ""),
            place=found.get(entry.method),
            p_best=_number(pair.p) if pair else None,
            p_holm=_number(pair.p_holm) if pair else None,
            rank=standings.rank(key, entry.method) if group == EVERY_SAMPLE else None,
            significant=pair is not None and pair.p_holm < 1.0 - standings.level,
        )
    decimals = format.decimals(facts.unit, [cell.value for cell in cells.values()])
    return Column(facts, *group, cells, decimals, key in standings.primary)


def places(values: Mapping[str, float], higher_is_better: bool) -> dict[str, int]:
    """1 for the best of the ranked methods, 2 for the second; equal values share a place. Nobody is best alone."""
    if len(values) < 2:
        return {}
    best = sorted(set(values.values()), reverse=higher_is_better)[:2]
    return {method: best.index(value) + 1 for method, value in values.items() if value in best}


def heads(columns: Sequence[Column]) -> list[str]:
    """Titles of measures; what distinguishes them (protocol, version, judges) is added where the title does not."""
    protocols = {column.facts.measure.protocol for column in columns}
    titles = [column.facts.title for column in columns]
    if len(protocols) > 1:
        titles = [f"{title} [{c.facts.measure.protocol}]" for title, c in zip(titles, columns, strict=True)]
    doubled = {title for title in titles if titles.count(title) > 1}
    for index, column in enumerate(columns):
        if titles[index] in doubled:
            measure = column.facts.measure
            judges = f", judges {measure.judges}" if measure.judges else ""
            titles[index] += f" (version {measure.version}{judges})"
    return titles


def _number(value: object) -> float | None:
    number = float(str(value)) if value is not None else math.nan
    return number if math.isfinite(number) else None
