"""Prepare a corpus: what is done already is kept, the rest is made, everything ends in the ledger."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmark.core.errors import MissingRequirement
from benchmark.core.progress import track
from benchmark.core.status import Status
from benchmark.prepare.clip import Recipe
from benchmark.prepare.job import Job, Outcome
from benchmark.prepare.ledger import Ledger, preparing_lock
from benchmark.prepare.pool import outcomes

BYTES_A_CLIP = 700_000
"""Allowed for a clip of 256 pixels. Two real clips took 61 and 66 kB a second, half of it sound: 0.2 MB for 3.5 s."""


@dataclass(frozen=True)
class Summary:
    """What a run did."""

    kept: int
    """Clips that an earlier run had done."""
    made: int
    """Clips that this run did, failed ones among them."""
    counts: Mapping[str, int]
    """Status -> clips, absent ones as `missing_file`."""
    table: Path

    @property
    def complete(self) -> bool:
        """Whether every wanted clip is there."""
        return set(self.counts) <= {Status.OK}

    def text(self) -> str:
        """One line for the terminal."""
        counts = ", ".join(f"{count} {status}" for status, count in sorted(self.counts.items()))
        return f"{counts} ({self.kept} kept, {self.made} made now); {self.table}"


def prepare(
    jobs: Sequence[Job],
    absent: Mapping[str, str],
    out: Path,
    *,
    recipe: Recipe,
    detector: Path | None,
    workers: int = 2,
    retry: bool = False,
) -> Summary:
    """Make the clips that are not there yet.

    Args:
        jobs: clips whose source is there.
        absent: clip id -> why it can't be made.
        out: the prepared corpus.
        recipe: how.
        detector: YuNet's file, for `crop: face`.
        workers: processes.
        retry: try failed clips again although their source is the same.

    Raises:
        UsageError: another run prepares this folder.
        MissingRequirement: the disk is too full.
    """
    with preparing_lock(out):
        ledger = Ledger(out)
        kept = [outcome for job in jobs if (outcome := ledger.done(job, retry)) is not None]
        done = {outcome.clip for outcome in kept}
        pending = [job for job in jobs if job.clip not in done]
        check_space(out, len(pending))
        made: list[Outcome] = []
        work = outcomes(pending, out, recipe, detector, min(workers, max(1, len(pending))))
        for outcome in track(work, "prepare", len(pending)):
            made.append(outcome)
        for clip, reason in absent.items():
            ledger.note(Outcome(clip, Status.MISSING_FILE, reason))
        table = ledger.finish([*(job.clip for job in jobs), *absent])
    counts = Counter(outcome.status for outcome in (*kept, *made))
    counts.update({Status.MISSING_FILE: len(absent)} if absent else {})
    return Summary(len(kept), len(made), dict(counts), table)


def check_space(out: Path, clips: int) -> None:
    """Raise MissingRequirement if `clips` more clips would not fit on the disk."""
    needed, free = clips * BYTES_A_CLIP, shutil.disk_usage(out).free
    if free < needed:
        raise MissingRequirement(
            f"{out}: {clips} clips need about {needed / 1e9:.1f} GB, {free / 1e9:.1f} GB are free; nothing was made"
        )
