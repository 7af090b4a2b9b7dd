"""What each number means, the datasets, the self-test and the sensitivity report: the project's documents."""

from __future__ import annotations

import streamlit as st

from leaderboard import docs_pages, text
from leaderboard.widgets import choice

topics = docs_pages.topics()
if not topics:
    st.info(text.NO_DOCUMENTS)
    st.stop()
with st.sidebar:
    topic = choice(text.TOPIC, list(topics), "topic", shown=topics.__getitem__)
st.markdown(docs_pages.document(topic))
