"""All metrics of `cmet-author-v1` and `standard-v1` on a list of made clips, by the harness's own stages.

The list is MEAD's in small: an output and a target for every sample, one source for about twenty samples. The harness
extracts features, scores and aggregates as in a run. Making the networks is not counted (a run reads files instead);
the first group of samples, with the accelerator's warming up, is timed apart. `--clips 1143` measures the whole list;
fewer are extrapolated: by sample but for the set metrics, which are timed at the list's size on random features, with
the resamples behind their intervals.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmark.config.spec import RuntimeConfig
from benchmark.core.profiling import COVERED, THREADS, WAITING, profile_time
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.harness.aggregate import aggregate
from benchmark.harness.extract import extract
from benchmark.harness.intervals import interval_table, set_intervals
from benchmark.harness.score import FeatureLookup, score
from benchmark.metrics import METRICS
from benchmark.protocols import metrics_by_quantity
from benchmark.speed.clips import MEAD_CLIPS, MEAD_SOURCES, make_list
from benchmark.speed.networks import SeededNetworks
from benchmark.speed.sets import measure_sets, total

PROTOCOL_IDS = ("cmet-author-v1", "standard-v1")
FIRST = 8
"""Samples that are timed apart, with loading and warming up, where the list is longer."""
KINDS = ("decode", "faces", "forward")
"""What is decoding or a network: reading of files, YuNet, the other networks (PFLD too)."""


@dataclass(frozen=True)
class ListReport:
    """Seconds of a made list."""

    clips: int
    frames: int
    batch: int
    """Rows that a network sees at once."""
    one_row: bool
    """Whether networks saw one row only: no time of theirs then says anything."""
    first: int
    """Samples in the part that is timed apart."""
    start: float
    """Wall seconds of that part, warming up included."""
    steady: float
    """Wall seconds of the other samples' features."""
    spent: dict[str, float]
    """Seconds of all threads, by kind, of the steady part; "other" is what is left."""
    covered: float
    """Wall seconds of the steady part in which some thread was decoding or in a network."""
    scoring: float
    """Wall seconds of the per-sample metrics, all samples."""
    sets: float
    """Wall seconds of means, set metrics and intervals: of this list, and if it is not the whole one, also those of
    random features at the whole one's size."""
    metrics: int
    unscored: tuple[str, ...]
    """Metrics without a number on these clips; their features are made all the same."""
    left_out: dict[str, str]

    def extraction(self) -> float:
        """Wall seconds of the features of 1,143 clips."""
        rest = self.clips - self.first
        return self.start + self.steady / rest * (MEAD_CLIPS - self.first)

    def whole_list(self) -> float:
        """Wall seconds of 1,143 clips from 56 sources, all stages."""
        return self.extraction() + self.arithmetic()

    def arithmetic(self) -> float:
        """Wall seconds of all metrics' arithmetic for 1,143 clips."""
        return self.scoring / self.clips * MEAD_CLIPS + self.sets

    def share_other(self) -> float:
        """Share of the wall time in which nothing was decoded and no network ran."""
        return (self.extraction() * (1 - self.covered / self.steady) + self.arithmetic()) / self.whole_list()

    def share_other_threads(self) -> float:
        """The same of the seconds that all threads worked, those of the arithmetic included."""
        each = sum(self.spent.values()) / (self.clips - self.first) * MEAD_CLIPS
        other = self.spent["other"] / (self.clips - self.first) * MEAD_CLIPS
        return (other + self.arithmetic()) / (each + self.arithmetic())


def measure_list(
    device: str,
    clips: int,
    frames: int,
    batch: int,
    weights: Path | None,
    say: Callable[[str], None],
    one_row: bool = False,
) -> ListReport:
    """All metrics of both protocols on `clips` made samples of `frames` frames; `one_row`: as `SeededNetworks`."""
    names = [name for protocol in PROTOCOL_IDS for group in metrics_by_quantity(protocol).values() for name in group]
    metrics = [metric for metric in map(METRICS.get, names) if metric.info.level != "cost"]
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        context, outputs = make_list(RuntimeConfig(Path(folder), device, batch, 1, weights), clips, frames, metrics)
        say(f"{clips} samples made in {time.perf_counter() - started:.0f} s")
        networks = SeededNetworks(context.networks.machine, context.store, one_row)
        context = replace(context, networks=networks)
        samples = context.samples

        def features(some: Sequence[Sample]) -> float:
            begun = time.perf_counter()
            extract(context, outputs, some)
            return time.perf_counter() - begun

        for name in context.plan.extractors:
            networks.get(name)
        say(f"networks made after {time.perf_counter() - started:.0f} s")
        first = FIRST if clips > FIRST else 0
        start = features(samples[:first]) if first else 0.0
        say(f"warmed up, {first} samples seen in {start:.0f} s")
        with profile_time() as seconds:
            steady = features(samples[first:])
        say(f"{clips - first} samples seen in {steady:.0f} s")
        lookup = FeatureLookup(context, outputs)
        begun = time.perf_counter()
        scores = score(context, lookup)
        scoring = time.perf_counter() - begun
        say(f"scored in {scoring:.0f} s")
        begun = time.perf_counter()
        summary, _ = set_intervals(context, lookup, aggregate(context, lookup, scores))
        interval_table(context.plan, scores)
        sets = time.perf_counter() - begun
        if clips < MEAD_CLIPS:
            sets += total(measure_sets(copies=False))
        say(f"set metrics in {sets:.0f} s")
    whole = summary[summary["group"] == "all"]
    return ListReport(
        clips=clips,
        frames=frames,
        batch=batch,
        one_row=one_row,
        first=first,
        start=start,
        steady=steady,
        spent=by_kind(seconds, steady),
        covered=seconds.get(COVERED, 0.0),
        scoring=scoring,
        sets=sets,
        metrics=len(metrics),
        unscored=tuple(whole.loc[whole["status"] != Status.OK, "metric"]),
        left_out=networks.left_out,
    )


def by_kind(seconds: dict[str, float], wall: float) -> dict[str, float]:
    """Seconds of all threads by kind, "other" included, from what the stopwatch saw in `wall` seconds."""
    working = wall - seconds.get(WAITING, 0.0) + seconds.get(THREADS, 0.0)
    known = {kind: seconds.get(kind, 0.0) for kind in KINDS}
    return known | {"other": max(0.0, working - sum(known.values()))}


def as_json(found: ListReport) -> dict[str, Any]:
    """The report in JSON's types."""
    facts = {name: getattr(found, name) for name in ListReport.__dataclass_fields__}
    return facts | {
        "whole_list_minutes": found.whole_list() / 60,
        "share_other": found.share_other(),
        "share_other_threads": found.share_other_threads(),
    }


def text(found: dict[str, Any]) -> str:
    """The report for people."""
    spent, rest = found["spent"], found["clips"] - found["first"]
    working = sum(spent.values())
    shares = ", ".join(f"{kind} {1000 * s / rest:.0f} ms ({100 * s / working:.1f} %)" for kind, s in spent.items())
    alone = " with networks that see one row" if found["one_row"] else ""
    known = "measured" if found["clips"] >= MEAD_CLIPS else "extrapolated"
    lines = [
        f"{found['metrics']} metrics of both protocols, {found['clips']} samples of {found['frames']} frames, batches "
        f"of {found['batch']}: features {1000 * found['steady'] / rest:.0f} ms a sample (after {found['first']} "
        f"samples of warming up, {found['start']:.1f} s)",
        f"seconds of all threads, a sample: {shares}",
        f"per-sample metrics {1000 * found['scoring'] / found['clips']:.0f} ms a sample; set metrics, means and "
        f"intervals {found['sets']:.0f} s at {MEAD_CLIPS:,} clips",
        f"{MEAD_CLIPS:,} clips from {MEAD_SOURCES} sources{alone}: {found['whole_list_minutes']:.1f} min ({known}); "
        f"nothing decoded and no network at work in {100 * found['share_other']:.1f} % of that; of all threads' "
        f"seconds, {100 * found['share_other_threads']:.1f} %",
    ]
    if found["unscored"]:
        lines.append(f"features made, but no number on these clips: {', '.join(found['unscored'])}")
    return "\n\n".join([*lines, *(f"left out: {name}: {why}" for name, why in found["left_out"].items())])
