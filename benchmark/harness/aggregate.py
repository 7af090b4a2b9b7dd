"""Stage 5: many rows become few, each with its interval and with how many samples stand behind it.

Groups: all samples; basic and extended emotions; each emotion, intensity and speaker. The value of a per-sample metric
is the mean over the scored samples, never over fewer without `n_scored` saying so. Intervals are over speakers: of a
share `beta_binomial`, of other numbers Student's (`cr2_t_floored`), cut at what the metric's formula and unit allow;
see `benchmark/statistics/means.py`. Other methods stand beside them in `intervals.csv`. A per-set metric (such as FID)
is computed for all samples and for basic and extended ones; its interval comes from `intervals.py`. A cost metric is
read from the outputs' notes here and nowhere earlier, so that the scores hold no clock.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from benchmark.core.errors import SampleError, one_line
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.harness.context import RunContext
from benchmark.harness.intervals import ends_of
from benchmark.harness.plan import RunPlan
from benchmark.harness.score import Arrays, FeatureLookup, cost_rows, group_of
from benchmark.metrics.base import Metric, MetricInfo
from benchmark.statistics.means import MEAN_INTERVALS, mean_method


def aggregate(context: RunContext, lookup: FeatureLookup, scores: pd.DataFrame) -> pd.DataFrame:
    """The summary table, columns as in `benchmark.results.schema.SUMMARY`.

    Args:
        context: the run.
        lookup: features and costs of its samples.
        scores: the table of all per-sample metrics.
    """
    plan, samples = context.plan, context.samples
    rows: list[dict[str, Any]] = []
    for metric in context.metrics:
        head = {
            "method": plan.method,
            "dataset": plan.dataset,
            "split": plan.split,
            "metric": metric.info.name,
            "protocol": metric.info.protocol,
            "unit": metric.info.unit,
        }
        if metric.info.level in ("sample", "cost"):
            if metric.info.level == "sample":
                table = scores[scores["metric"] == metric.info.name]
            else:
                table = cost_rows(context, lookup, metric)
            for grouping, value, chosen in _groups(table):
                row = _mean_row(chosen, plan, metric.info)
                rows.append(head | {"group": grouping, "group_value": value} | row)
        else:
            inputs = {sample.id: lookup.collect(metric, sample) for sample in samples}
            contributing = {name: one.arrays for name, one in inputs.items() if one.arrays is not None}
            errors = {name: one.error for name, one in inputs.items() if one.error is not None}
            known: dict[tuple[str, ...], dict[str, Any]] = {}  # "basic" is often the whole set
            for grouping, value, members in _sample_groups(samples):
                key = tuple(sample.id for sample in members)
                row = known[key] = known.get(key) or _set_row(metric, members, contributing, errors)
                rows.append(head | {"group": grouping, "group_value": value} | row)
    return pd.DataFrame(rows)


def _groups(table: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    yield "all", "all", table
    for grouping in ("group", "emotion", "intensity", "speaker"):
        for value, chosen in table.groupby(grouping, sort=True):
            yield grouping, str(value), chosen


def _sample_groups(samples: Sequence[Sample]) -> Iterator[tuple[str, str, list[Sample]]]:
    yield "all", "all", list(samples)
    for value in sorted({group_of(sample) for sample in samples}):
        yield "group", value, [sample for sample in samples if group_of(sample) == value]


def _mean_row(table: pd.DataFrame, plan: RunPlan, info: MetricInfo) -> dict[str, Any]:
    scored = table[table["status"] == Status.OK]
    row: dict[str, Any] = {
        "value": math.nan,
        "ci_low": math.nan,
        "ci_high": math.nan,
        "ci_level": math.nan,
        "ci_method": "",
        "n_scored": len(scored),
        "n_planned": len(table),
        "clusters": scored["speaker"].nunique(),
        "status": Status.OK,
        "reason": "",
    }
    if scored.empty:
        first = _commonest(list(zip(table["status"], table["reason"], strict=True)))
        return row | {"status": first[0], "reason": first[1]}
    values = scored["value"].to_numpy(dtype=np.float64)
    row["value"] = float(values.mean())
    method = MEAN_INTERVALS[mean_method(bool(info.share))]
    interval = method(values, scored["speaker"].to_numpy(), ends_of(info), plan.level)
    if interval.defined:
        row |= {"ci_low": interval.low, "ci_high": interval.high, "ci_level": interval.level}
        row["ci_method"] = interval.method
    return row


def _set_row(
    metric: Metric, members: Sequence[Sample], contributing: dict[str, Arrays], errors: dict[str, SampleError]
) -> dict[str, Any]:
    there = [sample for sample in members if sample.id in contributing]
    row: dict[str, Any] = {
        "value": math.nan,
        "ci_low": math.nan,
        "ci_high": math.nan,
        "ci_level": math.nan,
        "ci_method": "",
        "n_scored": len(there),
        "n_planned": len(members),
        "clusters": len({sample.speaker for sample in there}),
        "status": Status.OK,
        "reason": "",
    }
    if not there:
        status, reason = _commonest([(errors[s.id].status, one_line(errors[s.id])) for s in members])
        return row | {"status": status, "reason": reason}
    try:
        with np.errstate(all="ignore"):
            value = metric(there, [contributing[sample.id] for sample in there])
    except SampleError as error:
        return row | {"n_scored": 0, "clusters": 0, "status": error.status, "reason": one_line(error)}
    except Exception as error:  # a metric that breaks must not take the others along
        reason = f"{type(error).__name__}: {one_line(error)}"
        return row | {"n_scored": 0, "clusters": 0, "status": Status.METRIC_FAILED, "reason": reason}
    if not math.isfinite(value):
        return row | {"n_scored": 0, "clusters": 0, "status": Status.NOT_FINITE, "reason": f"the value is {value}"}
    return row | {"value": value}


def _commonest(failures: Sequence[tuple[str, str]]) -> tuple[str, str]:
    return max(dict.fromkeys(failures), key=failures.count)
