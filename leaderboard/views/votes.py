"""Blind votes: which clip shows the named emotion better, which looks more natural; and what the votes say."""

from __future__ import annotations

import time

import pandas as pd
import streamlit as st

from leaderboard import text
from leaderboard.page import open_page
from leaderboard.player import player
from leaderboard.rows import choose
from leaderboard.votes.agreement import alpha_of_votes
from leaderboard.votes.design import QUESTIONS, Pair, pairs_for
from leaderboard.votes.raters import rater_table, trusted
from leaderboard.votes.store import new_rater
from leaderboard.votes.strength import strengths, with_metrics
from leaderboard.votes.study import COUNT, RATER, Study, study_of, votes_store
from leaderboard.widgets import choice

st.title(text.VOTES)
page = open_page()
store = votes_store(page.board.folder, page.dataset, page.split)


@st.cache_data(show_spinner=False, max_entries=8)
def _study(folder: str, dataset: str, split: str, run_ids: tuple[str, ...]) -> Study:
    del folder, dataset, split, run_ids
    return study_of(page.board, page.rows)


study = _study(str(page.board.folder), page.dataset, page.split, tuple(sorted(set(page.rows["run_id"]))))
titles = dict(zip(page.rows["method"], page.rows["title"], strict=True))
asking, results = st.tabs([text.VOTE_NOW, text.VOTE_RESULTS])


def ask(pair: Pair, rater: str) -> None:
    """One pair, blind, with both questions."""
    emotion = study.emotions[pair.sample]
    st.markdown(text.VOTE_WATCH.format(emotion=emotion))
    shown = [
        {"title": side, "video": study.videos[pair.sample, method]}
        for side, method in ((text.LEFT, pair.left), (text.RIGHT, pair.right))
    ]
    player(shown, f"pair.{pair.key}")
    started = st.session_state.setdefault(f"started.{pair.key}", time.monotonic())
    words = {"emotion": text.ASK_EMOTION.format(emotion=emotion), "natural": text.ASK_NATURAL}
    options = {"left": text.LEFT, "same": text.SAME, "right": text.RIGHT}
    with st.form(f"form.{pair.key}", border=False):
        answers = {
            question: st.radio(
                words[question], list(options), index=None, horizontal=True, format_func=options.__getitem__,
                key=f"{question}.{pair.key}",
            )
            for question in QUESTIONS
        }  # fmt: skip
        sent = st.form_submit_button(text.SEND, type="primary")
    given = {question: answer for question, answer in answers.items() if answer}
    if sent and len(given) == len(QUESTIONS):
        store.add(rater, pair, given, time.monotonic() - started)
        st.rerun()
    elif sent:
        st.warning(text.BOTH)


with asking:
    rater = st.query_params.get("rater", st.session_state.get("rater", ""))
    if not RATER.fullmatch(rater):
        rater = ""
    if len(study.pairs_of) == 0:
        st.info(text.NOTHING_TO_VOTE)
    elif not rater:
        st.markdown(text.VOTE_INTRO.format(count=COUNT))
        if st.button(text.BEGIN, type="primary"):
            st.session_state["rater"] = st.query_params["rater"] = new_rater()
            st.rerun()
    else:
        st.session_state["rater"] = rater
        pairs = pairs_for(rater, study.pairs_of, study.checks, COUNT)
        done = store.answered(rater)
        left = [pair for pair in pairs if pair.key not in done]
        st.progress(
            1 - len(left) / max(len(pairs), 1), text.PROGRESS.format(done=len(pairs) - len(left), all=len(pairs))
        )
        if left:
            ask(left[0], rater)
        else:
            st.success(text.THANKS)
        if done and st.button(text.UNDO, icon=":material/undo:"):
            store.undo(rater)
            st.rerun()
        st.caption(text.RATER_NOTE.format(rater=rater))

with results:
    votes = store.table()
    if votes.empty:
        st.info(text.NO_VOTES)
        st.stop()
    good = trusted(votes)
    question = choice(text.QUESTION, list(QUESTIONS), "question", shown=text.QUESTION_NAMES.__getitem__)
    table = strengths(good, question)
    st.subheader(text.STRENGTHS)
    st.caption(text.STRENGTHS_NOTE)
    alpha = alpha_of_votes(good, question)
    first, second, third = st.columns(3)
    first.metric(text.N_VOTES, int((votes["question"] == question).sum()))
    second.metric(text.N_RATERS, f"{good['rater'].nunique()} of {votes['rater'].nunique()}")
    third.metric(text.ALPHA, "–" if pd.isna(alpha) else f"{alpha:.2f}")
    st.dataframe(table.assign(method=[titles.get(name, name) for name in table["method"]]), hide_index=True)
    st.subheader(text.AGREE_WITH_METRICS)
    rows = choose(page.rows, page.dataset, page.split)
    st.dataframe(with_metrics(table, rows), hide_index=True)
    st.subheader(text.RATERS)
    st.caption(text.RATERS_NOTE)
    st.dataframe(rater_table(votes), hide_index=True)
    st.download_button(
        text.EXPORT, votes.to_csv(index=False), f"votes_{page.dataset}_{page.split}.csv", "text/csv", on_click="ignore"
    )
