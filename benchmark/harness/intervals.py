"""Intervals of a run: all methods for every mean, and resampled speakers for every number of a set."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmark.core.errors import one_line
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.harness.context import RunContext
from benchmark.harness.plan import RunPlan
from benchmark.harness.score import Arrays, FeatureLookup, group_of
from benchmark.metrics import METRICS
from benchmark.metrics.base import UNBOUNDED, Metric, MetricInfo, Share
from benchmark.results.schema import UNIT_RANGES
from benchmark.statistics.bootstrap import Interval, wilson
from benchmark.statistics.bootstrap_table import bootstrap_table
from benchmark.statistics.difference import is_yes_no
from benchmark.statistics.means import MEAN_INTERVALS, mean_method
from benchmark.statistics.set_bootstrap import multisets, resample_set, set_interval

log = logging.getLogger(__name__)

GROUPS = ("group", "emotion", "intensity", "speaker")


def ends_of(info: MetricInfo) -> tuple[float, float]:
    """Least and greatest value of a metric: by its formula and by its unit."""
    low, high = UNIT_RANGES.get(info.unit, UNBOUNDED)
    return max(low, info.bounds[0]), min(high, info.bounds[1])


def interval_table(plan: RunPlan, scores: pd.DataFrame) -> pd.DataFrame:
    """Every per-sample metric's mean in every group, by every method; columns as in `benchmark.results.evidence`."""
    if scores.empty:
        return pd.DataFrame()
    facts = scores.drop_duplicates("sample_id").set_index("sample_id")
    wide = scores.pivot(index="sample_id", columns=["metric", "protocol"], values="value").reindex(facts.index)
    units = scores.drop_duplicates(["metric", "protocol"]).set_index(["metric", "protocol"])["unit"]
    speakers = facts["speaker"].to_numpy(dtype=str)
    keys, columns = [], []
    for metric, protocol in map(tuple, wide.columns):
        values = wide[(metric, protocol)].to_numpy(dtype=np.float64)
        for grouping, name, chosen in _masks(facts):
            keys.append((metric, protocol, grouping, name))
            columns.append(np.where(chosen, values, np.nan))
    table = np.stack(columns, axis=1)
    bootstrapped = bootstrap_table(table, speakers, seed=plan.seed, n_resamples=plan.n_resamples, level=plan.level)
    rows = []
    for index, key in enumerate(keys):
        there = np.isfinite(table[:, index])
        values = table[there, index]
        allowed, share = _nature(key[0], units.loc[key[:2]], wide[key[:2]].to_numpy(dtype=np.float64))
        clusters = len(set(speakers[there]))
        found = [
            interval(values, speakers[there], allowed, plan.level)
            for name, interval in MEAN_INTERVALS.items()
            if share or name != mean_method(share=True)
        ]
        for name, ends in bootstrapped.items():
            low, high = (float(end) for end in ends[index])
            found.append(Interval(low, high, plan.level, name, clusters))
        if share == "yes_no":
            top = allowed[1]
            one = wilson(int((values == top).sum()), len(values), level=plan.level)
            found.append(Interval(top * one.low, top * one.high, plan.level, "wilson", len(values)))
        rows += [_row(key, interval.within(*allowed)) for interval in found]
    return pd.DataFrame(rows)


def set_intervals(
    context: RunContext, lookup: FeatureLookup, summary: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The summary with the intervals of set metrics filled in, and the resampled values behind them.

    Resamples take outputs and targets of a drawn speaker together. `plan.set_resamples` 0 leaves them out.
    """
    plan, samples = context.plan, context.samples
    filled, resamples = summary.copy(), []
    for metric in context.metrics:
        if metric.info.level != "set" or plan.set_resamples < 1:
            continue
        gathered = {sample.id: lookup.collect(metric, sample).arrays for sample in samples}
        rows = filled[(filled["metric"] == metric.info.name) & (filled["status"] == Status.OK)]
        known: dict[tuple[str, ...], NDArray[np.float64]] = {}
        for row in rows.itertuples():
            members = [s for s in samples if gathered[s.id] is not None and row.group_value in ("all", group_of(s))]
            speakers = sorted({sample.speaker for sample in members})
            if len(speakers) < 2 or row.group not in ("all", "group"):
                continue
            draws = multisets(len(speakers), plan.set_resamples, plan.seed)
            same = tuple(sample.id for sample in members)
            if same not in known:  # the basic emotions are often the whole set
                known[same] = resample_set(partial(_evaluate_draws, metric, members, gathered, speakers), draws)
            values = known[same]
            value = float(cast(float, row.value))
            found = set_interval(
                value, values, draws.weights, len(speakers), level=plan.level, ends=ends_of(metric.info),
                samples=len(members),
            )  # fmt: skip
            if found.defined:
                filled.loc[row.Index, ["ci_low", "ci_high", "ci_level"]] = [found.low, found.high, found.level]
                filled.loc[row.Index, "ci_method"] = found.method + ("_exact" if draws.exact else "")
            resamples.append(
                pd.DataFrame(
                    {
                        "metric": metric.info.name,
                        "protocol": metric.info.protocol,
                        "group": row.group,
                        "group_value": row.group_value,
                        "speakers": ",".join(speakers),
                        "draw": np.arange(len(values)),
                        "weight": draws.weights,
                        "value": values,
                    }
                )
            )
    return filled, pd.concat(resamples, ignore_index=True) if resamples else pd.DataFrame()


def _evaluate_draws(
    metric: Metric,
    members: Sequence[Sample],
    gathered: dict[str, Arrays | None],
    speakers: Sequence[str],
    counts: NDArray[np.int64],
) -> NDArray[np.float64]:
    """A set metric's numbers for resamples of the speakers, int64 (B, G) -> float64 (B,); NaN: undefined on one."""
    if metric.bootstrap is None:
        return np.array([_evaluate_copies(metric, members, gathered, speakers, row) for row in counts])
    whose = np.array([speakers.index(sample.speaker) for sample in members])
    try:
        with np.errstate(all="ignore"):
            return metric.bootstrap(members, [gathered[sample.id] or {} for sample in members], whose, counts)
    except Exception as error:  # the set itself has a number, so it goes without an interval
        log.warning("no interval for %s: %s: %s", metric.info.name, type(error).__name__, one_line(error))
        return np.full(len(counts), math.nan)


def _evaluate_copies(
    metric: Metric,
    members: Sequence[Sample],
    gathered: dict[str, Arrays | None],
    speakers: Sequence[str],
    counts: NDArray[np.int64],
) -> float:
    times = dict(zip(speakers, counts, strict=True))
    chosen = [sample for sample in members for _ in range(int(times[sample.speaker]))]
    try:
        with np.errstate(all="ignore"):
            return metric(chosen, [gathered[sample.id] for sample in chosen])
    except Exception:  # a resample on which the number is undefined is counted as such by set_interval
        return math.nan


def _masks(facts: pd.DataFrame) -> Iterator[tuple[str, str, Any]]:
    yield "all", "all", np.ones(len(facts), dtype=bool)
    for grouping in GROUPS:
        for value in sorted(facts[grouping].unique()):
            yield grouping, str(value), (facts[grouping] == value).to_numpy()


def _nature(metric: str, unit: str, values: NDArray[np.float64]) -> tuple[tuple[float, float], Share]:
    """Least and greatest value of a metric, and whether its mean is a share; of an unknown one by unit and values."""
    if metric in METRICS:
        info = METRICS.get(metric).info
        return ends_of(info), info.share
    ends = UNIT_RANGES.get(unit, UNBOUNDED)
    return ends, "yes_no" if ends[0] == 0.0 and np.isfinite(values).any() and is_yes_no(values, ends) else ""


def _row(key: tuple[str, str, str, str], interval: Interval) -> dict[str, Any]:
    return {
        **dict(zip(("metric", "protocol", "group", "group_value"), key, strict=True)),
        "ci_method": interval.method,
        "ci_low": interval.low,
        "ci_high": interval.high,
        "ci_level": interval.level,
        "clusters": interval.clusters,
    }
