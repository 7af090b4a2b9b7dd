"""The board: every method on one split, with intervals and coverage."""

from __future__ import annotations

import streamlit as st

from benchmark.results.schema import FRAMES
from leaderboard import charts, overview_html, tables, text
from leaderboard.frame import notices, open_page
from leaderboard.state import choice, choices

st.title(text.TITLE)
st.caption(text.CLAIM)
page = open_page()
notices(page.board)

metric_titles = dict(zip(page.rows["metric"], page.rows["metric_title"], strict=True))
method_titles = dict(zip(page.rows["method"], page.rows["title"], strict=True))
groupings = {f"{grouping}:{value}": (grouping, value) for grouping, value in tables.groupings(page.rows)}
with st.sidebar:
    group = choice(text.GROUP, list(groupings), "group", shown=lambda key: tables.group_name(*groupings[key]))
    own = [method for method in method_titles if method not in FRAMES]
    methods = choices(text.METHODS, own, "methods", shown=method_titles.__getitem__, help=text.METHODS_HELP)
    metrics = choices(text.METRICS, list(metric_titles), "metrics", shown=metric_titles.__getitem__)

chosen = tables.choose(page.rows, page.dataset, page.split, groupings[group], methods)
chosen = chosen[chosen["metric"].isin(metrics)]
if chosen.empty:
    st.info(text.NO_ROWS)
    st.stop()

overview, everything = st.tabs([text.OVERVIEW, text.ALL_ROWS])
with overview:
    st.html(overview_html.render(tables.overview(chosen)))
    st.html(f"<small style='opacity:.75'>{text.LEGEND} {text.OLDER}</small>")
    clusters = int(chosen.loc[chosen["value"].notna(), "clusters"].max()) if chosen["value"].notna().any() else 0
    if 2 <= clusters < 10:
        st.caption(text.FEW_SPEAKERS.format(clusters=clusters))
with everything:
    table = tables.long_table(chosen)
    st.dataframe(table, hide_index=True, column_config={"value": st.column_config.NumberColumn(format="%.4g")})
    st.download_button(
        text.DOWNLOAD, table.to_csv(index=False), f"{page.dataset}_{page.split}.csv", "text/csv", on_click="ignore"
    )

with_numbers = list(dict.fromkeys(chosen.loc[chosen["value"].notna(), "metric"]))
if with_numbers:
    metric = choice(text.METRIC, with_numbers, "metric", shown=metric_titles.__getitem__)
    one = chosen[chosen["metric"] == metric]
    per_emotion = page.rows[
        (page.rows["metric"] == metric)
        & (page.rows["group"] == "emotion")
        & page.rows["method"].isin([*methods, *FRAMES])
    ]
    figures = {}
    if not one["method"].isin(list(FRAMES)).all():
        figures["forest"] = charts.forest(one)
    if per_emotion["group_value"].nunique() > 1:
        figures["by_emotion"] = charts.by_group(per_emotion)
    for column, (key, figure) in zip(st.columns(max(len(figures), 1)), figures.items(), strict=False):
        column.plotly_chart(figure, key=key)
