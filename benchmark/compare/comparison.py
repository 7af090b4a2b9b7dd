"""Is one method better than another? Which runs are compared, and by what: the whole of `benchmark.compare(...)`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmark.analysis.family import Family, compare_runs
from benchmark.analysis.match import NotComparable
from benchmark.compare.command import find_runs
from benchmark.core.errors import user_path
from benchmark.results.store import StoredRun


def compare(
    *runs: Path | str | StoredRun,
    methods: Sequence[str] | None = None,
    dataset: str | None = None,
    split: str | None = None,
    metrics: Sequence[str] | None = None,
    level: float = 0.95,
    seed: int = 0,
) -> Family:
    """Compare methods with tests and intervals, as `python -m benchmark.compare` does.

    Args:
        runs: runs, their folders, or folders above runs, of which those count that the board shows.
        methods: which methods of a folder above runs; None: all.
        dataset: which dataset of it.
        split: which split of it.
        metrics: which metrics are tested; None: all that the runs share.
        level: of intervals, and of the family of tests.
        seed: of random flips, used with more than 16 speakers.

    Returns:
        The comparisons; `Family.table()` is one row for each metric and pair.

    Raises:
        NotComparable: other samples, protocols or judges, or no run of a method that is named.
        UsageError: there is no finished run, or they are of several splits.
    """
    if not 0.5 <= level < 1:
        raise NotComparable(f"the level must be from 0.5 to below 1, got {level}")
    places = [run.folder if isinstance(run, StoredRun) else user_path(run) for run in runs]
    for place in places:
        if not place.is_dir():
            raise NotComparable(f"{place}: no such folder")
    return compare_runs(find_runs(places, methods, dataset, split), metrics, level=level, seed=seed)
