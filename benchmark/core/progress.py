"""Progress of long work, on stderr: a bar on a terminal, a line every few seconds anywhere else."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

LINE_EVERY = 10.0
"""Seconds between two lines where there is no terminal."""


def track(items: Iterable[T], title: str, total: int) -> Iterator[T]:
    """Yield the items while showing how many of `total` are done. Nothing is shown for no items.

    Args:
        items: what to go through.
        title: what is being done, e.g. "generate".
        total: number of items, known beforehand.
    """
    if total == 0:
        yield from items
    elif sys.stderr.isatty():
        yield from _bar(items, title, total)
    else:
        yield from _lines(items, title, total)


def _bar(items: Iterable[T], title: str, total: int) -> Iterator[T]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description:<10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=False) as progress:
        task = progress.add_task(title, total=total)
        for item in items:
            yield item
            progress.advance(task)


def _lines(items: Iterable[T], title: str, total: int) -> Iterator[T]:
    started = last = time.monotonic()
    for done, item in enumerate(items, 1):
        yield item
        now = time.monotonic()
        if now - last >= LINE_EVERY or (done == total and now - started >= 2.0):
            last = now
            print(f"{title} {done}/{total} ({now - started:.0f} s)", file=sys.stderr, flush=True)


class Steps:
    """Progress of work whose steps end in any order: say how many are done; shown as `track` shows it.

    Args:
        title: what is being done.
        total: number of steps.
    """

    def __init__(self, title: str, total: int) -> None:
        self.done, self.total = 0, total
        self._shown = track(range(total), title, total)
        next(self._shown, None)

    def at(self, done: int) -> None:
        """So many are done."""
        while self.done < min(done, self.total):
            self.done += 1
            next(self._shown, None)

    def close(self) -> None:
        """No more will be done."""
        close = getattr(self._shown, "close", None)
        if close is not None:
            close()
