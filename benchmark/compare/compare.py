"""Is one method better than another? Which runs are compared, and by what: the whole of `benchmark.compare(...)`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmark.analysis.comparability import NotComparable
from benchmark.analysis.comparison import Comparisons, compare_runs
from benchmark.analysis.selection import open_runs
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
) -> Comparisons:
    """Compare methods with tests and intervals, as `python -m benchmark.compare` does.

    Args:
        runs: runs, their folders, or folders above runs, of which those count that the board shows.
        methods: which methods are compared; None: all. The family of tests is the split's, whatever is compared.
        dataset: which dataset of it.
        split: which split of it.
        metrics: which metrics are compared; None: all that the runs share.
        level: of intervals, and of the family of tests.
        seed: of random flips, used with more than 16 speakers.

    Returns:
        The comparisons; `table()` is one row for each metric and pair.

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
    found = find_runs(places, methods, dataset, split)
    return compare_runs(found, metrics, methods=methods, level=level, seed=seed)


def find_runs(
    places: Sequence[Path], methods: Sequence[str] | None, dataset: str | None, split: str | None
) -> list[StoredRun]:
    """The runs that the command line names, of a folder those that count (`benchmark.analysis.selection`).

    They are the family; `methods` only has to be among them.

    Raises:
        NotComparable: there is no run of a method that was named.
        UsageError: there is no finished run, or they are of several splits.
    """
    selection = open_runs(places, dataset=dataset, split=split)
    known = list(dict.fromkeys(run.method for run in selection.runs))
    for name in methods or ():
        if name not in known:
            reasons = [str(run) for run in selection.left_out if run.method == name]
            why = "; ".join(reasons) or f"there are {', '.join(sorted(known))}"
            raise NotComparable(f"no run of '{name}' that can be compared: {why}")
    return list(selection.runs)
