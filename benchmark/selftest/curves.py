"""Curves: what every metric says of clips that are damaged more and more (`benchmark.selftest`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmark.config.compose import resolve
from benchmark.config.spec import Request
from benchmark.core.fingerprint import fingerprint
from benchmark.core.progress import show_progress
from benchmark.core.types import Sample
from benchmark.harness.aggregate import aggregate
from benchmark.harness.context import open_run
from benchmark.harness.extract import extract
from benchmark.harness.generate import generate
from benchmark.harness.intervals import set_intervals
from benchmark.harness.score import FeatureLookup, score
from benchmark.media.video import read_clip, write_clip
from benchmark.methods.base import Method, MethodInfo
from benchmark.selftest.damage import DAMAGES
from benchmark.selftest.damage.base import Damage, find_recording

KEPT = (
    "metric",
    "protocol",
    "unit",
    "value",
    "ci_low",
    "ci_high",
    "clusters",
    "n_scored",
    "n_planned",
    "status",
    "reason",
)
"""Columns of the summary that `curves.csv` takes over."""


def make_damaging_method(
    damage: Damage, strength: float, samples: Sequence[Sample], folder: Path, seed: int
) -> type[Method]:
    """A method whose output is the damaged recording."""

    class Damaging(Method):
        info = MethodInfo(f"damage_{damage.name}", damage.title, damage.version, "none")

        @classmethod
        def inputs(cls, sample: Sample, options: Mapping[str, Any]) -> tuple[Path, ...]:
            return tuple(dict.fromkeys(find_recording(s) for s in samples))

        def edit(self, sample: Sample, seed: int) -> Path:
            shown = damage.choose(sample, samples, strength, seed)
            clip = read_clip(find_recording(shown))
            rng = np.random.default_rng([seed, int(fingerprint([damage.name, sample.id])[:8], 16)])
            spoilt = clip if strength == 0 else damage.apply(clip, shown, strength, rng)
            if spoilt is clip:
                return find_recording(shown)
            path = folder / "damaged.mp4"
            write_clip(path, spoilt, crf=0)  # every pixel as it is
            return path

    return Damaging


def choose_evenly(samples: Sequence[Sample], count: int) -> tuple[Sample, ...]:
    """So many samples, evenly spread over the split; all if there are no more."""
    if count >= len(samples):
        return tuple(samples)
    return tuple(samples[k] for k in np.linspace(0, len(samples) - 1, count).round().astype(int))


def measure(request: Request, names: Sequence[str], limit: int, out: Path) -> pd.DataFrame:
    """Curves: one row a damage, strength and metric, with value, interval, n scored and n planned."""
    (config,) = resolve(replace(request, methods=("source_copy",))).runs
    if not request.metrics and not request.suite and config.dataset.name == "puppets":
        config = replace(config, metrics=(*config.metrics, "sync_offset", "psnr", "ssim"))
    whole = open_run(config)
    samples = [
        s if s.target else replace(s, target=s.source, emotion=s.source_emotion)
        for s in choose_evenly(whole.samples, limit)
    ]
    undamaged = whole.with_samples(samples)
    out.mkdir(parents=True, exist_ok=True)
    rows = []
    damages = [(name, damage, k) for name in names for damage in [DAMAGES.get(name)()] for k in damage.strengths]
    with show_progress("damages", len(damages)) as progress:
        for name, damage, strength in damages:
            plan = undamaged.plan
            key = fingerprint(["selftest", plan.generation, name, damage.version, strength, plan.samples])
            plan = replace(plan, method=f"damage_{name}", generation=key, method_options={"strength": strength})
            context = undamaged.with_method(make_damaging_method(damage, strength, samples, out, config.seed), plan)
            outputs = generate(context)
            extract(context, outputs)
            lookup = FeatureLookup(context, outputs)
            table = aggregate(context, lookup, score(context, lookup))
            table = table[table["group"] == "all"].reset_index(drop=True)
            table, _ = set_intervals(context, lookup, table)
            for row in table.to_dict("records"):
                rows.append({"damage": name, "strength": strength} | {k: row[k] for k in KEPT})
            progress.advance(f"{name} {strength:g}")
    undamaged.contents.save()
    (out / "damaged.mp4").unlink(missing_ok=True)
    return pd.DataFrame(rows)
