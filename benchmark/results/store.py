"""Writes and reads run folders: `results/<dataset>/<split>/<method>/<run_id>/{run.json, scores.parquet, summary.csv}`.

Every file is written to a temporary name and then moved, so a reader never meets half a file. The tables' bytes depend
on their content alone: rows are sorted, no clock and no host name goes in. Reading a single run raises ResultsError;
listing a folder of runs never does: what can't be read is reported beside what can.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from benchmark.core.errors import BenchmarkError, one_line
from benchmark.core.file_names import check_name
from benchmark.core.files import replace_file, write_text
from benchmark.results.check import check_run, check_scores, check_summary
from benchmark.results.migration import migrate, with_current_words
from benchmark.results.schema import SCORES, SCORES_KEY, SUMMARY, Column

RUN_FILE = "run.json"
SCORES_FILE = "scores.parquet"
SUMMARY_FILE = "summary.csv"
MOCK_ROOT = "mock"
"""Folder, beside `results` and `cache`, below which mock runs keep theirs."""

_ARROW = {"string": pa.string(), "int64": pa.int64(), "float64": pa.float64()}


class ResultsError(BenchmarkError):
    """A run folder is absent, damaged, or does not follow the schema."""


@dataclass(frozen=True)
class StoredRun:
    """A run that was found in a results folder."""

    folder: Path
    record: dict[str, Any]
    """The content of run.json."""

    @property
    def method(self) -> str:
        """Name of the method."""
        return str(self.record["method"]["name"])

    @property
    def complete(self) -> bool:
        """Whether every stage has ended, failed samples or not."""
        return bool(self.record["status"] == "complete")

    def scores(self) -> pd.DataFrame:
        """The scores table. Raises ResultsError."""
        return read_scores(self.folder)

    def summary(self) -> pd.DataFrame:
        """The summary table. Raises ResultsError."""
        return read_summary(self.folder)


@dataclass(frozen=True)
class BrokenRun:
    """A folder that looks like a run and can't be used."""

    folder: Path
    problem: str


@dataclass(frozen=True)
class Listing:
    """What a results folder holds, sorted by path."""

    runs: tuple[StoredRun, ...]
    broken: tuple[BrokenRun, ...]


def run_folder(results: Path, dataset: str, split: str, method: str, run_id: str) -> Path:
    """The folder of a run under the folder `results`. Raises UsageError for a name that would lead elsewhere."""
    for what, name in (("dataset", dataset), ("split", split), ("method", method), ("run", run_id)):
        check_name(what, name)
    return results / dataset / split / method / run_id


def write_run(folder: Path, record: Mapping[str, Any]) -> None:
    """Write `run.json`; non-finite numbers become null, paths text.

    Raises:
        ResultsError: the schema is broken, or the run is a mock and the folder is not a mock's.
    """
    plain = _plain(record)
    _refuse(check_run(plain) + check_mock(folder, plain))
    write_text(folder / RUN_FILE, json.dumps(plain, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def write_scores(folder: Path, frame: pd.DataFrame) -> None:
    """Write `scores.parquet`, sorted by metric, protocol, sample. Raises ResultsError if the schema is broken."""
    frame = _typed(frame, SCORES)
    _refuse(check_scores(frame))
    metric_first = [SCORES_KEY[1], SCORES_KEY[2], SCORES_KEY[0]]
    ordered = frame.sort_values(metric_first, kind="stable", ignore_index=True)
    schema = pa.schema([pa.field(c.name, _ARROW[c.kind], nullable=c.nullable) for c in SCORES])
    table = pa.table(
        {c.name: pa.array(ordered[c.name], _ARROW[c.kind], from_pandas=True) for c in SCORES}, schema=schema
    )
    with replace_file(folder / SCORES_FILE) as temporary:
        pq.write_table(table, temporary, compression="zstd", version="2.6")


def write_summary(folder: Path, frame: pd.DataFrame) -> None:
    """Write `summary.csv` in the order given, with all digits. Raises ResultsError if the schema is broken."""
    frame = _typed(frame, SUMMARY)
    _refuse(check_summary(frame))
    write_text(folder / SUMMARY_FILE, frame.to_csv(index=False, lineterminator="\n"))


def read_run(folder: Path) -> dict[str, Any]:
    """The content of `run.json`, checked. Raises ResultsError."""
    record = load_run(folder)
    _refuse(check_run(record), folder / RUN_FILE)
    return record


def read_scores(folder: Path) -> pd.DataFrame:
    """The scores table, checked; strings are `str`, `value` is float64 with NaN for null. Raises ResultsError."""
    frame = load_scores(folder)
    _refuse(check_scores(frame), folder / SCORES_FILE)
    return frame


def read_summary(folder: Path) -> pd.DataFrame:
    """The summary table, checked. Raises ResultsError."""
    frame = load_summary(folder)
    _refuse(check_summary(frame), folder / SUMMARY_FILE)
    return frame


def load_run(folder: Path) -> dict[str, Any]:
    """The content of `run.json`, brought to the present schema version.

    Raises:
        ResultsError: there is no such file, or it is not JSON.
    """
    path = folder / RUN_FILE
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ResultsError(f"{path}: {one_line(error)}") from error
    if not isinstance(record, dict):
        raise ResultsError(f"{path}: must hold an object, got {type(record).__name__}")
    return migrate(record)


def load_scores(folder: Path) -> pd.DataFrame:
    """The scores table as it is. Raises ResultsError where there is no such file or it is not parquet."""
    path = folder / SCORES_FILE
    try:
        frame: pd.DataFrame = with_current_words(pq.ParquetFile(path.absolute()).read().to_pandas())
    except (OSError, ValueError, pa.ArrowException) as error:
        raise ResultsError(f"{path}: {one_line(error)}") from error
    return frame


def load_summary(folder: Path) -> pd.DataFrame:
    """The summary table as it is, numbers as numbers. Raises ResultsError where it is no such table."""
    path = folder / SUMMARY_FILE
    try:
        frame = with_current_words(pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8"))
        for column in SUMMARY:
            if column.name in frame and column.kind != "string":
                frame[column.name] = _numbers(frame[column.name], column)
    except (OSError, ValueError) as error:
        raise ResultsError(f"{path}: {one_line(error)}") from error
    return frame


def run_folders(results: Path) -> list[Path]:
    """Every folder under `results` that holds a file of a run, sorted."""
    names = (RUN_FILE, SCORES_FILE, SUMMARY_FILE)
    return sorted({path.parent for name in names for path in results.glob(f"*/*/*/*/{name}")})


def check_place(folder: Path, record: Mapping[str, Any]) -> list[str]:
    """A copied or renamed folder must not show up under another method's name."""
    expected = (record["dataset"], record["split"], record["method"]["name"], record["run_id"])
    if problems := check_mock(folder, record):
        return problems
    return [] if folder.parts[-4:] == expected else [f"run.json: says that it belongs to {'/'.join(expected)}"]


def check_mock(folder: Path, record: Mapping[str, Any]) -> list[str]:
    """A mock run belongs below `mock/results`, never into a store of results."""
    mock = bool(record["plan"].get("mock", False) or record["method"].get("mock", False))
    inside = len(folder.parts) > 5 and folder.parts[-6:-4] == (MOCK_ROOT, "results")
    return (
        ["run.json: a mock run can't be stored among results; its numbers mean nothing"] if mock and not inside else []
    )


def list_runs(results: Path) -> Listing:
    """Every run under a results folder. Broken ones are reported, an absent folder is empty; nothing is raised."""
    return _listing(run_folders(results))


def list_below(place: Path) -> Listing:
    """Every run below any folder, however deep it lies, as `list_runs` reports them."""
    return _listing(folders_below(place))


def folders_below(place: Path) -> list[Path]:
    """Every folder below any folder that holds a file of a run, however deep it lies, sorted; a run's own is itself."""
    return sorted({path.parent for path in place.rglob(RUN_FILE)} | set(run_folders(place)))


def _listing(folders: Iterable[Path]) -> Listing:
    runs, broken = [], []
    for folder in folders:
        try:
            record = read_run(folder)
            _refuse(check_place(folder.absolute(), record), folder)
            if record["status"] == "complete":
                for name in (SCORES_FILE, SUMMARY_FILE):
                    if not (folder / name).is_file():
                        raise ResultsError(f"{folder / name}: missing although the run is complete")
        except ResultsError as error:
            broken.append(BrokenRun(folder, one_line(error)))
        else:
            runs.append(StoredRun(folder, record))
    return Listing(tuple(runs), tuple(broken))


def _numbers(cells: pd.Series[str], column: Column) -> pd.Series[Any]:
    """Text as numbers, to the last digit; an empty cell is NaN where the column may be null. Raises ValueError."""
    if column.kind == "int64":
        return pd.Series([int(cell) for cell in cells], dtype="int64")
    return pd.Series([math.nan if cell == "" else float(cell) for cell in cells], dtype="float64")


def _typed(frame: pd.DataFrame, columns: Sequence[Column]) -> pd.DataFrame:
    """Columns in the schema's order, numbers as its types. Unknown columns stay, for the check to name them."""
    names = [column.name for column in columns]
    known = [name for name in names if name in frame]
    typed = frame[known + [name for name in frame if name not in names]].copy()
    for column in columns:
        if column.name in known and column.kind != "string":
            try:
                typed[column.name] = typed[column.name].astype(column.kind)
            except (TypeError, ValueError) as error:
                raise ResultsError(f"column '{column.name}' must be {column.kind}: {one_line(error)}") from error
    return typed


def _refuse(problems: Sequence[str], path: Path | None = None) -> None:
    if problems:
        more = f" (and {len(problems) - 1} more problems)" if len(problems) > 1 else ""
        raise ResultsError(f"{path}: {problems[0]}{more}" if path else f"{problems[0]}{more}")


def _plain(value: Any) -> Any:
    """The value in JSON's own types."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset, np.ndarray)):
        items = sorted(value) if isinstance(value, (set, frozenset)) else value
        return [_plain(item) for item in items]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, os.PathLike):
        return Path(value).as_posix()
    return value
