"""How each metric moves when real clips are damaged: `python -m benchmark.selftest [--limit N] [--out DIR]`.

Every damage of `benchmark.selftest.damage` acts as a method: the harness scores its clips with the same stages and
cache as any method's. Clips are spread over the split, so that all speakers take part; every point has its interval
over speakers. `curves.csv` holds every point, `verdicts.csv` what was expected of each curve
(`benchmark.selftest.expected`) and what came, `report.md` both, `curves.png` the curves that have an expectation.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmark.config.compose import resolve
from benchmark.config.spec import Request
from benchmark.core.command_line import Parser, name_list, output_folder, run_command
from benchmark.core.files import write_bytes, write_text
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
from benchmark.selftest.chart import draw
from benchmark.selftest.damage import DAMAGES
from benchmark.selftest.damage.base import Damage, find_recording
from benchmark.selftest.report import markdown, panels, verdicts

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


def parser() -> Parser:
    """The command line."""
    p = Parser("benchmark.selftest", __doc__)
    p.add_argument("--dataset", help="default: puppets")
    p.add_argument("--split")
    p.add_argument("--limit", type=int, default=16, help="clips, spread over the split (default: 16)")
    p.add_argument("--suite")
    p.add_argument("--metrics", type=name_list, default=(), metavar="m1,m2", help="instead of a suite")
    p.add_argument("--damages", type=name_list, default=tuple(DAMAGES.names()), metavar="d1,d2", help="default: all")
    p.add_argument("--out", type=output_folder, default=Path("runs/selftest"))
    p.add_argument("overrides", nargs="*", metavar="key=value")
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    return run_command(parser(), _work, arguments)


def _work(given: argparse.Namespace) -> None:
    for name in given.damages:
        DAMAGES.get(name)
    request = Request(
        dataset=given.dataset,
        split=given.split,
        suite=given.suite,
        metrics=given.metrics,
        overrides=tuple(given.overrides),
    )
    curves = measure(request, given.damages, given.limit, given.out)
    write_text(given.out / "curves.csv", curves.to_csv(index=False, lineterminator="\n"))
    judged = verdicts(curves)
    write_text(given.out / "verdicts.csv", judged.to_csv(index=False, lineterminator="\n"))
    scope = f"{curves['n_planned'].max()} clips of {request.dataset or 'puppets'}, {curves['clusters'].max()} speakers."
    drawn = panels(curves, judged)
    if drawn:
        write_bytes(given.out / "curves.png", draw(drawn, scope))
    write_text(given.out / "report.md", markdown(curves, judged, scope))
    print(given.out / "report.md")
