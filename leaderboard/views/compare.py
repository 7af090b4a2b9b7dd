"""Two methods or more, sample by sample: differences, significance, confusion, levels, trade-offs."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from benchmark.analysis.comparability import NotComparable
from benchmark.analysis.comparison import Comparisons, compare
from benchmark.analysis.roles import COMPETITOR
from benchmark.results.judgements import confusion, read_judgements
from benchmark.results.store import ResultsError
from leaderboard import charts, compare_charts, text
from leaderboard.data import stamp
from leaderboard.page import notices, open_page
from leaderboard.rows import choose, roles_of
from leaderboard.sample_view import grid, ordered
from leaderboard.widgets import choice, choices

IDENTITY = "identity_similarity"  # what an edit most often costs

st.title(text.COMPARE)
page = open_page()
notices(page.board)
rows = choose(page.rows, page.dataset, page.split)
titles = dict(zip(rows["method"], rows["title"], strict=True))
names = dict(zip(rows["metric"], rows["metric_title"], strict=True))
measured = list(dict.fromkeys(rows.loc[rows["value"].notna(), "metric"]))
roles = roles_of(rows)
own = [name for name in ordered(roles) if roles[name] == COMPETITOR]
references = [name for name in roles if roles[name] != COMPETITOR]
with st.sidebar:
    methods = choices(text.METHODS, own, "methods", shown=titles.__getitem__)
    metric = choice(text.METRIC, measured, "metric", shown=names.__getitem__)
if len(methods) < 2:
    st.info(text.COMPARE_PICK)
    st.stop()


@st.cache_data(show_spinner=text.COMPARING, max_entries=32)
def _compared(
    folder: str, where: tuple[str, str], methods: tuple[str, ...], metric: str, state: tuple[tuple[str, int, int], ...]
) -> tuple[Comparisons | None, str]:
    del folder, where, state
    runs = page.board.runs_of(rows[rows["method"].isin(methods)])
    try:
        return compare(page.opened.evidence, page.opened.standings, runs, [metric]), ""
    except (NotComparable, ResultsError) as error:
        return None, str(error).replace(f"{page.board.folder}/", "")


state = stamp(page.board.folder)
found, why = _compared(str(page.board.folder), (page.dataset, page.split), tuple(methods), metric, state)
st.subheader(text.DIFFERENCES)
if found is None:
    st.info(text.NOT_COMPARABLE.format(why=why))
else:
    table = pd.DataFrame(
        [
            {
                "first": titles[one.first],
                "second": titles[one.second],
                "difference": one.difference,
                "low": one.ci_low,
                "high": one.ci_high,
                "unit": one.unit,
                "p": one.p,
                "p, Holm": one.p_holm,
                "Wilcoxon": one.p_wilcoxon,
                "shown from": one.detectable,
                "samples": one.n,
                "speakers": one.clusters,
                "verdict": titles.get(one.verdict(found.level), one.verdict(found.level)),
                "exploratory": one.exploratory,
            }
            for one in found.comparisons
        ]
    )
    number = st.column_config.NumberColumn(format="%.3g")
    shown = ("difference", "low", "high", "p", "p, Holm", "Wilcoxon", "shown from")
    st.dataframe(table, hide_index=True, column_config=dict.fromkeys(shown, number))
    st.caption(text.DIFFERENCES_NOTE.format(tests=found.tests))
    if found.comparisons:
        st.text(text.STANDINGS + " " + "; ".join(f"{titles[m]}: {found.rank(metric, m)}" for m in found.methods))

left, right = st.columns(2)
numbers = grid(page.opened.evidence.scores, metric, methods)
with left:
    st.subheader(text.PER_SAMPLE)
    first, second = st.columns(2)
    with first:
        across = choice(text.ACROSS, methods, "x", shown=titles.__getitem__)
    with second:
        up = choice(text.UP, methods, "y", shown=titles.__getitem__, default=methods[1])
    if across != up and {across, up} <= set(numbers.columns):
        st.plotly_chart(compare_charts.scatter(numbers, across, up, titles), key="scatter")
    else:
        st.caption(text.NO_SCATTER)
with right:
    st.subheader(text.PER_EMOTION)
    mine = page.rows[(page.rows["metric"] == metric) & page.rows["method"].isin([*methods, *references])]
    st.plotly_chart(charts.by_group(mine[mine["group"] == "emotion"]), key="emotions")

left, right = st.columns(2)
with left:
    st.subheader(text.TRADE_OFF)
    against = choice(
        text.AGAINST,
        [m for m in measured if m != metric] or measured,
        "against",
        shown=names.__getitem__,
        default=IDENTITY,
    )
    kept = rows[rows["method"].isin([*methods, *references])]
    st.plotly_chart(compare_charts.trade_off(kept, metric, against), key="front")
with right:
    st.subheader(text.BY_LEVEL)
    st.plotly_chart(compare_charts.levels(mine[mine["group"] == "intensity"]), key="levels")

st.subheader(text.CONFUSION)
st.caption(text.CONFUSION_NOTE)
places = st.columns(min(len(methods), 3))
for i, method in enumerate(methods[:6]):
    (run,) = page.board.runs_of(rows[rows["method"] == method])
    try:
        judged = read_judgements(run.folder)
    except ResultsError:
        continue
    with places[i % len(places)]:
        judges = sorted(judged["judge"].unique())
        if judges:
            st.caption(text.plain(f"{titles[method]}, judge {judges[0]}"))
            st.plotly_chart(compare_charts.confusion_map(confusion(judged, judges[0])), key=f"confusion.{i}")
with st.expander(text.RADAR):
    st.caption(text.RADAR_NOTE)
    st.plotly_chart(compare_charts.radar(kept, measured[:10]), key="radar")
