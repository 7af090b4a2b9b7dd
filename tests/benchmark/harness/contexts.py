"""Contexts for tests of single stages: of the toy world, and without any world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from benchmark.config.compose import resolve
from benchmark.config.spec import DatasetChoice, MethodChoice, Request, RunConfig, RuntimeConfig, StatisticsConfig
from benchmark.core.types import Sample
from benchmark.harness.context import RunContext, assemble, open_run
from benchmark.harness.extract import extract
from benchmark.harness.generate import generate
from benchmark.harness.networks import Machine, Networks
from benchmark.harness.plan import RunPlan
from benchmark.harness.score import FeatureLookup, score
from benchmark.harness.workspace import Workspace
from benchmark.metrics.base import Metric
from tests.benchmark.harness.plans import small_plan


def toy_config(root: Path, metrics: str = "toy_level", *overrides: str, method: str = "toy") -> RunConfig:
    """The configuration of a run of the toy world; metrics with commas between."""
    more = ("statistics.n_resamples=50", f"runtime.root={root}", *overrides)
    names = tuple(metrics.split(","))
    (config,) = resolve(Request(methods=(method,), dataset="toy", metrics=names, overrides=more)).runs
    return config


def toy_context(root: Path, metrics: str = "toy_level", *overrides: str, method: str = "toy") -> RunContext:
    """A run of the toy world that has been planned."""
    return open_run(toy_config(root, metrics, *overrides, method=method))


def small_context(
    root: Path, samples: Sequence[Sample], metrics: Sequence[Metric], plan: RunPlan | None = None
) -> RunContext:
    """A context of any samples and metrics; they need not be registered."""
    runtime = RuntimeConfig(root, "cpu", 1, 1, None)
    method, dataset = MethodChoice("source_copy", "m", {}), DatasetChoice("toy", "test", {})
    statistics = StatisticsConfig(0.95, 200, 200)
    config = RunConfig(method, dataset, "", (), None, 0, statistics, runtime)
    context = assemble(config, plan or small_plan(), samples, Workspace(root))
    return replace(context, metrics=tuple(metrics))


def on_accelerator(context: RunContext) -> RunContext:
    """The same run as on a GPU: toys know no device, but clips are looked at in groups and threads."""
    return replace(context, networks=Networks(Machine("cuda", 32, None), context.store))


def scores_of(context: RunContext) -> pd.DataFrame:
    """Three stages of a run: its scores."""
    outputs = generate(context)
    extract(context, outputs)
    return score(context, FeatureLookup(context, outputs))
