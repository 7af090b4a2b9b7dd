"""The context of a run: what all its stages share. It is assembled here and nowhere else.

`open_run` is the first stage: it checks everything that can be checked beforehand, brings the samples into place and
writes the plan. A context takes no decision: `generate`, `extract`, `score` and `aggregate` read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmark.config.spec import RunConfig
from benchmark.core.errors import MissingRequirement, UsageError, nearest
from benchmark.core.fingerprint import ContentIndex
from benchmark.core.types import Sample
from benchmark.datasets import DATASETS
from benchmark.datasets.base import Dataset
from benchmark.harness.features import FeatureStore
from benchmark.harness.journal import Journal
from benchmark.harness.lazy_method import LazyMethod
from benchmark.harness.networks import Machine, Networks
from benchmark.harness.plan import RunPlan, load_metrics, make_plan
from benchmark.harness.workspace import Workspace, open_workspace
from benchmark.methods.base import METHODS, Method
from benchmark.methods.mock import mock_of
from benchmark.metrics.base import Metric
from benchmark.results.store import run_folder


@dataclass(frozen=True)
class RunContext:
    """A run whose plan stands and whose samples are in place, with all that its stages work with."""

    config: RunConfig
    plan: RunPlan
    samples: tuple[Sample, ...]
    metrics: tuple[Metric, ...]
    method: type[Method]
    editor: LazyMethod
    """The method, loaded when an output is missing."""
    workspace: Workspace
    contents: ContentIndex
    """Content hashes of input files."""
    store: FeatureStore
    networks: Networks
    """Extractors, each loaded when a feature of it is missing."""
    journal: Journal = Journal(None)
    """Told of every sample that ends; writes nothing unless the run records itself."""
    show_progress: bool = True

    @property
    def folder(self) -> Path:
        """Where the results go."""
        plan = self.plan
        return run_folder(self.workspace.results, plan.dataset, plan.split, plan.method, plan.run_id)

    def video_path(self, sample_id: str) -> Path:
        """Where the output of a sample lies."""
        return self.workspace.video(self.plan.generation, sample_id)

    def cache_folders(self) -> list[Path]:
        """The folders of the cache that hold the run's videos and features."""
        features = [self.workspace.features(name, key) for name, key in self.plan.extraction.items()]
        return [self.workspace.videos(self.plan.generation), *features]

    def with_journal(self) -> RunContext:
        """The context of the process that drives the run: it keeps the journal in the run's folder."""
        return replace(self, journal=Journal(self.folder, self.plan.run_id))

    def for_worker(self) -> RunContext:
        """The context of a process that works for a driver, which alone writes the journal and shows progress."""
        return replace(self, journal=Journal(None), show_progress=False)

    def with_samples(self, samples: Sequence[Sample]) -> RunContext:
        """The same run over other samples, or over samples that were filled in."""
        plan = replace(self.plan, samples=tuple(sample.id for sample in samples))
        return replace(self, samples=tuple(samples), plan=plan)

    def with_method(self, method: type[Method], plan: RunPlan) -> RunContext:
        """The same samples edited by another method; features and networks are shared.

        Args:
            method: takes no options.
            plan: this context's, with the method's name, its options and a generation key of its own.
        """
        return replace(self, method=method, editor=LazyMethod(method, self.config.runtime.device, {}), plan=plan)

    def release(self) -> None:
        """Let the method, the networks and the features in memory go: the run is over."""
        self.editor.unload()
        self.networks.unload()
        self.store.clear_memory()


def open_run(config: RunConfig) -> RunContext:
    """Stage 1: check everything that can be checked beforehand, bring the samples into place, write the plan.

    Raises:
        UsageError: an unknown name, an empty split, a root that can't be written to.
        MissingRequirement: the device is not here.
    """
    check_device(config.runtime.device)
    workspace = open_workspace(config.runtime.root, config.mock)
    metrics = load_metrics(config.metrics)
    dataset, split = open_dataset(config)
    method = method_of(config)
    corpora = config.runtime.root / "cache"  # shared by real and mock runs
    samples = dataset.samples(split, corpora, config.dataset.seed, config.runtime.workers, limit=config.limit)
    if not samples:
        raise UsageError(f"split '{split}' of dataset {dataset.name} has no samples")
    plan = make_plan(config, method, dataset, split, samples, metrics)
    return assemble(config, plan, samples, workspace)


def assemble(config: RunConfig, plan: RunPlan, samples: Sequence[Sample], workspace: Workspace) -> RunContext:
    """A context from a plan that stands and samples that are in place."""
    method, runtime = method_of(config), config.runtime
    store = FeatureStore(workspace, plan.extraction)
    return RunContext(
        config=config,
        plan=plan,
        samples=tuple(samples),
        metrics=tuple(load_metrics(plan.metrics)),
        method=method,
        editor=LazyMethod(method, runtime.device, config.method.options),
        workspace=workspace,
        contents=ContentIndex(workspace.contents),
        store=store,
        networks=Networks(Machine(runtime.device, runtime.batch_size, runtime.weights), store),
    )


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
