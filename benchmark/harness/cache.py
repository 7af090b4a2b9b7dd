"""The cache of a root: how much each part holds, whether it is whole, and what may go.

Videos and features lie in folders named by the key of what made them. A video's note has its hash, a file of features
its own. What is damaged counts as absent when it is read and is made again; here it is found without a run.

A run holds its folders with a lock of the kernel, which ends with the run however that ends, and counts its uses, so
that neither what stays nor what goes first depends on a clock. The least recently used folders go first.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from benchmark.core.arrays import read_sealed
from benchmark.core.files import file_sha256
from benchmark.core.locks import claim, share
from benchmark.core.status import Status
from benchmark.harness.features import read_failure
from benchmark.harness.workspace import Workspace

GONE = ".gone"
"""Ending of a folder that is being removed."""
USED = ".used"
"""File in a folder: the number of its last use, 1 the first use of the whole cache; locked by those who use it now."""


@dataclass(frozen=True)
class Part:
    """One folder of the cache."""

    kind: str
    """`videos`, `features`, or the name of a corpus."""
    folder: Path
    files: int
    bytes: int
    use: int
    """The number of its last use; 0: never, as far as is known."""
    at: float
    """When a run last used it by that machine's clock, seconds since 1970; for people."""

    @property
    def name(self) -> str:
        """Kind and key."""
        return f"{self.kind}/{self.folder.name}"


@contextmanager
def hold_folders(workspace: Workspace, folders: Sequence[Path]) -> Iterator[None]:
    """Hold folders of the cache, which are made if need be: nobody prunes them, and this is their newest use."""
    with ExitStack() as held:
        marks = [held.enter_context(share(folder / USED)) for folder in folders]
        for mark in marks:
            _count_use(mark, workspace)
        yield


def _count_use(mark: TextIO, workspace: Workspace) -> None:
    newest = max((_read_use(path) for path in workspace.cache.glob(f"*/*/{USED}")), default=0)
    mark.truncate(0)
    mark.write(str(newest + 1))
    mark.flush()


def _read_use(mark: Path) -> int:
    try:
        text = mark.read_text(encoding="ascii")
    except (OSError, ValueError):
        return 0
    return int(text) if text.isdecimal() else 0


def list_parts(workspace: Workspace) -> list[Part]:
    """All folders, the least recently used first."""
    found = []
    for kind in sorted(p for p in workspace.cache.iterdir() if p.is_dir()) if workspace.cache.is_dir() else []:
        for folder in sorted(p for p in kind.iterdir() if p.is_dir()):
            files = [Path(place) / name for place, _, names in os.walk(folder) for name in names]
            stats = [stat for path in files if (stat := _stat(path)) is not None]
            mark = _stat(folder / USED)
            at = mark.st_mtime if mark else max((s.st_mtime for s in stats), default=0.0)
            found.append(
                Part(kind.name, folder, len(stats), sum(s.st_size for s in stats), _read_use(folder / USED), at)
            )
    return sorted(found, key=lambda part: (part.use, part.name))


def _stat(path: Path) -> os.stat_result | None:
    """Of a file; None for what is none, or went since it was listed."""
    try:
        return path.stat() if path.is_file() else None
    except OSError:
        return None


def find_damaged(workspace: Workspace) -> Iterator[tuple[Path, str]]:
    """Files that are not what they should be, and why."""
    for note in sorted(workspace.cache.glob("videos/*/*.json")):
        if note.name.startswith("generated"):
            continue
        try:
            content = json.loads(note.read_text(encoding="utf-8"))
            if content["status"] != Status.OK:
                continue
            video = note.with_suffix(".mp4")
            if not video.is_file():
                yield note, "its video is gone"
            elif file_sha256(video) != content["sha256"]:
                yield video, "its hash is not the one noted"
        except (OSError, ValueError, KeyError, TypeError):
            yield note, "not a note of an output"
    for path in sorted(workspace.cache.glob("features/*/*/*.*")):
        reader = {".npz": read_sealed, ".json": read_failure}.get(path.suffix)
        try:
            if reader is not None:
                reader(path)
        except (OSError, ValueError) as error:
            yield path, str(error)


def remove(path: Path) -> None:
    """Take a damaged file away, a video with its note, so that it is made again."""
    path.unlink(missing_ok=True)
    if path.parent.parent.name == "videos":
        path.with_suffix(".json").unlink(missing_ok=True)


def prune(workspace: Workspace, limit: int) -> list[Part]:
    """Remove the least recently used folders of videos and features until the cache holds at most `limit` bytes.

    Args:
        workspace: of the root.
        limit: bytes of all parts together. Corpora count but stay: they are inputs; so does what a run uses now.

    Returns:
        What was removed.
    """
    there = list_parts(workspace)
    total = sum(part.bytes for part in there)
    gone = []
    for part in there:
        if total <= limit:
            break
        if part.kind in ("videos", "features") and _remove_if_unused(part.folder):
            total -= part.bytes
            gone.append(part)
    return gone


def _remove_if_unused(folder: Path) -> bool:
    """Remove a folder unless somebody uses it."""
    if folder.suffix == GONE:  # left by somebody who was killed here
        shutil.rmtree(folder, ignore_errors=True)
        return True
    with claim(folder / USED) as unused:
        if not unused:
            return False
        # out of the way in one step: who asks for the folder now gets a new one, and puts nothing into what goes
        leaving = folder.with_name(f".{folder.name}.{os.getpid()}-{threading.get_native_id()}{GONE}")
        folder.rename(leaving)
        shutil.rmtree(leaving, ignore_errors=True)  # another pruner may help
    return True
