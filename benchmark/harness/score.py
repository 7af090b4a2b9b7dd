"""Stage 4: pure arithmetic. Every planned sample and per-sample metric becomes a row, with a value or with a reason."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmark.core.arrays import load_arrays
from benchmark.core.errors import SampleError, one_line
from benchmark.core.status import NOT_THE_METHODS_FAULT, Status
from benchmark.core.types import EXTENDED_EMOTIONS, Sample
from benchmark.harness.clip_files import ClipFile, content_key, find_clip
from benchmark.harness.context import RunContext
from benchmark.harness.outputs import Output
from benchmark.harness.plan import RunPlan
from benchmark.metrics.base import TRUTH, Metric, Timing
from benchmark.results.schema import LEFT_OUT_WORDS, SCORES

Arrays = dict[str, NDArray[Any]]
LEFT_OUT = ".left_out"
"""Ending of a feature that counts the frames in which there was nothing to measure."""


@dataclass(frozen=True)
class MetricInputs:
    """What a metric needs of one sample, or why it is not there."""

    arrays: Arrays | None
    error: SampleError | None
    role: str = "output"
    """The role of the need that is missing."""


class FeatureLookup:
    """Brings together the features that a metric needs of a sample.

    Args:
        context: the run, whose features are stored.
        outputs: what generation made.
    """

    def __init__(self, context: RunContext, outputs: Mapping[str, Output]) -> None:
        self._context = context
        self._outputs = outputs
        self._clips: dict[tuple[str, str], ClipFile] = {}
        self._truths: dict[Path, Arrays] = {}

    def collect(self, metric: Metric, sample: Sample) -> MetricInputs:
        """The arrays of all needs under their written names, or the first reason why one is missing."""
        arrays: Arrays = {}
        role = "output"
        if refusal := metric.info.refuses(sample):
            return MetricInputs(None, SampleError(Status.NOT_APPLICABLE, refusal))
        try:
            output = self._outputs[sample.id]
            if not output.ok:
                raise SampleError(output.status, output.reason)
            for text, need in zip(metric.info.needs, metric.info.parsed_needs, strict=True):
                role = need.role
                if need.role == TRUTH:
                    arrays[text] = self._truth(sample, need.feature)
                else:
                    content = content_key(need, self._clip(sample, output))
                    arrays[text] = self._context.store.read(need.extractor, content)[need.feature]
        except SampleError as error:
            return MetricInputs(None, error, role)
        return MetricInputs(arrays, None)

    def output(self, sample: Sample) -> Output:
        """What the generation made of a sample."""
        return self._outputs[sample.id]

    def _clip(self, sample: Sample, output: Output) -> Callable[[str], ClipFile]:
        def clip(role: str) -> ClipFile:
            key = (sample.id, role)
            if key not in self._clips:
                self._clips[key] = find_clip(self._context, sample, role, output)
            return self._clips[key]

        return clip

    def _truth(self, sample: Sample, key: str) -> NDArray[Any]:
        if sample.truth is None:
            raise SampleError(Status.NO_TRUTH, "the dataset has no ground truth for this sample")
        if sample.truth not in self._truths:
            try:
                self._truths[sample.truth] = load_arrays(sample.truth)
            except (OSError, ValueError) as error:
                raise SampleError(Status.UNREADABLE_TRUTH, f"{sample.truth.name}: {one_line(error)}") from None
        truth = self._truths[sample.truth]
        if key not in truth:
            raise SampleError(Status.NO_TRUTH, f"{sample.truth.name} has no '{key}'")
        return truth[key]


def score(context: RunContext, lookup: FeatureLookup) -> pd.DataFrame:
    """The scores table of all per-sample metrics, columns as in `benchmark.results.schema.SCORES`.

    Rows are sorted by metric, then by sample; a sample is scored by all metrics while its features are in memory.
    """
    metrics = [metric for metric in context.metrics if metric.info.level == "sample"]
    rows: dict[str, list[dict[str, Any]]] = {metric.info.name: [] for metric in metrics}
    for sample in context.samples:
        for metric in metrics:
            result = _score_one(metric, sample, lookup.collect(metric, sample))
            rows[metric.info.name].append(_row(context.plan, sample, metric, result))
    return pd.DataFrame([row for of_one in rows.values() for row in of_one], columns=[c.name for c in SCORES])


def cost_rows(context: RunContext, lookup: FeatureLookup, metric: Metric) -> pd.DataFrame:
    """The rows of one cost metric, columns as those of the scores, among which they never are."""
    rows = [
        _row(context.plan, sample, metric, _cost_one(metric, sample, lookup.output(sample)))
        for sample in context.samples
    ]
    return pd.DataFrame(rows, columns=[column.name for column in SCORES])


def _row(plan: RunPlan, sample: Sample, metric: Metric, result: tuple[float, str, str]) -> dict[str, Any]:
    value, status, reason = result
    return {
        "run_id": plan.run_id,
        "method": plan.method,
        "dataset": plan.dataset,
        "split": plan.split,
        "sample_id": sample.id,
        "speaker": sample.speaker,
        "emotion": sample.emotion,
        "source_emotion": sample.source_emotion,
        "group": group_of(sample),
        "intensity": sample.intensity,
        "metric": metric.info.name,
        "protocol": metric.info.protocol,
        "unit": metric.info.unit,
        "value": value,
        "status": status,
        "reason": reason,
    }


def group_of(sample: Sample) -> str:
    """`basic` or `extended`."""
    return "extended" if sample.emotion in EXTENDED_EMOTIONS else "basic"


def _cost_one(metric: Metric, sample: Sample, output: Output) -> tuple[float, str, str]:
    if not output.ok:
        return math.nan, output.status, output.reason
    return _evaluate(metric, sample, output.timing)


def _score_one(metric: Metric, sample: Sample, inputs: MetricInputs) -> tuple[float, str, str]:
    if inputs.arrays is None:
        error = inputs.error or SampleError(Status.NO_FEATURES, "")
        result = (math.nan, error.status, one_line(error))
    else:
        value, status, reason = _evaluate(metric, sample, inputs.arrays)
        result = (value, status, reason or describe_left_out(inputs.arrays))
    failed = metric.info.failed_value
    if failed is None or result[1] in (Status.OK, *NOT_THE_METHODS_FAULT) or not inputs.role.startswith("output"):
        return result
    return failed, Status.OK, ""


def _evaluate(metric: Metric, sample: Sample, argument: Arrays | Timing) -> tuple[float, str, str]:
    try:
        with np.errstate(all="ignore"):
            value = metric(sample, argument)
    except SampleError as error:
        return math.nan, error.status, one_line(error)
    except Exception as error:  # a metric that breaks on one sample must not take the others along
        return math.nan, Status.METRIC_FAILED, f"{type(error).__name__}: {one_line(error)}"
    if not math.isfinite(value):
        return math.nan, Status.NOT_FINITE, f"the value is {value}"
    return value, Status.OK, ""


def describe_left_out(arrays: Arrays) -> str:
    """What was left out of a number, in words: frames without a face, by role; "" for nothing."""
    counts = {need.split("/")[0]: int(array) for need, array in arrays.items() if need.endswith(LEFT_OUT)}
    told = ", ".join(f"{count} frames of the {role}" for role, count in counts.items() if count)
    return f"{LEFT_OUT_WORDS}{told}" if told else ""
