"""What the board hands out beside CSV: a LaTeX table and a picture."""

from __future__ import annotations

import pandas as pd

from benchmark.core.errors import BenchmarkError, one_line
from leaderboard.data import Board
from leaderboard.overview import Overview
from leaderboard.picture import draw


def latex(board: Board, rows: pd.DataFrame) -> str:
    """The chosen methods and metrics as `python -m benchmark.report --format latex` writes them, over all emotions.

    Where the runs can't stand in one table, the text is a LaTeX comment that says why.
    """
    from benchmark.report.gather import gather
    from benchmark.report.latex import render
    from benchmark.report.tables import build

    runs = board.runs_of(rows)
    try:
        return render(build(gather([run.folder for run in runs]), list(dict.fromkeys(rows["metric"]))), [])
    except BenchmarkError as error:
        return f"% no table: {one_line(error).replace(f'{board.folder}/', '')}\n"


def png(table: Overview, caption: str) -> bytes:
    """The overview as a picture."""
    return draw(table, caption)
