"""Numbers that papers print, for the board: apart from what was measured, never ranked."""

from __future__ import annotations

from functools import lru_cache
from html import escape

import pandas as pd

from benchmark.core.errors import BenchmarkError
from benchmark.report.papers import paper_tables
from leaderboard.overview_html import STYLE

DATASETS = ("mead", "crema_d")


@lru_cache(maxsize=8)
def tables_of(dataset: str) -> tuple[tuple[str, str, pd.DataFrame], ...]:
    """Title, how it was measured and came here, and the table, of each paper's table.

    Args:
        dataset: that of the board; one that no paper reports (such as puppets) gets those of MEAD and CREMA-D.
    """
    found = []
    for name in [dataset] if dataset in DATASETS else DATASETS:
        try:
            tables = paper_tables(name)
        except BenchmarkError:
            continue
        for one in tables:
            rows = [[method, cue, *numbers] for method, cue, numbers in one.rows]
            frame = pd.DataFrame(rows, columns=["method", "cue", *(m.replace("_", " ") for m in one.metrics)])
            found.append((f"{name}: {one.title}", f"{one.protocol}; {one.source}", frame))
    return tuple(found)


@lru_cache(maxsize=8)
def as_html(dataset: str) -> str:
    """The tables as HTML, every text escaped."""
    return STYLE + "".join(
        f"<h4>{escape(title)}</h4><small>{escape(how)}</small><div class='board-scroll'>"
        f"{frame.to_html(index=False, border=0, classes='board', escape=True, na_rep='')}</div>"
        for title, how, frame in tables_of(dataset)
    )
