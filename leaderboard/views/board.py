"""The board: every method on one split, with intervals, coverage and rank ranges."""

from __future__ import annotations

from urllib.parse import urlencode

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from leaderboard import charts, downloads, overview_html, papers, ranks, tables, text
from leaderboard.choosing import best_methods, competing
from leaderboard.data import stamp
from leaderboard.filters import ask
from leaderboard.frame import notices, open_page, say_left_out, scores_of
from leaderboard.overview import Head, Line, Overview, overview
from leaderboard.state import choice, typed
from leaderboard.wording import group_name

DRAWN = 20
"""Methods in a chart, the best by its metric: more are no picture any more, and slow to draw."""

st.title(text.TITLE)
st.caption(text.CLAIM)
page = open_page()
notices(page.board)
say_left_out(page)

filters = ask(page)
chosen = filters.rows(page)
if chosen.empty:
    st.info(text.NO_ROWS)
    st.stop()

metric_titles = dict(zip(page.rows["metric"], page.rows["metric_title"], strict=True))
grouping, group_value = filters.grouping
with_numbers = list(dict.fromkeys(chosen.loc[chosen["value"].notna(), "metric"]))
left, right = st.columns([2, 1])
with left:
    search = typed(text.SEARCH, "search", placeholder=text.SEARCH_HINT)
with right:
    order = ["", *with_numbers]
    sort = choice(text.SORT, order, "sort", shown=lambda name: metric_titles[name] if name else text.BY_TITLE)


def to_samples(line: Line, head: Head) -> str:
    """The address of a cell's samples; it keeps the group of samples."""
    query = {"dataset": page.dataset, "split": page.split, "method": line.method, "metric": head.metric}
    return "samples?" + urlencode(query | ({"emotion": group_value} if grouping == "emotion" else {}))


@st.cache_resource(show_spinner=False, max_entries=64)
def _table(key: tuple[object, ...]) -> tuple[Overview, str, pd.DataFrame, str]:
    """The overview, as HTML too, and all numbers, as CSV too; shared by all viewers who chose the same."""
    del key
    scores = scores_of(page.board, chosen)
    if grouping != "all":
        scores = scores[scores[grouping].astype(str) == group_value]
    found = overview(chosen, ranks=ranks.rank_ranges(scores, chosen), sort=sort, search=search)
    long = tables.long_table(chosen)
    return found, overview_html.render(found, to_samples), long, long.to_csv(index=False)


state = stamp(page.board.folder)
key = (str(page.board.folder), state, page.dataset, page.split, *filters.key())
table, html, long, csv = _table((*key, sort, search))
shown, everything = st.tabs([text.OVERVIEW, text.ALL_ROWS])
with shown:
    st.html(html)
    st.html(f"<small style='opacity:.75'>{text.LEGEND} {text.RANKS} {text.OLDER}</small>")
    clusters = int(chosen.loc[chosen["value"].notna(), "clusters"].max()) if with_numbers else 0
    if 2 <= clusters < 10:
        st.caption(text.FEW_SPEAKERS.format(clusters=clusters))
with everything:
    st.dataframe(long, hide_index=True, column_config={"value": st.column_config.NumberColumn(format="%.4g")})
name = f"{page.dataset}_{page.split}"
with st.container(horizontal=True):
    st.download_button(text.DOWNLOAD, csv, f"{name}.csv", "text/csv", on_click="ignore")
    st.download_button(
        text.DOWNLOAD_LATEX, lambda: downloads.latex(page.board, chosen), f"{name}.tex", "text/plain", on_click="ignore"
    )
    caption = f"{page.dataset}, {page.split}, {group_name(*filters.grouping)}; 95 % intervals over speakers"
    st.download_button(
        text.DOWNLOAD_PNG, lambda: downloads.png(table, caption), f"{name}.png", "image/png", on_click="ignore"
    )


@st.cache_resource(show_spinner=False, max_entries=64)
def _figures(key: tuple[object, ...]) -> dict[str, go.Figure]:
    """The charts of one metric; shared as the table is."""
    metric = str(key[-1])
    one = chosen[chosen["metric"] == metric]
    drawn = best_methods(one, DRAWN)
    one = one[one["method"].isin(drawn)]
    per_emotion = page.rows[
        (page.rows["metric"] == metric) & (page.rows["group"] == "emotion") & page.rows["method"].isin(drawn)
    ]
    figures = {}
    if len(competing(one)):
        figures["forest"] = charts.forest(one)
    if per_emotion["group_value"].nunique() > 1:
        figures["by_emotion"] = charts.by_group(per_emotion)
    return figures


if with_numbers:
    metric = choice(text.METRIC, with_numbers, "metric", shown=metric_titles.__getitem__)
    figures = _figures((*key, metric))
    for place, (chart, figure) in zip(st.columns(max(len(figures), 1)), figures.items(), strict=False):
        place.plotly_chart(figure, key=chart)
    count = competing(chosen)["method"].nunique()
    if count > DRAWN:
        st.caption(text.ONLY_BEST.format(drawn=DRAWN, count=count))

with st.expander(text.PAPERS, icon=":material/menu_book:"):
    st.caption(text.PAPERS_NOTE)
    st.html(papers.as_html(page.dataset))
