"""Reads a results folder into one value, `Board`. No streamlit, no torch: everything here can be tried in a notebook.

A results folder may change while it is open, hold broken runs, or not exist; none of that raises.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from benchmark.analysis.evidence import Evidence, extractors_of
from benchmark.analysis.gather import evidence_of
from benchmark.analysis.roles import is_mock, role_of, title_of
from benchmark.analysis.selection import Selection, select
from benchmark.analysis.standings import Exempt, Standings, exempt_counts, standings_of
from benchmark.analysis.table import EVERY_SAMPLE, Table, build_table
from benchmark.core.errors import UsageError
from benchmark.results.audit_details import audit_files
from benchmark.results.schema import SUMMARY
from benchmark.results.store import RUN_FILE, SUMMARY_FILE, BrokenRun, ResultsError, StoredRun, list_runs

_ADDED = {
    "run_id": "str",
    "finished": "str",
    "title": "str",
    "metric_title": "str",
    "higher_is_better": "bool",
    "role": "str",
    "mock": "bool",
    "family": "str",
    "year": "str",
    "licence": "str",
    "judge": "str",
    "verified": "bool",
    "facts": "str",
}

FAMILIES: Mapping[str, str] = {"none": "no cue", "label": "label", "audio": "speech", "image": "reference picture"}
"""What tells a method the emotion, in words: its family."""


@dataclass(frozen=True)
class Board:
    """What a results folder holds."""

    folder: Path
    rows: pd.DataFrame
    """Summary rows of the runs that count (`benchmark.analysis.selection`), and: run_id, finished, title and role of
    the method, metric_title, higher_is_better, mock, family, year, licence (the method's), judge (who the metric asks),
    verified, facts (family, year and licence as far as known)."""
    runs: tuple[StoredRun, ...] = ()
    """Readable runs, complete or not."""
    broken: tuple[BrokenRun, ...] = ()
    selections: Mapping[tuple[str, str], Selection] = field(default_factory=dict)
    """(dataset, split) -> the runs that count, and why others do not."""

    @property
    def datasets(self) -> list[str]:
        """Datasets with at least one complete run, sorted."""
        return sorted(self.rows["dataset"].unique())

    def splits(self, dataset: str) -> list[str]:
        """Splits of a dataset, sorted."""
        return sorted(self.rows.loc[self.rows["dataset"] == dataset, "split"].unique())

    def selection(self, dataset: str, split: str) -> Selection:
        """The runs of a split that count; none where there is no finished one."""
        return self.selections.get((dataset, split), Selection(dataset, split, ()))

    def runs_of(self, rows: pd.DataFrame) -> list[StoredRun]:
        """The run of each method that some summary rows come from, by method."""
        keys = set(zip(rows["dataset"], rows["split"], rows["method"], strict=True))
        found = [(one.dataset, one.split, run) for one in self.selections.values() for run in one.runs]
        return sorted((run for *where, run in found if (*where, run.method) in keys), key=lambda run: run.method)


@dataclass(frozen=True)
class OpenSplit:
    """The runs of a split that count, with everything its tables are made of."""

    evidence: Evidence

    @cached_property
    def standings(self) -> Standings:
        """What the tests of the split say; made when it is first asked for."""
        return standings_of(self.evidence)

    @cached_property
    def exempt(self) -> Exempt:
        """Samples that metrics do not apply to."""
        return exempt_counts(self.evidence.scores)

    def table(self, group: tuple[str, str] = EVERY_SAMPLE) -> Table:
        """All methods and measures over a group of samples."""
        return build_table(self.evidence, self.standings, group, self.exempt)


def open_split(board: Board, dataset: str, split: str) -> OpenSplit | None:
    """Read the scores of a split; None where no run of it can be read."""
    try:
        return OpenSplit(evidence_of(board.selection(dataset, split), quick=True))
    except UsageError:
        return None


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
    """Read every run's record, and the summaries of those that count. A damaged one is counted among the broken."""
    listing = list_runs(results)
    tables, damaged = [], {}
    selections = select(listing.runs)
    for run in (run for selection in selections.values() for run in selection.runs):
        try:
            tables.append(_described(run.summary(), run))
        except ResultsError as error:
            damaged[run.folder] = BrokenRun(run.folder, str(error))
    selections = {
        where: replace(one, runs=tuple(run for run in one.runs if run.folder not in damaged))
        for where, one in selections.items()
    }
    rows = pd.concat(tables, ignore_index=True) if tables else _no_rows()
    runs = tuple(run for run in listing.runs if run.folder not in damaged)
    return Board(results, rows, runs, (*listing.broken, *damaged.values()), selections)


def verified(run: StoredRun) -> bool:
    """Whether a number can be traced: made at a known, unchanged commit, no mock, and every file is the run's own.

    The run states the hash of each of its files; `benchmark.validate` checks more, for longer.
    """
    code, record = run.record.get("code") or {}, run.record
    if not code.get("commit") or code.get("dirty") or not record.get("files") or is_mock(record):
        return False
    return not audit_files(run.folder, record)


def judge_names(extractors: Sequence[str]) -> str:
    """Who a metric asks, in words."""
    return ", ".join(extractors) or "none"


def _described(summary: pd.DataFrame, run: StoredRun) -> pd.DataFrame:
    record = run.record
    cards = {(card["name"], card["protocol"]): card for card in record["metrics"]}
    keys = list(zip(summary["metric"], summary["protocol"], strict=True))
    found = [cards.get(key) or {"title": key[0], "higher_is_better": True} for key in keys]
    card = record["method"]
    family = FAMILIES.get(str(card.get("cue")), str(card.get("cue") or "unknown"))
    year, licence = str(card.get("year") or "unknown"), str(card.get("licence") or "unknown")
    return summary.assign(
        run_id=record["run_id"],
        finished=str((record.get("timing") or {}).get("finished") or ""),
        title=title_of(record),
        role=role_of(record),
        metric_title=[str(card["title"]) for card in found],
        higher_is_better=[bool(card["higher_is_better"]) for card in found],
        mock=is_mock(record),
        family=family,
        year=year,
        licence=licence,
        judge=[judge_names(extractors_of(found_card)) for found_card in found],
        verified=verified(run),
        facts=", ".join(value for value in (family, year, licence) if value != "unknown"),
    )


def _no_rows() -> pd.DataFrame:
    kinds = {column.name: "str" if column.kind == "string" else column.kind for column in SUMMARY} | _ADDED
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})
