"""What `mead`, `crema_d` and `extended` share: splits are rows of a split file, media lie below `dataset.root`.

A missing clip is no error of the run: its sample stays planned and ends as a row with `missing_file`.
"""

from __future__ import annotations

import hashlib
import json
from abc import abstractmethod
from pathlib import Path
from typing import ClassVar

from benchmark.core.errors import MissingRequirement, UsageError, nearest, user_path
from benchmark.core.types import Sample
from benchmark.datasets.base import Dataset

Row = dict[str, str]


class PairedCorpus(Dataset):
    """A corpus whose samples pair a neutral clip with an emotional one. Option: `root`."""

    get_it: ClassVar[str]
    """Where the media come from, for the message."""

    @abstractmethod
    def rows(self, split: str) -> list[Row]:
        """The rows of a split, `split` being one of `splits()`."""

    @abstractmethod
    def cue_names(self, row: Row) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Clip ids of the emotional and of the neutral speech of a row."""

    @abstractmethod
    def sample(self, root: Path, split: str, row: Row) -> Sample:
        """The sample of a row."""

    def sample_ids(self, split: str) -> list[str]:
        """Ids, in the order of the split file."""
        return [row["sample_id"] for row in self._known(split)]

    def split_sha256(self, split: str) -> str:
        """Hash of the rows and of the cues drawn for them."""
        content = [[sorted(row.items()), self.cue_names(row)] for row in self._known(split)]
        return hashlib.sha256(json.dumps([self.version, content]).encode()).hexdigest()

    def samples(self, split: str, cache_root: Path, seed: int, workers: int, limit: int | None = None) -> list[Sample]:
        """The samples; nothing is built, so folders, seed and workers play no part."""
        root = self.root()
        return [self.sample(root, split, row) for row in self._known(split)[:limit]]

    def root(self) -> Path:
        """The folder of the prepared corpus. Raises MissingRequirement."""
        given = self.options.get("root")
        if not given:
            raise MissingRequirement(f"dataset {self.name} needs dataset.root=DIR of prepared clips; {self.get_it}")
        root = user_path(given)
        if not root.is_dir():
            raise MissingRequirement(f"dataset.root: no such folder: {root}; {self.get_it}")
        return root

    def _known(self, split: str) -> list[Row]:
        if split not in self.splits():
            raise UsageError(f"dataset {self.name} has no split '{split}'{nearest(split, self.splits())}")
        return self.rows(split)


def video(folder: Path, clip: str) -> Path:
    """Where the video of a clip id lies."""
    return folder / f"{clip}.mp4"


def sound(folder: Path, clip: str) -> Path:
    """Where the speech of a clip id lies: the wav beside the video if there is one, else the video's own sound."""
    wav = folder / f"{clip}.wav"
    return wav if wav.is_file() else video(folder, clip)
