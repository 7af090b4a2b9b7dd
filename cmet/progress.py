"""Progress of the commands of C-MET, on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")
Progress = Callable[[int, int], None]
"""Called with what is done so far and all there is."""

LINE_EVERY = 10.0
"""Seconds between two lines of progress where there is no terminal."""


@contextmanager
def progress(title: str) -> Iterator[Progress]:
    """Show how far a piece of work is: a bar on a terminal, a line every ten seconds anywhere else."""
    if not sys.stderr.isatty():
        yield _lines(title)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description:<8}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=Console(stderr=True)) as bars:
        task = bars.add_task(title, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)


def _lines(title: str) -> Progress:
    started = last = time.monotonic()

    def show(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= LINE_EVERY or (done == total and now - started >= 2.0):
            last = now
            print(f"{title} {done}/{total} ({now - started:.0f} s)", file=sys.stderr, flush=True)

    return show


def track(items: Iterable[T], title: str, total: int) -> Iterator[T]:
    """Yield the items while showing how many of `total` are done."""
    with progress(title) as show:
        for done, item in enumerate(items, 1):
            yield item
            show(done, total)
