"""What the harness itself costs, and how scoring grows with workers: `python -m benchmark.speed harness`.

Part `overhead`: a method that hands over a finished file and a metric that reads nothing, so that all that is left is
planning, bookkeeping, scoring and tables. Part `workers`: the scoring of made clips by one worker and by two. Part
`growth`: by number and length of clips (`growth`).
"""

from __future__ import annotations

import os
import resource
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from benchmark.config.spec import (
    DatasetChoice,
    ExecutorConfig,
    MethodChoice,
    RunConfig,
    RuntimeConfig,
    StatisticsConfig,
)
from benchmark.core.fingerprint import fingerprint
from benchmark.core.plugins import VARIABLE
from benchmark.core.types import Cues, Sample
from benchmark.datasets import DATASETS
from benchmark.datasets.base import Dataset
from benchmark.harness.executors.dispatch import Dispatcher
from benchmark.harness.executors.processes import Processes
from benchmark.harness.pipeline import execute
from benchmark.media.clip import Clip
from benchmark.media.video import write_clip
from benchmark.methods.base import METHODS, Method, MethodInfo
from benchmark.metrics import METRICS
from benchmark.metrics.base import metric
from benchmark.speed.growth import measure_growth

SPEAKERS = 20
JUDGES = ("emotion_accuracy", "identity_similarity", "sync_confidence")
"""Metrics of the puppets' small judges."""


class Nothing(Method):
    """Hands over the source."""

    info: ClassVar[MethodInfo] = MethodInfo(name="speed_nothing", title="Nothing", version="1", cue="none")

    def edit(self, sample: Sample, seed: int) -> Path:
        return sample.source


class Made(Dataset):
    """So many samples of a few small clips. Options `count`, `frames`, `folder`."""

    name, title, version, licence = "speed_made", "Made", "1", "Apache-2.0"

    def splits(self) -> tuple[str, ...]:
        return ("test",)

    def split_sha256(self, split: str) -> str:
        return fingerprint([split, sorted(self.options.items())])

    def sample_ids(self, split: str) -> list[str]:
        return [f"s{number:05}" for number in range(int(self.options["count"]))]

    def samples(self, split: str, cache_root: Path, seed: int, workers: int, limit: int | None = None) -> list[Sample]:
        folder = Path(str(self.options["folder"]))
        distinct = int(self.options["distinct"])
        return [
            Sample(
                id=name, dataset=self.name, split=split, speaker=f"p{number % SPEAKERS}", sentence="1",
                source=folder / f"{number % distinct}.mp4", source_emotion="neutral", emotion="happy", intensity=1,
                speech=None, cues=Cues(label="happy"),
            )
            for number, name in enumerate(self.sample_ids(split)[:limit])
        ]  # fmt: skip


@metric(name="speed_one", title="One", unit="", higher_is_better=True, needs=(), protocol="speed-v1")
def one(sample: Sample, features: Mapping[str, np.ndarray]) -> float:
    """1."""
    return 1.0


def register() -> None:
    """Put method, dataset and metric into the registries, once a process."""
    if "speed_nothing" not in METHODS:
        METHODS.add("speed_nothing", Nothing)
        DATASETS.add("speed_made", Made)
        METRICS.add("speed_one", one)


def make_clips(folder: Path, distinct: int, frames: int, size: int) -> None:
    """A few clips of moving noise, with a tone."""
    rng = np.random.default_rng(0)
    for number in range(distinct):
        still = rng.integers(0, 255, (size, size, 3), dtype=np.uint8)
        pictures = np.stack([np.roll(still, 2 * t, axis=1) for t in range(frames)])
        sound = 0.1 * np.sin(np.arange(frames * 640) * (0.1 + 0.01 * number))
        write_clip(folder / f"{number}.mp4", Clip(pictures, 25.0, sound.astype(np.float32), 16000))


def config_of(root: Path, clips: Path, count: int, distinct: int, metrics: tuple[str, ...], workers: int) -> RunConfig:
    """A run over made clips."""
    options = {"count": count, "folder": str(clips), "distinct": distinct}
    return RunConfig(
        method=MethodChoice("speed_nothing", "speed_nothing", {}),
        dataset=DatasetChoice("speed_made", None, options),
        suite="",
        metrics=metrics,
        limit=None,
        seed=0,
        statistics=StatisticsConfig(0.95, 1000, 0),
        runtime=RuntimeConfig(root=root, device="cpu", batch_size=32, workers=workers, weights=None),
        executor=ExecutorConfig(name="processes", workers=workers),
    )


def measure_harness(
    *,
    samples: int = 10_000,
    clips: int = 200,
    parts: str = "overhead,workers,growth",
    device: str = "cpu",
    progress: object = None,
) -> dict[str, Any]:
    """Time the harness.

    Args:
        samples: of the overhead.
        clips: that the judges score.
        parts: `overhead`, `workers`, `growth`.
        device: only the CPU is measured.
        progress: not used; the stages show their own.

    Returns:
        `text` and the figures.
    """
    register()
    found: dict[str, Any] = {"device": device}
    lines = []
    with tempfile.TemporaryDirectory(prefix="speed-") as name:
        place = Path(name)
        if "overhead" in parts.split(","):
            (place / "small").mkdir()
            make_clips(place / "small", 8, 4, 32)
            begun, cpu = time.perf_counter(), time.process_time()
            execute(config_of(place / "overhead", place / "small", samples, 8, ("speed_one",), 1))
            wall, cpu = time.perf_counter() - begun, time.process_time() - cpu
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
            found["overhead"] = {"samples": samples, "seconds": wall, "cpu_seconds": cpu, "peak_bytes": peak}
            lines.append(
                f"harness alone, {samples:,} samples, method and metric do nothing: {1000 * wall / samples:.1f} ms"
                f" a sample ({1000 * cpu / samples:.1f} ms of CPU), at most {peak / 2**20:.0f} MiB"
            )
        if "workers" in parts.split(","):
            found["workers"] = workers_of(place, clips)
            times = found["workers"]
            lines.append(
                f"scoring {clips} clips by the puppets' judges: one worker {times['1']:.1f} s, two {times['2']:.1f} s:"
                f" {times['ratio']:.2f} of one's time (workers' start included)"
            )
        if "growth" in parts.split(","):
            found["growth"], more = measure_growth(
                place,
                lambda folder, distinct, frames: make_clips(folder, distinct, frames, 128),
                lambda root, folder, count: config_of(root, folder, count, count, JUDGES, 1),
            )
            lines += more
    return found | {"text": "\n".join(lines)}


def workers_of(place: Path, clips: int) -> dict[str, float]:
    """Seconds that one and two workers take to score the same clips, each from an empty cache."""
    (place / "clips").mkdir()
    make_clips(place / "clips", clips, 100, 128)
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = "benchmark.speed.harness"
    times: dict[str, float] = {}
    try:
        for workers in (1, 2):
            config = config_of(place / f"w{workers}", place / "clips", clips, clips, JUDGES, workers)
            executor = Processes(config.executor)
            begun = time.perf_counter()
            try:
                execute(config, dispatch=Dispatcher(executor))
            finally:
                executor.close()
            times[str(workers)] = time.perf_counter() - begun
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before
    return times | {"ratio": times["2"] / times["1"]}
