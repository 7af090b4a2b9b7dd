"""The leaderboard: `streamlit run leaderboard/app.py [-- --results DIR]`, or `python -m leaderboard`."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from leaderboard import text
from leaderboard.widgets import PAGE

st.set_page_config(page_title=text.TITLE, page_icon=str(Path(__file__).parent / "icon.png"), layout="wide")
page = st.navigation(
    [
        st.Page("views/board.py", title=text.BOARD, icon=":material/leaderboard:", default=True),
        st.Page("views/compare.py", title=text.COMPARE, icon=":material/compare_arrows:"),
        st.Page("views/samples.py", title=text.SAMPLES, icon=":material/movie:"),
        st.Page("views/votes.py", title=text.VOTES, icon=":material/how_to_vote:"),
        st.Page("views/submit.py", title=text.SUBMIT, icon=":material/upload:"),
        st.Page("views/protocols.py", title=text.PROTOCOLS, icon=":material/rule:"),
        st.Page("views/methods.py", title=text.METHODS_PAGE, icon=":material/model_training:"),
        st.Page("views/runs.py", title=text.RUNS, icon=":material/history:"),
    ],
    position="top",
)
st.session_state[PAGE] = page.url_path
st.html("<style>.stMainBlockContainer { padding-top: 4.5rem; }</style>")  # below the pages' names
page.run()
