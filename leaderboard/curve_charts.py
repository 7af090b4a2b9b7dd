"""Charts of curves over time, see `leaderboard.curves`; times are those of the frames that were looked at."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import plotly.graph_objects as go

from leaderboard.charts import INK, colours, layout
from leaderboard.curves import Curves

DASHES = {"source": "dot", "target": "dash"}


def emotion_curves(curves: Curves, emotion: str, titles: Mapping[str, str], roles: Mapping[str, str]) -> go.Figure:
    """The judge's probability of one emotion over a clip, a line a view.

    Args:
        curves: of one sample. An emotion that the judge does not know: the likeliest one of the target, or else of the
            first view.
        emotion: the expected one.
        titles: method -> title.
        roles: method -> its role; floor and ceiling repeat source and target and are not drawn.
    """
    judged = {view: one["emotion"] for view, one in curves["views"].items() if one.get("emotion")}
    if judged and not any(emotion in one["values"] for one in judged.values()):
        first = (judged.get("target") or next(iter(judged.values())))["values"]
        emotion = max(first, key=lambda name: sum(first[name]), default=emotion)
    lines = {
        view: {"frames": one["frames"], "values": one["values"][emotion]}
        for view, one in judged.items()
        if emotion in one["values"]
    }
    return _figure(lines, curves, titles, roles, f"probability of {emotion}")


def mouth_curves(curves: Curves, titles: Mapping[str, str], roles: Mapping[str, str]) -> go.Figure:
    """Mouth opening over a clip, a line a view, and the loudness of the sound as an area behind."""
    lines = {view: one["mouth"] for view, one in curves["views"].items() if one.get("mouth")}
    figure = _figure(lines, curves, titles, roles, "mouth opening")
    sound = next((view for view in curves["views"].values() if view.get("sound")), None)
    if sound:
        top = max((max(line["values"], default=0.0) for line in lines.values()), default=0.0) or 1.0
        times = [i / sound["fps"] for i in range(len(sound["sound"]))]
        figure.add_trace(
            go.Scatter(x=times, y=[v * top for v in sound["sound"]], name="sound, scaled", fill="tozeroy",
                       line={"width": 0}, fillcolor="rgba(127,127,127,0.22)", hoverinfo="skip")
        )  # fmt: skip
    return figure


def identity_curves(curves: Curves, titles: Mapping[str, str], roles: Mapping[str, str]) -> go.Figure:
    """Cosine of each frame's embedding with the source's mean, a line a view."""
    lines = {view: one["identity"] for view, one in curves["views"].items() if one.get("identity")}
    figure = _figure(lines, curves, titles, roles, "cosine with the source")
    lowest = min((min(line["values"], default=1.0) for line in lines.values()), default=0.0)
    figure.update_yaxes(range=[lowest - 0.05 * (1.0 - lowest), 1.0 + 0.05 * (1.0 - lowest)])
    return figure


def _figure(
    lines: Mapping[str, Any], curves: Curves, titles: Mapping[str, str], roles: Mapping[str, str], axis: str
) -> go.Figure:
    figure = go.Figure()
    tint = colours({name: roles.get(name, "") for name in lines if name not in DASHES})
    for name, line in lines.items():
        if roles.get(name):  # they repeat source and target
            continue
        dash = DASHES.get(name)
        times = [frame / curves["views"][name]["fps"] for frame in line["frames"]]
        figure.add_trace(
            go.Scatter(x=times, y=line["values"], mode="lines+markers" if len(times) < 12 else "lines",
                       name=escape(name if dash else titles.get(name, name)),
                       line={"color": tint.get(name, INK), "width": 1.5 if dash else 2.2, "dash": dash})
        )  # fmt: skip
    figure.update_layout(
        **layout(440) | {"legend": {"orientation": "h", "y": -0.25, "font": {"size": 11}}, "hovermode": "x unified"}
    )
    figure.update_xaxes(title="seconds", gridcolor="rgba(127,127,127,0.12)", zeroline=False)
    figure.update_yaxes(title=axis, gridcolor="rgba(127,127,127,0.2)", zeroline=False, rangemode="tozero")
    return figure
