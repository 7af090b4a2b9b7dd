"""A made list like MEAD's, to measure speed where no corpus is: an output and a target for every sample, few sources.

Pictures repeat after `DISTINCT` clips of a role, but every file differs in its last bytes, so none is skipped as known.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmark.config.spec import DatasetChoice, MethodChoice, RunConfig, RuntimeConfig, StatisticsConfig
from benchmark.core.fingerprint import fingerprint
from benchmark.core.status import Status
from benchmark.core.threads import thread_map
from benchmark.core.types import Sample
from benchmark.harness.context import RunContext, assemble
from benchmark.harness.outputs import Output
from benchmark.harness.plan import RunPlan, extractors_of
from benchmark.harness.workspace import Workspace
from benchmark.media.clip import Clip
from benchmark.media.video import write_clip
from benchmark.metrics.base import Metric
from benchmark.parity.golden.inputs import formula_image

MEAD_CLIPS, MEAD_SOURCES = 1143, 56
"""Rows and distinct sources of the paper's test list for MEAD (../shared/splits/README.md)."""
DISTINCT = 8


def make_list(
    runtime: RuntimeConfig, clips: int, frames: int, metrics: Sequence[Metric]
) -> tuple[RunContext, dict[str, Output]]:
    """The files of a made list under `runtime.root`, as a run whose outputs are all there."""
    names = tuple(f"s{index:04}" for index in range(clips))
    extractors = extractors_of(metrics)
    workspace = Workspace(runtime.root)
    config = RunConfig(
        method=MethodChoice("source_copy", "made", {}), dataset=DatasetChoice("clips", "test", {}), suite="",
        metrics=tuple(m.info.name for m in metrics), limit=None, seed=0, runtime=runtime,
        statistics=StatisticsConfig(0.95, 10000, 200),
    )  # fmt: skip
    plan = RunPlan(
        method="made", adapter="made", method_version="1", method_options={}, dataset="clips", dataset_version="1",
        dataset_seed=0, split="test", split_sha256="", samples=names, limit=None, suite="",
        metrics=config.metrics, extractors=extractors, seed=0, level=0.95, n_resamples=10000,
        set_resamples=200, mock=False, generation=fingerprint("made"),
        extraction={name: fingerprint(["made", name]) for name in extractors}, scoring=fingerprint("made"),
    )  # fmt: skip
    sources = max(1, round(clips * MEAD_SOURCES / MEAD_CLIPS))
    patterned = [("source", k) for k in range(min(DISTINCT, sources))]
    patterned += [(role, k) for role in ("output", "target") for k in range(min(DISTINCT, clips))]
    folder = workspace.root / "made"
    patterns = dict(zip(patterned, thread_map(lambda key: encode_clip(folder, *key, frames), patterned), strict=True))
    paths = [folder / f"source{k}.mp4" for k in range(sources)]
    for k, path in enumerate(paths):
        path.write_bytes(make_unlike(patterns["source", k % DISTINCT], k))
    samples, outputs = [], {}
    for index, name in enumerate(names):
        target, output = folder / f"{name}.mp4", workspace.video(plan.generation, name)
        target.write_bytes(make_unlike(patterns["target", index % DISTINCT], index))
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(make_unlike(patterns["output", index % DISTINCT], index))
        sha256 = fingerprint(["output", index])  # of a file that nobody but this list reads
        outputs[name] = Output(name, "", Status.OK, sha256=sha256)
        source = paths[index * sources // clips]
        speaker = f"speaker{index % 4}"
        samples.append(Sample(name, "clips", "test", speaker, "1", source, "neutral", "happy", 0, None, target=target))
    return assemble(config, plan, samples, workspace), outputs


def encode_clip(folder: Path, role: str, number: int, frames: int) -> bytes:
    """A made clip as a file's bytes: a moving pattern of 256 px with a sound, 25 frames per second."""
    seed = 3 * number + ("output", "source", "target").index(role)
    still = formula_image("ALT" if seed % 2 else "PUB", seed, 256, 256)
    pictures = np.stack([np.roll(still, (t, 2 * t), (0, 1)) for t in range(frames)])
    sound = np.random.default_rng(seed).normal(0, 0.1, frames * 640).clip(-1, 1)
    path = folder / f"{role}_{number}.mp4"
    write_clip(path, Clip(pictures, 25.0, sound.astype(np.float32), 16000))
    return path.read_bytes()


def make_unlike(data: bytes, number: int) -> bytes:
    """An mp4 with an unused box at its end that holds a number: another file, the same pictures."""
    return data + struct.pack(">I4sQ", 16, b"free", number)
