"""Scores of many runs as one table, read fast: only the columns that tables and pages need, as categories.

The store's own reader checks every row, which takes seconds for ten methods on a thousand samples; a page only looks.
What would mislead it is dropped here: a value that is not finite, a row without a status. `benchmark.validate` checks.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from benchmark.core.status import Status, current_word
from benchmark.results.store import SCORES_FILE

TEXTS = ("method", "sample_id", "speaker", "emotion", "group", "metric", "protocol", "unit", "status", "reason")
COLUMNS = (*TEXTS, "intensity", "value")


def read_scores(folders: Sequence[Path]) -> pd.DataFrame:
    """The scores of run folders below each other; texts are categories. A damaged or absent table is left out."""
    tables = []
    for folder in folders:
        try:
            table = pq.ParquetFile((folder / SCORES_FILE).absolute()).read(columns=list(COLUMNS))
        except (OSError, ValueError, pa.ArrowException):
            continue
        if set(COLUMNS) <= set(table.column_names):
            tables.append(table.select(list(COLUMNS)))
    if not tables:
        return pd.DataFrame({name: pd.Series(dtype="float64" if name == "value" else "str") for name in COLUMNS})
    try:
        whole = pa.concat_tables(tables, promote_options="permissive")
    except pa.ArrowException:
        whole = tables[0]
    for name in TEXTS:
        column = whole.column(name).cast(pa.string()).combine_chunks().dictionary_encode()
        whole = whole.set_column(whole.column_names.index(name), name, column)
    frame: pd.DataFrame = whole.to_pandas()
    frame["status"] = frame["status"].map(current_word).astype("category")
    frame["value"] = pd.to_numeric(frame["value"], errors="coerce").astype("float64")
    finite = np.isfinite(frame["value"].to_numpy())
    kept: pd.DataFrame = frame[finite | (frame["status"] != Status.OK).to_numpy()].reset_index(drop=True)
    return kept
