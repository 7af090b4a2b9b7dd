"""How long a run will take and how much disk it needs.

From earlier runs of the same method under the same root; else from what was measured of it (`costs`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmark.core.progress import duration_text
from benchmark.results.store import StoredRun, list_runs


@dataclass(frozen=True)
class Estimate:
    """What a run will cost."""

    seconds: float | None
    """Time of one worker that makes everything anew; None: not known."""
    bytes: float | None
    """Disk space of the outputs; None: not known."""
    source: str = ""
    """Where the figures come from, in words."""

    def text(self, workers: int) -> tuple[str, str]:
        """Time and disk, for people."""
        if self.seconds is None:
            return "unknown: no earlier run of this method under this root; one with --limit 4 tells", "unknown"
        each = f"{duration_text(self.seconds)} of one worker"
        each += f", {duration_text(self.seconds / workers)} of {workers}" if workers > 1 else ""
        disk = "unknown" if self.bytes is None else f"{self.bytes / 1e6:.0f} MB of outputs"
        return f"{each} ({self.source}; less where the cache holds it)", disk


def estimate(results: Path, method: str, samples: int, known: tuple[float, float, str] | None = None) -> Estimate:
    """Estimate a run.

    Args:
        results: folder of the root.
        method: the label of the run.
        samples: planned.
        known: seconds and bytes of a sample and where they were measured, for use where no earlier run is there.
    """
    runs = [run for run in list_runs(results).runs if run.complete and run.method == method]
    seconds = [each for run in runs if (each := seconds_per_sample(run)) is not None]
    sizes = [size for run in runs for size in output_sizes(run, results.parent)]
    if not seconds and known is not None:
        return Estimate(samples * known[0], samples * known[1], known[2])
    return Estimate(
        samples * max(seconds) if seconds else None,  # a run that found things in the cache says too little
        samples * float(np.mean(sizes)) if sizes else None,
        f"from {len(seconds)} earlier run(s)",
    )


def seconds_per_sample(run: StoredRun) -> float | None:
    """What making and scoring a sample cost, as far as that run did it itself."""
    timing, counts = run.record.get("timing", {}), run.record["counts"]
    generating = timing.get("seconds_per_sample")
    if generating is None or not counts["planned"]:
        return None
    return float(generating) + float(timing.get("seconds", {}).get("extract", 0.0)) / int(counts["planned"])


def output_sizes(run: StoredRun, root: Path) -> Sequence[int]:
    """Bytes of the outputs that are still there."""
    files = [root / str(card["output"]) for card in run.record["samples"] if card.get("output")]
    return [file.stat().st_size for file in files if file.is_file()]
