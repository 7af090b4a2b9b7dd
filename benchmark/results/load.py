"""Results as tables: every run of a folder, its numbers for each sample and for the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from benchmark.core.errors import UsageError, user_path
from benchmark.core.status import NOT_FAILED
from benchmark.results.schema import SCORES, SUMMARY, Column
from benchmark.results.store import BrokenRun, StoredRun, list_below


@dataclass(frozen=True)
class Results:
    """Runs and their tables; the columns are those of `docs/reference/results_schema.md`."""

    runs: tuple[StoredRun, ...]
    """The finished runs, by path."""
    broken: tuple[BrokenRun, ...] = ()
    """Folders that look like runs and can't be used, and why."""

    @property
    def scores(self) -> pd.DataFrame:
        """One row for each planned sample and metric of every run, with a number or with the reason why not."""
        return _joined([run.scores() for run in self.runs], SCORES)

    @property
    def summary(self) -> pd.DataFrame:
        """One row for each metric and group of samples of every run, with its interval."""
        return _joined([run.summary() for run in self.runs], SUMMARY)

    @property
    def failures(self) -> pd.DataFrame:
        """The rows of `scores` that lack a number although the metric applies: `status` and `reason` say why."""
        scores = self.scores
        return scores[~scores["status"].isin(NOT_FAILED)].reset_index(drop=True)


def load_results(folder: Path | str) -> Results:
    """Every finished run in a folder: a run's own, or any folder above runs.

    Raises:
        UsageError: no such folder.
    """
    place = user_path(folder)
    if not place.is_dir():
        raise UsageError(f"{place}: no such folder")
    listing = list_below(place)
    return Results(tuple(run for run in listing.runs if run.complete), listing.broken)


def _joined(tables: Sequence[pd.DataFrame], columns: Sequence[Column]) -> pd.DataFrame:
    if not tables:
        return pd.DataFrame(columns=[column.name for column in columns])
    return pd.concat(tables, ignore_index=True)
