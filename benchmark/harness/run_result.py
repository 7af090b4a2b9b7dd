"""What a run that came to its end leaves in memory: its outputs, tables and record."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from benchmark.core.status import NOT_FAILED
from benchmark.core.types import Sample
from benchmark.harness.context import RunContext
from benchmark.harness.outputs import Output
from benchmark.harness.plan import RunPlan
from benchmark.metrics.base import Metric


@dataclass(frozen=True)
class RunResult:
    """A run that came to its end."""

    context: RunContext
    """What was run; its networks and its features in memory are released."""
    outputs: dict[str, Output]
    scores: pd.DataFrame
    summary: pd.DataFrame
    record: dict[str, Any]

    @property
    def plan(self) -> RunPlan:
        """The plan of the run."""
        return self.context.plan

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The metrics of the run, in the order in which they were requested."""
        return self.context.metrics

    @property
    def samples(self) -> tuple[Sample, ...]:
        """The samples of the run, in the order of the split."""
        return self.context.samples

    @property
    def folder(self) -> Path:
        """Where the results lie."""
        return self.context.folder

    @property
    def complete(self) -> bool:
        """Whether every sample has a number in every metric that applies to it."""
        rows_fine = bool(self.scores["status"].isin(NOT_FAILED).all())
        sets = self.summary[self.summary["group"] == "all"]
        sets_fine = bool(sets["status"].isin(NOT_FAILED).all())
        return rows_fine and sets_fine and all(output.status in NOT_FAILED for output in self.outputs.values())
