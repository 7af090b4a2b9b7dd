"""What every page begins with: the results, read again when they change, and the choice of dataset and split."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import streamlit as st

from leaderboard import text
from leaderboard.data import Board, OpenSplit, load_board, open_split, stamp
from leaderboard.places import SEEDED, folder_of_process
from leaderboard.widgets import choice


@dataclass(frozen=True)
class PageContext:
    """The board, and what the reader has chosen of it."""

    board: Board
    rows: pd.DataFrame
    """Rows of the chosen dataset and split, all groups of samples."""
    dataset: str
    split: str
    opened: OpenSplit
    """The split's evidence and standings; all viewers share it, pages only read it."""


@st.cache_resource(show_spinner=False, max_entries=4)
def _board(folder: Path, state: tuple[tuple[str, int, int], ...]) -> Board:
    """`state` only makes the cache forget when a file changes. All viewers share the value: pages only read it."""
    del state
    return load_board(folder)


def read_board() -> Board:
    """The board as it is now."""
    folder = folder_of_process()
    return _board(folder, stamp(folder))


@st.cache_resource(show_spinner=False, max_entries=8)
def _split(folder: Path, state: tuple[tuple[str, int, int], ...], dataset: str, split: str) -> OpenSplit | None:
    return open_split(_board(folder, state), dataset, split)


def open_page() -> PageContext:
    """The results and the choice of dataset and split, in the sidebar. Ends the page where there is nothing to show."""
    board = read_board()
    if board.rows.empty:
        say_empty(board)
        st.stop()
    with st.sidebar:
        dataset = choice(text.DATASET, board.datasets, "dataset")
        split = choice(text.SPLIT, board.splits(dataset), "split", default="test")
    opened = _split(board.folder, stamp(board.folder), dataset, split)
    if opened is None:
        say_empty(board)
        st.stop()
    rows = board.rows
    rows = rows[(rows["dataset"] == dataset) & (rows["split"] == split)]
    return PageContext(board, rows, dataset, split, opened)


def say_left_out(page: PageContext) -> None:
    """Which methods of the split are not in its tables, and why."""
    selection = page.board.selection(page.dataset, page.split)
    shown = {run.method for run in selection.runs}
    for one in selection.left_out:
        if one.method and one.method not in shown:
            st.caption(text.LEFT_OUT.format(method=text.plain(one.method), reason=text.plain(one.reason)))


def say_empty(board: Board) -> None:
    """Why there is nothing to show, and how to change that."""
    st.title(text.NO_RESULTS)
    sentence = text.EMPTY_FOLDER if board.folder.is_dir() else text.NO_FOLDER
    st.markdown(sentence.format(folder=board.folder))
    st.markdown(text.FIRST_STEPS)
    notices(board)


def notices(board: Board) -> None:
    """What a reader must know about runs that are not in the table."""
    if board.folder.resolve() == SEEDED.resolve():
        st.caption(text.SEEDED)
    unfinished = sum(not run.complete for run in board.runs)
    if board.broken:
        st.warning(text.BROKEN.format(count=len(board.broken)), icon=":material/broken_image:")
    if unfinished:
        st.info(text.UNFINISHED.format(count=unfinished), icon=":material/pending:")
