"""Where a run keeps its files, all under one root."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from benchmark.core.errors import UsageError
from benchmark.core.fingerprint import KEY_LENGTH
from benchmark.results.store import MOCK_ROOT


@dataclass(frozen=True)
class Workspace:
    """The folders of a root.

    Mock runs get a root of their own inside it, so they never meet real results; the corpora under `cache` are shared.
    """

    root: Path

    @property
    def results(self) -> Path:
        """Run folders."""
        return self.root / "results"

    @property
    def cache(self) -> Path:
        """What can be made again: videos, features, corpora."""
        return self.root / "cache"

    @property
    def contents(self) -> Path:
        """Remembered content hashes."""
        return self.cache / "contents.json"

    def videos(self, generation_key: str) -> Path:
        """Outputs of one method on one split."""
        return self.cache / "videos" / generation_key[:KEY_LENGTH]

    def video(self, generation_key: str, sample_id: str) -> Path:
        """The output of one sample; the note beside it has the ending `.json`."""
        return self.videos(generation_key) / f"{sample_id}.mp4"

    def features(self, extractor: str, extraction_key: str) -> Path:
        """Features of one extractor, for every clip it has seen."""
        return self.cache / "features" / f"{extractor}-{extraction_key[:KEY_LENGTH]}"

    def relative(self, path: Path | None) -> str | None:
        """A path as written into results: relative to the root where it lies under it."""
        if path is None:
            return None
        absolute, root = Path(os.path.abspath(path)), Path(os.path.abspath(self.root))
        return absolute.relative_to(root).as_posix() if absolute.is_relative_to(root) else absolute.as_posix()


def open_workspace(root: Path, mock: bool) -> Workspace:
    """The folders under `root`, which is made if need be. Raises UsageError if it can't be written to."""
    workspace = Workspace(root / MOCK_ROOT if mock else root)
    try:
        workspace.root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"runtime.root={root}: {error.strerror or error}") from None
    if not os.access(workspace.root, os.W_OK):
        raise UsageError(f"runtime.root={root}: not writable")
    return workspace
