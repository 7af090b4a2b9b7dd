"""Which run of a method counts, and which rows a reader has chosen; pure functions of summary rows."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from benchmark.results.schema import FRAMES
from benchmark.results.store import StoredRun


def newest(rows: pd.DataFrame) -> pd.DataFrame:
    """One row for each method, metric, protocol and group: of the run that planned most samples, then of the newest."""
    key = ["dataset", "split", "method", "metric", "protocol", "group", "group_value"]
    ordered = rows.sort_values(["n_planned", "finished", "run_id"], ascending=[False, False, True], kind="stable")
    return ordered.drop_duplicates(key).sort_index()


def newest_runs(runs: Sequence[StoredRun]) -> list[StoredRun]:
    """The complete run of each dataset, split and method that counts: with most samples, then the newest; by name."""
    best: dict[tuple[str, str, str], StoredRun] = {}
    for run in sorted(runs, key=lambda run: str(run.record["run_id"]), reverse=True):
        key = (str(run.record["dataset"]), str(run.record["split"]), run.method)
        if run.complete and (key not in best or _weight(run) >= _weight(best[key])):
            best[key] = run
    return [best[key] for key in sorted(best)]


def _weight(run: StoredRun) -> tuple[int, str]:
    return int(run.record["counts"]["planned"]), str((run.record.get("timing") or {}).get("finished") or "")


def choose(
    rows: pd.DataFrame,
    dataset: str,
    split: str,
    grouping: tuple[str, str] = ("all", "all"),
    methods: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Rows of one dataset, split and group of samples. Floor and ceiling stay whatever methods are chosen."""
    mask = (rows["dataset"] == dataset) & (rows["split"] == split)
    mask &= (rows["group"] == grouping[0]) & (rows["group_value"] == grouping[1])
    if methods is not None:
        mask &= rows["method"].isin([*methods, *FRAMES])
    return rows[mask]


def groupings(rows: pd.DataFrame) -> list[tuple[str, str]]:
    """Groups of samples that occur, in reading order: all, basic and extended, emotions, intensities; not speakers."""
    order = {"all": 0, "group": 1, "emotion": 2, "intensity": 3}
    found = {(str(g), str(v)) for g, v in zip(rows["group"], rows["group_value"], strict=True) if g in order}
    return sorted(found, key=lambda pair: (order[pair[0]], pair[1]))


def best_methods(rows: pd.DataFrame, most: int) -> list[str]:
    """The methods with the best values of one metric, at most so many, and floor and ceiling.

    Args:
        rows: chosen rows of one metric and one group of samples.
        most: methods that are no frames.
    """
    own = rows[~rows["method"].isin(list(FRAMES)) & rows["value"].notna()]
    higher = bool(rows["higher_is_better"].iloc[0]) if len(rows) else True
    best = own.sort_values(["value", "method"], ascending=[not higher, True])["method"].head(most)
    return [*map(str, best), *FRAMES]
