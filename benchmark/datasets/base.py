"""What a dataset is: named splits of samples. A sample names files; the dataset makes sure that they are there."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from benchmark.core import entries
from benchmark.core.registry import Registry
from benchmark.core.types import Sample


class Dataset(ABC):
    """A dataset. Making one is cheap; nothing is read or built before `samples` is called.

    Args:
        options: the dataset's own config values, e.g. `root`, `manifest`. The configuration refuses unknown ones.

    Raises:
        UsageError: an option's value is wrong.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    version: ClassVar[str]
    """Moves when the data moves; part of the generation key."""
    licence: ClassVar[str]

    def __init__(self, options: Mapping[str, Any] | None = None) -> None:
        self.options = dict(options or {})

    @abstractmethod
    def splits(self) -> tuple[str, ...]:
        """Names of the splits, the default one first."""

    @abstractmethod
    def split_sha256(self, split: str) -> str:
        """Hash of a split: its samples and their cues. Cheap; moves when a sample comes, goes or changes."""

    @abstractmethod
    def sample_ids(self, split: str) -> list[str]:
        """Ids of a split's samples, in order, without building or reading any media."""

    @abstractmethod
    def samples(self, split: str, cache_root: Path, seed: int, workers: int, limit: int | None = None) -> list[Sample]:
        """The samples of a split, their files in place.

        Args:
            split: one of `splits()`.
            cache_root: folder for what has to be built first.
            seed: of the corpus, where it is made by the project.
            workers: processes that may build.
            limit: the first so many samples; None: all.

        Raises:
            ManifestError: a manifest is malformed, names an unknown emotion or a file that is not there.
            MissingRequirement: the data has to be fetched by hand; the message says where.
        """


DATASETS: Registry[type[Dataset]] = Registry("dataset", "emotion_edit_benchmark.datasets", entries.DATASETS)
