"""The tables as GitHub's Markdown: metrics as rows, methods as columns, as a README shows them."""

from __future__ import annotations

from collections.abc import Sequence

from benchmark.analysis import format, words
from benchmark.analysis.papers import NOTE, paper_tables
from benchmark.analysis.table import Cell, Column, heads
from benchmark.analysis.text_table import markdown as grid
from benchmark.report.failures import failures
from benchmark.report.tables import Confusion, Tables

_SPECIAL = "\\`*_{}[]<>#|~$!"


def escape(text: str) -> str:
    """Any text as Markdown that shows it, also within a table."""
    plain = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"\\{sign}" if sign in _SPECIAL else sign for sign in plain)


def render(tables: Tables, by: Sequence[str]) -> str:
    """The report as Markdown.

    Args:
        tables: what to print.
        by: names of the metrics whose tables by emotion, level and speaker are printed.
    """
    names = {method: escape(name) for method, name in words.method_names(tables.entries).items()}
    parts = [
        f"# {escape(f'{tables.evidence.dataset} · {tables.evidence.split}')}",
        escape(words.caption(tables.table)),
    ]
    if tables.overall:
        titles = [escape(title) for title in heads(tables.overall)]
        labels = [_label(title, column) for title, column in zip(titles, tables.overall, strict=True)]
        parts.append(_table(tables, names, tables.overall, labels, "Metric", least=True))
    parts += [f"Not measured: {escape(a.facts.title)}: {escape(a.reason)}" for a in tables.absent]
    for grouping, title in words.GROUPING_TITLES.items():
        for columns in tables.groups.get(grouping, ()):
            facts = columns[0].facts
            if facts.measure.metric in by:
                unit = f", {facts.unit}" if facts.unit else ""
                parts.append(f"## {escape(f'{facts.title}{unit}')} {facts.arrow} {title}")
                labels = [f"{escape(format.group(grouping, c.group_value))}, n = {c.planned}" for c in columns]
                parts.append(_table(tables, names, columns, labels, grouping))
    if tables.confusions:
        parts.append("## Confusion: expected emotion (rows), emotion seen by the judge (columns), clips")
    parts += [_confusion(found, names[found.entry.method]) for found in tables.confusions]
    papers = paper_tables(tables.evidence.dataset)
    if papers:
        parts += ["## Paper-reported", escape(NOTE)]
    for paper in papers:
        rows = [
            (escape(name), escape(cue), *(text or format.NONE for text in numbers)) for name, cue, numbers in paper.rows
        ]
        parts.append(f"{escape(paper.title)}. Protocol: {escape(paper.protocol)}. Source: {escape(paper.source)}.")
        parts.append(grid(("method", "cue", *(escape(name) for name in paper.metrics)), rows))
    failed = failures(tables.evidence)
    if failed:
        rows = [
            (names[f.method], escape(f.status), str(len(f.samples)), escape(", ".join(f.metrics)), escape(f.reason))
            for f in failed
        ]
        parts += ["## Failures", grid(("method", "status", "samples", "metrics", "reason"), rows)]
    return "\n\n".join(parts) + "\n"


def _label(title: str, column: Column) -> str:
    unit = f", {escape(column.facts.unit)}" if column.facts.unit else ""
    return f"{title}{unit} {column.facts.arrow}"


def _table(
    tables: Tables,
    names: dict[str, str],
    columns: Sequence[Column],
    labels: Sequence[str],
    corner: str,
    least: bool = False,
) -> str:
    head = [corner]
    for entry in tables.entries:
        mark = f" ({entry.role})" if entry.role else " (mock)" if entry.mock else ""
        head.append(names[entry.method] + mark)
    rows = []
    for label, column in zip(labels, columns, strict=True):
        rows.append([label, *(_cell(column.cells.get(entry.method), column.decimals) for entry in tables.entries)])
    if least:
        rows.append(["scored of planned", *(words.row_coverage(columns, entry.method) for entry in tables.entries)])
    return grid(head, rows)


def _cell(cell: Cell | None, decimals: int) -> str:
    if cell is None:
        return format.NONE
    if cell.value is None:
        return f"*{escape(cell.status)}*"
    text = format.number(cell.value, decimals)
    text = f"**{text}**" if cell.place == 1 else f"<u>{text}</u>" if cell.place == 2 else text
    text += "\\*" if cell.significant else ""
    found = words.interval_and_rank(cell, decimals)
    text += f" {found}" if found else ""
    return text + (f" ({format.coverage(cell.n_scored, cell.n_planned)})" if cell.n_scored < cell.n_planned else "")


def _confusion(found: Confusion, name: str) -> str:
    rows = [
        [str(expected), *(str(n) for n in row)]
        for expected, row in zip(found.counts.index, found.counts.to_numpy(), strict=True)
    ]
    about = f"{name}, judge {escape(found.judge)} \\[{escape(found.protocol)}\\]"
    about += f", {format.plural(found.missing, 'clip')} without an answer" if found.missing else ""
    return f"{about}\n\n" + grid(["expected", *map(str, found.counts.columns)], rows)
