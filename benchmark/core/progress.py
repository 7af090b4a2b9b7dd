"""Progress of long work, on stderr: a bar on a terminal, a line every few seconds anywhere else.

    for sample in track(samples, "generate", len(samples)):
        ...
    with show_progress("training", total=10_000, done=2_500) as shown:
        shown.advance("loss 0.12")

Both say how much is done, how fast, and how long the rest will take at that pace.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")

LINE_EVERY = 10.0
"""Seconds between two lines where there is no terminal."""
_bars: list[str] = []
"""Titles of the bars that are drawn now: a terminal has room for one."""
SHORT = 2.0
"""Work that took less time, in seconds, leaves no line."""


class Progress:
    """How much of some work is done. This one shows nothing.

    Args:
        total: all there is to do; None: not known yet.
        done: what earlier processes had done of it; it says nothing about this one's pace.
    """

    def __init__(self, total: int | None = None, done: int = 0) -> None:
        self.total, self.start, self.done, self.text = total, done, done, ""
        self.began = time.monotonic()

    def advance(self, text: str = "") -> None:
        """One more is done. `text` replaces the words beside the numbers unless it is empty."""
        self.text = text or self.text
        self.show(self.done + 1)

    def show(self, done: int, total: int | None = None) -> None:
        """So many are done, of `total` if that is given: for work whose parts end in any order."""
        self.total = self.total if total is None else total
        self.done = done
        self._draw()

    def pace(self) -> str:
        """Steps a second and the time left at that pace: "0.4/s, 2 min left"; empty before the first step."""
        seconds = time.monotonic() - self.began
        if self.done <= self.start or seconds <= 0:
            return ""
        rate = (self.done - self.start) / seconds
        words = f"{rate:.2g}/s" if rate < 10 else f"{rate:.0f}/s"
        if self.total is not None and self.total > self.done:
            words += f", {duration_text((self.total - self.done) / rate)} left"
        return words

    def _draw(self) -> None:
        pass


class _Lines(Progress):
    def __init__(self, title: str, total: int | None, done: int) -> None:
        super().__init__(total, done)
        self.title, self.last = title, self.began

    def _draw(self) -> None:
        now = time.monotonic()
        if now - self.last >= LINE_EVERY or (self.done == self.total and now - self.began >= SHORT):
            self.last = now
            spent = ", ".join(filter(None, (duration_text(now - self.began), self.pace())))
            words = f"{self.title} {self.done}/{self.total} ({spent}) {self.text}"
            print(words.rstrip(), file=sys.stderr, flush=True)


class _Bar(Progress):
    def __init__(self, bars: Any, title: str, total: int | None, done: int) -> None:
        super().__init__(total, done)
        self.bars = bars
        self.task = bars.add_task(title, total=total, completed=done, pace="", text="")

    def _draw(self) -> None:
        self.bars.update(self.task, completed=self.done, total=self.total, pace=self.pace(), text=self.text)


@contextmanager
def show_progress(title: str, total: int | None = None, *, done: int = 0, shown: bool = True) -> Iterator[Progress]:
    """Show how far some work is.

    Args:
        title: what is being done, e.g. "generate".
        total: number of steps; None: `Progress.show` will say. Nothing is shown for none.
        done: steps that were done before.
        shown: False: show nothing. Nothing is shown either beneath a bar: work inside of work that is shown.

    Yields:
        What the work tells its steps to.
    """
    if not shown or total == 0 or _bars:
        yield Progress(total, done)
    elif not sys.stderr.isatty():
        yield _Lines(title, total, done)
    else:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bars

        fields = (TextColumn("{task.fields[pace]}"), TextColumn("{task.fields[text]}"))
        counts = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        columns = (TextColumn("{task.description:<10}"), *counts, *fields)
        _bars.append(title)
        try:
            with Bars(*columns, console=Console(stderr=True)) as bars:
                yield _Bar(bars, title, total, done)
        finally:
            _bars.remove(title)


def track(items: Iterable[T], title: str, total: int) -> Iterator[T]:
    """Yield the items while showing how many of `total` are done.

    Args:
        items: what to go through.
        title: see `show_progress`.
        total: number of items, known beforehand.
    """
    with show_progress(title, total) as shown:
        for item in items:
            yield item
            shown.advance()


def duration_text(seconds: float) -> str:
    """Seconds for people: 40 s, 12 min, 3.5 h."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
