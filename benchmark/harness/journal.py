"""What happens in a run, as it happens: one JSON object a line in `journal.jsonl` beside run.json.

Every process of a run appends to the same file; a line is written by one call, so lines never mix. Times are seconds
since 1970 for people; durations come from a monotonic clock, which no change of the clock can bend.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FILE = "journal.jsonl"


class Journal:
    """Writes a run's journal.

    Args:
        folder: of the run; None: nothing is written.
        run: the run's id, in every line.
    """

    def __init__(self, folder: Path | None, run: str = "") -> None:
        self.path = None if folder is None else folder / FILE
        self.run = run

    def note(self, event: str, **facts: Any) -> None:
        """Append one line: time, run, process, event, and the facts given. A full disk loses the line, not the run."""
        if self.path is None:
            return
        line = {"time": round(time.time(), 3), "run": self.run, "pid": os.getpid(), "event": event} | facts
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            try:
                os.write(handle, (json.dumps(line, ensure_ascii=False) + "\n").encode())
            finally:
                os.close(handle)
        except OSError:
            return


def read_journal(folder: Path) -> Iterator[dict[str, Any]]:
    """The lines of a run's journal that are whole; none where there is no journal."""
    try:
        text = (folder / FILE).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    for line in text.splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue  # cut short by a kill
        if isinstance(entry, dict):
            yield entry
