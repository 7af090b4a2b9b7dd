"""A hash of somebody's checkout: it moves when any file does that may change what the program there makes."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from benchmark.core.files import file_sha256
from benchmark.core.fingerprint import ABSENT, fingerprint

CODE_ENDINGS = (".py", ".pyx", ".c", ".cc", ".cpp", ".cu", ".h", ".sh", ".yaml", ".yml", ".toml", ".cfg", ".ini")
"""Files that count where git does not say which ones belong to the checkout."""


def checkout_hash(folder: Path) -> str:
    """The hash of a checkout's code.

    Under git: its commit, all changes to tracked files, and the Python files that are not tracked. Else every file with
    one of `CODE_ENDINGS`, but for hidden folders and Python environments. A folder that is not there has a hash, too.
    """
    commit = _git(folder, "rev-parse", "--show-toplevel", "HEAD")
    if commit is not None:
        top, _, head = commit.strip().partition("\n")
        if Path(top).resolve() == folder.resolve():
            changes = _git(folder, "diff", "HEAD", "--no-ext-diff", "--binary") or ""
            untracked = _git(folder, "ls-files", "--others", "--exclude-standard", "-z", "--", "*.py") or ""
            names = sorted(filter(None, untracked.split("\0")))
            return fingerprint([head, changes, [[name, hash_if_present(folder / name)] for name in names]])
    files = sorted(_code_files(folder))
    return fingerprint([[path.relative_to(folder).as_posix(), hash_if_present(path)] for path in files])


def hash_if_present(path: Path) -> str:
    """The sha256 of a file's content, or "absent" where it can't be read."""
    try:
        return file_sha256(path)
    except OSError:
        return ABSENT


def _code_files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name[0] not in "._" and not Path(place, name, "pyvenv.cfg").exists()]
        yield from (Path(place, name) for name in names if name.endswith(CODE_ENDINGS))


def _git(folder: Path, *arguments: str) -> str | None:
    """What git prints; None: it is not there, or this is no checkout of it."""
    try:
        command = ["git", "-C", str(folder), *arguments]
        done = subprocess.run(command, capture_output=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "surrogateescape")
