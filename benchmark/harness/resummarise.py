"""States the intervals of finished runs by today's methods: from their scores and resamples, nothing is run again.

The means, the scores and their bytes stay, so does the run's id. A run whose files are not as it left them is refused:
what was changed by hand is not made good by this. `provenance.resummarised` of run.json says which version of the
statistics the summary is of.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmark.core.files import file_sha256
from benchmark.core.status import Status
from benchmark.harness.intervals import interval_table
from benchmark.harness.plan import STATISTICS, RunPlan
from benchmark.metrics import METRICS
from benchmark.results.audit import audit_run
from benchmark.results.evidence import INTERVALS_FILE, read_resamples, write_intervals
from benchmark.results.schema import range_of
from benchmark.results.store import (
    SUMMARY_FILE,
    ResultsError,
    read_run,
    read_scores,
    read_summary,
    write_run,
    write_summary,
)
from benchmark.statistics.bootstrap import Interval
from benchmark.statistics.means import MEAN_INTERVALS, mean_method
from benchmark.statistics.set_bootstrap import set_interval

EXACT = "_exact"


def resummarise(folder: Path) -> bool:
    """State a run's intervals by today's methods.

    Args:
        folder: the run's; `summary.csv`, `intervals.csv` and `run.json` are replaced.

    Returns:
        Whether anything changed.

    Raises:
        ResultsError: the run can't be read, is not complete, or its files are not as it left them.
    """
    if problems := audit_run(folder):
        raise ResultsError(f"{folder}: {problems[0]}")
    record, scores, summary = read_run(folder), read_scores(folder), read_summary(folder)
    cards = [_card(card) for card in record["metrics"]]
    fresh = restate(cards, record["plan"], scores, summary, read_resamples(folder))
    if fresh.equals(summary) and cards == record["metrics"]:
        return False
    write_summary(folder, fresh)
    write_intervals(folder, interval_table(_plan(record["plan"]), scores))
    hashes = {name: file_sha256(folder / name) for name in (SUMMARY_FILE, INTERVALS_FILE)}
    provenance = record.get("provenance", {}) | {"resummarised": {"statistics": STATISTICS}}
    files = {"files": record["files"] | hashes} if "files" in record else {}
    write_run(folder, record | {"metrics": cards, "provenance": provenance} | files)
    return True


def restate(
    cards: list[dict[str, Any]],
    plan: Mapping[str, Any],
    scores: pd.DataFrame,
    summary: pd.DataFrame,
    resamples: pd.DataFrame,
) -> pd.DataFrame:
    """The summary with today's intervals; rows that neither scores nor resamples stand behind keep theirs.

    Args:
        cards: the metrics of run.json, each with `share`.
        plan: of run.json, for the level.
        scores: rows of `scores.parquet`.
        summary: rows of `summary.csv`.
        resamples: rows of `resamples.parquet`.
    """
    known = {(card["name"], card["protocol"]): card for card in cards}
    ok = scores[scores["status"] == Status.OK]
    rows: list[dict[Hashable, Any]] = summary.to_dict("records")
    for row in rows:
        card = known.get((row["metric"], row["protocol"]))
        if card is None or row["status"] != Status.OK:
            continue
        if card["level"] == "sample":
            part = ok[(ok["metric"] == row["metric"]) & (ok["protocol"] == row["protocol"])]
            if row["group"] != "all":
                part = part[part[row["group"]].astype(str) == row["group_value"]]
            method = MEAN_INTERVALS[mean_method(bool(card["share"]))]
            values, speakers = part["value"].to_numpy(dtype=np.float64), part["speaker"].to_numpy(dtype=str)
            found, suffix = method(values, speakers, range_of(card), float(plan["level"])), ""
        elif card["level"] == "set" and len(drawn := _drawn(row, resamples)):
            found = set_interval(
                float(row["value"]), drawn["value"], drawn["weight"], int(row["clusters"]),
                level=float(plan["level"]), ends=range_of(card), samples=int(row["n_scored"]),
            )  # fmt: skip
            suffix = EXACT if drawn["weight"].nunique() > 1 else ""
        else:
            continue
        row |= _ends(found, suffix)
    return pd.DataFrame(rows, columns=summary.columns).astype(summary.dtypes.to_dict())


def _ends(interval: Interval, suffix: str) -> dict[Hashable, Any]:
    level, method = (interval.level, interval.method + suffix) if interval.defined else (math.nan, "")
    return {"ci_low": interval.low, "ci_high": interval.high, "ci_level": level, "ci_method": method}


def _drawn(row: Mapping[Hashable, Any], resamples: pd.DataFrame) -> pd.DataFrame:
    keep = np.ones(len(resamples), dtype=bool)
    for name in ("metric", "protocol", "group", "group_value"):
        keep &= (resamples[name] == row[name]).to_numpy()
    return resamples[keep].sort_values("draw")


def _card(card: Mapping[str, Any]) -> dict[str, Any]:
    """The card with what older runs did not say: whether the metric's mean is a share."""
    if "share" in card:
        return dict(card)
    name = str(card["name"])
    return dict(card) | {"share": METRICS.get(name).info.share if name in METRICS else ""}


def _plan(plan: Mapping[str, Any]) -> RunPlan:
    known = {field.name: plan[field.name] for field in fields(RunPlan)}
    return RunPlan(**known | {name: tuple(known[name]) for name in ("samples", "metrics", "extractors")})
