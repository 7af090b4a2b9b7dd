"""What a run is told: one value for each part of its configuration; `benchmark.config.compose` makes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmark.core.overrides import at_least, between


@dataclass(frozen=True)
class MethodChoice:
    """Which method, and how."""

    name: str
    """Registry name."""
    label: str
    """Name under which results are stored and shown; the registry name unless the user gives another."""
    options: Mapping[str, Any]
    """The method's own options."""


@dataclass(frozen=True)
class DatasetChoice:
    """Which dataset and split."""

    name: str
    split: str | None
    """None: the dataset's first."""
    options: Mapping[str, Any]
    """The dataset's own options, e.g. `root`."""
    seed: int = 0
    """The seed of a corpus that the project makes; corpora of recordings have none."""


@dataclass(frozen=True)
class StatisticsConfig:
    """How intervals are made."""

    level: float
    n_resamples: int
    set_resamples: int = 200
    """Resamples for numbers of a whole set, such as FID; 0: no interval for them."""

    def __post_init__(self) -> None:
        between("statistics.level", self.level, 0, 1)
        at_least("statistics.n_resamples", self.n_resamples, 1)
        at_least("statistics.set_resamples", self.set_resamples, 0)


@dataclass(frozen=True)
class RuntimeConfig:
    """The machine. No number depends on it."""

    root: Path
    """`results/` and `cache/` are made here."""
    device: str
    batch_size: int
    workers: int
    weights: Path | None
    """Folder of checkpoints."""
    cache_limit: float | None = None
    """GB; when the cache holds more, the videos and features that were least recently used go. None: no limit."""
    remake: bool = False
    """Whether outputs that the method made before its code changed are made again."""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"cpu|cuda(:\d+)?", self.device):
            raise ValueError(f"device must be cpu, cuda or cuda:N, got {self.device!r}")
        at_least("runtime.batch_size", self.batch_size, 1)
        at_least("runtime.workers", self.workers, 1)
        if self.cache_limit is not None:
            between("runtime.cache_limit", self.cache_limit, 0, 1e9)


@dataclass(frozen=True)
class ExecutorConfig:
    """Who does the work. No number depends on it, except that `cpus` decides how sums are rounded."""

    name: str = "local"
    """`local`: this process; else a name of the registry of executors."""
    workers: int | None = None
    """None: one for each GPU, or core."""
    sample_seconds: float = 600.0
    """Time limit for one sample in a worker process."""
    cpus: int = 1
    """Cores, and threads, of a worker."""
    hours: float = 4.0
    """Time limit of a SLURM job."""
    partition: str | None = None
    """The partition of SLURM; None: the cluster's default."""
    cluster: str | None = None
    """submitit's: null (slurm), local, debug."""
    device: str = "cpu"
    """The device of the run, which decides whether workers take GPUs."""

    def __post_init__(self) -> None:
        at_least("executor.workers", 1 if self.workers is None else self.workers, 1)
        between("executor.sample_seconds", self.sample_seconds, 0, 1e6)
        at_least("executor.cpus", self.cpus, 1)
        between("executor.hours", self.hours, 0, 1e4)


@dataclass(frozen=True)
class CommonConfig:
    """What `conf/run.yaml` says beside the groups method, dataset and suite: every key with its type."""

    seed: int
    limit: int | None
    """The first so many samples of the split; None: all."""
    metrics: tuple[str, ...] | None
    """Metrics by name; None: those of the suite."""
    statistics: StatisticsConfig
    runtime: RuntimeConfig
    executor: ExecutorConfig

    def __post_init__(self) -> None:
        at_least("seed", self.seed, 0)
        at_least("limit", 1 if self.limit is None else self.limit, 1)


@dataclass(frozen=True)
class RunConfig:
    """One run: one method on one split."""

    method: MethodChoice
    dataset: DatasetChoice
    suite: str
    """Name of the suite, "" when metrics were named one by one."""
    metrics: tuple[str, ...]
    limit: int | None
    seed: int
    statistics: StatisticsConfig
    runtime: RuntimeConfig
    mock: bool = False
    executor: ExecutorConfig = ExecutorConfig()


@dataclass(frozen=True)
class Request:
    """What the command line says; None and () where it says nothing."""

    methods: tuple[str, ...] = ()
    dataset: str | None = None
    split: str | None = None
    """One split, or several with commas between."""
    suite: str | None = None
    metrics: tuple[str, ...] = ()
    limit: int | None = None
    executor: str | None = None
    device: str | None = None
    mock: bool = False
    overrides: tuple[str, ...] = ()


@dataclass(frozen=True)
class Resolved:
    """The runs of a request, and what `all` left out."""

    runs: tuple[RunConfig, ...]
    """Split by split, each with its methods in the order of the request."""
    left_out: Mapping[str, str]
    """Method name -> why it is not among the runs of `--method all`."""
