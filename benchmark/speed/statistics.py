"""How long the intervals of a whole test list take: `python -m benchmark.speed statistics`.

The table of MEAD's test list: 1,143 samples, 20 metrics, each over all samples and in 10 groups of a tenth, with 10,000
resamples of speakers. Beside it, for one column in the same process, the loop that draws speakers and averages their
clips; its percentiles over the same draws must be ours.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from benchmark.analysis.text_table import aligned
from benchmark.statistics.bootstrap_table import bootstrap_table, cluster_draws

SAMPLES, METRICS, GROUPS, RESAMPLES = 1143, 20, 10, 10_000
SPEAKERS = (4, 24, 91)
"""MEAD's test list has 4, puppets' training identities are 24, CREMA-D has 91."""

Progress = Callable[[Iterator[None], int], Iterator[None]]


def measure_statistics(*, device: str, progress: Progress, rounds: int = 1) -> dict[str, Any]:
    """CPU seconds of all bootstrap intervals and of the loop, by number of speakers; the least of `rounds`.

    Args:
        device: for the record; statistics run on the CPU.
        progress: shows how far it is.
        rounds: how often, at least 1.

    Returns:
        `rows` with speakers, seconds, loop_seconds (of all columns, extrapolated from one), ratio, difference (largest,
        of the ends of one percentile interval, in standard deviations of a clip); `text`.
    """
    rows = []
    for _, speakers in zip(progress(iter([None] * len(SPEAKERS)), len(SPEAKERS)), SPEAKERS, strict=False):
        table, names = invent_scores(speakers)
        seconds, loop_seconds, difference = [], [], 0.0
        for _ in range(max(1, rounds)):
            started = time.process_time()
            found = bootstrap_table(table, names, seed=0, n_resamples=RESAMPLES)["cluster_bootstrap_percentile"][0]
            between = time.process_time()
            expected = loop_over_resamples(table[:, 0], names, seed=0)
            seconds.append(between - started)
            loop_seconds.append((time.process_time() - between) * table.shape[1])
            difference = max(difference, float(np.abs(found - expected).max()))
        fast, slow = min(seconds), min(loop_seconds)
        rows.append(
            {
                "speakers": speakers,
                "seconds": fast,
                "loop_seconds": slow,
                "ratio": slow / fast,
                "difference": difference,
            }
        )
    return {"device": device, "rows": rows, "text": _text(rows)}


def invent_scores(speakers: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Float (1143, 220) with NaN outside a column's group, and the speaker of each row."""
    rng = np.random.default_rng(speakers)
    table = rng.normal(size=(SAMPLES, METRICS * (1 + GROUPS)))
    table[:, METRICS:][rng.random((SAMPLES, METRICS * GROUPS)) > 1.0 / GROUPS] = np.nan
    return table, rng.integers(0, speakers, SAMPLES).astype(str)


def loop_over_resamples(column: np.ndarray[Any, Any], names: np.ndarray[Any, Any], seed: int) -> np.ndarray[Any, Any]:
    """The percentile interval of one column, resample by resample."""
    there = np.isfinite(column)
    present = np.unique(names[there])
    clips = [column[there & (names == name)] for name in present]
    draws = cluster_draws(len(present), RESAMPLES, seed).astype(int)
    means = [np.concatenate([clips[g] for g in np.repeat(np.arange(len(present)), counts)]).mean() for counts in draws]
    ends: np.ndarray[Any, Any] = np.quantile(means, [0.025, 0.975])
    return ends


def _text(rows: list[dict[str, Any]]) -> str:
    head = ("speakers", "CPU s", "loop, CPU s", "ratio", "max diff")
    cells = [
        (
            str(row["speakers"]),
            f"{row['seconds']:.2f}",
            f"{row['loop_seconds']:.0f}",
            f"{row['ratio']:.0f}",
            f"{row['difference']:.0e}",
        )
        for row in rows
    ]
    return (
        f"all bootstrap intervals: {SAMPLES} samples, {METRICS} metrics x {1 + GROUPS} groups, {RESAMPLES} resamples\n"
        + aligned([head, *cells])
    )
