"""The board's table and a sample's scores as HTML, by the templates beside this file.

Colours are mixed from the page's own, so light and dark themes both work. The first column stays while the others
scroll under it: it has the page's colour, which all that lies between inherits.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from benchmark.analysis.evidence import Entry
from benchmark.analysis.html import render as render_template
from benchmark.analysis.table import Column, Table, heads
from benchmark.core.status import Status
from leaderboard import text
from leaderboard.clips import View

STYLE = (Path(__file__).parent / "assets" / "board.css").read_text(encoding="utf-8")

Facts = Mapping[str, str]
"""Method -> what stands below its name: family, year and licence."""


def render(
    table: Table,
    facts: Facts = MappingProxyType({}),
    verified: Collection[str] = (),
    link: Callable[[Entry, Column], str] | None = None,
) -> str:
    """The table as HTML.

    Args:
        table: what is shown.
        facts: method -> what stands below its name; else its name.
        verified: methods whose run can be traced.
        link: address of the samples behind a cell.
    """
    absent: dict[str, list[str]] = {}
    for one in table.absent:
        absent.setdefault(one.reason, []).append(one.facts.title)
    return render_template(
        "leaderboard",
        "overview.html",
        style=STYLE,
        table=table,
        titled_columns=list(zip(heads(table.columns), table.columns, strict=True)),
        entries=[one for one in table.entries if any(one.method in column.cells for column in table.columns)],
        facts=facts,
        verified=verified,
        link=link,
        absent=absent,
        text=text,
    )


def render_scores(views: Sequence[View], titles: Mapping[str, str], metrics: Mapping[str, str]) -> str:
    """One sample's scores, metrics by methods; where there is no number, its status and the reason.

    Args:
        views: the sample's clips (see `clips.views_of`); those without scores are left out.
        titles: method -> title.
        metrics: metric -> title, in the order of the rows.
    """
    shown = [view for view in views if len(view.scores)]
    columns = [{row["metric"]: row for row in view.scores.to_dict("records")} for view in shown]
    lines = []
    for metric, title in metrics.items():
        rows = [scores.get(metric) for scores in columns]
        unit = next((str(row["unit"]) for row in rows if row is not None), "")
        alike = len({(row["status"], row["reason"]) if row is not None else None for row in rows}) == 1
        missing = bool(rows) and rows[0] is not None and rows[0]["status"] != Status.OK
        lines.append((title, unit, rows, rows[0] if alike and missing else None))
    names = [titles.get(view.method, view.method) for view in shown]
    return render_template("leaderboard", "scores.html", style=STYLE, heads=names, lines=lines)
