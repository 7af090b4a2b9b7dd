"""The overview as a value: methods by metrics, who is best, who is ranked. A pure function of summary rows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from benchmark.analysis.roles import COMPETITOR, ORDER


@dataclass(frozen=True)
class Cell:
    """One number of the overview."""

    value: float | None
    low: float | None
    high: float | None
    n_scored: int
    n_planned: int
    unit: str
    status: str
    reason: str
    place: int | None = None
    """1 best, 2 second; None otherwise or not ranked."""
    ranked: bool = True
    """False: a frame, a mock, or not scored on every sample that others were."""
    rank: str = ""
    """Best to worst rank that the tests leave open, such as "1-3"; empty where there is none."""


@dataclass(frozen=True)
class Line:
    """One method of the overview."""

    method: str
    title: str
    role: str
    """"floor", "ceiling", or ""."""
    mock: bool
    finished: str
    cells: tuple[Cell | None, ...]
    verified: bool = False
    facts: str = ""
    """Family, year and licence."""


@dataclass(frozen=True)
class Head:
    """One column of the overview."""

    metric: str
    protocol: str
    title: str
    unit: str
    higher_is_better: bool


@dataclass(frozen=True)
class Absent:
    """A metric that no method has a number of, and why."""

    head: Head
    reason: str


@dataclass(frozen=True)
class Overview:
    """Methods by metrics, floor first, ceiling last."""

    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    absent: tuple[Absent, ...] = ()
    """Metrics without any number; they are no columns, but never left unsaid."""


def overview(
    rows: pd.DataFrame,
    metrics: Sequence[str] | None = None,
    *,
    ranks: Mapping[tuple[str, str], str] | None = None,
    sort: str = "",
    search: str = "",
) -> Overview:
    """Lay chosen rows (one group of samples) out as methods by metrics, and mark best and second of each column.

    Args:
        rows: chosen summary rows.
        metrics: names; None: all.
        ranks: (metric, method) -> rank range.
        sort: a metric, best first, methods without a number last; empty: by title.
        search: only methods whose name, title, family or licence holds this text; floor and ceiling stay.
    """
    heads, absent = [], []
    numbers = set(rows.loc[rows["value"].notna(), ["metric", "protocol"]].itertuples(index=False, name=None))
    for row in rows.drop_duplicates(["metric", "protocol"]).to_dict("records"):
        if metrics is None or row["metric"] in metrics:
            higher = bool(row["higher_is_better"])
            head = Head(row["metric"], row["protocol"], row["metric_title"], row["unit"], higher)
            if (head.metric, head.protocol) in numbers:
                heads.append(head)
            else:
                absent.append(Absent(head, row["reason"]))
    columns = [_column(rows, head, ranks or {}) for head in heads]
    lines = []
    for method, part in rows.groupby("method", sort=False):
        cells = tuple(column.get(str(method)) for column in columns)
        if heads and not any(cells):
            continue
        first = part.sort_values("finished").iloc[-1]
        name = str(method)
        role = str(first["role"])
        facts = ", ".join(str(first[what]) for what in ("family", "year", "licence") if first[what] != "unknown")
        if not role and search.strip().lower() not in f"{name} {first['title']} {facts}".lower():
            continue
        mock, sure = bool(first["mock"]), bool(first["verified"])
        lines.append(Line(name, first["title"], role, mock, first["finished"], cells, sure, facts))
    at = next((i for i, head in enumerate(heads) if head.metric == sort), None)

    def place(line: Line) -> tuple[int, float, str]:
        cell = line.cells[at] if at is not None else None
        number = math.inf
        if at is not None and cell is not None and cell.value is not None:
            number = -cell.value if heads[at].higher_is_better else cell.value
        return ORDER[line.role], number, line.title.lower()

    lines.sort(key=place)
    return Overview(tuple(heads), tuple(lines), tuple(absent))


def _column(rows: pd.DataFrame, head: Head, ranks: Mapping[tuple[str, str], str]) -> dict[str, Cell]:
    """Cells of one metric by method. Ranked: scored on as many samples as the best covered row of the column."""
    part = rows[(rows["metric"] == head.metric) & (rows["protocol"] == head.protocol)]
    most = int(part["n_scored"].max()) if len(part) else 0
    open_to_rank = (part["role"] == COMPETITOR) & ~part["mock"] & part["value"].notna() & (part["n_scored"] == most)
    best = sorted(part.loc[open_to_rank, "value"].unique(), reverse=head.higher_is_better)[:2]
    cells = {}
    for row, ranked in zip(part.to_dict("records"), open_to_rank.tolist(), strict=True):
        value = _number(row["value"])
        cells[str(row["method"])] = Cell(
            value=value,
            low=_number(row["ci_low"]),
            high=_number(row["ci_high"]),
            n_scored=int(row["n_scored"]),
            n_planned=int(row["n_planned"]),
            unit=str(row["unit"]),
            status=str(row["status"]),
            reason=str(row["reason"]),
            place=best.index(value) + 1 if ranked and value in best else None,
            ranked=ranked,
            rank=ranks.get((head.metric, str(row["method"])), "") if ranked else "",
        )
    return cells


def _number(value: object) -> float | None:
    number = float(value)  # type: ignore[arg-type]
    return None if math.isnan(number) else number
