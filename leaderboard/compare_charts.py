"""Charts of the compare page: samples of two methods, confusion, levels, trade-off with its front, radar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from benchmark.analysis.roles import COMPETITOR
from leaderboard.charts import INK, REFERENCE_DASH, colours, layout
from leaderboard.rows import roles_of

GRID = "rgba(127,127,127,0.2)"


def scatter(numbers: pd.DataFrame, first: str, second: str, titles: Mapping[str, str]) -> go.Figure:
    """One dot a sample, larger where several lie: first method across, second up; on the dashed line they are equal.

    Args:
        numbers: index sample, a column a method (see `sample_view.grid`).
        first: method.
        second: method.
        titles: method -> title.
    """
    both = numbers[[first, second]].dropna()
    figure = go.Figure()
    if both.empty:
        return figure
    named = both.assign(words=[escape(str(name)) for name in both.index], count=1).groupby([first, second])
    dots = named.agg(words=("words", lambda names: "<br>".join(list(names)[:5])), count=("count", "sum")).reset_index()
    low, high = float(both.to_numpy().min()), float(both.to_numpy().max())
    figure.add_shape(type="line", x0=low, y0=low, x1=high, y1=high, line={"color": INK, "dash": "dash", "width": 1})
    figure.add_trace(
        go.Scatter(x=dots[first], y=dots[second], mode="markers", text=dots["words"], showlegend=False,
                   marker={"size": 7 + 4 * np.sqrt(dots["count"] - 1), "opacity": 0.65, "color": "#2f80ed"})
    )  # fmt: skip
    figure.update_layout(**layout(360))
    figure.update_xaxes(title=escape(titles.get(first, first)), gridcolor=GRID, zeroline=False)
    figure.update_yaxes(title=escape(titles.get(second, second)), gridcolor=GRID, zeroline=False)
    return figure


def confusion_map(counts: pd.DataFrame) -> go.Figure:
    """Share of each expected emotion's clips that were seen as another; rows expected, columns seen."""
    shares = counts.div(counts.sum(axis=1), axis=0).fillna(0.0)
    figure = go.Figure(
        go.Heatmap(z=shares.to_numpy(), x=list(shares.columns), y=list(shares.index), zmin=0, zmax=1, showscale=False,
                   colorscale=[[0, "rgba(47,128,237,0.04)"], [1, "rgba(47,128,237,1)"]],
                   text=counts.to_numpy(), texttemplate="%{text}",
                   hovertemplate="%{y} seen as %{x}: %{z:.0%}<extra></extra>")
    )  # fmt: skip
    figure.update_layout(**layout(340))
    figure.update_xaxes(title="seen", side="bottom")
    figure.update_yaxes(title="expected", autorange="reversed")
    return figure


def levels(rows: pd.DataFrame) -> go.Figure:
    """Values by intensity level, a line a method.

    Args:
        rows: summary rows of one metric, grouping `intensity`.
    """
    figure, roles = go.Figure(), roles_of(rows)
    tint = colours(roles)
    for method, part in rows[rows["value"].notna()].groupby("method"):
        part = part.sort_values("group_value")
        role = roles[str(method)]
        figure.add_trace(
            go.Scatter(x=[f"level {v}" for v in part["group_value"]], y=part["value"], mode="lines+markers",
                       name=escape(str(part["title"].iloc[0])), line={"color": tint[str(method)],
                       "dash": REFERENCE_DASH[role] if role else None, "width": 1 if role else 2})
        )  # fmt: skip
    figure.update_layout(**layout(340) | {"legend": {"orientation": "h", "y": -0.2}})
    figure.update_yaxes(gridcolor=GRID, zeroline=False)
    return figure


def front(points: pd.DataFrame, x_higher: bool, y_higher: bool) -> list[int]:
    """Rows that no other row beats: at least as good in both and better in one. Columns x and y, finite."""
    x = points["x"] * (1 if x_higher else -1)
    y = points["y"] * (1 if y_higher else -1)
    return [
        i
        for i in range(len(points))
        if not any(
            x.iloc[j] >= x.iloc[i] and y.iloc[j] >= y.iloc[i] and (x.iloc[j] > x.iloc[i] or y.iloc[j] > y.iloc[i])
            for j in range(len(points))
        )
    ]


def trade_off(rows: pd.DataFrame, across: str, up: str) -> go.Figure:
    """Two metrics against each other with the Pareto front of methods that compete; floor and ceiling stand apart.

    Args:
        rows: summary rows of one group of samples.
        across: metric on the x axis.
        up: metric on the y axis.
    """
    figure = go.Figure()
    facts = {m: rows[rows["metric"] == m] for m in (across, up)}
    if any(part.empty for part in facts.values()):
        return figure
    one, two = (facts[m].drop_duplicates("method").set_index("method") for m in (across, up))
    both = one.merge(two, left_index=True, right_index=True, suffixes=("_x", "_y")).dropna(
        subset=["value_x", "value_y"]
    )
    points = both.rename(columns={"value_x": "x", "value_y": "y"})
    own = points[(points["role_x"] == COMPETITOR) & ~points["mock_x"]]
    tint = colours(dict(zip(points.index.astype(str), points["role_x"], strict=True)))
    if len(own):
        best = own.iloc[front(own, bool(own["higher_is_better_x"].iloc[0]), bool(own["higher_is_better_y"].iloc[0]))]
        best = best.sort_values("x")
        figure.add_trace(
            go.Scatter(x=best["x"], y=best["y"], mode="lines", line={"color": INK, "dash": "dot"}, name="Pareto front")
        )
    for method, row in points.iterrows():
        figure.add_trace(
            go.Scatter(x=[row["x"]], y=[row["y"]], mode="markers+text", text=[escape(str(row["title_x"]))],
                       textposition="top center", cliponaxis=False, showlegend=False,
                       marker={"size": 12, "color": tint[str(method)],
                               "symbol": "diamond-open" if row["role_x"] else "circle"})
        )  # fmt: skip
    figure.update_layout(**layout(400) | {"legend": {"orientation": "h", "y": 1.1}})
    for update, suffix in ((figure.update_xaxes, "x"), (figure.update_yaxes, "y")):
        if len(points):
            first = points.iloc[0]
            arrow = "▲" if first[f"higher_is_better_{suffix}"] else "▼"
            update(title=f"{escape(first[f'metric_title_{suffix}'])} {arrow}", gridcolor=GRID, zeroline=False)
    return figure


def radar(rows: pd.DataFrame, metrics: Sequence[str]) -> go.Figure:
    """Each metric from the floor or worst (0) to the ceiling or best (1) of the shown rows; areas mislead."""
    figure, roles = go.Figure(), roles_of(rows)
    tint = colours(roles)
    names, columns = [], []
    for metric in metrics:
        part = rows[(rows["metric"] == metric) & rows["value"].notna()].drop_duplicates("method").set_index("method")
        if len(part) < 2 or part["value"].nunique() < 2:
            continue
        sign = 1.0 if part["higher_is_better"].iloc[0] else -1.0
        value = part["value"] * sign
        columns.append((value - value.min()) / (value.max() - value.min()))
        names.append(str(part["metric_title"].iloc[0]))
    if len(names) < 3:
        return figure
    table = pd.concat(columns, axis=1, keys=names)
    titles = rows.drop_duplicates("method").set_index("method")["title"]
    for method, line in table.iterrows():
        if roles[str(method)]:
            continue
        values = [*line, line.iloc[0]]
        figure.add_trace(
            go.Scatterpolar(r=values, theta=[*names, names[0]], name=escape(str(titles[method])), connectgaps=False,
                            line={"color": tint[str(method)]})
        )  # fmt: skip
    figure.update_layout(**layout(460) | {"polar": {"bgcolor": "rgba(0,0,0,0)", "radialaxis": {"range": [0, 1]}}})
    return figure
