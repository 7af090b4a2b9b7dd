"""What training tells: log.jsonl, TensorBoard if wanted, and a bar or a line on stderr."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from torch import Tensor

from benchmark.core.files import write_text

LINE_EVERY = 10.0
"""Seconds between lines where there is no terminal."""


class TrainingLog:
    """Lines of a run.

    Args:
        folder: log.jsonl and tensorboard/ are kept here.
        start: step at which the run goes on; later lines, of work that is done again, are dropped.
        tensorboard: also write TensorBoard's files (extra `tensorboard`).

    Raises:
        ImportError: TensorBoard is wanted and not installed; the message says how to install it.
    """

    def __init__(self, folder: Path, start: int, tensorboard: bool = False) -> None:
        self.path = folder / "log.jsonl"
        folder.mkdir(parents=True, exist_ok=True)
        self._drop_after(start)
        self.board: Any = None
        if tensorboard:
            try:
                from torch.utils.tensorboard import SummaryWriter
            except ImportError as error:
                raise ImportError(
                    "runtime.tensorboard=true needs the extra 'tensorboard': pip install -e '.[tensorboard]'"
                ) from error
            self.board = SummaryWriter(str(folder / "tensorboard"), purge_step=start)

    def write(self, kind: str, step: int, values: Mapping[str, float]) -> None:
        """Add a line: `{"kind": "train", "step": 100, ...}`, values rounded to 6 significant digits."""
        line = {"kind": kind, "step": step} | {name: float(f"{value:.6g}") for name, value in values.items()}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        if self.board is not None:
            for name, value in values.items():
                self.board.add_scalar(f"{kind}/{name}", value, step)

    def close(self) -> None:
        """Finish TensorBoard's files."""
        if self.board is not None:
            self.board.close()

    def _drop_after(self, start: int) -> None:
        if not self.path.is_file():
            return
        kept = []
        for line in self.path.read_text(encoding="utf-8").splitlines(keepends=True):
            try:
                if line.endswith("\n") and json.loads(line)["step"] <= start:
                    kept.append(line)
            except (ValueError, KeyError, TypeError):
                continue  # a line that an interruption cut short
        write_text(self.path, "".join(kept))


class Meter:
    """Means of the losses since the last line; values stay on the device until they are asked for."""

    def __init__(self) -> None:
        self.sums: dict[str, Tensor] = {}
        self.count, self.since, self.words = 0, time.monotonic(), ""

    def add(self, values: Mapping[str, Tensor]) -> None:
        """Add one step's losses."""
        for name, value in values.items():
            self.sums[name] = self.sums[name] + value.detach() if name in self.sums else value.detach()
        self.count += 1

    def take(self) -> dict[str, float]:
        """Means, and steps per second; starts anew."""
        now = time.monotonic()
        means = {name: float(value) / self.count for name, value in self.sums.items()}
        means["steps_per_second"] = self.count / max(now - self.since, 1e-9)
        self.sums, self.count, self.since = {}, 0, now
        self.words = f"loss {means['total']:.4f}, {means['steps_per_second']:.1f} steps/s"
        return means


class Progress:
    """Shows how many steps are done; see `progress`."""

    def advance(self, text: str = "") -> None:
        """One more step is done; `text` replaces the words beside the bar unless empty."""


class _Lines(Progress):
    def __init__(self, title: str, done: int, total: int) -> None:
        self.title, self.done, self.total, self.text, self.last = title, done, total, "", time.monotonic()

    def advance(self, text: str = "") -> None:
        self.done += 1
        self.text = text or self.text
        if time.monotonic() - self.last >= LINE_EVERY:
            self.last = time.monotonic()
            print(f"{self.title} {self.done}/{self.total} {self.text}".rstrip(), file=sys.stderr, flush=True)


class _Bar(Progress):
    def __init__(self, bar: Any, task: Any) -> None:
        self.bar, self.task = bar, task

    def advance(self, text: str = "") -> None:
        self.bar.update(self.task, advance=1, **({"text": text} if text else {}))


@contextmanager
def progress(title: str, done: int, total: int, shown: bool = True) -> Iterator[Progress]:
    """A bar on a terminal, a line every ten seconds elsewhere, on stderr; nothing if not `shown`."""
    if not shown:
        yield Progress()
    elif not sys.stderr.isatty():
        yield _Lines(title, done, total)
    else:
        from rich import progress as rich
        from rich.console import Console

        columns = (
            rich.TextColumn("{task.description}"),
            rich.BarColumn(),
            rich.MofNCompleteColumn(),
            rich.TimeElapsedColumn(),
            rich.TimeRemainingColumn(),
            rich.TextColumn("{task.fields[text]}"),
        )
        with rich.Progress(*columns, console=Console(stderr=True)) as bar:
            yield _Bar(bar, bar.add_task(title, total=total, completed=done, text=""))
