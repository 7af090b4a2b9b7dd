"""Locks on files, between processes: the kernel's, so they end with the process that holds them, however it ends.

    with hold(folder / ".lock", lambda who: f"{folder}: {who} drives this run"):
        ...

`hold` is `filelock`'s and excludes everybody. The cache's folders are used by many at once and removed by one, which
needs the kernel's shared locks; filelock's own lock for readers and writers keeps a database beside the file, inside
the folder that is removed, so `share` and `claim` ask the kernel here.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from filelock import FileLock, Timeout

from benchmark.core.errors import UsageError


@contextmanager
def hold(path: Path, refusal: Callable[[str], str] | None = None) -> Iterator[None]:
    """Hold a lock. The file says who holds it; it stays when the lock ends.

    Args:
        path: the lock's file; its folder is made if need be.
        refusal: holder -> what is said if another process holds it ("process 12 on host"); None: wait for it.

    Raises:
        UsageError: another process holds it, with the words of `refusal`.
        OSError: the file can't be written, or its file system knows no locks.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path, timeout=-1 if refusal is None else 0, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout:
        assert refusal is not None
        raise UsageError(refusal(_holder(path))) from None
    try:
        with suppress(OSError):  # a full disk: the lock is held all the same
            path.write_text(f"process {os.getpid()} on {os.uname().nodename}", encoding="utf-8")
        yield
    finally:
        lock.release()


def share(path: Path) -> TextIO:
    """Open a mark in a folder, which is made if need be, and lock it together with others against `claim`.

    Returns:
        The open file; closing it gives the lock back.

    Raises:
        FileExistsError: the folder's name is a file's.
    """
    while True:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            mark = path.open("a+", encoding="ascii")
        except FileNotFoundError:  # just removed
            continue
        except FileExistsError:  # removed while mkdir looked, or no folder at all
            if path.parent.exists() and not path.parent.is_dir():
                raise
            continue
        fcntl.flock(mark, fcntl.LOCK_SH)
        if _is_still(path, mark):
            return mark
        mark.close()


@contextmanager
def claim(path: Path) -> Iterator[bool]:
    """Lock a mark against `share`, without waiting. Yields whether it is there, and nobody shares or claims it."""
    try:
        mark = path.open("a+", encoding="ascii")
    except FileNotFoundError:
        yield False
        return
    with mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield _is_still(path, mark)


def _is_still(path: Path, file: TextIO) -> bool:
    """Whether a path leads to an open file: it may have been removed, and made anew, since it was opened."""
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except OSError:
        return False


def _holder(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip() or "another process"
    except (OSError, ValueError):
        return "another process"
