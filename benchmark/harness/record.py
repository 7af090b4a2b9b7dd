"""The record of a run: what `run.json` says about code, environment, weights and counts."""

from __future__ import annotations

import platform
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pandas as pd

from benchmark.checkpoints.locate import content_of, folders
from benchmark.core.status import NOT_FAILED
from benchmark.core.types import Sample
from benchmark.extractors import EXTRACTORS
from benchmark.harness.context import RunContext
from benchmark.harness.outputs import Output, find_outdated
from benchmark.harness.plan import RunPlan
from benchmark.methods.base import CueKind, MethodInfo
from benchmark.metrics.base import Metric
from benchmark.protocols.checkpoints import checkpoints_of
from benchmark.results.schema import SCHEMA_VERSION

PACKAGES = ("torch", "numpy", "scipy", "pandas", "pyarrow", "av", "soxr", "opencv-python-headless", "onnxruntime")
"""Packages whose version may move a number."""


def begin_record(context: RunContext) -> dict[str, Any]:
    """The record of a run that has just begun."""
    plan, info, runtime = context.plan, context.method.info, context.config.runtime
    return {
        "schema_version": SCHEMA_VERSION,
        "run_id": plan.run_id,
        "status": "started",
        "method": _card(info, plan),
        "dataset": plan.dataset,
        "split": plan.split,
        "split_sha256": plan.split_sha256,
        "plan": plan.to_json(),
        "fingerprints": {
            "generation": plan.generation,
            "extraction": dict(plan.extraction),
            "scoring": plan.scoring,
        },
        "metrics": [_metric_card(metric) for metric in context.metrics],
        "counts": {"planned": len(plan.samples), "generated": 0, "scored": 0, "failed": {}},
        "samples": [],
        "weights": _weights(info, plan, runtime.weights),
        "code": code_state(),
        "environment": environment(),
        "machine": {
            "device": runtime.device,
            "batch_size": runtime.batch_size,
            "workers": runtime.workers,
            "threads": context.config.executor.cpus,
        },
        "timing": {},
        "warnings": [],
        "error": None,
    }


def counts(scores: pd.DataFrame, outputs: Mapping[str, Output]) -> dict[str, Any]:
    """Samples planned, generated, scored (by every metric that applies to them) and failed by reason.

    A sample that fails in several ways is counted under the first of them.
    """
    failed = scores[~scores["status"].isin(NOT_FAILED)]
    reasons: dict[str, str] = {sample: out.status for sample, out in outputs.items() if not out.ok}
    for sample_id, status in zip(failed["sample_id"], failed["status"], strict=True):
        reasons.setdefault(str(sample_id), str(status))
    return {
        "planned": len(outputs),
        "generated": sum(output.ok for output in outputs.values()),
        "scored": len(outputs) - len(reasons),
        "failed": dict(sorted(Counter(reasons.values()).items())),
    }


def sample_cards(context: RunContext, outputs: Mapping[str, Output]) -> list[dict[str, Any]]:
    """Where the clips of every sample lie, and which cue the method was given, for whoever shows them."""
    workspace, cue = context.workspace, context.method.info.cue
    return [
        {
            "id": sample.id,
            "source": workspace.relative(sample.source),
            "target": workspace.relative(sample.target),
            "output": workspace.relative(context.video_path(sample.id)) if outputs[sample.id].ok else None,
            "sha256": outputs[sample.id].sha256 or None,
            "speaker": sample.speaker,
            "emotion": sample.emotion,
            "cue": describe_cue(sample, cue),
            "intensity": sample.intensity,
            "sentence": sample.sentence,
            "remarks": dict(outputs[sample.id].remarks),
        }
        for sample in context.samples
    ]


def describe_cue(sample: Sample, cue: CueKind) -> str | None:
    """What told a method the emotion, in words: `label: happy, level 1`; None: nothing did."""
    cues = sample.cues
    if cue == "label" and cues.label is not None:
        return f"label: {cues.label}, level {sample.intensity if cues.level is None else cues.level}"
    if cue == "image" and cues.reference is not None:
        return f"image: {cues.reference.name}"
    if cue == "audio" and cues.emotional_speech:
        names = ", ".join(path.name for path in cues.emotional_speech)
        return f"audio: {len(cues.emotional_speech)} recordings of {sample.emotion}: {names}"
    return None


def remarks_warnings(outputs: Mapping[str, Output]) -> list[str]:
    """What the method warns of, alike sentences together with the number of samples that each concerns."""
    said = Counter(str(output.remarks["warning"]) for output in outputs.values() if "warning" in output.remarks)
    return [f"{count} of {len(outputs)} samples: {sentence}" for sentence, count in sorted(said.items())]


def code_warnings(context: RunContext, outputs: Mapping[str, Output]) -> list[str]:
    """One sentence if outputs were made before the method's code changed under the same version, else none."""
    count, info = len(find_outdated(context, outputs)), context.method.info
    if not count:
        return []
    return [
        f"{count} of {len(outputs)} outputs were made before the code of {info.name} changed; its version is still"
        f" {info.version}: if outputs moved, bump it, or make them again with runtime.remake=true"
    ]


def generation_timing(outputs: Mapping[str, Output]) -> dict[str, Any]:
    """How fast the method was when it made these outputs, whenever that was."""
    timed = [(o.seconds, o.frames) for o in outputs.values() if o.ok and o.seconds is not None]
    seconds = sum(s for s, _ in timed)
    frames = [f for _, f in timed if f is not None]
    return {
        "method_seconds": round(seconds, 3),
        "seconds_per_sample": round(seconds / len(timed), 4) if timed else None,
        "frames_per_second": round(sum(frames) / seconds, 2) if seconds > 0 and len(frames) == len(timed) else None,
    }


def code_state() -> dict[str, Any]:
    """Version of the package, commit, and whether the working tree differs from it."""
    folder = Path(__file__).resolve().parents[2]
    commit = _git(folder, "rev-parse", "HEAD")
    changes = _git(folder, "status", "--porcelain", "--untracked-files=no") if commit else None
    return {
        "version": _version("emotion-edit-benchmark"),
        "commit": commit,
        "dirty": None if changes is None else bool(changes),
    }


def environment() -> dict[str, Any]:
    """Python, platform and the packages that may move a number. Nothing is imported for it."""
    return {
        "python": platform.python_version(),
        "platform": f"{sys.platform}-{platform.machine()}",
        "packages": {name: _version(name) for name in PACKAGES},
    }


def _card(info: MethodInfo, plan: RunPlan) -> dict[str, Any]:
    card = asdict(info)
    card["checkpoints"] = [checkpoint.name for checkpoint in info.checkpoints]
    title = info.title if plan.method == plan.adapter else plan.method
    return card | {"name": plan.method, "adapter": plan.adapter, "title": title, "mock": plan.mock}


def _metric_card(metric: Metric) -> dict[str, Any]:
    card = asdict(metric.info)
    card["needs"] = list(metric.info.needs)
    return card


def _weights(info: MethodInfo, plan: RunPlan, folder: Path | None) -> list[dict[str, Any]]:
    return [
        {
            "name": c.name,
            "sha256": content_of(c, folders(folder)),
            "licence": c.licence,
            "belongs_to": c.belongs_to,
        }
        for c in checkpoints_of(info, *map(EXTRACTORS.get, plan.extractors))
    ]


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
