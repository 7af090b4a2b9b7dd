"""How the cost of scoring grows with clips and with their length: part `growth` of `python -m benchmark.speed harness`.

Made clips are scored by the puppets' judges in this process, each run from an empty cache; a stage's seconds are those
that its run records. The exponent of a power law, fitted to seconds over the count, is 1 where cost is linear.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmark.config.spec import RunConfig
from benchmark.harness.pipeline import execute

STAGES = ("generate", "extract", "score", "aggregate")
CLIPS = (20, 40, 80, 160)
FRAMES = (25, 50, 100, 200)
FEW, SHORT = 20, 50
"""Clips where the length varies; frames where their number does."""


def exponent(counts: Sequence[float], seconds: Sequence[float]) -> float:
    """Slope of log seconds over log counts, least squares. NaN where a time is 0."""
    if min(seconds) <= 0.0:
        return float("nan")
    return float(np.polyfit(np.log(counts), np.log(seconds), 1)[0])


def measure_growth(
    place: Path,
    make: Callable[[Path, int, int], None],
    config_of: Callable[[Path, Path, int], RunConfig],
) -> tuple[dict[str, Any], list[str]]:
    """Seconds of each stage by number and by length of clips, and lines that say so.

    Args:
        place: an empty folder.
        make: writes so many clips of so many frames into a folder.
        config_of: a run in a root, over the clips in a folder, of which there are so many.
    """
    found: dict[str, Any] = {}
    lines = []
    for name, settings in (("clips", [(n, SHORT) for n in CLIPS]), ("frames", [(FEW, n) for n in FRAMES])):
        rows = []
        for clips, frames in settings:
            folder = place / f"growth-{clips}-{frames}"
            folder.mkdir(exist_ok=True)
            make(folder, clips, frames)
            seconds = execute(config_of(place / f"run-{name}-{clips}-{frames}", folder, clips)).record["timing"][
                "seconds"
            ]
            rows.append({"clips": clips, "frames": frames} | {stage: float(seconds[stage]) for stage in STAGES})
        counts = [float(row[name]) for row in rows]
        slopes = {stage: exponent(counts, [row[stage] for row in rows]) for stage in STAGES}
        found[name] = {"rows": rows, "exponents": slopes}
        varied = f"{name} ({SHORT} frames each)" if name == "clips" else f"{name} ({FEW} clips)"
        lines.append(f"seconds by {varied}:")
        lines += [f"  {row[name]:>4}: " + ", ".join(f"{stage} {row[stage]:.2f}" for stage in STAGES) for row in rows]
        lines.append("  grows as the power: " + ", ".join(f"{stage} {slopes[stage]:.2f}" for stage in STAGES))
    return found, lines
