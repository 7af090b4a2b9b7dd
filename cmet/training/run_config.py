"""What decides a training run: frozen dataclasses that check themselves. The files of `conf/` hold the values."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from benchmark.core.overrides import at_least
from cmet.corpus.prepared import Rule
from cmet.training.batches import Sampling
from cmet.training.step import Contrast


@dataclass(frozen=True)
class DataConfig:
    """Where the corpus is and what of it is used."""

    root: Path
    """Corpus folder or packed .npz."""
    train: Path | None
    """List of identities; None: train.txt beside the corpus, or else all identities."""
    test: Path | None
    """List of identities for validation; None: test.txt beside the corpus, or else no validation."""
    speech: str
    """Folder of the speech embeddings."""
    rule: Rule
    """Which sentences may be used."""
    emotions: tuple[str, ...] | None
    """Labels in order; None: those found, sorted."""
    version: str | None
    """Name of the corpus's version in the manifest of shipped weights; None: its fingerprint."""


@dataclass(frozen=True)
class NetworkConfig:
    """Sizes that the corpus does not decide (see `cmet.model.transformer.ConnectorConfig`)."""

    width: int
    layers: int
    heads: int
    feedforward: int
    dropout: float
    positions: int

    def __post_init__(self) -> None:
        for name in ("width", "layers", "heads", "feedforward", "positions"):
            at_least(f"network.{name}", getattr(self, name), 1)
        if not 0 <= self.dropout < 1:
            raise ValueError(f"network.dropout must be in [0, 1), got {self.dropout}")


@dataclass(frozen=True)
class ScheduleConfig:
    """How the weights move."""

    steps: int
    """Optimiser steps."""
    batch: int
    """Samples of a step, over all processes."""
    learning_rate: float
    weight_decay: float
    rate: Literal["constant", "cosine"]
    """`cosine`: 5 % linear warm-up, then half a cosine to 2 %."""
    clip: float | None
    """Largest gradient norm."""
    average: float | None
    """Decay of the average of the weights that is validated and exported; None: the weights themselves."""
    contrast: Contrast
    """See `cmet.training.step`."""
    precision: Literal["float32", "bfloat16"]
    """`bfloat16`: the networks' forward passes under autocast, on a GPU."""

    def __post_init__(self) -> None:
        at_least("schedule.steps", self.steps, 1)
        at_least("schedule.batch", self.batch, 2)
        if self.learning_rate <= 0 or self.weight_decay < 0:
            raise ValueError("schedule.learning_rate must be above 0, schedule.weight_decay at least 0")
        if self.clip is not None and self.clip <= 0:
            raise ValueError(f"schedule.clip must be above 0 or null, got {self.clip}")
        if self.average is not None and not 0 < self.average < 1:
            raise ValueError(f"schedule.average must be between 0 and 1 or null, got {self.average}")


@dataclass(frozen=True)
class ValidationConfig:
    """How often, in steps, and on how many batches."""

    every: int
    batches: int

    def __post_init__(self) -> None:
        at_least("validation.every", self.every, 1)
        at_least("validation.batches", self.batches, 1)


@dataclass(frozen=True)
class RuntimeConfig:
    """The machine and what is kept; no number depends on it, but for the rounding of the device."""

    device: Literal["auto", "cpu", "cuda"]
    threads: int | None
    """Threads of torch on the CPU; None: torch's own choice."""
    save_every: int
    """Steps between checkpoints."""
    keep: int
    """Checkpoints that stay; 0: all."""
    log_every: int
    """Steps between lines of the log."""
    tensorboard: bool

    def __post_init__(self) -> None:
        at_least("runtime.save_every", self.save_every, 1)
        at_least("runtime.log_every", self.log_every, 1)
        at_least("runtime.keep", self.keep, 0)
        at_least("runtime.threads", 1 if self.threads is None else self.threads, 1)


@dataclass(frozen=True)
class TrainConfig:
    """One training run."""

    data: DataConfig
    sampling: Sampling
    network: NetworkConfig
    schedule: ScheduleConfig
    seed: int
    """The seed of the first weights, the batches and dropout."""
    validation: ValidationConfig
    runtime: RuntimeConfig
    out: Path
    """Checkpoints and log.jsonl."""
    ship: Path | None
    """Folder that also receives connector.safetensors and its manifest entry."""

    def __post_init__(self) -> None:
        at_least("seed", self.seed, 0)

    def numbers(self) -> dict[str, Any]:
        """What decides the weights beside the data, as plain values: a run goes on only with the same."""
        schedule = dataclasses.asdict(self.schedule)
        if self.schedule.rate == "constant":
            del schedule["steps"]  # a longer run continues a shorter one
        parts = {
            "sampling": dataclasses.asdict(self.sampling),
            "network": dataclasses.asdict(self.network),
            "schedule": schedule,
        }
        flat = {f"{part}.{key}": value for part, values in parts.items() for key, value in values.items()}
        return flat | {"data.rule": self.data.rule, "seed": self.seed}
