"""One table for several methods: metrics down, methods across, a section a split, an interval with each number."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from benchmark.analysis import format
from benchmark.analysis.roles import in_order
from benchmark.analysis.text_table import aligned
from benchmark.analysis.text_table import markdown as grid
from benchmark.core.status import NOT_APPLICABLE, Status
from benchmark.core.types import BASIC_EMOTIONS, EXTENDED_EMOTIONS, Sample
from benchmark.metrics.base import MetricInfo

MISSING = "-"
DIGITS = 3
"""Of a value and its bounds; all digits are in summary.csv."""


@dataclass(frozen=True)
class Section:
    """One split's runs."""

    title: str
    infos: tuple[MetricInfo, ...]
    """In the order of the table."""
    summary: pd.DataFrame
    """Rows of `summary.csv` of all its runs."""


def section_title(dataset: str, split: str, samples: Sequence[Sample]) -> str:
    """`Basic emotions (puppets/test, 56 samples, 4 speakers)`."""
    emotions = {sample.emotion for sample in samples}
    kind = next(
        (f"{name} emotions" for name, known in _KINDS if emotions <= set(known)),
        "Basic and extended emotions",
    )
    speakers = len({sample.speaker for sample in samples})
    return f"{kind} ({dataset}/{split}, {len(samples)} samples, {speakers} speakers)"


_KINDS = (("Basic", BASIC_EMOTIONS), ("Extended", EXTENDED_EMOTIONS))


def side_by_side(
    sections: Sequence[Section], titles: Mapping[str, str], roles: Mapping[str, str], markdown: bool = False
) -> str:
    """The table.

    Args:
        sections: one a split; a metric that applies to no sample of a section has no row there.
        titles: method name -> what stands above its column, in any order.
        roles: method name -> its role (`benchmark.analysis.roles`).
        markdown: one Markdown table a section, else aligned text with a line before each section.
    """
    methods = in_order(titles, roles)
    blocks = [(section.title, _rows(section, methods)) for section in sections]
    if markdown:
        return "\n\n".join(grid((title, *(titles[m] for m in methods)), rows) for title, rows in blocks)
    blank = ("",) * len(methods)
    rows: list[tuple[str, ...]] = [("", *(titles[name] for name in methods))]
    for title, found in blocks:
        rows += [("", *blank), (title, *blank), *found] if len(rows) > 1 else [(title, *blank), *found]
    return aligned(rows)


def _rows(section: Section, methods: Sequence[str]) -> list[tuple[str, ...]]:
    overall = section.summary[section.summary["group"] == "all"]
    rows = []
    for info in section.infos:
        found = {str(row["method"]): row for row in overall[overall["metric"] == info.name].to_dict("records")}
        if all(row["status"] in NOT_APPLICABLE for row in found.values()):
            continue
        unit = f", {info.unit}" if info.unit else ""
        arrow = "↑" if info.higher_is_better else "↓"
        rows.append((f"{info.title}{unit} {arrow}", *(_cell(found.get(name)) for name in methods)))
    return rows


def _cell(row: Mapping[Any, Any] | None) -> str:
    """`51.8 [32.4, 71.2]`, with `54/56` behind it where samples are missing; or why there is no number."""
    if row is None:
        return MISSING
    if row["status"] != Status.OK:
        return format.status(str(row["status"]))
    low, high = row["ci_low"], row["ci_high"]
    bounds = "" if math.isnan(low) else f" [{format.significant(low, DIGITS)}, {format.significant(high, DIGITS)}]"
    share = "" if row["n_scored"] == row["n_planned"] else f" {row['n_scored']}/{row['n_planned']}"
    return f"{format.significant(row['value'], DIGITS)}{bounds}{share}"
