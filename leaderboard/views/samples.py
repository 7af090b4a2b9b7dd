"""Source, target and every method's output of one sample side by side, with its scores and failures."""

from __future__ import annotations

import streamlit as st

from benchmark.results.schema import FRAMES
from leaderboard import overview_html, text
from leaderboard.data import View, sample_table, views_of
from leaderboard.frame import open_page
from leaderboard.state import choice, switch

ACROSS = 4  # clips in a row; a text here would be shown on the page

st.title(text.SAMPLES)
page = open_page()
titles = {
    method: f"{title} ({FRAMES[method]})" if method in FRAMES else title
    for method, title in zip(page.rows["method"], page.rows["title"], strict=True)
}
metrics = dict(zip(page.rows["metric"], page.rows["metric_title"], strict=True))
samples = sample_table(page.board, page.rows)

with st.sidebar:
    emotion = choice(text.EMOTION, [text.ANY, *sorted(samples["emotion"].unique())], "emotion")
    if switch(text.ONLY_FAILURES, "failures"):
        samples = samples[samples["failures"] > 0]
if emotion != text.ANY:
    samples = samples[samples["emotion"] == emotion]
if samples.empty:
    st.info(text.NO_SAMPLES)
    st.stop()

sample_id = choice(text.SAMPLE, list(samples["sample_id"]), "sample")
sample = samples.set_index("sample_id").loc[sample_id]
level = text.LEVEL.format(level=sample["intensity"]) if sample["intensity"] else ""
failures = text.SOME_FAILURES.format(failures=sample["failures"]) if sample["failures"] else text.NO_FAILURES
st.markdown(
    text.SAMPLE_FACTS.format(speaker=sample["speaker"], emotion=sample["emotion"], level=level, failures=failures)
)


def show(view: View) -> None:
    """One clip, or why there is none."""
    name = {"source": text.SOURCE, "target": text.TARGET}.get(view.label, titles.get(view.label, view.label))
    st.markdown(f"**{name}**")
    if view.video is None:
        st.info(text.NO_VIDEO.format(reason=view.reason))
    else:
        st.video(str(view.video), loop=True)


views = views_of(page.board, page.rows, sample_id)
for start in range(0, len(views), ACROSS):
    for column, view in zip(st.columns(ACROSS), views[start : start + ACROSS], strict=False):
        with column:
            show(view)
st.html(overview_html.render_scores(views, titles, metrics))
