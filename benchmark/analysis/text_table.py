"""The final table in the terminal: metric, value, interval, scored/planned, unit, protocol."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd
from tabulate import DataRow, Line, TableFormat, tabulate

from benchmark.analysis import format
from benchmark.core.status import Status
from benchmark.metrics.base import MetricInfo

TERMINAL = TableFormat(
    lineabove=None,
    linebelowheader=Line("", "─", "  ", ""),
    linebetweenrows=None,
    linebelow=None,
    headerrow=DataRow("", "  ", ""),
    datarow=DataRow("", "  ", ""),
    padding=0,
    with_header_hide=None,
)
"""Columns two spaces apart below an underlined head."""
HEAD = ("method", "metric", "", "value", "interval", "scored", "unit", "protocol")


def results_table(summary: pd.DataFrame, infos: Sequence[MetricInfo], title: str) -> str:
    """The overall rows of one or more runs as text.

    Args:
        summary: rows of `summary.csv`, of one or more methods.
        infos: facts of the metrics, in the order of the table.
        title: first line.

    Returns:
        Text with one line a metric and method; an arrow tells which direction is better.
    """
    overall = summary[summary["group"] == "all"]
    level = overall["ci_level"].dropna()
    head = list(HEAD)
    head[4] = f"{level.iloc[0]:.0%} interval" if len(level) else "interval"
    lines: list[tuple[str, ...]] = []
    for info in infos:
        for row in overall[overall["metric"] == info.name].to_dict("records"):
            low, high = format.significant(row["ci_low"]), format.significant(row["ci_high"])
            value = format.significant(row["value"]) if row["status"] == Status.OK else str(row["status"])
            lines.append(
                (
                    str(row["method"]),
                    info.title,
                    "↑" if info.higher_is_better else "↓",
                    value,
                    "-" if low == "-" else f"{low} to {high}",
                    f"{row['n_scored']}/{row['n_planned']}",
                    info.unit,
                    info.protocol,
                )
            )
    return title + "\n" + aligned([tuple(head), *lines])


def caveats(infos: Sequence[MetricInfo]) -> list[str]:
    """What is known to bias the numbers, one line a metric, for below the table."""
    return [f"{info.title} [{info.protocol}]: {info.caveat}" for info in infos if info.caveat]


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells as columns of equal width, the first row underlined. Numbers-like columns are set to the right."""
    head, *body = rows
    sides = ["right" if _numeric(row[i] for row in body) else "left" for i in range(len(head))]
    text = tabulate(
        body or [[""] * len(head)],
        headers=list(head),
        tablefmt=TERMINAL,
        colalign=sides,
        disable_numparse=True,
        preserve_whitespace=True,
    )
    lines = [line.rstrip() for line in text.splitlines()]
    return "\n".join(lines if body else lines[:2])


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """A table as GitHub's Markdown.

    Args:
        head: first line.
        rows: cells, escaped where they could be markup.
        left: how many columns from the left hold words; others are set to the right.
    """
    sides = ["left" if i < left else "right" for i in range(len(head))]
    return str(tabulate(rows, headers=list(head), tablefmt="pipe", colalign=sides, disable_numparse=True))


def _numeric(cells: Iterable[str]) -> bool:
    found = [cell for cell in cells if cell not in ("", "-")]
    return bool(found) and all(cell.lstrip("-<")[:1].isdigit() for cell in found)
