"""A card for each method on the board, and where methods outside are described."""

from __future__ import annotations

import streamlit as st

from leaderboard import docs_pages, text
from leaderboard.page import notices, read_board, say_empty

board = read_board()
if board.rows.empty:
    say_empty(board)
    st.stop()
st.title(text.METHODS_PAGE)
notices(board)
st.caption(text.METHODS_NOTE)
columns = st.columns(2)
for i, card in enumerate(docs_pages.cards(board)):
    with columns[i % 2], st.container(border=True):
        st.markdown(f"#### {text.plain(card['title'])}")
        for key in ("family", "version", "year", "paper", "code", "licence", "trained on", "checkpoints", "warnings"):
            if card[key]:
                st.markdown(f"**{key}**: {text.plain(card[key])}")
        st.caption(text.MEASURED_ON.format(splits=text.plain(", ".join(card["splits"]))))
