"""The cache of a root: how much each part holds, whether it is whole, and what may go.

Videos and features lie in folders named by the key of what made them. A video's note has its hash; a feature file is a
zip archive with a checksum for every array. What is damaged counts as absent when it is read and is made again; here it
is found without a run. The least recently used folders go first.
"""

from __future__ import annotations

import json
import shutil
import time
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmark.fingerprint import file_sha256
from benchmark.harness.places import Places

USED = ".used"
"""Empty file whose time says when a run last used the folder."""


@dataclass(frozen=True)
class Part:
    """One folder of the cache."""

    kind: str
    """`videos`, `features`, or the name of a corpus."""
    folder: Path
    files: int
    bytes: int
    used: float
    """When a run last used it, seconds since 1970."""

    @property
    def name(self) -> str:
        """Kind and key."""
        return f"{self.kind}/{self.folder.name}"


def mark_used(folder: Path) -> None:
    """Note that a run uses a folder of the cache."""
    if folder.is_dir():
        (folder / USED).touch()


def parts(places: Places) -> list[Part]:
    """All folders, the least recently used first."""
    found = []
    for kind in sorted(p for p in places.cache.iterdir() if p.is_dir()) if places.cache.is_dir() else []:
        for folder in sorted(p for p in kind.iterdir() if p.is_dir()):
            files = [path for path in folder.rglob("*") if path.is_file()]
            stats = [path.stat() for path in files]
            mark = folder / USED
            used = mark.stat().st_mtime if mark.exists() else max((s.st_mtime for s in stats), default=0.0)
            found.append(Part(kind.name, folder, len(files), sum(s.st_size for s in stats), used))
    return sorted(found, key=lambda part: (part.used, part.name))


def damaged(places: Places) -> Iterator[tuple[Path, str]]:
    """Files that are not what they should be, and why."""
    for note in sorted(places.cache.glob("videos/*/*.json")):
        if note.name.startswith("generated"):
            continue
        try:
            content = json.loads(note.read_text(encoding="utf-8"))
            if content["status"] != "ok":
                continue
            video = note.with_suffix(".mp4")
            if not video.is_file():
                yield note, "its video is gone"
            elif file_sha256(video) != content["sha256"]:
                yield video, "its hash is not the one noted"
        except (OSError, ValueError, KeyError, TypeError):
            yield note, "not a note of an output"
    for path in sorted(places.cache.glob("features/*/*/*.npz")):
        try:
            with np.load(path, allow_pickle=False) as stored:
                for name in stored.files:
                    stored[name]
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            yield path, f"can't be read: {type(error).__name__}"


def remove(path: Path) -> None:
    """Take a damaged file away, a video with its note, so that it is made again."""
    path.unlink(missing_ok=True)
    if path.parent.parent.name == "videos":
        path.with_suffix(".json").unlink(missing_ok=True)


def prune(places: Places, limit: int, keep: Sequence[Path] = (), older_than: float = 0.0) -> list[Part]:
    """Remove the least recently used folders of videos and features until the cache holds at most `limit` bytes.

    Args:
        places: of the root.
        limit: bytes of all parts together.
        keep: folders that stay, such as those of the run in hand.
        older_than: seconds since the last use below which a folder stays.

    Returns:
        What was removed. Corpora count but stay: they are inputs.
    """
    there = parts(places)
    total = sum(part.bytes for part in there)
    gone = []
    kept = {path.resolve() for path in keep}
    for part in there:
        if total <= limit:
            break
        if part.kind not in ("videos", "features") or part.folder.resolve() in kept:
            continue
        if time.time() - part.used < older_than:
            continue
        shutil.rmtree(part.folder)
        total -= part.bytes
        gone.append(part)
    return gone
