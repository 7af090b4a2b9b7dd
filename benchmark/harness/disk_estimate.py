"""How much disk a run still needs, as far as what it has written tells."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmark.harness.context import RunContext


def bytes_remaining(context: RunContext) -> float:
    """Bytes of the outputs and features that are missing, each taken to be as large as the mean of its kind so far.

    An output is taken to be as large as its source where none is there yet; features of a kind of which none is there
    count nothing, and clips that samples share count for each of them: an estimate, at first too low, then too high.
    """
    plan, samples, workspace = context.plan, context.samples, context.workspace
    outputs = _sizes(list(workspace.videos(plan.generation).glob("*.mp4")))
    each = _mean(outputs) or _mean(_sizes([sample.source for sample in samples]))
    needed = max(0, len(samples) - len(outputs)) * each
    looked_at = {(need.extractor, need.role) for metric in context.metrics for need in metric.info.parsed_needs}
    for name, key in plan.extraction.items():
        files = _sizes(list(workspace.features(name, key).glob("*/*.npz")))
        expected = len(samples) * sum(extractor == name for extractor, _ in looked_at)
        needed += max(0, expected - len(files)) * _mean(files)
    return needed


def _sizes(paths: Sequence[Path]) -> list[int]:
    found = []
    for path in paths:
        try:
            found.append(path.stat().st_size)
        except OSError:
            continue
    return found


def _mean(sizes: Sequence[int]) -> float:
    return sum(sizes) / len(sizes) if sizes else 0.0
