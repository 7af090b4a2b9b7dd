"""`clips`: real videos, from a manifest or from a folder of labelled recordings.

Options: `manifest` (csv, jsonl or parquet, columns in `manifest.py`) and `root` (what its paths are relative to; the
manifest's own folder if not given), or `root` alone (every video below it, see `recordings.py`). Everything is checked
before a run starts; a problem is one line that says where it is. Only the videos themselves are opened later, one by
one, and become a row with a status if they can't be used.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from benchmark.core.errors import UsageError, nearest, user_path
from benchmark.core.types import Sample
from benchmark.datasets.base import Dataset
from benchmark.datasets.manifest import Row, read_rows, to_samples
from benchmark.datasets.recordings import find_recordings


class Clips(Dataset):
    """Real videos that the user names."""

    name: ClassVar[str] = "clips"
    title: ClassVar[str] = "Clips of your own"
    version: ClassVar[str] = "1"
    licence: ClassVar[str] = "of whoever made the videos"

    def __init__(self, options: Mapping[str, Any] | None = None) -> None:
        super().__init__(options)
        manifest, root = self.options.get("manifest"), self.options.get("root")
        self._manifest = user_path(manifest) if manifest else None
        self._root = user_path(root) if root else None
        self._rows: list[Row] | None = None

    def splits(self) -> tuple[str, ...]:
        """The manifest's splits in the order of their first sample; `test` for a folder, or without options."""
        if self._manifest is None and self._root is None:
            return ("test",)
        return tuple(dict.fromkeys(row.split for row in self._all_rows()))

    def split_sha256(self, split: str) -> str:
        """Hash of the split's rows; the videos' content enters the run's keys by itself."""
        rows = [sorted(row.cells.items()) for row in self._rows_of(split)]
        return hashlib.sha256(json.dumps(rows, ensure_ascii=True).encode()).hexdigest()

    def sample_ids(self, split: str) -> list[str]:
        """Ids of a split's samples, in the order of the manifest."""
        return [row.cells.get("id", "") for row in self._rows_of(split)]

    def samples(self, split: str, cache_root: Path, seed: int, workers: int, limit: int | None = None) -> list[Sample]:
        """The checked samples of a split; nothing is built, so folders, seed and workers play no part."""
        rows = self._rows_of(split)
        where = self._manifest.name if self._manifest else "folder"
        return to_samples(rows, self.name, self._base(), where)[:limit]

    def _base(self) -> Path:
        if self._root is not None:
            if not self._root.is_dir():
                raise UsageError(f"dataset.root: no such folder: {self._root}")
            return self._root
        if self._manifest is not None:
            return self._manifest.parent
        raise UsageError("dataset 'clips' needs dataset.manifest=FILE, or dataset.root=DIR of labelled recordings")

    def _all_rows(self) -> list[Row]:
        if self._rows is None:
            base = self._base()
            self._rows = read_rows(self._manifest) if self._manifest else find_recordings(base)
        return self._rows

    def _rows_of(self, split: str) -> list[Row]:
        known = tuple(dict.fromkeys(row.split for row in self._all_rows()))
        if split not in known:
            raise UsageError(f"unknown split '{split}' of dataset 'clips'{nearest(split, known)}")
        return [row for row in self._all_rows() if row.split == split]
