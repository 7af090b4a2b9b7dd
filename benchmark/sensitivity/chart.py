"""The rankings as lines from metric to metric, as SVG."""

from __future__ import annotations

from html import escape

import pandas as pd

from benchmark.sensitivity.rankings import number_of

COLOURS = ("#0b6e99", "#b5541c", "#3b7a3b", "#7b4a9e", "#a33c5c", "#6b6b2a", "#555555")


def plot(table: pd.DataFrame) -> str:
    """Ranks as lines from metric to metric, one panel a quantity, as SVG."""
    methods = sorted(table["method"].unique())
    colour = {m: COLOURS[k % len(COLOURS)] for k, m in enumerate(methods)}
    step, row, left = 230, 28, 40
    parts, top, width = [], 20, 400
    for quantity, part in table.groupby("quantity", sort=True):
        metrics = list(dict.fromkeys(zip(part["metric"], part["protocol"], strict=True)))
        width = max(width, left + step * len(metrics) + 150)
        parts.append(f'<text x="10" y="{top}" font-weight="bold">{escape(str(quantity))}: rank, 1 is best</text>')
        for method, own in part.groupby("method"):
            places = {(m, p): r for m, p, r in zip(own["metric"], own["protocol"], own["rank"], strict=True)}
            values = {(m, p): v for m, p, v in zip(own["metric"], own["protocol"], own["value"], strict=True)}
            dots = [
                (left + step * k + 60, top + 30 + row * places[key]) for k, key in enumerate(metrics) if key in places
            ]
            line = " ".join(f"{x},{y:.0f}" for x, y in dots)
            ink = colour[str(method)]
            parts.append(f'<polyline points="{line}" fill="none" stroke="{ink}" stroke-width="2"/>')
            parts += [f'<circle cx="{x}" cy="{y:.0f}" r="5" fill="{ink}"/>' for x, y in dots]
            shown = [values[key] for key in metrics if key in values]
            small = f'font-size="9" text-anchor="end" fill="{ink}"'
            parts += [
                f'<text x="{x - 8}" y="{y - 6:.0f}" {small}>{number_of(value)}</text>'
                for (x, y), value in zip(dots, shown, strict=True)
            ]
            x, y = dots[-1]
            parts.append(f'<text x="{x + 10}" y="{y + 4:.0f}" fill="{ink}">{escape(str(method))}</text>')
        foot = top + 50 + row * (len(methods) + 1)
        for k, (metric, protocol) in enumerate(metrics):
            parts.append(f'<text x="{left + step * k}" y="{foot}" font-size="11">{escape(metric)}</text>')
            parts.append(f'<text x="{left + step * k}" y="{foot + 13}" font-size="10">{escape(protocol)}</text>')
        top = foot + 50
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{top}" font-family="sans-serif" '
    return head + 'font-size="13"><rect width="100%" height="100%" fill="white"/>' + "".join(parts) + "</svg>\n"
