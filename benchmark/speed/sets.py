"""Numbers of a whole set with their intervals, at the size of MEAD's list: our sums over speakers beside copies.

FID, its extrapolation, KID, FVD and KVD of 1,143 clips of four speakers, features drawn at random (no network is asked:
sixteen rows of 2,048 numbers and one of 400 a clip and side), and all 35 multisets of the speakers. The other way is
what a bootstrap usually does: the metric itself on a set of copies. It is timed on one multiset and multiplied.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmark.core.types import Sample
from benchmark.metrics import METRICS
from benchmark.metrics.base import FeatureMap, Metric
from benchmark.speed.clips import MEAD_CLIPS
from benchmark.statistics.set_bootstrap import multisets

NAMES = tuple(f"{kind}_standard" for kind in ("fid", "fid_infinity", "kid", "fvd", "kvd"))
SPEAKERS, DRAWS = 4, 200
"""The speakers of MEAD's test list, and the default of `statistics.set_resamples`: four speakers' 35 multisets are
fewer."""


def make_set(clips: int) -> tuple[list[Sample], list[FeatureMap]]:
    """Samples and features of a made list; output and target differ a little."""
    rng = np.random.default_rng(0)
    needs = {need for name in NAMES for need in METRICS.get(name).info.needs}
    samples: list[Sample] = []
    features: list[FeatureMap] = []
    for k in range(clips):
        speaker = f"speaker{k % SPEAKERS}"
        samples.append(Sample(f"s{k:04}", "clips", "test", speaker, "1", Path("a.mp4"), "neutral", "happy", 0, None))
        shift = 0.1 * (k % SPEAKERS)
        arrays: dict[str, Any] = {}
        for need in sorted(needs):
            shape = (400,) if "i3d" in need else (16, 2048)
            arrays[need] = rng.standard_normal(shape, dtype=np.float32) + np.float32(shift * need.startswith("output"))
        features.append(arrays)
    return samples, features


def measure_sets(clips: int = MEAD_CLIPS, copies: bool = True, say: Callable[[str], None] = lambda _: None) -> Any:
    """Wall and processor seconds of every number, of its resamples, and (`copies`) of the same by copies."""
    samples, features = make_set(clips)
    whose = np.arange(clips) % SPEAKERS
    draws = multisets(SPEAKERS, DRAWS, 0)
    rows = []
    for name in NAMES:
        metric = METRICS.get(name)
        row: dict[str, Any] = {"metric": name}
        row["value_wall"], row["value_cpu"], _ = timed(metric, samples, features)
        row["draws_wall"], row["draws_cpu"], found = timed(metric.bootstrap, samples, features, whose, draws.counts)
        if copies:
            chosen = int(np.flatnonzero((draws.counts == (2, 1, 1, 0)).all(axis=1))[0])
            wall, cpu, value = timed(of_copies, metric, samples, features, draws.counts[chosen])
            row |= {"copies_wall": wall * len(draws.counts), "copies_cpu": cpu * len(draws.counts)}
            if name != "fid_infinity_standard":  # copies of one clip fall into both halves there
                row["difference"] = abs(float(found[chosen]) / value - 1)
        say(f"{name}: value {row['value_wall']:.1f} s, {len(draws.counts)} resamples {row['draws_wall']:.1f} s")
        rows.append(row)
    return {"clips": clips, "speakers": SPEAKERS, "draws": len(draws.counts), "rows": rows}


def of_copies(metric: Metric, samples: list[Sample], features: list[FeatureMap], counts: Any) -> float:
    """The metric of the drawn speakers' clips, as often as drawn."""
    chosen = [k for k in range(len(samples)) for _ in range(int(counts[k % SPEAKERS]))]
    return metric([samples[k] for k in chosen], [features[k] for k in chosen])


def timed(work: Any, *arguments: Any) -> tuple[float, float, Any]:
    """Wall seconds, processor seconds, and what came out."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work(*arguments)
    return time.perf_counter() - wall, time.process_time() - cpu, result


def total(found: dict[str, Any], kind: str = "wall") -> float:
    """Seconds of all numbers and their resamples."""
    return float(sum(row[f"value_{kind}"] + row[f"draws_{kind}"] for row in found["rows"]))


def text(found: dict[str, Any]) -> str:
    """The report for people."""
    lines = [
        f"numbers of a set of {found['clips']:,} clips and {found['draws']} resamples of {found['speakers']} speakers: "
        f"{total(found):.0f} s, {total(found, 'cpu'):.0f} CPU s"
    ]
    for row in found["rows"]:
        line = f"{row['metric']}: value {row['value_cpu']:.1f} CPU s, resamples {row['draws_cpu']:.1f} CPU s"
        if "copies_cpu" in row:
            line += f", by copies {row['copies_cpu']:.0f} CPU s ({row['copies_cpu'] / row['draws_cpu']:.0f} times)"
        if "difference" in row:
            line += f", relative difference {row['difference']:.1e}"
        lines.append(line)
    return "\n\n".join(lines)
