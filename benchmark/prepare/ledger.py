"""The ledger of a prepared corpus: a note for every clip as soon as it is done, and one table of all.

A note is written after the clip's files, each in one step, so a run that is killed loses at most the clips in hand and
keeps every other. `ledger.csv` is made of the notes at the end.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmark.core.files import write_json, write_text
from benchmark.core.locks import hold
from benchmark.core.status import Status
from benchmark.prepare.job import Job, Outcome

FOLDER = ".ledger"
TABLE = "ledger.csv"
COLUMNS = (
    "clip", "status", "reason", "frames", "face_share", "region", "sound_from", "source_sha256", "video_sha256",
    "sound_sha256",
)  # fmt: skip


class Ledger:
    """Notes under a folder.

    Args:
        out: the prepared corpus.
    """

    def __init__(self, out: Path) -> None:
        self.out = out
        self.folder = out / FOLDER

    def note(self, outcome: Outcome) -> None:
        """Write a clip's note, in one step."""
        write_json(self._path(outcome.clip), outcome.as_json())

    def of(self, clip: str) -> Outcome | None:
        """A clip's note; None if there is none, or none that can be read."""
        try:
            return Outcome.from_json(json.loads(self._path(clip).read_text(encoding="utf-8")))
        except (OSError, KeyError, TypeError, ValueError):
            return None

    def done(self, job: Job, retry: bool = False) -> Outcome | None:
        """The note of a job that need not be done again: same sources, and outputs that are there in full.

        Args:
            job: what is to be made.
            retry: whether a clip that failed is tried again although its source is the same.
        """
        outcome = self.of(job.clip)
        if outcome is None or (retry and outcome.status != Status.OK):
            return None
        try:
            if [list(piece) for piece in outcome.source_state] != job.state():
                return None
            if outcome.status == Status.OK:
                sizes = tuple(path.stat().st_size for path in job.outputs(self.out).values())
                return outcome if sizes == outcome.sizes else None
        except OSError:
            return None
        return outcome

    def finish(self, clips: list[str]) -> Path:
        """Write the table: one row for every clip, sorted; returns its path."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        for clip in sorted(set(clips)):
            outcome = self.of(clip) or Outcome(clip, Status.NOT_DONE, "the run was interrupted")
            writer.writerow([getattr(outcome, name) for name in COLUMNS])
        write_text(self.out / TABLE, text.getvalue())
        return self.out / TABLE

    def _path(self, clip: str) -> Path:
        return self.folder / f"{clip.replace('/', '__')}.json"


@contextmanager
def preparing_lock(out: Path) -> Iterator[None]:
    """Keep a second run off the same folder. Raises UsageError if another run holds it."""
    with hold(out / ".lock", lambda who: f"{out}: another run prepares this folder ({who})"):
        yield
