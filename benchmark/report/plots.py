"""Plots as inline SVG: text is text, colours come from the page's style, so that light and dark both work."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

from benchmark.analysis import format
from benchmark.analysis.table import Cell, Column
from benchmark.report.tables import Tables

WIDTH = 420
"""Width of a plot in its own units; about the pixels of a phone."""
_LEFT, _RIGHT, _ROW, _TOP = 128, 286, 27, 8


def tone(tables: Tables, method: str) -> str:
    """Class of a method's colour: `m0`, `m1`, ...; floor and ceiling are `reference`."""
    own = [entry.method for entry in tables.entries if not entry.role]
    return f"m{own.index(method) % 10}" if method in own else "reference"


def forest(tables: Tables, column: Column, names: Mapping[str, str]) -> str:
    """Values with intervals of one measure, a line a method, the best on top; floor and ceiling framed below.

    Args:
        tables: the report, which gives methods their colours.
        column: the measure.
        names: method -> how it is called.
    """
    cells = {m: cell for m, cell in column.cells.items() if cell.value is not None}
    role = {entry.method: entry.role for entry in tables.entries}
    sign = -1.0 if column.facts.higher_is_better else 1.0
    ordered = sorted(cells, key=lambda m: (bool(role[m]), sign * (cells[m].value or 0.0), names[m]))
    low, high, ticks = _axis([cells[m] for m in ordered], column.facts.unit)
    height = _TOP + _ROW * len(ordered) + 30
    place = _Scale(low, high, _LEFT, _RIGHT)
    foot = _TOP + _ROW * len(ordered)
    parts = [
        f'<line class="grid" x1="{place(t):.1f}" x2="{place(t):.1f}" y1="{_TOP}" y2="{foot}"/>'
        f'<text class="tick" x="{place(t):.1f}" y="{foot + 16}" text-anchor="middle">{escape(text)}</text>'
        for t, text in ticks
    ]
    for index, method in enumerate(ordered):
        cell, y = cells[method], _TOP + _ROW * index + _ROW / 2
        shape = _mark(cell, place, y, "diamond" if role[method] else "dot")
        text = format.number(cell.value or 0.0, column.decimals)
        found = format.interval(cell.low, cell.high, column.decimals)
        heavy = ' class="best"' if cell.place == 1 else ""
        star = "*" if cell.significant else ""
        parts.append(
            f'<g class="{tone(tables, method)}">'
            f'<text class="name" x="{_LEFT - 12}" y="{y + 4:.1f}" text-anchor="end">{_short(names[method], 19)}</text>'
            f'{shape}<text class="value" x="{_RIGHT + 12}" y="{y + 4:.1f}"><tspan{heavy}>{escape(text)}{star}</tspan>'
            f'<tspan class="ci" dx="5">{escape(found)}</tspan></text></g>'
        )
    label = f"{column.facts.title} with intervals, one line a method"
    return _svg(height, label, "".join(parts))


def levels(tables: Tables, columns: Sequence[Column], names: Mapping[str, str]) -> str:
    """Values of one measure over the levels of intensity, one line a method; "" with fewer than two levels."""
    if len(columns) < 2:
        return ""
    cells = [cell for column in columns for cell in column.cells.values() if cell.value is not None]
    bare = [Cell(c.value, None, None, "", c.n_scored, c.n_planned, c.clusters, c.status, "") for c in cells]
    low, high, ticks = _axis(bare, columns[0].facts.unit)
    bottom, top, left, right = 190.0, 14.0, 42.0, 268.0
    place = _Scale(low, high, bottom, top)
    xs = [left + 24 + (right - left - 48) * k / (len(columns) - 1) for k in range(len(columns))]
    parts = [
        f'<line class="grid" x1="{left}" x2="{right}" y1="{place(t):.1f}" y2="{place(t):.1f}"/>'
        f'<text class="tick" x="{left - 6}" y="{place(t) + 4:.1f}" text-anchor="end">{escape(text)}</text>'
        for t, text in ticks
    ]
    parts += [
        f'<text class="tick" x="{x:.1f}" y="{bottom + 20}" text-anchor="middle">'
        f"{escape(format.group(column.group, column.group_value))}</text>"
        for x, column in zip(xs, columns, strict=True)
    ]
    ends: list[tuple[float, str, str]] = []
    for entry in tables.entries:
        found = [(x, column.cells.get(entry.method)) for x, column in zip(xs, columns, strict=True)]
        dots = [(x, place(cell.value)) for x, cell in found if cell is not None and cell.value is not None]
        if not dots:
            continue
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in dots)
        circles = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.6"/>' for x, y in dots)
        parts.append(f'<g class="{tone(tables, entry.method)}"><polyline points="{line}"/>{circles}</g>')
        ends.append((dots[-1][1], entry.method, names[entry.method]))
    last = -math.inf
    for y, method, name in sorted(ends):
        last = max(y, last + 15)
        parts.append(
            f'<g class="{tone(tables, method)}"><text class="name" x="{right + 8}" y="{last + 4:.1f}">'
            f"{_short(name, 22)}</text></g>"
        )
    return _svg(max(220, round(last + 14)), f"{columns[0].facts.title} over levels of intensity", "".join(parts))


class _Scale:
    """Linear map of values to places."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self._low, self._span, self._start, self._end = low, high - low or 1.0, start, end

    def __call__(self, value: float) -> float:
        share = min(1.0, max(0.0, (value - self._low) / self._span))
        return self._start + (self._end - self._start) * share


def _mark(cell: Cell, place: _Scale, y: float, shape: str) -> str:
    x = place(cell.value or 0.0)
    bar = ""
    if cell.low is not None and cell.high is not None:
        a, b = place(cell.low), place(cell.high)
        bar = f'<path class="bar" d="M{a:.1f} {y - 4:.1f}v8M{a:.1f} {y:.1f}H{b:.1f}M{b:.1f} {y - 4:.1f}v8"/>'
    if shape == "diamond":
        return f'{bar}<path class="dot" d="M{x - 5:.1f} {y:.1f}l5 -5 5 5 -5 5z"/>'
    return f'{bar}<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="4.6"/>'


def _axis(cells: Sequence[Cell], unit: str) -> tuple[float, float, list[tuple[float, str]]]:
    """Ends of the axis and its ticks. Per cent of clips or samples begin at 0."""
    ends = [number for c in cells for number in (c.value, c.low, c.high) if number is not None]
    low, high = min(ends, default=0.0), max(ends, default=1.0)
    if unit.startswith("%"):
        low = min(low, 0.0)
    span = high - low or abs(high) or 1.0
    step = 10.0 ** math.floor(math.log10(span / 3.0))
    step *= next(k for k in (1.0, 2.0, 5.0, 10.0) if span / (k * step) <= 4.5)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    last = max(last, first + 1)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    ticks = [(k * step, format.number(k * step, decimals)) for k in range(first, last + 1)]
    return first * step, last * step, ticks


def _short(text: str, length: int) -> str:
    tail = length // 2 - 1  # names of variants differ at their end
    shown = text if len(text) <= length else f"{text[: length - tail - 1].rstrip()}…{text[-tail:].lstrip()}"
    return f"{escape(shown)}<title>{escape(text)}</title>"


def _svg(height: float, label: str, inside: str) -> str:
    return f'<svg class="plot" viewBox="0 0 {WIDTH} {height:g}" role="img" aria-label="{escape(label)}">{inside}</svg>'
