"""The final table in the terminal: metric, value, interval, scored/planned, unit, protocol."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from benchmark.analysis import format
from benchmark.core.status import Status
from benchmark.metrics.base import MetricInfo

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
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    right = [_numeric(row[i] for row in rows[1:]) for i in range(len(rows[0]))]
    text = []
    for index, row in enumerate(rows):
        cells = (
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(row, widths, right, strict=True)
        )
        text.append("  ".join(cells).rstrip())
        if index == 0:
            text.append("  ".join("─" * width for width in widths))
    return "\n".join(text)


def _numeric(cells: Iterable[str]) -> bool:
    found = [cell for cell in cells if cell not in ("", "-")]
    return bool(found) and all(cell.lstrip("-<")[:1].isdigit() for cell in found)
