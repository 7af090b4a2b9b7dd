"""A toy world for the harness: tiny grey videos, a method that brightens them, metrics that read the brightness.

No weights, no network, a few kilobytes. `register()` puts everything into the registries, in tests and, through
`python -m tests.benchmark.harness.toy ARGUMENTS`, in a process of its own that tests may kill.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmark.core.errors import MissingCheckpoint, SampleError
from benchmark.core.fingerprint import fingerprint
from benchmark.core.types import Cues, Sample
from benchmark.datasets import DATASETS
from benchmark.datasets.base import Dataset
from benchmark.extractors import EXTRACTORS
from benchmark.extractors.base import Extractor, Features, PairExtractor
from benchmark.extractors.lazy_clip import LazyClip
from benchmark.media.clip import Clip
from benchmark.media.video import read_clip, write_clip
from benchmark.methods.base import METHODS, Method, MethodInfo
from benchmark.metrics import METRICS
from benchmark.metrics.base import metric

EMOTIONS = ("happy", "sad", "sarcastic")
SPEAKERS = ("S1", "S2", "S3")
BRIGHTER = {"happy": 60, "sad": -40, "sarcastic": 20}
CALLS = "TOY_CALLS"
"""Names the file to which every call of the method and of the extractors adds a line."""
SLOW = "TOY_SLOW"
"""Seconds that every such call takes, so that a test can kill it in the middle."""


def note(line: str) -> None:
    """Tell the test that something is really computed."""
    if CALLS in os.environ:
        with open(os.environ[CALLS], "a", encoding="utf-8") as file:
            file.write(line + "\n")
    time.sleep(float(os.environ.get(SLOW, "0")))


def toy_clip(level: int, frames: int = 6) -> Clip:
    """A grey 32x32 clip with a ramp and a tone, 25 fps."""
    ramp = np.linspace(0, 20, 32).astype(np.uint8)
    picture = np.full((frames, 32, 32, 3), level, np.uint8) + ramp[None, None, :, None]
    sound = 0.1 * np.sin(np.arange(frames * 640) * 0.2)
    return Clip(picture, 25.0, sound.astype(np.float32), 16000)


class ToyDataset(Dataset):
    """Nine samples: three speakers, three emotions; sources are shared, targets are brighter or darker."""

    name, title, version, licence = "toy", "Toy", "1", "Apache-2.0"

    def splits(self) -> tuple[str, ...]:
        return ("test",)

    def split_sha256(self, split: str) -> str:
        return fingerprint([split, self.sample_ids(split)])

    def sample_ids(self, split: str) -> list[str]:
        return [f"{speaker}_{emotion}" for speaker in SPEAKERS for emotion in EMOTIONS]

    def samples(self, split: str, cache_root: Path, seed: int, workers: int, limit: int | None = None) -> list[Sample]:
        folder = cache_root / "toy"
        folder.mkdir(parents=True, exist_ok=True)
        samples = []
        for index, speaker in enumerate(SPEAKERS):
            source = folder / f"{speaker}.mp4"
            if not source.exists():
                write_clip(source, toy_clip(100 + 5 * index))
            for emotion in EMOTIONS:
                target = folder / f"{speaker}_{emotion}.mp4"
                if not target.exists():
                    write_clip(target, toy_clip(100 + 5 * index + BRIGHTER[emotion]))
                samples.append(
                    Sample(
                        id=f"{speaker}_{emotion}",
                        dataset=self.name,
                        split=split,
                        speaker=speaker,
                        sentence="s01",
                        source=source,
                        source_emotion="neutral",
                        emotion=emotion,
                        intensity=3,
                        speech=None,
                        cues=Cues(label=emotion),
                        target=target if speaker != "S3" or emotion != "sarcastic" else None,
                    )
                )
        return samples[:limit]


class ToyMethod(Method):
    """Brightens the source as the emotion asks. Option `fail`: ids (comma) it refuses, `crash`: ids it breaks on."""

    info = MethodInfo(name="toy", title="Toy", version="1", cue="label")

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        note("load toy")
        self._fail = str(options.get("fail") or "").split(",")
        self._crash = str(options.get("crash") or "").split(",")

    def edit(self, sample: Sample, seed: int) -> Clip:
        note(f"edit {sample.id}")
        if sample.id in self._fail:
            raise SampleError("too_dark", "the toy refuses this sample")
        if sample.id in self._crash:
            raise ZeroDivisionError("the toy breaks")
        clip = read_clip(sample.source)
        brighter = clip.frames.astype(int) + BRIGHTER[sample.emotion] + seed
        return Clip(np.clip(brighter, 0, 255).astype(np.uint8), clip.fps, clip.audio, clip.sample_rate)


class ToyMissing(ToyMethod):
    """A method whose weights are nowhere."""

    info = MethodInfo(name="toy_missing", title="Toy without weights", version="1", cue="label")

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        raise MissingCheckpoint("missing checkpoint: toy.pt, get it from https://example.org/toy.pt")


class Brightness(Extractor):
    """`mean`: float64 (T,)."""

    name, version, provides = "brightness", "1", ("mean",)

    def extract(self, footage: LazyClip) -> Features:
        note(f"brightness {footage.path.name}")
        return {"mean": footage.clip.frames.astype(np.float64).mean(axis=(1, 2, 3))}


class Picky(Extractor):
    """Refuses dark clips, breaks on bright ones."""

    name, version, provides = "picky", "1", ("one",)

    def extract(self, footage: LazyClip) -> Features:
        level = footage.clip.frames.mean()
        if level < 100:
            raise SampleError("no_face", "too dark to see a face")
        if level > 165:
            raise ZeroDivisionError("blinded")
        return {"one": np.ones(1)}


class Nowhere(Extractor):
    """An extractor whose weights are nowhere."""

    name, version, provides = "nowhere", "1", ("one",)

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        raise MissingCheckpoint("missing checkpoint: judge.pt, get it from https://example.org/judge.pt")

    def extract(self, footage: LazyClip) -> Features:
        raise AssertionError("never loaded")


class Difference(PairExtractor):
    """`level`: float64 (1,), difference of the mean brightness."""

    name, version, provides = "difference", "1", ("level",)

    def extract_pair(self, output: LazyClip, other: LazyClip) -> Features:
        note(f"difference {output.path.name} {other.path.name}")
        return {"level": np.array([output.clip.frames.mean() - other.clip.frames.mean()])}


@metric(
    name="toy_level",
    title="Brightness",
    unit="levels",
    higher_is_better=True,
    needs=("output/brightness.mean",),
    protocol="toy-v1",
)
def toy_level(sample: Sample, features: Mapping[str, np.ndarray]) -> float:
    """Mean brightness of the output."""
    return float(features["output/brightness.mean"].mean())


@metric(
    name="toy_change",
    title="Change",
    unit="levels",
    higher_is_better=True,
    needs=("output/brightness.mean", "source/brightness.mean"),
    protocol="toy-v1",
)
def toy_change(sample: Sample, features: Mapping[str, np.ndarray]) -> float:
    """How much brighter the output is than the source; not defined for sarcastic ones."""
    if sample.emotion == "sarcastic":
        raise SampleError("not_applicable", "brightness of sarcasm is not defined")
    return float(features["output/brightness.mean"].mean() - features["source/brightness.mean"].mean())


@metric(
    name="toy_error",
    title="Error",
    unit="levels",
    higher_is_better=False,
    needs=("output~target/difference.level",),
    protocol="toy-v1",
)
def toy_error(sample: Sample, features: Mapping[str, np.ndarray]) -> float:
    """Distance to the target's brightness."""
    return abs(float(features["output~target/difference.level"][0]))


@metric(name="toy_picky", title="Picky", unit="", higher_is_better=True, needs=("output/picky.one",), protocol="toy-v1")
def toy_picky(sample: Sample, features: Mapping[str, np.ndarray]) -> float:
    """One where the picky extractor answers."""
    return float(features["output/picky.one"][0])


@metric(name="toy_nowhere", title="Nowhere", unit="", higher_is_better=True, needs=("output/nowhere.one",))
def toy_nowhere(sample: Sample, features: Mapping[str, np.ndarray]) -> float:
    """Never computed."""
    return 1.0


@metric(name="toy_broken", title="Broken", unit="", higher_is_better=True, needs=("output/brightness.mean",))
def toy_broken(sample: Sample, features: Mapping[str, np.ndarray]) -> float:
    """Breaks on happy ones, is infinite on sad ones."""
    if sample.emotion == "happy":
        raise ValueError("no")
    return float("inf") if sample.emotion == "sad" else 1.0


@metric(
    name="toy_spread",
    title="Spread",
    unit="levels",
    higher_is_better=True,
    level="set",
    needs=("output/brightness.mean",),
    protocol="toy-v1",
)
def toy_spread(samples: list[Sample], features: list[Mapping[str, np.ndarray]]) -> float:
    """Standard deviation of the brightness over the set."""
    return float(np.std([f["output/brightness.mean"].mean() for f in features]))


def register() -> None:
    """Put the toys into the registries, once a process."""
    if "toy" in DATASETS:
        return
    DATASETS.add("toy", ToyDataset)
    METHODS.add("toy", ToyMethod)
    METHODS.add("toy_missing", ToyMissing)
    for extractor in (Brightness, Picky, Nowhere, Difference):
        EXTRACTORS.add(extractor.name, extractor)
    for toy in (toy_level, toy_change, toy_error, toy_picky, toy_nowhere, toy_broken, toy_spread):
        METRICS.add(toy.info.name, toy)


if __name__ == "__main__":
    register()
    from benchmark.run.command import main

    sys.exit(main())
