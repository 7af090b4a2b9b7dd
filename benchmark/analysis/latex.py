r"""Tables for a paper: booktabs, methods as rows, at most four metrics a panel, so that they fit a page's width.

The output is a fragment for `\input`; it needs `\usepackage{booktabs}` and nothing else.
"""

from __future__ import annotations

import itertools
import re
import textwrap
from collections.abc import Iterator, Sequence

from benchmark.analysis import format, words
from benchmark.analysis.evidence import Entry
from benchmark.analysis.table import Cell, Column, Table, heads

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


NEEDS = "% Needs \\usepackage{booktabs}. Made by a program; numbers are not to be edited here."


def one_table(table: Table) -> str:
    """A table of one group of samples, which its caption and label name, and what is not in it as comments."""
    parts = [NEEDS]
    if table.columns:
        titles = [
            column_head(f"{titled(title, column.facts.unit)}\u00a0{column.facts.arrow}")
            for title, column in zip(heads(table.columns), table.columns, strict=True)
        ]
        label = "results" if table.group == "all" else f"results-{table.group}-{table.group_value}"
        parts.append(floats(table.entries, table.columns, titles, words.caption(table), label))
    parts += [f"% Not measured: {_comment(one.facts.title)}: {_comment(one.reason)}" for one in table.absent]
    return "\n\n".join(parts)


def titled(title: str, unit: str) -> str:
    """A title with its unit behind it."""
    return f"{title}, {unit}" if unit else title


def floats(entries: Sequence[Entry], columns: Sequence[Column], labels: Sequence[str], caption: str, label: str) -> str:
    r"""The columns as panels, in as many floats as pages need.

    Args:
        entries: the rows.
        columns: the columns of numbers.
        labels: their heads, as LaTeX.
        caption: plain text.
        label: what `\ref` calls it, after `tab:`.
    """
    panels = max(1, ROWS // (len(entries) + HEAD_ROWS))
    name = "".join(c if c.isalnum() else "-" for c in label)
    parts = []
    for begin in range(0, len(columns), panels * ACROSS):
        lines = [r"\begin{table*}[t]", r"\centering", r"\footnotesize", r"\setlength{\tabcolsep}{3pt}"]
        more = rf"Table \ref{{tab:{name}}}, continued." if begin else escape(caption)
        lines.append(rf"\caption{{{more}}}" + ("" if begin else rf"\label{{tab:{name}}}"))
        for start in range(begin, min(begin + panels * ACROSS, len(columns)), ACROSS):
            lines += _panel(entries, columns[start : start + ACROSS], labels[start : start + ACROSS])
            lines.append(r"\par\medskip")
        parts.append("\n".join([*lines[:-1], r"\end{table*}"]))
    return "\n\n".join(parts)


def _panel(entries: Sequence[Entry], columns: Sequence[Column], labels: Sequence[str]) -> Iterator[str]:
    names = words.method_names(entries)
    yield rf"\begin{{tabular}}{{@{{}}l{'c' * len(columns)}r@{{}}}}"
    yield r"\toprule"
    yield " & ".join(["Method", *labels, r"$n$"]) + r" \\"
    yield r"\midrule"
    last = None
    for entry in entries:
        if not any(entry.method in column.cells for column in columns):
            continue
        if last is not None and last != entry.role:
            yield r"\midrule"
        last = entry.role
        mark = rf" \textit{{({entry.role})}}" if entry.role else r" \textit{(mock)}" if entry.mock else ""
        cells = [column.cells.get(entry.method) for column in columns]
        values = [_value(cell, column.decimals) for cell, column in zip(cells, columns, strict=True)]
        intervals = [
            rf"{{\tiny {escape(words.interval_and_rank(cell, column.decimals))}}}" if cell else ""
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
        return rf"\textit{{{escape(format.status(cell.status))}}}"
    text = rf"${format.number(cell.value, decimals)}$".replace("e", r"\mathrm{e}")
    if cell.place == 1:
        text = rf"\textbf{{\boldmath {text}}}"
    elif cell.place == 2:
        text = rf"\underline{{{text}}}"
    if cell.significant:
        text += r"\rlap{$^{*}$}"
    if cell.n_scored < cell.n_planned:
        text += rf" {{\tiny {format.coverage(cell.n_scored, cell.n_planned)}}}"
    return text


def column_head(text: str) -> str:
    """Any text as the head of a narrow column."""
    lines = r" \\ ".join(escape(line) for line in textwrap.wrap(text, HEAD_WIDTH))
    return rf"{{\scriptsize\begin{{tabular}}[b]{{@{{}}c@{{}}}}{lines}\end{{tabular}}}}"


def _comment(text: str) -> str:
    return " ".join(text.split())
