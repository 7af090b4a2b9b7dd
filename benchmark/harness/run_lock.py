"""What keeps a run from harm: one driver at a time, a stop that leaves everything resumable, a disk that is full."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from benchmark.core.errors import BenchmarkError, UsageError

LOCK = ".lock"
FULL = (errno.ENOSPC, errno.EDQUOT)
"""No space left on device; quota exceeded."""


class DiskFull(BenchmarkError):
    """The disk is full: the run stops, what was made stays, the same command goes on."""


@contextmanager
def run_lock(folder: Path) -> Iterator[None]:
    """Hold a run folder. The lock is the kernel's: it ends with the process, however that ends.

    Raises:
        UsageError: another process drives this run.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            who = file.read().strip() or "another process"
            raise UsageError(f"{folder}: {who} drives this run; wait for it, or watch it with --watch") from error
        file.truncate(0)
        file.write(f"process {os.getpid()} on {os.uname().nodename}")
        file.flush()
        yield


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


def stop_on_signal() -> None:
    """Let SIGTERM end the program as Ctrl-C does."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
