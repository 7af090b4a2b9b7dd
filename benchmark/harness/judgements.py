"""What the judges of emotion saw in the outputs of a run, as rows. Only judges whose features are there anyway."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from benchmark.core.errors import SampleError, one_line
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.harness.context import RunContext
from benchmark.harness.score import FeatureLookup, group_of
from benchmark.metrics.base import Metric, MetricInfo
from benchmark.metrics.emotion_judges import JUDGES, Judge
from benchmark.results.judgements import JUDGEMENTS


def find_judges(metrics: Sequence[Metric]) -> list[Judge]:
    """The judges that read nothing which these metrics do not read already."""
    read = {need for metric in metrics for need in metric.info.needs}
    return [judge for judge in JUDGES.values() if judge.need() in read]


def judge_outputs(context: RunContext, lookup: FeatureLookup) -> pd.DataFrame:
    """One row for each planned sample and judge, columns as `benchmark.results.judgements.JUDGEMENTS`."""
    rows = [
        {
            "sample_id": sample.id,
            "speaker": sample.speaker,
            "emotion": sample.emotion,
            "group": group_of(sample),
            "intensity": sample.intensity,
            "judge": judge.name,
            "protocol": judge.protocol,
            **_judge_sample(judge, sample, lookup),
        }
        for judge in find_judges(context.metrics)
        for sample in context.samples
    ]
    return pd.DataFrame(rows, columns=[column.name for column in JUDGEMENTS])


def _judge_sample(judge: Judge, sample: Sample, lookup: FeatureLookup) -> dict[str, Any]:
    info = MetricInfo(
        "judgement", judge.title, "", True, needs=(judge.need(),), protocol=judge.protocol, corpus=judge.corpus
    )
    inputs = lookup.collect(Metric(info, lambda: 0.0), sample)
    try:
        if inputs.arrays is None:
            raise inputs.error or SampleError(Status.NO_FEATURES, "")
        scores = judge.scores(inputs.arrays)
    except SampleError as error:
        return {"seen": "", "probability": math.nan, "status": error.status, "reason": one_line(error)}
    best = int(np.argmax(scores))
    return {"seen": judge.classes[best], "probability": float(scores[best]), "status": Status.OK, "reason": ""}
