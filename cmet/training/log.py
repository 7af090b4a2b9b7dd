"""What training tells: log.jsonl, and TensorBoard where it is asked for."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import Tensor

from benchmark.core.files import write_text


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
