"""Numbers that papers print, for the board: apart from what was measured, never ranked."""

from __future__ import annotations

from functools import lru_cache

from benchmark.analysis.html import render
from benchmark.analysis.papers import paper_tables
from benchmark.core.errors import BenchmarkError
from leaderboard.overview_html import STYLE

DATASETS = ("mead", "crema_d")


@lru_cache(maxsize=8)
def as_html(dataset: str) -> str:
    """Every paper's table as HTML; "" where there is none.

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
            heads = ["method", "cue", *(metric.replace("_", " ") for metric in one.metrics)]
            rows = [[method, cue, *numbers] for method, cue, numbers in one.rows]
            found.append((f"{name}: {one.title}", f"{one.protocol}; {one.source}", heads, rows))
    return render("leaderboard", "papers.html", style=STYLE, papers=found) if found else ""
