"""The overview and a sample's scores as HTML tables.

Every text is escaped; colours are mixed from the page's own, so light and dark themes both work. The first column stays
while the others scroll under it: it has the page's colour, which all that lies between inherits.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from html import escape
from types import MappingProxyType
from typing import Any

from benchmark.analysis import format, words
from benchmark.analysis.evidence import Entry
from benchmark.analysis.table import Cell, Column, Table, heads
from benchmark.core.status import Status
from leaderboard import text
from leaderboard.clips import View

STYLE = """<style>
.board-scroll { overflow-x: auto; }
.board { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; line-height: 1.25; }
.board th, .board td { padding: .5rem .65rem; text-align: right; white-space: nowrap; border: 0; vertical-align: top;
  border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
.board th { font-weight: 600; font-size: .82rem; vertical-align: bottom; white-space: normal; min-width: 4.5rem; }
.board th:first-child, .board td:first-child { text-align: left; }
.board thead th { border-bottom: 2px solid color-mix(in srgb, currentColor 38%, transparent); }
.board small { display: block; font-size: .74rem; font-weight: 400; opacity: .62; }
.board .reference td { font-style: italic;
  background-image: linear-gradient(color-mix(in srgb, currentColor 5%, transparent) 0 0); }
.board .reference small, .board .role { font-style: normal; }
.board .role { font-size: .68rem; padding: .05rem .4rem; margin-left: .4rem; border-radius: .6rem; vertical-align: 1px;
  border: 1px solid color-mix(in srgb, currentColor 38%, transparent); }
.board .best { font-weight: 700; }
.board .second { text-decoration: underline; text-underline-offset: 3px; }
.board .part { color: #c47a12; opacity: 1; }
.board .sure { color: #1a9e6c; font-weight: 700; margin-left: .35rem; font-size: .8rem; }
.board a { color: inherit; text-decoration: none; }
.board a:hover { color: #2f80ed; }
.board .rank { opacity: .8; }
.stApp :has(.board), body:not(:has(.stApp)) :has(.board), .board, .board thead, .board tbody, .board tr,
.board th:first-child, .board td:first-child { background-color: inherit; }
.board th:first-child, .board td:first-child { position: sticky; left: 0; z-index: 1; }
@media (max-width: 640px) { .board th, .board td { padding: .4rem .45rem; } .board td:first-child { max-width: 8.5rem;
  white-space: normal; } .board { font-size: .85rem; } }
.board .why { white-space: normal; text-align: left; min-width: 9rem; max-width: 16rem; font-size: .82rem;
  overflow-wrap: anywhere; }
.absent { font-size: .82rem; opacity: .8; margin: .8rem 0 0; overflow-wrap: anywhere; }
.board .none { opacity: .62; }
.board tbody tr:hover td { background-image: linear-gradient(color-mix(in srgb, currentColor 8%, transparent) 0 0); }
</style>"""


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
    if not table.columns:
        return STYLE + _absent(table)
    head = "".join(_head(title, column) for title, column in zip(heads(table.columns), table.columns, strict=True))
    body = "".join(
        _line(entry, table.columns, facts.get(entry.method, entry.method), entry.method in verified, link)
        for entry in table.entries
        if any(entry.method in column.cells for column in table.columns)
    )
    return (
        f'{STYLE}<div class="board-scroll"><table class="board"><thead><tr><th scope="col">Method</th>{head}'
        f'<th scope="col">Scored<small>of planned</small></th><th scope="col">Date</th></tr></thead>'
        f"<tbody>{body}</tbody></table></div>{_absent(table)}"
    )


def _absent(table: Table) -> str:
    """Metrics without a number, one line a reason."""
    reasons: dict[str, list[str]] = {}
    for one in table.absent:
        reasons.setdefault(one.reason, []).append(one.facts.title)
    lines = [f"<b>{escape(', '.join(titles))}</b>: {escape(reason)}" for reason, titles in reasons.items()]
    return f'<p class="absent">{text.NOT_MEASURED} {"; ".join(lines)}.</p>' if lines else ""


def render_scores(views: Sequence[View], titles: Mapping[str, str], metrics: Mapping[str, str]) -> str:
    """One sample's scores, metrics by methods; where there is no number, its status and the reason.

    Args:
        views: the sample's clips (see `data.views_of`); those without scores are left out.
        titles: method -> title.
        metrics: metric -> title, in the order of the rows.
    """
    columns = [
        (titles.get(view.method, view.method), {row["metric"]: row for row in view.scores.to_dict("records")})
        for view in views
        if len(view.scores)
    ]
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title, _ in columns)
    body = ""
    for metric, title in metrics.items():
        rows = [scores.get(metric) for _, scores in columns]
        unit = next((str(row["unit"]) for row in rows if row is not None), "")
        small = f"<small>{escape(unit)}</small>" if unit else ""
        same = len({(row["status"], row["reason"]) if row is not None else None for row in rows}) == 1
        if same and rows[0] is not None and rows[0]["status"] != Status.OK:
            cells = _score(rows[0], across=len(rows))
        else:
            cells = "".join(_score(row) for row in rows)
        body += f"<tr><td>{escape(title)}{small}</td>{cells}</tr>"
    return (
        f'{STYLE}<div class="board-scroll"><table class="board"><thead><tr><th scope="col">Metric</th>{head}</tr>'
        f"</thead><tbody>{body}</tbody></table></div>"
    )


def _score(row: Mapping[Any, Any] | None, across: int = 1) -> str:
    if row is None:
        return '<td class="none">–</td>'
    if row["status"] == Status.OK:
        return f"<td>{format.alone(float(row['value']), str(row['unit']))}</td>"
    status = format.status(str(row["status"]))
    kind = f'class="why" colspan="{across}"' + (' style="max-width: none"' if across > 1 else "")
    return f'<td {kind}><span class="part">{escape(status)}</span><small>{escape(str(row["reason"]))}</small></td>'


def _head(title: str, column: Column) -> str:
    facts = column.facts
    unit = f" {facts.unit}" if facts.unit else ""
    hint = escape(f"{facts.measure.metric}, protocol {facts.measure.protocol}")
    arrow = "▲" if facts.higher_is_better else "▼"
    return f'<th scope="col" title="{hint}">{escape(title)}<small>{arrow}{escape(unit)}</small></th>'


def _line(
    entry: Entry,
    columns: Sequence[Column],
    facts: str,
    verified: bool,
    link: Callable[[Entry, Column], str] | None,
) -> str:
    marks = f'<span class="role">{entry.role}</span>' if entry.role else ""
    if entry.mock:
        marks += f'<span class="role" title="{escape(text.MOCK_HELP)}">{text.MOCK}</span>'
    if verified:
        marks += f'<span class="sure" title="{escape(text.VERIFIED_HELP)}">✓</span>'
    cells = "".join(
        _cell(column.cells.get(entry.method), column.decimals, link(entry, column) if link else "")
        for column in columns
    )
    kind = ' class="reference"' if entry.role else ""
    return (
        f"<tr{kind}><td>{escape(entry.title)}{marks}<small>{escape(facts)}</small></td>{cells}"
        f"<td>{words.row_coverage(columns, entry.method)}</td><td>{escape(format.day(entry.finished))}</td></tr>"
    )


def _cell(cell: Cell | None, decimals: int, address: str = "") -> str:
    if cell is None:
        return f'<td class="none">{format.NONE}<small>not measured</small></td>'
    if cell.value is None:
        why = escape(format.status(cell.status))
        return f'<td class="none" title="{escape(cell.reason)}">{format.NONE}<small>{why}</small></td>'
    kind = {1: "best", 2: "second"}.get(cell.place or 0, "")
    number = f'<span class="{kind}">{format.number(cell.value, decimals)}</span>'
    if address:
        number = f'<a href="{escape(address)}" target="_self" title="{escape(text.TO_SAMPLES)}">{number}</a>'
    interval = format.interval(cell.low, cell.high, decimals)
    small = f"<small>{interval}</small>" if interval else ""
    if cell.rank:
        small += f'<small class="rank">rank {escape(str(cell.rank))}</small>'
    if cell.n_scored < cell.n_planned:
        small += f'<small class="part">{cell.n_scored} of {cell.n_planned}</small>'
    star = "*" if cell.significant else ""
    return f"<td>{number}{star}{small}</td>"
