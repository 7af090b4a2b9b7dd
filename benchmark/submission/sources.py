"""Lengths and sizes that a submission must have, from a prepared corpus: for MEAD, CREMA-D and the extended set.

The corpus is named as `benchmark.run` names it: `dataset.root=DIR`, for the extended set also `dataset.speech=DIR`.
The picture is as large as the source's. It is as long as the speech that the lips follow: the source's own, or, in the
extended set, the item's recording. A source that is not there, or can't be read, leaves its sample unmeasured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from benchmark.core.errors import UsageError, nearest
from benchmark.core.types import Sample
from benchmark.media.audio import read_audio
from benchmark.media.errors import MediaError
from benchmark.media.video import probe
from benchmark.submission.expected import FPS, OFFICIAL, Expected, corpus

SLACK = 3
"""Frames, 0.12 s: methods that listen in windows end a little before or after the sound. As many as
`benchmark.metrics.motion_kept` allows for takes of one timing."""
RATE = 16000
KEYS = {"mead": ("root",), "crema_d": ("root",), "extended": ("root", "speech")}


def dataset_options(words: Sequence[str]) -> dict[str, str]:
    """`dataset.root=DIR` and the like as options. Raises UsageError for anything else."""
    legal = [f"dataset.{key}" for key in KEYS["extended"]]
    options = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or key not in legal:
            raise UsageError(f"unknown option '{key}'{nearest(key, legal)}")
        options[key.removeprefix("dataset.")] = value
    return options


def measured(
    videos: Mapping[str, Expected], dataset: str, split: str, options: Mapping[str, str]
) -> dict[str, Expected]:
    """The expected videos, with the length and size of every source that is there.

    Args:
        videos: of the split.
        dataset: its name.
        split: its name.
        options: of the dataset: `root`, `speech`.

    Raises:
        UsageError: the dataset has no such option.
        MissingRequirement: a folder is not given or not there.
    """
    if dataset not in OFFICIAL:
        raise UsageError(f"{dataset} needs no sources: how long its videos must be stands in its list")
    for key in options:
        if key not in KEYS[dataset]:
            raise UsageError(f"dataset {dataset} has no option dataset.{key}")
    samples = corpus(dataset, dict(options)).samples(split, Path("cache"), 0, 1)
    return {sample.id: _measured(videos[sample.id], sample) for sample in samples}


def _measured(wanted: Expected, sample: Sample) -> Expected:
    try:
        info = probe(sample.source)
        frames = info.frames
        if sample.speech is not None and sample.speech.with_suffix("") != sample.source.with_suffix(""):
            frames = round(len(read_audio(sample.speech, RATE)) / RATE * FPS)
    except MediaError:
        return wanted
    if frames < 1:
        return wanted
    return replace(wanted, frames=frames, width=info.width, height=info.height, slack=SLACK)
