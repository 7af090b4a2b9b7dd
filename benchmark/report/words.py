"""Words and numbers that all formats share: names, heads, captions, digits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from benchmark.report.apart import ALPHA
from benchmark.report.tables import Cell, Column, Tables

GROUPING_TITLES: Mapping[str, str] = {
    "emotion": "by target emotion",
    "intensity": "by level of intensity",
    "speaker": "by speaker",
}
NONE = "–"
ROUNDING = 1e-9
"""What is smaller is the rounding of float64 sums, and written as 0."""


def digits(value: float, decimals: int) -> str:
    """A number with so many digits after the point; as a power of ten where that would be long or show nothing."""
    value = 0.0 if abs(value) < ROUNDING else value
    if value != 0 and (abs(value) >= 1e6 or abs(value) < 0.5 * 10.0**-decimals):
        return f"{value:.1e}"
    text = f"{value:.{decimals}f}"
    return text.lstrip("-") if float(text) == 0 else text


def interval(cell: Cell, decimals: int) -> str:
    """The interval, such as "[32.4, 71.2]"; "" where there is none."""
    if cell.low is None or cell.high is None:
        return ""
    return f"[{digits(cell.low, decimals)}, {digits(cell.high, decimals)}]"


def coverage(cell: Cell) -> str:
    """Scored of planned samples, such as "54/56"."""
    return f"{cell.n_scored}/{cell.n_planned}"


def row_coverage(columns: Sequence[Column], method: str) -> str:
    """The least coverage of a method over the columns; a dash without any cell."""
    cells = [column.cells[method] for column in columns if method in column.cells]
    return coverage(min(cells, key=lambda c: c.n_scored / max(c.n_planned, 1))) if cells else NONE


def method_names(tables: Tables) -> dict[str, str]:
    """Method -> how it is called: its title, with its name where two share a title."""
    count = Counter(entry.title for entry in tables.entries)
    return {
        entry.method: entry.title if count[entry.title] == 1 else f"{entry.title} ({entry.method})"
        for entry in tables.entries
    }


def heads(columns: Sequence[Column]) -> list[str]:
    """Titles of measures; what tells them apart (protocol, version, judges) is added where the title does not."""
    protocols = {column.facts.measure.protocol for column in columns}
    titles = [column.facts.title for column in columns]
    if len(protocols) > 1:
        titles = [f"{title} [{c.facts.measure.protocol}]" for title, c in zip(titles, columns, strict=True)]
    count = Counter(titles)
    for index, column in enumerate(columns):
        if count[titles[index]] > 1:
            measure = column.facts.measure
            judges = f", judges {measure.judges}" if measure.judges else ""
            titles[index] += f" (version {measure.version}{judges})"
    return titles


def group_label(grouping: str, value: str) -> str:
    """A group of samples as a column's head."""
    return f"level {value}" if grouping == "intensity" else value


def protocols(columns: Sequence[Column]) -> list[str]:
    """Protocols of the columns, in their order."""
    return list(dict.fromkeys(column.facts.measure.protocol for column in columns))


def speakers(columns: Sequence[Column]) -> int:
    """Most speakers behind any number of the columns."""
    return max((cell.clusters for column in columns for cell in column.cells.values()), default=0)


def setting(tables: Tables) -> str:
    """Dataset, split, samples, speakers, protocols: one sentence."""
    columns = tables.overall
    names = protocols(columns)
    protocol = f"{'protocol' if len(names) == 1 else 'protocols'} {', '.join(names)}" if names else "no protocol"
    count = len(tables.evidence.sample_ids)
    return f"{tables.evidence.dataset}, split {tables.evidence.split}: {plural(count, 'sample')} of " + (
        f"{plural(speakers(columns), 'speaker')}; {protocol}."
    )


def interval_note(columns: Sequence[Column], level: float) -> str:
    """How the intervals were made: one sentence."""
    methods = sorted({c.ci_method for col in columns for c in col.cells.values() if c.low is not None and c.ci_method})
    if not methods:
        return "No intervals: they need at least two speakers."
    return f"In brackets {level * 100:g} % intervals over speakers ({', '.join(methods)})."


def marks_note(columns: Sequence[Column], tests: int = 0) -> str:
    """What bold, underline, star and the missing rank mean, as far as they occur; `tests`: adjusted together."""
    parts = []
    if any(cell.place for column in columns for cell in column.cells.values()):
        parts.append("Best of the ranked rows bold, second underlined.")
    if any(cell.p_best is not None for column in columns for cell in column.cells.values()):
        parts.append(
            f"*: differs from the best (paired by sample, t test with speakers as clusters, Holm over the table's "
            f"{tests} tests, p < {ALPHA:g}); set metrics are not tested."
        )
    why = {cell.unranked for column in columns for cell in column.cells.values() if cell.unranked}
    if why & {"floor", "ceiling"}:
        parts.append("Floor (the unedited source) and ceiling (the real video) are not ranked.")
    if why - {"floor", "ceiling"}:
        parts.append("Rows without a number for every sample are not ranked there; how many have one is beside it.")
    return " ".join(parts)


def caption(tables: Tables, columns: Sequence[Column]) -> str:
    """The caption of a table: what, on what, how sure, what the marks mean."""
    sentences = (setting(tables), interval_note(columns, tables.evidence.level), marks_note(columns, tables.tests))
    return " ".join(sentence for sentence in sentences if sentence)


def plural(count: int, noun: str) -> str:
    """A count with its noun: "1 sample", "56 samples"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
