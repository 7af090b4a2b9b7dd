"""Source, target and every method's output of one sample side by side, in step, with scores, curves and failures."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from benchmark.analysis import format
from benchmark.core.status import Status
from leaderboard import overview_html, text
from leaderboard.clips import first_with_video, views_of
from leaderboard.curve_charts import emotion_curves, identity_curves, mouth_curves
from leaderboard.curves import Curves, curves_of, read_curves
from leaderboard.data import stamp
from leaderboard.page import open_page
from leaderboard.player import player
from leaderboard.rows import roles_of
from leaderboard.sample_view import grid, ordered, samples_of, seen_by_judges
from leaderboard.widgets import choice, switch

CLIPS = 12  # at once; a browser decodes no more

st.title(text.SAMPLES)
page = open_page()
roles = roles_of(page.rows)
titles = {
    method: f"{title} ({roles[method]})" if roles[method] else title
    for method, title in zip(page.rows["method"], page.rows["title"], strict=True)
}
metrics = dict(zip(page.rows["metric"], page.rows["metric_title"], strict=True))
scores = page.opened.evidence.scores
state = stamp(page.board.folder)


@st.cache_data(show_spinner=False, max_entries=4)
def _samples(key: tuple[str, str, str], state: tuple[tuple[str, int, int], ...]) -> pd.DataFrame:
    del key, state
    return samples_of(scores)


@st.cache_data(show_spinner=False, max_entries=16)
def _grid(key: tuple[str, str, str], metric: str, state: tuple[tuple[str, int, int], ...]) -> pd.DataFrame:
    del key, state
    return grid(scores, metric, ordered(roles))


@st.cache_data(show_spinner=False, max_entries=4)
def _seen(key: tuple[str, str, str], state: tuple[tuple[str, int, int], ...]) -> pd.DataFrame:
    del key, state
    return seen_by_judges([(run.method, run.folder) for run in page.board.runs_of(page.rows)])


where = (str(page.board.folder), page.dataset, page.split)
samples = _samples(where, state)
per_sample = [m for m in metrics if m in set(scores.loc[scores["status"] == Status.OK, "metric"].unique())]
if samples.empty or not per_sample:
    st.info(text.NO_SAMPLES)
    st.stop()
with st.sidebar:
    emotion = choice(text.EMOTION, [text.ANY, *sorted(samples["emotion"].unique())], "emotion")
    metric = choice(text.METRIC, per_sample, "metric", shown=metrics.__getitem__)
    if switch(text.ONLY_FAILURES, "failures"):
        samples = samples[samples["failures"] > 0]
if emotion != text.ANY:
    samples = samples[samples["emotion"] == emotion]
if samples.empty:
    st.info(text.NO_SAMPLES)
    st.stop()

names = list(samples["sample_id"])
st.caption(text.SAMPLES_HINT.format(count=len(names), metric=metrics[metric]))
numbers = samples.set_index("sample_id").join(_grid(where, metric, state))
picked = st.dataframe(
    numbers.rename(columns=titles),
    height=260,
    on_select="rerun",
    selection_mode="single-row",
    key=f"grid.{emotion}.{metric}",
)
rows = list(picked.get("selection", {}).get("rows", []))
if rows and rows[0] < len(names) and st.session_state.get("grid.last") != names[rows[0]]:
    st.session_state["sample"] = st.session_state["grid.last"] = names[rows[0]]
sample_id = choice(text.SAMPLE, names, "sample", default=first_with_video(page.board, page.rows, names))
sample = samples.set_index("sample_id").loc[sample_id]
level = text.LEVEL.format(level=sample["intensity"]) if sample["intensity"] else ""
failures = text.SOME_FAILURES.format(failures=sample["failures"]) if sample["failures"] else text.NO_FAILURES
st.markdown(
    text.SAMPLE_FACTS.format(
        speaker=text.plain(str(sample["speaker"])), emotion=sample["emotion"], level=level, failures=failures
    )
)

views = views_of(page.board, page.rows, sample_id, scores)
judged = _seen(where, state)
judged = judged[judged["sample_id"] == sample_id].drop_duplicates("method").set_index("method")
shown = []
for view in views[:CLIPS]:
    name = {"source": text.SOURCE, "target": text.TARGET}.get(view.label, titles.get(view.label, view.label))
    entry = {"title": name, "video": view.video, "reason": view.reason, "kind": "" if view.method else "frame"}
    if view.method in judged.index:
        row = judged.loc[view.method]
        entry |= {"seen": text.SEEN.format(seen=row["seen"], share=row["probability"]), "right": None}
        if sample["group"] == "basic":
            entry["right"] = bool(row["seen"] == sample["emotion"])
    if len(view.scores):
        own = view.scores[(view.scores["metric"] == metric) & (view.scores["status"] == Status.OK)]
        entry["facts"] = (
            [[metrics[metric], format.alone(float(own["value"].iloc[0]), str(own["unit"].iloc[0]))]] if len(own) else []
        )
    shown.append(entry)
player(shown, "clips")


@st.cache_data(show_spinner=False, max_entries=256)
def _curves(key: tuple[str, str, str], sample: str, state: tuple[tuple[str, int, int], ...]) -> Curves:
    """Written ones, else from the cache of features."""
    del state
    root = page.board.folder.parent
    return read_curves(root, *key[1:], sample) or curves_of(root, page.board.runs_of(page.rows), sample)


curves = _curves(where, sample_id, state)
if curves:
    st.subheader(text.CURVES)
    drawn = {
        "emotion": lambda: emotion_curves(curves, str(sample["emotion"]), titles, roles),
        "mouth": lambda: mouth_curves(curves, titles, roles),
        "identity": lambda: identity_curves(curves, titles, roles),
    }
    told = {kind: words for kind, words in curves["origin"].items() if kind in drawn}
    st.caption(
        text.CURVES_NOTE.format(origin="; ".join(f"{kind}: {text.plain(words)}" for kind, words in told.items()))
    )
    for place, kind in zip(st.columns(len(told) or 1), [kind for kind in drawn if kind in told], strict=False):
        place.plotly_chart(drawn[kind](), key=f"curve.{kind}")
st.subheader(text.SCORES)
st.html(overview_html.render_scores(views, titles, metrics))
