"""Every run in the folder: complete, unfinished, broken."""

from __future__ import annotations

import streamlit as st

from leaderboard import tables, text
from leaderboard.page import read_board, say_empty

board = read_board()
if not board.runs and not board.broken:
    say_empty(board)
    st.stop()
st.title(text.RUNS)
for head, complete in ((text.COMPLETE_HEAD, True), (text.UNFINISHED_HEAD, False)):
    table = tables.run_table([run for run in board.runs if run.complete is complete])
    if len(table):
        st.subheader(head)
        st.dataframe(table, hide_index=True)
if board.broken:
    st.subheader(text.BROKEN_HEAD)
    st.dataframe(tables.broken_table(board), hide_index=True)
