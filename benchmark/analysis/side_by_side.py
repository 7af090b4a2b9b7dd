"""Tables of splits as one text: metrics down, methods across, a section a split, an interval with each number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmark.analysis import format
from benchmark.analysis.roles import in_order
from benchmark.analysis.table import Cell, Column, Table, heads
from benchmark.analysis.text_table import aligned
from benchmark.analysis.text_table import markdown as grid
from benchmark.core.types import BASIC_EMOTIONS, EXTENDED_EMOTIONS, Sample

_KINDS = (("Basic", BASIC_EMOTIONS), ("Extended", EXTENDED_EMOTIONS))


@dataclass(frozen=True)
class Section:
    """One split's table."""

    title: str
    table: Table


def section_title(dataset: str, split: str, samples: Sequence[Sample]) -> str:
    """`Basic emotions (puppets/test, 56 samples, 4 speakers)`."""
    emotions = {sample.emotion for sample in samples}
    kind = next(
        (f"{name} emotions" for name, known in _KINDS if emotions <= set(known)),
        "Basic and extended emotions",
    )
    speakers = len({sample.speaker for sample in samples})
    return f"{kind} ({dataset}/{split}, {len(samples)} samples, {speakers} speakers)"


def side_by_side(sections: Sequence[Section], markdown: bool = False) -> str:
    """The tables below each other, the same methods across; a metric without any number in a section has no row there.

    Args:
        sections: one a split.
        markdown: one Markdown table a section, else aligned text with a line before each section.
    """
    roles = {entry.method: entry.role for section in sections for entry in section.table.entries}
    methods = in_order(roles, roles)
    blocks = [(section.title, _rows(section.table, methods)) for section in sections]
    if markdown:
        return "\n\n".join(grid((title, *methods), rows) for title, rows in blocks)
    blank = ("",) * len(methods)
    rows: list[tuple[str, ...]] = [("", *methods)]
    for title, found in blocks:
        rows += [("", *blank), (title, *blank), *found] if len(rows) > 1 else [(title, *blank), *found]
    return aligned(rows)


def _rows(table: Table, methods: Sequence[str]) -> list[tuple[str, ...]]:
    rows = []
    for title, column in zip(heads(table.columns), table.columns, strict=True):
        unit = f", {column.facts.unit}" if column.facts.unit else ""
        cells = (_cell(column.cells.get(name), column) for name in methods)
        rows.append((f"{title}{unit} {column.facts.arrow}", *cells))
    return rows


def _cell(cell: Cell | None, column: Column) -> str:
    """`51.8 [32.4, 71.2]`, with `54/56` behind it where samples are missing; or why there is no number."""
    if cell is None:
        return "-"
    if cell.value is None:
        return format.status(cell.status)
    share = format.coverage(cell.n_scored, cell.n_planned) if cell.n_scored < cell.n_planned else ""
    found = format.interval(cell.low, cell.high, column.decimals)
    return " ".join(part for part in (format.number(cell.value, column.decimals), found, share) if part)
