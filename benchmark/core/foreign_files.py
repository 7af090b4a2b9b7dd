"""Files that other programs leave beside media, and folders read without them.

macOS writes `._name` and `__MACOSX`, NAS boxes `@eaDir`, Windows `Thumbs.db`, editors `~$name`, notebooks
`.ipynb_checkpoints`. None of them is ever a clip, a recording or a manifest, whatever its ending says; whoever lists a
folder or an archive of a user asks here.
"""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Collection
from pathlib import Path, PurePath, PurePosixPath

FILES = ("._*", "~$*", ".DS_Store", ".localized", "Thumbs.db", "ehthumbs.db", "desktop.ini", "Icon\r", "*.crdownload")
"""Patterns of file names, capitals ignored."""
FOLDERS = (
    *("__MACOSX", ".Spotlight-V100", ".Trashes", ".fseventsd", ".TemporaryItems", ".AppleDouble", ".AppleDB"),
    *("@eaDir", "#recycle", "@Recycle", "@Recently-Snapshot", "$RECYCLE.BIN", "System Volume Information"),
    *("lost+found", ".Trash-*", ".ipynb_checkpoints", ".git", ".svn", "__pycache__", ".cache"),
)
"""Patterns of folder names below which nothing is a user's, capitals ignored."""


def is_foreign(path: PurePath | str) -> bool:
    """Whether a path below a user's folder belongs to another program.

    Args:
        path: relative to the folder or archive that is read, so that the names of folders above it do not count.
    """
    parts = PurePosixPath(path).parts if isinstance(path, str) else path.parts
    if not parts:
        return False
    return _fits(parts[-1], (*FILES, *FOLDERS)) or any(_fits(part, FOLDERS) for part in parts[:-1])


def list_files(folder: Path, suffixes: Collection[str], *, below: bool = False) -> list[Path]:
    """The regular files of a folder with one of some endings, sorted by path, without those of other programs.

    Args:
        folder: is read; links to files are followed, links to folders are not.
        suffixes: endings in small letters with their dot: {".mp4", ".mov"}.
        below: also in its subfolders.
    """
    found: list[Path] = []
    for place, folders, names in os.walk(folder):
        here = Path(place)
        folders[:] = sorted(name for name in folders if below and not is_foreign(name))
        found += [
            path
            for path in (here / name for name in names)
            if path.suffix.lower() in suffixes and not is_foreign(path.name) and path.is_file()
        ]
    return sorted(found)


def list_folders(folder: Path) -> list[Path]:
    """The subfolders of a folder, sorted, without those of other programs."""
    return sorted(path for path in folder.iterdir() if path.is_dir() and not is_foreign(path.name))


def _fits(name: str, patterns: Collection[str]) -> bool:
    return any(fnmatch.fnmatchcase(name.lower(), pattern.lower()) for pattern in patterns)
