"""Charts as pure functions of summary rows. Colours are of middle lightness, to be read on white and on black."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from benchmark.analysis import format
from benchmark.analysis.roles import CEILING, COMPETITOR, FLOOR
from leaderboard.rows import competing, roles_of

INK = "#7a869a"
PALETTE = ("#2f80ed", "#e8743b", "#19a979", "#b56be0", "#d64560", "#12939a", "#c79a1b", "#5e6fd8", "#7f9c2d", "#a0653a")
REFERENCE_DASH = {FLOOR: "dot", CEILING: "dash"}


def colours(roles: Mapping[str, str]) -> dict[str, str]:
    """A colour for each method; floor and ceiling are grey. The same methods get the same colours.

    Args:
        roles: method -> its role.
    """
    own = sorted(method for method, role in roles.items() if role == COMPETITOR)
    return dict.fromkeys(roles, INK) | {method: PALETTE[i % len(PALETTE)] for i, method in enumerate(own)}


def forest(rows: pd.DataFrame) -> go.Figure:
    """Values with intervals of one metric, one line a method, best on top; floor and ceiling as lines across.

    Args:
        rows: chosen rows of one metric and one group of samples.
    """
    rows = rows[rows["value"].notna()]
    figure = go.Figure()
    if rows.empty:
        return figure
    ascending = bool(rows["higher_is_better"].iloc[0])  # plotly draws the first row at the bottom
    tint = colours(roles_of(rows))
    own = competing(rows).sort_values("value", ascending=ascending)
    for row in own.to_dict("records"):
        interval, value, tone = pd.notna(row["ci_low"]), row["value"], tint[row["method"]]
        figure.add_trace(
            go.Scatter(
                x=[value],
                y=[escape(row["title"])],
                mode="markers",
                cliponaxis=False,
                marker={"size": 11, "color": tone},
                error_x={
                    "type": "data",
                    "symmetric": False,
                    "array": [row["ci_high"] - value if interval else 0],
                    "arrayminus": [value - row["ci_low"] if interval else 0],
                    "thickness": 2,
                    "width": 5,
                    "color": tone,
                },
                hovertemplate=_hover(row) + "<extra></extra>",
                showlegend=False,
            )
        )
    for row in rows[rows["role"] != COMPETITOR].to_dict("records"):
        label = f"{row['role']} {format.with_unit(row['value'], str(row['unit']))}"
        figure.add_vline(
            x=float(row["value"]), line_dash=REFERENCE_DASH[row["role"]], line_color=INK, annotation_text=label,
            annotation_position="top",
        )  # fmt: skip
    figure.update_layout(**layout(max(170, 70 + 38 * rows["method"].nunique())))
    figure.update_xaxes(title=_axis(rows), gridcolor="rgba(127,127,127,0.2)", zeroline=False)
    figure.update_yaxes(gridcolor="rgba(127,127,127,0.12)", automargin=True)
    return figure


def by_group(rows: pd.DataFrame) -> go.Figure:
    """Values of one metric for each emotion, one colour a method, with intervals where they are defined.

    Args:
        rows: rows of one metric whose grouping is `emotion`.
    """
    rows = rows[rows["value"].notna()]
    figure = go.Figure()
    if rows.empty:
        return figure
    roles = roles_of(rows)
    tint = colours(roles)
    groups = sorted(rows["group_value"].unique())
    for method, part in sorted(rows.groupby("method"), key=lambda pair: (roles[str(pair[0])] != COMPETITOR, pair[0])):
        part = part.set_index("group_value").reindex(groups)
        role = roles[str(method)]
        figure.add_trace(
            go.Scatter(
                x=[format.group("emotion", group) for group in groups],
                y=part["value"],
                name=escape(part["title"].dropna().iloc[0]) + (f" ({role})" if role else ""),
                mode="lines+markers" if role else "markers",
                line={"dash": REFERENCE_DASH[role], "width": 1} if role else None,
                offsetgroup="reference" if role else str(method),
                cliponaxis=False,
                marker={"size": 6 if role else 11, "color": tint[str(method)]},
                error_y={
                    "type": "data",
                    "symmetric": False,
                    "array": (part["ci_high"] - part["value"]).fillna(0),
                    "arrayminus": (part["value"] - part["ci_low"]).fillna(0),
                    "thickness": 1.5,
                    "width": 3,
                    "visible": not role,
                },
            )
        )
    figure.update_layout(**layout(360) | {"scattermode": "group", "legend": {"orientation": "h", "y": -0.2}})
    figure.update_yaxes(title=_axis(rows), gridcolor="rgba(127,127,127,0.2)", zeroline=False)
    return figure


def _axis(rows: pd.DataFrame) -> str:
    first = rows.iloc[0]
    arrow = "▲" if first["higher_is_better"] else "▼"
    unit = f" ({first['unit']})" if first["unit"] else ""
    return f"{first['metric_title']}{unit} {arrow}"


def _hover(row: Mapping[Any, Any]) -> str:
    unit = str(row["unit"])
    words = f"{escape(row['title'])}: {format.with_unit(row['value'], unit)}"
    if pd.notna(row["ci_low"]):
        words += f"<br>interval {format.with_unit(row['ci_low'], unit)} to {format.with_unit(row['ci_high'], unit)}"
    return words + f"<br>scored {row['n_scored']} of {row['n_planned']}"


def layout(height: int) -> dict[str, Any]:
    """What all charts share: transparent, with small margins."""
    return {
        "height": height,
        "margin": {"l": 8, "r": 24, "t": 34, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    }
