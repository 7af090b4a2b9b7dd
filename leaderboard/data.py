"""Reads a results folder into one value, `Board`. No streamlit, no torch: everything here can be tried in a notebook.

A results folder may change while it is open, hold broken runs, or not exist; none of that raises.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from benchmark.analysis.match import judges
from benchmark.core.errors import user_path
from benchmark.results.audit_details import audit_files
from benchmark.results.schema import FRAMES, SUMMARY
from benchmark.results.store import RUN_FILE, SUMMARY_FILE, BrokenRun, ResultsError, StoredRun, list_runs

ENVIRONMENT = "BENCHMARK_RESULTS"
"""Variable that names the results folder."""

SEEDED = Path(__file__).parent / "seeded" / "results"
"""Results that ship (`leaderboard/seed.py`): shown where no other folder is named and `./results` is not there."""

NOT_FAILED = ("ok", "not_applicable", "no_target", "no_truth")
"""Statuses of a row that no method is to blame for."""

_ADDED = {
    "run_id": "str",
    "finished": "str",
    "title": "str",
    "metric_title": "str",
    "higher_is_better": "bool",
    "mock": "bool",
    "family": "str",
    "year": "str",
    "licence": "str",
    "judge": "str",
    "verified": "bool",
}

FAMILIES: Mapping[str, str] = {"none": "no cue", "label": "label", "audio": "speech", "image": "reference picture"}
"""What tells a method the emotion, in words: its family."""


@dataclass(frozen=True)
class Board:
    """What a results folder holds."""

    folder: Path
    rows: pd.DataFrame
    """Summary rows of all complete runs, and: run_id, finished, title (the method's), metric_title, higher_is_better,
    mock, family, year, licence (the method's), judge (who the metric asks), verified."""
    runs: tuple[StoredRun, ...] = ()
    """Readable runs, complete or not."""
    broken: tuple[BrokenRun, ...] = ()

    @property
    def datasets(self) -> list[str]:
        """Datasets with at least one complete run, sorted."""
        return sorted(self.rows["dataset"].unique())

    def splits(self, dataset: str) -> list[str]:
        """Splits of a dataset, sorted."""
        return sorted(self.rows.loc[self.rows["dataset"] == dataset, "split"].unique())

    def runs_of(self, rows: pd.DataFrame) -> list[StoredRun]:
        """The run of each method that some summary rows come from, by method."""
        chosen = rows.drop_duplicates("method").sort_values("method")
        return [self.run(str(i), str(m)) for i, m in zip(chosen["run_id"], chosen["method"], strict=True)]

    def run(self, run_id: str, method: str) -> StoredRun:
        """The run of that id and method. Raises KeyError if there is none."""
        for run in self.runs:
            if run.record["run_id"] == run_id and run.method == method:
                return run
        raise KeyError(f"no run {run_id} of {method}")


def results_folder(arguments: Sequence[str], environment: Mapping[str, str]) -> Path:
    """The folder from `--results DIR`, else from BENCHMARK_RESULTS, else `./results` if it is there, else `SEEDED`."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--results", type=Path)
    known, _ = parser.parse_known_args(list(arguments))
    named = known.results or environment.get(ENVIRONMENT)
    if named:
        return user_path(named)
    here = Path("results")
    return here if here.is_dir() else SEEDED


def stamp(results: Path) -> tuple[tuple[str, int, int], ...]:
    """What changes when a run appears, goes or is rewritten: path, time and size of every run's files."""
    found = []
    for name in (RUN_FILE, SUMMARY_FILE):
        for path in results.glob(f"*/*/*/*/{name}"):
            try:
                state = path.stat()
            except OSError:  # gone since it was listed
                continue
            found.append((path.relative_to(results).as_posix(), state.st_mtime_ns, state.st_size))
    return tuple(sorted(found))


def load_board(results: Path) -> Board:
    """Read every run's record and summary. A run whose summary is damaged is counted among the broken ones."""
    listing = list_runs(results)
    tables, runs, broken = [], [], list(listing.broken)
    for run in listing.runs:
        if run.complete:
            try:
                tables.append(_described(run.summary(), run))
            except ResultsError as error:
                broken.append(BrokenRun(run.folder, str(error)))
                continue
        runs.append(run)
    rows = pd.concat(tables, ignore_index=True) if tables else _no_rows()
    return Board(results, rows, tuple(runs), tuple(broken))


def arguments_of_process() -> Path:
    """The results folder of this process: its command line and environment."""
    import sys

    return results_folder(sys.argv[1:], os.environ)


def verified(run: StoredRun) -> bool:
    """Whether a number can be traced: made at a known, unchanged commit, no mock, and every file is the run's own.

    The run states the hash of each of its files; `benchmark.validate` checks more, for longer.
    """
    code, record = run.record.get("code") or {}, run.record
    if not code.get("commit") or code.get("dirty") or not record.get("files") or record["method"].get("mock"):
        return False
    return not audit_files(run.folder, record)


def _described(summary: pd.DataFrame, run: StoredRun) -> pd.DataFrame:
    record = run.record
    cards = {(card["name"], card["protocol"]): card for card in record["metrics"]}
    keys = list(zip(summary["metric"], summary["protocol"], strict=True))
    found = [cards.get(key) or {"title": key[0], "higher_is_better": True} for key in keys]
    card = record["method"]
    name = card["name"]
    title = str(record["method"].get("title") or name)
    return summary.assign(
        run_id=record["run_id"],
        finished=str((record.get("timing") or {}).get("finished") or ""),
        title=title.removesuffix(f" ({FRAMES.get(name)})"),  # the board says by a mark who is floor and who ceiling
        metric_title=[str(card["title"]) for card in found],
        higher_is_better=[bool(card["higher_is_better"]) for card in found],
        mock=bool(record["plan"].get("mock", False)),
        family=FAMILIES.get(str(card.get("cue")), str(card.get("cue") or "unknown")),
        year=str(card.get("year") or "unknown"),
        licence=str(card.get("licence") or "unknown"),
        judge=[", ".join(judges(found_card)) or "none" for found_card in found],
        verified=verified(run),
    )


def _no_rows() -> pd.DataFrame:
    kinds = {column.name: "str" if column.kind == "string" else column.kind for column in SUMMARY} | _ADDED
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})
