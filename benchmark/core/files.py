"""Files in one step: written under a temporary name beside their place, then moved, so that nobody meets half a file.

    with replace_file(folder / "state.pth") as temporary:
        torch.save(state, temporary)

Where the writing fails, on a full disk for one, nothing is left behind and what stood there before stays. A process
that is killed meanwhile leaves a hidden `.NAME.PID-NUMBER.tmp`, which nothing reads. Nothing is flushed to the disk by
force: a file that was moved survives the end of its process, not that of the machine's power.
"""

from __future__ import annotations

import errno
import hashlib
import itertools
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmark.core.errors import BenchmarkError

FULL = (errno.ENOSPC, errno.EDQUOT)
"""No space left on device; quota exceeded."""


_numbers = itertools.count()


class DiskFull(BenchmarkError):
    """The disk is full: the run stops, what was written stays, the same command goes on."""


@contextmanager
def replace_file(path: Path) -> Iterator[Path]:
    """Give a temporary path to write to, and move it to `path` when the block ends.

    Args:
        path: where the file goes; its folder is made if need be. Several threads and processes may write it at once:
            each has a temporary file of its own, and the last one moved stays.

    Yields:
        A path in the same folder. Its name ends in `.tmp`: writers that choose a format by the name must be told it.

    Raises:
        OSError: it can't be written. Whatever the block raises passes, and `path` is as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    place = path.absolute()  # relative, `T22:57:44.parquet` would be an address to some writers
    # the beginning of a name: with all of a long one the temporary name would be longer than names may be
    temporary = place.with_name(f".{path.name[:40]}.{os.getpid()}-{next(_numbers)}.tmp")
    try:
        yield temporary
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file in one step."""
    with replace_file(path) as temporary:
        temporary.write_bytes(data)


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 text file in one step, its line ends as they are."""
    with replace_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="")


def write_json(
    path: Path, value: Any, *, indent: int | None = None, sort_keys: bool = False, allow_nan: bool = False
) -> None:
    """Write a value as JSON in one step, with a line end.

    Raises:
        TypeError, ValueError: it holds what JSON does not know, NaN among it unless `allow_nan`.
    """
    write_text(path, json.dumps(value, indent=indent, sort_keys=sort_keys, allow_nan=allow_nan) + "\n")


def copy_file(source: Path, target: Path) -> None:
    """Copy a file's content in one step. Raises FileNotFoundError if there is no such source, other OSErrors."""
    with replace_file(target) as temporary:
        shutil.copyfile(source, temporary)


def file_sha256(path: Path) -> str:
    """The sha256 hex digest of a file's content. Raises OSError if it can't be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def raise_if_disk_full(error: OSError, place: Path) -> None:
    """Raise DiskFull if that is what the error says, with how much is free."""
    if error.errno not in FULL:
        return
    try:
        free = f"{shutil.disk_usage(place).free / 1e6:.1f} MB are free"
    except OSError:
        free = "how much is free can't be read"
    raise DiskFull(
        f"{place}: the disk is full ({free}); make room, then the same command goes on where it stopped"
    ) from error
