"""Checks `intervals.csv` and `resamples.parquet`, and that the summary's intervals follow from scores and resamples."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from benchmark.core.status import Status
from benchmark.results.check import check_columns, check_duplicates, faulty
from benchmark.results.evidence import INTERVALS, RESAMPLES
from benchmark.results.schema import range_of
from benchmark.statistics.bootstrap import Interval
from benchmark.statistics.means import MEAN_INTERVALS, mean_method
from benchmark.statistics.set_bootstrap import CENTRED, STUDENT, centred_interval, set_interval

CLOSE = 1e-9
"""Largest difference of the ends of one interval computed twice, as a share of the larger of its size and 1."""

WILSON = "wilson"

MEAN_KEY = ["metric", "protocol", "group", "group_value"]


def audit_ranges(record: Mapping[str, Any], table: pd.DataFrame, name: str) -> list[str]:
    """Values that their metric can't have."""
    problems = []
    for card in record["metrics"]:
        low, high = range_of(card)
        rows = table[(table["metric"] == card["name"]) & (table["protocol"] == card["protocol"])]
        outside = rows[(rows["value"] < low - CLOSE) | (rows["value"] > high + CLOSE)]
        if len(outside):
            value = float(outside["value"].iloc[0])
            problems.append(f"{name}: {card['name']} is {value:.9g}, outside {low:g} to {high:g}")
    return problems


def audit_intervals(intervals: pd.DataFrame, scores: pd.DataFrame, summary: pd.DataFrame) -> list[str]:
    """Problems of `intervals.csv`: by itself, and beside scores and summary."""
    problems = check_columns(intervals, INTERVALS, "intervals")
    if problems:
        return problems
    problems += check_duplicates(intervals, [*MEAN_KEY, "ci_method"], "intervals")
    where = (
        intervals["metric"] + "/" + intervals["group"] + "=" + intervals["group_value"] + "/" + intervals["ci_method"]
    )
    low, high = (intervals[name].to_numpy(dtype=np.float64) for name in ("ci_low", "ci_high"))
    problems += faulty(where[np.isnan(low) != np.isnan(high)], "intervals: only one end is given")
    problems += faulty(where[low > high], "intervals: ends in the wrong order")
    problems += faulty(where[np.isinf(low) | np.isinf(high)], "intervals: infinite end")
    few = ~np.isnan(low) & (intervals["clusters"] < 2) & (intervals["ci_method"] != WILSON)
    problems += faulty(where[few], "intervals: an interval from fewer than two speakers")
    means = summary[summary["metric"].isin(set(scores["metric"]))].set_index(MEAN_KEY)
    for method, rows in intervals.groupby("ci_method"):
        have = rows.set_index(MEAN_KEY)
        problems += faulty(
            ["/".join(map(str, key)) for key in have.index.difference(means.index)],
            f"intervals: {method} of what the summary does not hold",
        )
        if method not in (WILSON, mean_method(share=True)):  # of shares only
            lacking = ["/".join(map(str, key)) for key in means.index.difference(have.index)]
            problems += faulty(lacking, f"intervals: no {method} of")
        mine = means[means["ci_method"] == method]
        same = mine.merge(have, left_index=True, right_index=True, suffixes=("", "_there"))
        for end in ("ci_low", "ci_high"):
            off = ~_close(same[end], same[f"{end}_there"])
            names = ["/".join(map(str, key)) for key in same.index[off]]
            problems += faulty(names, f"intervals: another {end} of {method} than the summary's")
    return problems


def audit_means(record: Mapping[str, Any], scores: pd.DataFrame, summary: pd.DataFrame) -> list[str]:
    """Whether the summary's intervals of means follow from the scores, each by the method that it names."""
    cards = {(card["name"], card["protocol"]): card for card in record["metrics"]}
    problems = []
    rows = summary[(summary["ci_method"] != "") & summary["metric"].isin(set(scores["metric"]))]
    for row in rows.to_dict("records"):
        part = scores[(scores["metric"] == row["metric"]) & (scores["protocol"] == row["protocol"])]
        part = part[part["status"] == Status.OK]
        if row["group"] != "all":
            part = part[part[row["group"]].astype(str) == row["group_value"]]
        card, method = cards.get((row["metric"], row["protocol"])), MEAN_INTERVALS.get(row["ci_method"])
        if card is None or method is None or part.empty:
            continue
        found = method(part["value"].to_numpy(), part["speaker"].to_numpy(), range_of(card), row["ci_level"])
        ends = np.array([found.low, found.high])
        if not _close(np.array([row["ci_low"], row["ci_high"]]), ends).all():
            problems.append(
                f"summary: {row['metric']}, {row['group']} {row['group_value']}: interval {row['ci_low']:.9g} to"
                f" {row['ci_high']:.9g}, the scores give {ends[0]:.9g} to {ends[1]:.9g}"
            )
    return problems


def audit_resamples(record: Mapping[str, Any], resamples: pd.DataFrame, summary: pd.DataFrame) -> list[str]:
    """Problems of `resamples.parquet`, and whether the summary's intervals of set metrics follow from it."""
    problems = check_columns(resamples, RESAMPLES, "resamples")
    if problems:
        return problems
    problems += check_duplicates(resamples, [*MEAN_KEY, "draw"], "resamples")
    cards = {(card["name"], card["protocol"]): card for card in record["metrics"]}
    rows = {tuple(row[name] for name in MEAN_KEY): row for row in summary.to_dict("records")}
    for key, part in resamples.groupby(MEAN_KEY):
        name = f"resamples: {key[0]}, {key[2]} {key[3]}"
        row, card = rows.get(key), cards.get((key[0], key[1]))
        if row is None or card is None or card["level"] != "set":
            problems.append(f"{name}: not a set metric of the summary")
            continue
        if sorted(part["draw"]) != list(range(len(part))):
            problems.append(f"{name}: draws are missing")
        if not math.isclose(float(part["weight"].sum()), 1.0, rel_tol=1e-9):
            problems.append(f"{name}: probabilities sum to {part['weight'].sum():.9g}")
        speakers = str(part["speakers"].iloc[0]).split(",")
        if part["speakers"].nunique() != 1 or len(speakers) != row["clusters"]:
            problems.append(f"{name}: resamples of {len(speakers)} speakers, the summary says {row['clusters']}")
        if np.isnan(row["ci_low"]):
            continue
        ordered = part.sort_values("draw")
        found = _set_intervals(row, ordered, len(speakers), range_of(card))
        if not any(_close([row["ci_low"], row["ci_high"]], [one.low, one.high]).all() for one in found):
            problems.append(
                f"{name}: the summary's interval is {row['ci_low']:.9g} to {row['ci_high']:.9g}, the resamples give"
                f" {found[0].low:.9g} to {found[0].high:.9g}"
            )
    drawn = set(map(tuple, resamples[MEAN_KEY].drop_duplicates().to_numpy()))
    for key, row in rows.items():
        if str(row["ci_method"]).startswith((CENTRED, STUDENT)) and key not in drawn:
            problems.append(f"resamples: none of {key[0]}, {key[2]} {key[3]}, whose interval comes from them")
    return problems


def _set_intervals(
    row: Mapping[Hashable, Any], drawn: pd.DataFrame, groups: int, ends: tuple[float, float]
) -> tuple[Interval, ...]:
    """What a set metric's interval may be by the method that its row names, in the order of likelihood."""
    if str(row["ci_method"]).startswith(STUDENT):
        kept = {"level": row["ci_level"], "ends": ends, "samples": int(row["n_scored"])}
        return (set_interval(row["value"], drawn["value"], drawn["weight"], groups, **kept),)
    found = centred_interval(row["value"], drawn["value"], drawn["weight"], groups, level=row["ci_level"])
    low, high = ends  # runs before bounds stood on the card cut Frechet distances at 0
    return found.within(low, high), found.within(max(low, 0.0), high)


def _close(a: Any, b: Any) -> Any:
    return np.isclose(a, b, rtol=CLOSE, atol=CLOSE, equal_nan=True)
