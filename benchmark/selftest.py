"""How each metric moves when real clips are damaged: `python -m benchmark.selftest [--limit N] [--out DIR]`.

Every damage of `benchmark.damage` acts as a method: the harness scores its clips with the same stages and cache as any
method's. `curves.csv` holds every point, `report.md` the verdict on every curve: `worse` if no step goes the better
way and the last point is worse than the first, `not monotone` if some step does, `better` or `flat` otherwise. Which
of these should be is stated only where a damage aims at what the metric measures (`AIMS`).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmark.config import Request, resolve
from benchmark.damage import DAMAGES
from benchmark.damage.base import Damage, recording
from benchmark.errors import BenchmarkError, one_line
from benchmark.fingerprint import ContentIndex, fingerprint
from benchmark.harness.aggregate import aggregate
from benchmark.harness.extract import Machine, extract
from benchmark.harness.features import FeatureStore
from benchmark.harness.generate import generate
from benchmark.harness.pipeline import prepare
from benchmark.harness.places import open_places
from benchmark.harness.plan import load_metrics
from benchmark.harness.score import Gatherer, score
from benchmark.method import Method, MethodInfo
from benchmark.results.store import write_text
from benchmark.types import Sample
from media.video import read_clip, write_clip

AIMS: dict[str, tuple[str, ...]] = {
    "psnr": ("blur", "noise", "jpeg", "h264"),
    "ssim": ("blur", "noise", "jpeg", "h264"),
    "frechet_face": ("blur", "noise", "jpeg", "h264"),
    "identity_similarity": ("identity_swap",),
    "identity_mobilefacenet": ("identity_swap",),
    "emotion_accuracy": ("emotion_shuffle",),
    "emotion_probability": ("emotion_shuffle",),
    "macro_f1_puppets": ("emotion_shuffle",),
    "action_unit_error": ("emotion_shuffle",),
    "edit_gain": ("emotion_shuffle",),
    "sync_confidence": ("mouth_frozen", "frames_dropped"),
    "sync_in_time": ("audio_shift", "mouth_frozen"),
    "sync_offset": ("audio_shift",),
}
"""Metric -> damages that must make it worse."""


def damaging(damage: Damage, strength: float, samples: Sequence[Sample], folder: Path, seed: int) -> type[Method]:
    """A method whose output is the damaged recording."""

    class Damaging(Method):
        info = MethodInfo(f"damage_{damage.name}", damage.title, damage.version, "none")

        @classmethod
        def inputs(cls, sample: Sample, options: Mapping[str, Any]) -> tuple[Path, ...]:
            return tuple(dict.fromkeys(recording(s) for s in samples))

        def edit(self, sample: Sample, seed: int) -> Path:
            shown = damage.choose(sample, samples, strength, seed)
            clip = read_clip(recording(shown))
            rng = np.random.default_rng([seed, int(fingerprint([damage.name, sample.id])[:8], 16)])
            spoilt = clip if strength == 0 else damage.apply(clip, shown, strength, rng)
            if spoilt is clip:
                return recording(shown)
            path = folder / "damaged.mp4"
            write_clip(path, spoilt, crf=0)  # every pixel as it is
            return path

    return Damaging


def measure(request: Request, names: Sequence[str], out: Path) -> pd.DataFrame:
    """Curves: one row a damage, strength and metric, with value, n scored and n planned."""
    (config,) = resolve(replace(request, methods=("source_copy",))).runs
    if not request.metrics and not request.suite and config.dataset.name == "puppets":
        config = replace(config, metrics=(*config.metrics, "sync_offset", "psnr", "ssim"))
    places = open_places(config.runtime.root, False)
    base = prepare(config, places)
    samples = tuple(s if s.target else replace(s, target=s.source, emotion=s.source_emotion) for s in base.samples)
    metrics = load_metrics(config.metrics)
    machine = Machine(config.runtime.device, config.runtime.batch_size, config.runtime.weights)
    contents, store = ContentIndex(places.contents), FeatureStore(places, base.plan.extraction)
    out.mkdir(parents=True, exist_ok=True)
    rows = []
    for name in names:
        damage = DAMAGES.get(name)()
        for strength in damage.strengths:
            key = fingerprint(["selftest", base.plan.generation, name, damage.version, strength, base.plan.samples])
            plan = replace(base.plan, method=f"damage_{name}", generation=key, method_options={"strength": strength})
            method = damaging(damage, strength, samples, out, config.seed)
            outputs = generate(plan, samples, method, places, contents, load=method)
            extract(plan, samples, metrics, outputs, places, contents, store, machine)
            gatherer = Gatherer(plan, outputs, places, contents, store)
            table = aggregate(plan, score(plan, samples, metrics, gatherer), samples, metrics, gatherer)
            for row in table[table["group"] == "all"].to_dict("records"):
                kept = ("metric", "protocol", "unit", "value", "n_scored", "n_planned", "status", "reason")
                rows.append({"damage": name, "strength": strength} | {k: row[k] for k in kept})
            print(f"{name} {strength:g}", file=sys.stderr, flush=True)
    contents.save()
    (out / "damaged.mp4").unlink(missing_ok=True)
    return pd.DataFrame(rows)


def verdict(values: Sequence[float], higher_is_better: bool) -> str:
    """`worse`, `not monotone`, `better`, `flat`, or `no value` of a curve that begins with no damage."""
    points = np.asarray(values, np.float64)
    if len(points) < 2 or not np.isfinite(points).all():
        return "no value"
    worsening = np.diff(points) * (-1.0 if higher_is_better else 1.0)
    slack = 1e-9 * max(1.0, float(np.abs(points).max()))
    if (np.abs(worsening) <= slack).all():
        return "flat"
    if (worsening >= -slack).all():
        return "worse"
    return "better" if (worsening <= slack).all() else "not monotone"


def report(curves: pd.DataFrame) -> str:
    """The report in Markdown."""
    lines = ["# Metrics under controlled damage", ""]
    for name, part in curves.groupby("damage", sort=False):
        damage = DAMAGES.get(str(name))
        strengths = [f"{s:g}" for s in damage.strengths]
        lines += [f"## {damage.title} ({damage.unit})", ""]
        lines += ["| metric | " + " | ".join(strengths) + " | n | curve | expected | holds |"]
        lines += ["|---|" + "---:|" * len(strengths) + "---:|---|---|---|"]
        for metric, curve in part.groupby("metric", sort=False):
            info = load_metrics([str(metric)])[0].info
            values = curve.sort_values("strength")["value"].tolist()
            found = verdict(values, info.higher_is_better)
            aimed = name in AIMS.get(str(metric), ())
            cells = " | ".join("-" if pd.isna(v) else f"{v:.4g}" for v in values)
            wanted, holds = ("worse", "yes" if found == "worse" else "**no**") if aimed else ("not stated", "")
            scored = f"{curve['n_scored'].min()}/{curve['n_planned'].max()}"
            lines.append(
                f"| `{metric}` [{info.protocol}] {info.unit} | {cells} | {scored} | {found} | {wanted} | {holds} |"
            )
        lines.append("")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    p = argparse.ArgumentParser(prog="python -m benchmark.selftest", description=(__doc__ or "").split("\n")[0])
    p.add_argument("--dataset", help="default: puppets")
    p.add_argument("--split")
    p.add_argument("--limit", type=int, default=14, help="clips (default: 14)")
    p.add_argument("--suite")
    p.add_argument("--metrics", type=lambda t: tuple(t.split(",")), default=())
    p.add_argument("--damages", type=lambda t: tuple(t.split(",")), default=tuple(DAMAGES.names()))
    p.add_argument("--out", type=Path, default=Path("runs/selftest"))
    p.add_argument("overrides", nargs="*", metavar="key=value")
    given = p.parse_intermixed_args(arguments)
    try:
        for name in given.damages:
            DAMAGES.get(name)
        request = Request(
            dataset=given.dataset,
            split=given.split,
            suite=given.suite,
            metrics=given.metrics,
            limit=given.limit,
            overrides=tuple(given.overrides),
        )
        curves = measure(request, given.damages, given.out)
    except BenchmarkError as error:
        print(f"error: {one_line(error)}", file=sys.stderr)
        return 2
    write_text(given.out / "curves.csv", curves.to_csv(index=False, lineterminator="\n"))
    write_text(given.out / "report.md", report(curves))
    print(given.out / "report.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
