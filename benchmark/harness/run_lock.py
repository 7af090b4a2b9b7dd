"""What keeps a run from harm: one driver at a time, and a stop that leaves everything resumable."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from benchmark.core.locks import hold

LOCK = ".lock"


@contextmanager
def run_lock(folder: Path) -> Iterator[None]:
    """Hold a run folder. Raises UsageError if another process drives this run."""
    with hold(folder / LOCK, lambda who: f"{folder}: {who} drives this run; wait for it, or watch it with --watch"):
        yield


def stop_on_signal() -> None:
    """Let SIGTERM end the program as Ctrl-C does."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
