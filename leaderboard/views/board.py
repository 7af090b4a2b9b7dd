"""The board: every method on one split, with intervals, coverage and rank ranges."""

from __future__ import annotations

from urllib.parse import urlencode

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from benchmark.analysis import words
from benchmark.analysis.evidence import Entry
from benchmark.analysis.latex import one_table
from benchmark.analysis.table import Column, Table
from leaderboard import charts, overview_html, papers, tables, text
from leaderboard.data import stamp
from leaderboard.filters import ask
from leaderboard.page import notices, open_page, say_left_out
from leaderboard.png import draw
from leaderboard.rows import best_methods, competing
from leaderboard.widgets import choice, typed

# Methods in a chart, the best by its metric: more are no picture any more, and slow to draw.
DRAWN = 20

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


def to_samples(entry: Entry, column: Column) -> str:
    """The address of a cell's samples; it keeps the group of samples."""
    query = {
        "dataset": page.dataset,
        "split": page.split,
        "method": entry.method,
        "metric": column.facts.measure.metric,
    }
    return "samples?" + urlencode(query | ({"emotion": group_value} if grouping == "emotion" else {}))


@st.cache_resource(show_spinner=False, max_entries=64)
def _table(key: tuple[object, ...]) -> tuple[Table, str, pd.DataFrame]:
    """The table, as HTML too, and all its numbers; shared by all viewers who chose the same."""
    del key
    found = filters.table(page, search).sorted_by(sort)
    verified = set(page.rows.loc[page.rows["verified"], "method"])
    facts = dict(zip(page.rows["method"], page.rows["facts"], strict=True))
    return found, overview_html.render(found, facts, verified, to_samples), tables.numbers(found, verified)


state = stamp(page.board.folder)
key = (str(page.board.folder), state, page.dataset, page.split, *filters.key())
table, html, long = _table((*key, sort, search))
shown, everything = st.tabs([text.OVERVIEW, text.ALL_ROWS])
with shown:
    st.html(html)
    st.html(f"<small style='opacity:.75'>{text.LEGEND} {text.RANKS} {text.OLDER}</small>")
    clusters = words.speakers(table.columns)
    if 2 <= clusters < 10:
        st.caption(text.FEW_SPEAKERS.format(clusters=clusters))
with everything:
    st.dataframe(long, hide_index=True, column_config={"value": st.column_config.NumberColumn(format="%.4g")})
with st.container(horizontal=True):
    for label, ending, kind, write in (
        (text.DOWNLOAD, "csv", "text/csv", lambda: long.to_csv(index=False)),
        (text.DOWNLOAD_LATEX, "tex", "text/plain", lambda: one_table(table) + "\n"),
        (text.DOWNLOAD_PNG, "png", "image/png", lambda: draw(table, words.caption(table))),
    ):
        st.download_button(label, write, f"{table.file_name}.{ending}", kind, on_click="ignore")


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
