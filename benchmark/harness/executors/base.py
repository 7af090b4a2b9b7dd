"""The interface of executors, and the registry."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from benchmark.config.spec import ExecutorConfig, RunConfig
from benchmark.core import entries
from benchmark.core.registry import Registry
from benchmark.harness.journal import Journal

Stage = Literal["generate", "extract"]


@dataclass(frozen=True)
class Chunk:
    """Samples that one worker does in a row."""

    config: RunConfig
    stage: Stage
    samples: tuple[str, ...]
    cost: float = 0.0
    """Its estimated cost: seconds, or any other unit that is the same for all chunks."""


@dataclass(frozen=True)
class SampleOutcome:
    """How a sample ended in a worker. Whatever was made lies in the cache."""

    sample: str
    status: str
    """How it ended: `ok`, a status of the stage, or `quarantined`."""
    reason: str = ""
    seconds: float = 0.0
    cached: bool = True
    """Whether the cache knows; else the driver must be told, or it would try again."""


class Executor(ABC):
    """Does the chunks of a stage."""

    name: ClassVar[str]

    def __init__(self, options: ExecutorConfig) -> None:
        self.options = options

    @abstractmethod
    def run(self, chunks: Sequence[Chunk], journal: Journal) -> list[SampleOutcome]:
        """Do all chunks; every sample of theirs ends, whatever happens to workers.

        Raises:
            BenchmarkError: nothing can be done at all: a checkpoint is missing, the disk is full, the engine is not
                there.
        """

    def close(self) -> None:  # noqa: B027 - most hold nothing
        """No more work will come: let workers go."""

    @abstractmethod
    def workers(self) -> int:
        """How many chunks are done at a time, as far as is known beforehand."""


EXECUTORS: Registry[type[Executor]] = Registry("executor", "emotion_edit_benchmark.executors", entries.EXECUTORS)
