r"""Tables for a paper: booktabs, methods as rows, at most four metrics a panel, so that they fit a page's width.

The output is a fragment for `\input`; it needs `\usepackage{booktabs}` and nothing else.
"""

from __future__ import annotations

import itertools
import re
import textwrap
from collections.abc import Iterator, Sequence

from benchmark.report import words
from benchmark.report.papers import NOTE, PaperTable, paper_tables
from benchmark.report.tables import Cell, Column, Confusion, Tables

ACROSS = 4
"""Columns of numbers in a panel: with intervals under them they fit 12 cm, the text of `article`."""
HEAD_WIDTH = 15
"""Characters in a line of a column's head."""
NAME_WIDTH = 20
"""Characters in a line of a method's name."""
ROWS, HEAD_ROWS = 26, 3
"""Rows of methods that fit a page of `article` below the caption, and rows that a panel's head takes."""

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "%": r"\%",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "'": "'",
    "`": r"\textasciigrave{}",
    "\u00a0": "~",
    "–": "--",
    "—": "---",
    "·": r"$\cdot$",
    "†": r"$^\dagger$",
    "↑": r"$\uparrow$",
    "↓": r"$\downarrow$",
    "×": r"$\times$",
    "≥": r"$\geq$",
    "≤": r"$\leq$",
    "[": "{[}",
    "]": "{]}",
    "*": "{*}",
}


def escape(text: str) -> str:
    """Any text as LaTeX that prints it. Characters that pdfTeX's fonts lack are printed as their code point."""
    parts = []
    for sign in re.sub(r"[^\S\u00a0]+", " ", text).strip():
        if sign in _SPECIAL:
            parts.append(_SPECIAL[sign])
        elif " " <= sign <= "~" or "À" <= sign <= "ÿ":
            parts.append(sign)
        else:
            parts.append(rf"\texttt{{U+{ord(sign):04X}}}")
    return "".join(parts).replace(r"\textquotedbl{}", "''")


def render(tables: Tables, by: Sequence[str]) -> str:
    """The report as LaTeX.

    Args:
        tables: what to print.
        by: names of the metrics whose tables by emotion, level and speaker are printed.
    """
    parts = ["% Needs \\usepackage{booktabs}. Made by `python -m benchmark.report`; numbers are not to be edited here."]
    if tables.overall:
        heads = [
            _head(f"{title}{f', {c.facts.unit}' if c.facts.unit else ''}\u00a0{c.facts.arrow}")
            for title, c in zip(words.heads(tables.overall), tables.overall, strict=True)
        ]
        parts.append(_float(tables, tables.overall, heads, words.caption(tables, tables.overall), "results"))
    for absent in tables.absent:
        parts.append(f"% Not measured: {_comment(absent.facts.title)}: {_comment(absent.reason)}")
    for grouping, title in words.GROUPING_TITLES.items():
        for columns in tables.groups.get(grouping, ()):
            facts = columns[0].facts
            if facts.measure.metric in by:
                labels = [
                    _head(f"{words.group_label(grouping, c.group_value)} n\u00a0=\u00a0{c.planned}") for c in columns
                ]
                unit = f", {facts.unit}" if facts.unit else ""
                about = f"{facts.title}{unit} {facts.arrow} {title}. {words.setting(tables)} " + words.interval_note(
                    columns, tables.evidence.level
                )
                parts.append(
                    _float(
                        tables,
                        columns,
                        labels,
                        f"{about} {words.marks_note(columns)}",
                        f"{facts.measure.metric}-{grouping}",
                    )
                )
    parts += [_confusion(found, tables) for found in tables.confusions]
    parts += [_paper(paper) for paper in paper_tables(tables.evidence.dataset)]
    return "\n\n".join(parts) + "\n"


def _float(tables: Tables, columns: Sequence[Column], heads: Sequence[str], caption: str, label: str) -> str:
    """The columns as panels, in as many floats as pages need."""
    panels = max(1, ROWS // (len(tables.entries) + HEAD_ROWS))
    name = "".join(c if c.isalnum() else "-" for c in label)
    floats = []
    for begin in range(0, len(columns), panels * ACROSS):
        lines = [r"\begin{table*}[t]", r"\centering", r"\footnotesize", r"\setlength{\tabcolsep}{3pt}"]
        more = rf"Table \ref{{tab:{name}}}, continued." if begin else escape(caption)
        lines.append(rf"\caption{{{more}}}" + ("" if begin else rf"\label{{tab:{name}}}"))
        for start in range(begin, min(begin + panels * ACROSS, len(columns)), ACROSS):
            lines += _panel(tables, columns[start : start + ACROSS], heads[start : start + ACROSS])
            lines.append(r"\par\medskip")
        floats.append("\n".join([*lines[:-1], r"\end{table*}"]))
    return "\n\n".join(floats)


def _panel(tables: Tables, columns: Sequence[Column], heads: Sequence[str]) -> Iterator[str]:
    names = words.method_names(tables)
    yield rf"\begin{{tabular}}{{@{{}}l{'c' * len(columns)}r@{{}}}}"
    yield r"\toprule"
    yield " & ".join(["Method", *heads, r"$n$"]) + r" \\"
    yield r"\midrule"
    last = None
    for entry in tables.entries:
        if not any(entry.method in column.cells for column in columns):
            continue
        if last is not None and last != entry.role:
            yield r"\midrule"
        last = entry.role
        mark = rf" \textit{{({entry.role})}}" if entry.role else r" \textit{(mock)}" if entry.mock else ""
        cells = [column.cells.get(entry.method) for column in columns]
        values = [_value(cell, column.decimals) for cell, column in zip(cells, columns, strict=True)]
        intervals = [
            rf"{{\tiny {escape(words.interval(cell, column.decimals))}}}" if cell else ""
            for cell, column in zip(cells, columns, strict=True)
        ]
        name = [escape(line) for line in textwrap.wrap(names[entry.method], NAME_WIDTH)] or [""]
        name[-1] += mark
        numbers = [[*values, words.row_coverage(columns, entry.method)], [*intervals, ""]]
        for line, (text, row) in enumerate(itertools.zip_longest(name, numbers)):
            yield " & ".join([text or "", *(row or [""] * (len(columns) + 1))]) + (
                r" \\[-2pt]" if line == 0 else r" \\"
            )
    yield r"\bottomrule"
    yield r"\end{tabular}"


def _value(cell: Cell | None, decimals: int) -> str:
    if cell is None:
        return "--"
    if cell.value is None:
        return rf"\textit{{{escape(cell.status.replace('_', ' '))}}}"
    text = rf"${words.digits(cell.value, decimals)}$".replace("e", r"\mathrm{e}")
    if cell.place == 1:
        text = rf"\textbf{{\boldmath {text}}}"
    elif cell.place == 2:
        text = rf"\underline{{{text}}}"
    if cell.worse:
        text += r"\rlap{$^{*}$}"
    if cell.n_scored < cell.n_planned:
        text += rf" {{\tiny {words.coverage(cell)}}}"
    return text


def _head(text: str) -> str:
    lines = r" \\ ".join(escape(line) for line in textwrap.wrap(text, HEAD_WIDTH))
    return rf"{{\scriptsize\begin{{tabular}}[b]{{@{{}}c@{{}}}}{lines}\end{{tabular}}}}"


def _confusion(found: Confusion, tables: Tables) -> str:
    name = words.method_names(tables)[found.entry.method]
    about = f"Confusion of {name}: wanted emotion (rows) and what the judge {found.judge} sees (columns), clips. "
    about += f"{words.setting(tables)} Judge's protocol {found.protocol}; "
    about += f"{words.plural(found.missing, 'clip')} without an answer."
    seen = list(found.counts.columns)
    lines = [r"\begin{table}[t]", r"\centering", r"\footnotesize", r"\setlength{\tabcolsep}{4pt}"]
    lines += [rf"\caption{{{escape(about)}}}", rf"\begin{{tabular}}{{@{{}}l{'r' * len(seen)}@{{}}}}", r"\toprule"]
    lines += [" & ".join(["", *(escape(str(emotion)[:3]) for emotion in seen)]) + r" \\", r"\midrule"]
    for wanted, row in found.counts.iterrows():
        cells = [rf"\textbf{{{n}}}" if emotion == wanted else str(n) for emotion, n in row.items()]
        lines.append(" & ".join([escape(str(wanted)), *cells]) + r" \\")
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}", r"\end{table}"])


def _paper(paper: PaperTable) -> str:
    about = f"{paper.title}. {NOTE} Protocol: {paper.protocol}. Source: {paper.source}."
    lines = [r"\begin{table*}[t]", r"\centering", r"\footnotesize", r"\setlength{\tabcolsep}{4pt}"]
    lines.append(rf"\caption{{{escape(about)}}}")
    for start in range(0, len(paper.metrics), 2 * ACROSS):
        shown = slice(start, start + 2 * ACROSS)
        heads = [_head(name.replace("_", " ")) for name in paper.metrics[shown]]
        lines += [rf"\begin{{tabular}}{{@{{}}l{'r' * len(heads)}@{{}}}}", r"\toprule"]
        lines += [" & ".join(["Method", *heads]) + r" \\", r"\midrule"]
        for method, _, numbers in paper.rows:
            lines.append(" & ".join([escape(method), *(text or "--" for text in numbers[shown])]) + r" \\")
        lines += [r"\bottomrule", r"\end{tabular}", r"\par\medskip"]
    return "\n".join([*lines[:-1], r"\end{table*}"])


def _comment(text: str) -> str:
    return " ".join(text.split())
