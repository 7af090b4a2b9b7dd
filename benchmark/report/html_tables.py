"""The tables of the review packet. Every text is escaped; colours are classes of packet.css."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from benchmark.analysis import format, words
from benchmark.analysis.table import Cell, Column, heads
from benchmark.core.types import EMOTIONS
from benchmark.report.plots import tone
from benchmark.report.tables import Confusion, Tables


def overall(tables: Tables, names: Mapping[str, str]) -> str:
    """The main table: a line a measure, a column a method."""
    columns = tables.overall
    body = ""
    for title, column in zip(heads(columns), columns, strict=True):
        facts = column.facts
        unit = escape(f"{facts.unit} · {facts.measure.protocol}" if facts.unit else facts.measure.protocol)
        body += (
            f'<tr><th scope="row">{escape(title)}&nbsp;<b class="arrow" title="{_better(column)}">{facts.arrow}</b>'
            f"<small>{unit}</small></th>{_cells(tables, column)}</tr>"
        )
    counts = "".join(f"<td>{words.row_coverage(columns, entry.method)}</td>" for entry in tables.entries)
    foot = f'<tr class="foot"><th scope="row">Scored of planned<small>least of the metrics</small></th>{counts}</tr>'
    return f'<div class="scroll"><table>{_head(tables, names, "Metric")}<tbody>{body}{foot}</tbody></table></div>'


def grouped(tables: Tables, columns: Sequence[Column], names: Mapping[str, str], corner: str) -> str:
    """One measure: a line a group of samples, a column a method; the greener, the better."""
    values = [c.value for column in columns for c in column.cells.values() if c.value is not None]
    low, high = min(values), max(values)
    body = ""
    for column in columns:
        label = escape(format.group(column.group, column.group_value))
        body += (
            f'<tr><th scope="row">{label}<small>n = {column.planned}</small></th>'
            f"{_cells(tables, column, low, high)}</tr>"
        )
    head = _head(tables, names, corner)
    return f'<div class="scroll"><table class="heat">{head}<tbody>{body}</tbody></table></div>'


def leaders(tables: Tables, names: Mapping[str, str]) -> str:
    """For each measure: who is best, from whom it does not differ significantly, who is worse."""
    rows = ""
    for title, column in zip(heads(tables.overall), tables.overall, strict=True):
        ranked = {method: cell for method, cell in column.cells.items() if not cell.unranked}
        best = [method for method, cell in ranked.items() if cell.place == 1]
        if not best:
            continue
        others = [method for method in ranked if method not in best]
        tested = [method for method in others if ranked[method].p_holm is not None]
        alike = [method for method in tested if not ranked[method].significant]
        worse = [method for method in tested if ranked[method].significant]
        untested = [method for method in others if method not in tested]
        rows += f'<tr><th scope="row">{escape(title)}&nbsp;<b class="arrow">{column.facts.arrow}</b></th>'
        rows += f"<td>{_chips(tables, best, names, ranked)}</td>"
        if others and len(untested) == len(others):
            rows += '<td colspan="2" class="faint">exploratory</td></tr>'
        else:
            rows += f"<td>{_chips(tables, [*alike, *untested], names, ranked)}</td>"
            rows += f"<td>{_chips(tables, worse, names, ranked)}</td></tr>"
    if not rows:
        return ""
    titles = ("Metric", "Best", "No significant difference", f"Worse (p < {1.0 - tables.standings.level:g})")
    head = f"<thead><tr>{''.join(f'<th>{escape(title)}</th>' for title in titles)}</tr></thead>"
    return f'<div class="scroll"><table class="leaders">{head}<tbody>{rows}</tbody></table></div>'


def confusions(tables: Tables, names: Mapping[str, str]) -> str:
    """Confusion matrices of every judge, methods side by side; the darker, the larger the share of its row."""
    text = ""
    for judge in dict.fromkeys(found.judge for found in tables.confusions):
        own = [found for found in tables.confusions if found.judge == judge]
        seen = [name for name in EMOTIONS if any(name in found.counts.columns for found in own)]
        figures = "".join(_confusion(found, names[found.entry.method], seen) for found in own)
        title = f"Judge “{escape(judge)}”, protocol {escape(own[0].protocol)}"
        text += f'<h3>{title}</h3><div class="matrices">{figures}</div>'
    return text


def grid(head: Sequence[str], rows: Sequence[Sequence[str]], kind: str = "plain") -> str:
    """A plain table of texts, which are escaped."""
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="scroll"><table class="{kind}"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def _head(tables: Tables, names: Mapping[str, str], corner: str) -> str:
    cells = ""
    for entry in tables.entries:
        mark = entry.role or ("mock" if entry.mock else "")
        note = f"<small>{mark}</small>" if mark else f"<small>{escape(str(entry.card.get('cue') or ''))}</small>"
        cells += (
            f'<th scope="col" class="{"frame" if entry.role else ""}"><i class="key {tone(tables, entry.method)}"></i>'
            f"{escape(names[entry.method])}{note}</th>"
        )
    return f"<thead><tr><th>{escape(corner)}</th>{cells}</tr></thead>"


def _cells(tables: Tables, column: Column, low: float = 0.0, high: float = 0.0) -> str:
    text = ""
    for entry in tables.entries:
        text += _cell(column.cells.get(entry.method), column, "frame" if entry.role else "", low, high)
    return text


def _cell(cell: Cell | None, column: Column, kind: str, low: float, high: float) -> str:
    if cell is None:
        return f'<td class="{kind} faint">{format.NONE}<small>not measured</small></td>'
    if cell.value is None:
        why = escape(format.status(cell.status))
        return f'<td class="{kind} faint" title="{escape(cell.reason)}">{format.NONE}<small>{why}</small></td>'
    number = escape(format.number(cell.value, column.decimals))
    if cell.place:
        number = f'<b class="best">{number}</b>' if cell.place == 1 else f'<u class="second">{number}</u>'
    star = '<sup class="star">∗</sup>' if cell.significant else ""
    found = format.interval(cell.low, cell.high, column.decimals)
    small = f"<small>{escape(found)}</small>" if found else ""
    if cell.n_scored < cell.n_planned:
        small += f'<small class="part">{cell.n_scored} of {cell.n_planned}</small>'
    shade = ""
    if high > low:
        good = (cell.value - low) / (high - low)
        shade = f' style="--g:{good if column.facts.higher_is_better else 1 - good:.2f}"'
    return f'<td class="{kind}"{shade} title="{escape(_hover(cell))}">{number}{star}{small}</td>'


def _hover(cell: Cell) -> str:
    parts = [f"scored {format.coverage(cell.n_scored, cell.n_planned)}", format.plural(cell.clusters, "speaker")]
    parts += [f"interval: {cell.ci_method}"] if cell.ci_method else ["no interval"]
    parts += [f"rank {cell.rank}"] if cell.rank else []
    parts += [f"p = {cell.p_best:.3g} against the best"] if cell.p_best is not None else []
    parts += [f"{cell.p_holm:.3g} by Holm"] if cell.p_holm is not None else []
    parts += [f"not ranked: {cell.unranked}"] if cell.unranked else []
    return ", ".join(parts)


def _better(column: Column) -> str:
    return "higher is better" if column.facts.higher_is_better else "lower is better"


def _chips(tables: Tables, methods: Sequence[str], names: Mapping[str, str], cells: Mapping[str, Cell]) -> str:
    text = ""
    for method in methods:
        cell = cells[method]
        said = [f"rank {cell.rank}"] if cell.rank else []
        said += [f"p = {cell.p_holm:.2g}"] if cell.p_holm is not None else []
        note = f" <small>{', '.join(said)}</small>" if said else ""
        text += f'<span class="chip {tone(tables, method)}">{escape(names[method])}{note}</span>'
    return text or f'<span class="faint">{format.NONE}</span>'


def _confusion(found: Confusion, name: str, seen: Sequence[str]) -> str:
    counts = found.counts.reindex(columns=list(seen), fill_value=0)
    head = "".join(f'<th scope="col" title="{escape(e)}">{escape(e[:3])}</th>' for e in seen)
    body = ""
    for expected, row in zip(counts.index, counts.to_numpy(), strict=True):
        total = max(1, int(row.sum()))
        cells = ""
        for emotion, count in zip(seen, row, strict=True):
            hit = ' class="hit"' if emotion == expected else ""
            cells += f'<td{hit} style="--share:{count / total:.2f}">{int(count) if count else ""}</td>'
        body += f'<tr><th scope="row">{escape(str(expected))}</th>{cells}</tr>'
    missing = f"; {format.plural(found.missing, 'clip')} without an answer" if found.missing else ""
    return (
        f"<figure><figcaption>{escape(name)}{missing}</figcaption><table class='matrix'><thead><tr>"
        f'<th title="rows: expected, columns: seen">expected ╲ seen</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></figure>"
    )
