"""Words that all formats share: names, captions, what marks mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from benchmark.analysis import format
from benchmark.analysis.evidence import Entry
from benchmark.analysis.table import Cell, Column, Table

GROUPING_TITLES: Mapping[str, str] = {
    "emotion": "by target emotion",
    "intensity": "by level of intensity",
    "speaker": "by speaker",
}


def row_coverage(columns: Sequence[Column], method: str) -> str:
    """The least coverage of a method over the columns; a dash without any cell."""
    cells = [column.cells[method] for column in columns if method in column.cells]
    if not cells:
        return format.NONE
    least = min(cells, key=lambda c: c.n_scored / max(c.n_planned, 1))
    return format.coverage(least.n_scored, least.n_planned)


def method_names(entries: Sequence[Entry]) -> dict[str, str]:
    """Method -> how it is called: its title, with its name where two share a title."""
    count = Counter(entry.title for entry in entries)
    return {
        entry.method: entry.title if count[entry.title] == 1 else f"{entry.title} ({entry.method})" for entry in entries
    }


def interval_and_rank(cell: Cell, decimals: int) -> str:
    """The interval, and in parentheses the rank range where there is one: "[32.4, 71.2] (1-4)"."""
    rank = f"({cell.rank})" if cell.rank else ""
    return f"{format.interval(cell.low, cell.high, decimals)} {rank}".strip()


def protocols(columns: Sequence[Column]) -> list[str]:
    """Protocols of the columns, in their order."""
    return list(dict.fromkeys(column.facts.measure.protocol for column in columns))


def speakers(columns: Sequence[Column]) -> int:
    """Most speakers behind any number of the columns."""
    return max((cell.clusters for column in columns for cell in column.cells.values()), default=0)


def setting(table: Table) -> str:
    """Dataset, split, group of samples, how many, speakers, protocols: one sentence."""
    names = protocols(table.columns)
    protocol = f"{'protocol' if len(names) == 1 else 'protocols'} {', '.join(names)}" if names else "no protocol"
    count = max((column.planned for column in table.columns), default=0)
    group = "" if table.group == "all" else f", {table.group_name} only"
    return f"{table.dataset}, split {table.split}{group}: {format.plural(count, 'sample')} of " + (
        f"{format.plural(speakers(table.columns), 'speaker')}; {protocol}."
    )


def interval_note(columns: Sequence[Column], level: float) -> str:
    """How the intervals were made: one sentence."""
    methods = sorted({c.ci_method for col in columns for c in col.cells.values() if c.low is not None and c.ci_method})
    if not methods:
        return "No intervals: they need at least two speakers."
    return f"In brackets {level * 100:g} % intervals over speakers ({', '.join(methods)})."


def marks_note(columns: Sequence[Column], tests: int = 0) -> str:
    """What bold, underline, star and the missing rank mean, as far as they occur; `tests`: adjusted together."""
    cells = [cell for column in columns for cell in column.cells.values()]
    parts = []
    if any(cell.place for cell in cells):
        parts.append("Best of the ranked rows bold, second underlined.")
    if any(cell.p_holm is not None for cell in cells):
        primary = ", ".join(column.facts.title for column in columns if column.primary)
        parts.append(
            "*: differs significantly from the best (paired by sample, t test with speakers as clusters, Holm over the "
            f"split's {format.plural(tests, 'test')} of ranked methods by {primary}); other metrics are exploratory."
        )
    if any(cell.rank is not None for cell in cells):
        parts.append("In parentheses the best and the worst rank that these tests leave open.")
    why = {cell.unranked for cell in cells if cell.unranked}
    if why & {"floor", "ceiling"}:
        parts.append("Floor (the unedited source) and ceiling (the real video) are not ranked.")
    if why - {"floor", "ceiling"}:
        parts.append("Rows without a number for every sample are not ranked there; how many have one is beside it.")
    return " ".join(parts)


def caption(table: Table) -> str:
    """The caption of a table: what, on what, how sure, what the marks mean."""
    sentences = (
        setting(table),
        interval_note(table.columns, table.level),
        marks_note(table.columns, table.tests),
    )
    return " ".join(sentence for sentence in sentences if sentence)
