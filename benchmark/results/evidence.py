"""Two tables beside the summary: every interval by every method, and the resampled values of set metrics.

`intervals.csv` states each mean's interval by each method, so that nobody has to take the one in the summary.
`resamples.parquet` holds the values of set metrics (FID, FVD) over resampled speakers. The resamples of two runs of one
split are the same draws, so the difference of two runs is resampled by subtracting row from row, without their
features. Runs made before these files existed have none: both readers give an empty table.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from benchmark.core.errors import one_line
from benchmark.core.files import replace_file, write_text
from benchmark.results.schema import GROUPINGS, Column
from benchmark.results.store import ResultsError

INTERVALS_FILE = "intervals.csv"
RESAMPLES_FILE = "resamples.parquet"

INTERVALS: tuple[Column, ...] = (
    Column("metric", "string", "Name of the metric."),
    Column("protocol", "string", "The named protocol of the number."),
    Column("group", "string", "What the samples were grouped by.", legal=GROUPINGS),
    Column("group_value", "string", "The group; `all` where `group` is `all`."),
    Column(
        "ci_method",
        "string",
        "How the interval was made, see docs/concepts/statistics.md. `beta_binomial`: of shares only; `wilson`: of yes "
        "or no only.",
    ),
    Column("ci_low", "float64", "Lower end; null where it is undefined.", nullable=True),
    Column("ci_high", "float64", "Upper end; null where it is undefined.", nullable=True),
    Column("ci_level", "float64", "Level, 0.95.", low=0, high=1),
    Column("clusters", "int64", "Speakers behind it (Wilson's: samples, taken as independent).", low=0),
)
RESAMPLES: tuple[Column, ...] = (
    Column("metric", "string", "Name of the set metric."),
    Column("protocol", "string", "The named protocol of the number."),
    Column("group", "string", "What the samples were grouped by.", legal=GROUPINGS),
    Column("group_value", "string", "The group; `all` where `group` is `all`."),
    Column("speakers", "string", "The speakers that were resampled, sorted, with commas."),
    Column("draw", "int64", "Number of the resample; the same draw in every run with these speakers.", low=0),
    Column("weight", "float64", "Its probability.", low=0, high=1),
    Column("value", "float64", "The metric's value; null where undefined.", nullable=True),
)


def write_intervals(folder: Path, table: pd.DataFrame) -> None:
    """Write `intervals.csv` in the order given. Raises ResultsError for missing columns or doubled rows."""
    table = _shaped(table, INTERVALS, INTERVALS_FILE, ("metric", "protocol", "group", "group_value", "ci_method"))
    write_text(folder / INTERVALS_FILE, table.to_csv(index=False, lineterminator="\n"))


def write_resamples(folder: Path, table: pd.DataFrame) -> None:
    """Write `resamples.parquet` in the order given. Raises ResultsError for missing columns or doubled rows."""
    table = _shaped(table, RESAMPLES, RESAMPLES_FILE, ("metric", "protocol", "group", "group_value", "draw"))
    with replace_file(folder / RESAMPLES_FILE) as temporary:
        table.to_parquet(temporary, index=False, compression="zstd")


def read_intervals(folder: Path) -> pd.DataFrame:
    """`intervals.csv` of a run folder; empty where there is none. Raises ResultsError."""
    path = folder / INTERVALS_FILE
    if not path.is_file():
        return _empty(INTERVALS)
    try:
        kinds = {c.name: "str" if c.kind == "string" else c.kind for c in INTERVALS}
        frame: pd.DataFrame = pd.read_csv(
            path, dtype=kinds, keep_default_na=False, na_values={"ci_low": [""], "ci_high": [""]}
        )
    except (OSError, ValueError) as error:
        raise ResultsError(f"{path}: {one_line(error)}") from error
    return _shaped(frame, INTERVALS, INTERVALS_FILE, ())


def read_resamples(folder: Path) -> pd.DataFrame:
    """`resamples.parquet` of a run folder; empty where there is none. Raises ResultsError."""
    path = folder / RESAMPLES_FILE
    if not path.is_file():
        return _empty(RESAMPLES)
    try:
        frame = pd.read_parquet(path.absolute())
    except (OSError, ValueError) as error:
        raise ResultsError(f"{path}: {one_line(error)}") from error
    return _shaped(frame, RESAMPLES, RESAMPLES_FILE, ())


def _empty(columns: Sequence[Column]) -> pd.DataFrame:
    return pd.DataFrame({c.name: pd.Series(dtype="str" if c.kind == "string" else c.kind) for c in columns})


def _shaped(table: pd.DataFrame, columns: Sequence[Column], name: str, key: Sequence[str]) -> pd.DataFrame:
    if table.empty and not len(table.columns):
        return _empty(columns)
    names = [column.name for column in columns]
    if missing := [column for column in names if column not in table]:
        raise ResultsError(f"{name}: no column {', '.join(missing)}")
    if key and table.duplicated(list(key)).any():
        raise ResultsError(f"{name}: rows given twice")
    return table[names].astype({c.name: c.kind for c in columns if c.kind != "string"})
