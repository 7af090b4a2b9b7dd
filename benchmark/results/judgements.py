"""What every judge of emotion saw in every output: `judgements.csv` beside the scores, one row a sample and judge.

From it come confusion matrices, and with them every count-based number of any group of samples:

    table = read_judgements(folder)
    confusion(table, "puppets", by={"speaker": "P25"})     # rows wanted, columns seen

Runs made before this file existed, and runs whose metrics ask no judge, have none: `read_judgements` gives an empty
table.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from benchmark.core.files import write_text
from benchmark.core.status import Status
from benchmark.core.types import EMOTIONS, SAMPLE_ID
from benchmark.results.migration import with_current_words
from benchmark.results.schema import GROUPS, STATUS, Column
from benchmark.results.store import ResultsError

JUDGEMENTS_FILE = "judgements.csv"

JUDGEMENTS: tuple[Column, ...] = (
    Column("sample_id", "string", "The sample's id.", pattern=SAMPLE_ID),
    Column("speaker", "string", "Who is seen."),
    Column("emotion", "string", "Target emotion: what should be seen.", legal=EMOTIONS),
    Column("group", "string", "basic or extended.", legal=GROUPS),
    Column("intensity", "int64", "Level 1 to 3; 0 where the corpus has none.", low=0, high=3),
    Column("judge", "string", "Name of the judge, as in `benchmark/metrics/emotion_judges.py`."),
    Column("protocol", "string", "The named protocol of the judge."),
    Column("seen", "string", "The class with the highest score; empty where there is none."),
    Column("probability", "float64", "Its score, 0 to 1; null where there is none.", nullable=True, low=0, high=1),
    Column("status", "string", "`ok`, or why the judge saw nothing.", pattern=STATUS),
    Column("reason", "string", "The same in words."),
)
"""Columns. An extended emotion is judged too: `seen` is then the basic one that its face is taken for."""


def write_judgements(folder: Path, table: pd.DataFrame) -> None:
    """Write the table, sorted by judge and sample. Raises ResultsError for missing columns or doubled rows."""
    names = [column.name for column in JUDGEMENTS]
    if missing := [name for name in names if name not in table]:
        raise ResultsError(f"{JUDGEMENTS_FILE}: no column {', '.join(missing)}")
    if table.duplicated(["judge", "sample_id"]).any():
        raise ResultsError(f"{JUDGEMENTS_FILE}: a judge has two rows for one sample")
    ordered = table[names].sort_values(["judge", "sample_id"], kind="stable")
    write_text(folder / JUDGEMENTS_FILE, ordered.to_csv(index=False, lineterminator="\n"))


def read_judgements(folder: Path) -> pd.DataFrame:
    """The table of a run folder; empty, with all columns, where there is no such file. Raises ResultsError."""
    names = [column.name for column in JUDGEMENTS]
    path = folder / JUDGEMENTS_FILE
    if not path.is_file():
        return pd.DataFrame(columns=names)
    try:
        table = with_current_words(pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8"))
        table["intensity"] = pd.to_numeric(table["intensity"]).astype("int64")
        table["probability"] = pd.to_numeric(table["probability"]).astype("float64")
    except (OSError, ValueError, KeyError) as error:
        raise ResultsError(f"{path}: {error}") from error
    if missing := [name for name in names if name not in table]:
        raise ResultsError(f"{path}: no column {', '.join(missing)}")
    return table


def confusion(table: pd.DataFrame, judge: str, by: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """How often each emotion was seen where another was wanted.

    Args:
        table: from `read_judgements`.
        judge: one of its judges.
        by: column -> value: only those rows, e.g. {"intensity": 3} or {"speaker": "P25"}.

    Returns:
        Counts, index = wanted emotions, columns = seen ones, both in the order of `EMOTIONS` and as far as they occur.
        Samples that the judge has no answer for are not in it.
    """
    rows = table[(table["judge"] == judge) & (table["status"] == Status.OK)]
    for column, value in (by or {}).items():
        rows = rows[rows[column] == value]
    counts = pd.crosstab(rows["emotion"], rows["seen"])
    wanted = [name for name in EMOTIONS if name in counts.index]
    seen = [name for name in EMOTIONS if name in counts.columns]
    return counts.reindex(index=wanted, columns=seen, fill_value=0)
