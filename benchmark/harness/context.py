"""The first stage of a run: everything that can be checked beforehand, the samples in place, the plan."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmark.config.spec import RunConfig
from benchmark.core.errors import MissingRequirement, UsageError, nearest
from benchmark.core.types import Sample
from benchmark.datasets import DATASETS
from benchmark.datasets.base import Dataset
from benchmark.harness.plan import RunPlan, load_metrics, make_plan
from benchmark.harness.workspace import Workspace
from benchmark.methods.base import METHODS, Method
from benchmark.methods.mock import mock_of
from benchmark.metrics.base import Metric
from benchmark.results.store import run_folder


@dataclass(frozen=True)
class Prepared:
    """A run whose plan stands and whose samples are in place."""

    config: RunConfig
    plan: RunPlan
    samples: tuple[Sample, ...]
    metrics: tuple[Metric, ...]
    method: type[Method]
    workspace: Workspace

    @property
    def folder(self) -> Path:
        """Where its results go."""
        plan = self.plan
        return run_folder(self.workspace.results, plan.dataset, plan.split, plan.method, plan.run_id)


def open_dataset(config: RunConfig) -> tuple[Dataset, str]:
    """The dataset of a run, and its split. Raises UsageError for an unknown split."""
    dataset = DATASETS.get(config.dataset.name)(config.dataset.options)
    splits = dataset.splits()
    split = config.dataset.split or splits[0]
    if split not in splits:
        raise UsageError(f"unknown split '{split}' of dataset {dataset.name}{nearest(split, splits)}")
    return dataset, split


def method_of(config: RunConfig) -> type[Method]:
    """The method's class, or its mock."""
    method = METHODS.get(config.method.name)
    return mock_of(method) if config.mock else method


def check_device(device: str) -> None:
    """Raises MissingRequirement for a CUDA device that is not there. Costs nothing for the CPU."""
    if device.startswith("cuda"):
        import torch

        index = int(device.partition(":")[2] or 0)
        if index >= torch.cuda.device_count():
            raise MissingRequirement(f"device '{device}' is not here ({torch.cuda.device_count()} CUDA devices)")


def prepare(config: RunConfig, workspace: Workspace) -> Prepared:
    """Stage 1: check everything that can be checked beforehand, bring the samples into place, write the plan."""
    metrics = tuple(load_metrics(config.metrics))
    dataset, split = open_dataset(config)
    method = method_of(config)
    corpora = config.runtime.root / "cache"  # shared by real and mock runs
    samples = tuple(dataset.samples(split, corpora, config.dataset.seed, config.runtime.workers, limit=config.limit))
    if not samples:
        raise UsageError(f"split '{split}' of dataset {dataset.name} has no samples")
    return Prepared(
        config, make_plan(config, method, dataset, split, samples, metrics), samples, metrics, method, workspace
    )
