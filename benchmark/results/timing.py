"""`timing.parquet`: what each sample cost when it was made. Times stay out of the scores, which hold no clock."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from benchmark.core.errors import one_line
from benchmark.core.types import SAMPLE_ID
from benchmark.results.migration import with_current_words
from benchmark.results.schema import STATUS, Column
from benchmark.results.store import ResultsError

TIMING_FILE = "timing.parquet"

TIMING: tuple[Column, ...] = (
    Column("sample_id", "string", "The sample's id.", pattern=SAMPLE_ID),
    Column("seconds", "float64", "Time the method took; null where it was not timed.", nullable=True, low=0),
    Column("synchronised", "float64", "The same until the accelerator was done.", nullable=True, low=0),
    Column("frames", "int64", "Frames of the output.", nullable=True, low=0),
    Column("order", "int64", "Samples its process had edited before; 0: the first.", nullable=True, low=0),
    Column("peak_bytes", "int64", "Most memory held while it was edited.", nullable=True, low=0),
    Column("status", "string", "`ok`, or why there is no output.", pattern=STATUS),
)
"""Columns. Further ones hold what the method remarks of each edit."""


def read_timing(folder: Path) -> pd.DataFrame:
    """The table of a run folder; empty, with all columns, where there is no such file. Raises ResultsError."""
    path = folder / TIMING_FILE
    if not path.is_file():
        return pd.DataFrame(columns=[column.name for column in TIMING])
    try:
        frame: pd.DataFrame = with_current_words(pd.read_parquet(path.absolute()))
    except (OSError, ValueError) as error:
        raise ResultsError(f"{path}: {one_line(error)}") from error
    return frame
