"""The recordings of a cue are looked at as one set, whose features are kept by the content of all of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmark.core.errors import SampleError
from benchmark.core.types import Cues, Sample
from benchmark.extractors import EXTRACTORS
from benchmark.extractors.base import Features, SetExtractor
from benchmark.harness.clip_files import find_clip
from benchmark.harness.context import RunContext
from benchmark.harness.extract import extract
from benchmark.harness.outputs import Output
from benchmark.harness.score import FeatureLookup, score
from benchmark.media.audio import write_wav
from benchmark.metrics.base import metric
from tests.benchmark.harness.contexts import on_accelerator, small_context
from tests.benchmark.harness.plans import small_plan


class Loudness(SetExtractor):
    """`peaks`: float64 (R,)."""

    name, version, provides = "loudness_test", "1", ("peaks",)

    def extract_set(self, footages) -> Features:
        return {"peaks": np.array([np.abs(f.sound).max() for f in footages])}


@metric(
    name="louder", title="Louder", unit="", higher_is_better=True,
    needs=("emotional_cue/loudness_test.peaks", "neutral_cue/loudness_test.peaks"),
)  # fmt: skip
def louder(sample: Sample, features) -> float:
    loud, soft = (features[f"{role}/loudness_test.peaks"].mean() for role in ("emotional_cue", "neutral_cue"))
    return float(loud - soft)


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    files = []
    for number, level in enumerate((0.5, 0.7, 0.1)):
        files.append(tmp_path / f"{number}.wav")
        write_wav(files[-1], np.full(8000, level, np.float32))
    cues = Cues(emotional_speech=tuple(files[:2]), neutral_speech=tuple(files[2:]))
    return Sample("a", "toy", "test", "s", "1", tmp_path / "a.mp4", "neutral", "happy", 0, None, cues)


OUTPUTS = {"a": Output("a", "", "ok", sha256="x")}


def context_of(sample: Sample, root: Path) -> RunContext:
    plan = replace(small_plan(), samples=("a",), extraction={"loudness_test": "k" * 64})
    return small_context(root, [sample], [louder], plan)


@pytest.mark.parametrize("device", ["cpu", "cuda"])  # a toy knows no device: on an accelerator sets go to threads
def test_a_metric_hears_all_recordings_of_a_cue(sample: Sample, tmp_path: Path, device: str) -> None:
    EXTRACTORS.add("loudness_test", Loudness)
    context = context_of(sample, tmp_path / "root")
    context = on_accelerator(context) if device == "cuda" else context
    done = extract(context, OUTPUTS)
    table = score(context, FeatureLookup(context, OUTPUTS))
    assert done == 2 and table.loc[0, "value"] == pytest.approx(0.5, abs=1e-4)
    assert extract(context, OUTPUTS) == 0  # known by content


def test_a_sample_without_recordings_is_not_applicable(sample: Sample, tmp_path: Path) -> None:
    context = context_of(sample, tmp_path)
    silent = replace(sample, cues=Cues())
    with pytest.raises(SampleError) as caught:
        find_clip(context, silent, "emotional_cue", OUTPUTS["a"])
    assert caught.value.status == "no_cue"
    gone = replace(sample, cues=Cues(emotional_speech=(tmp_path / "nowhere.wav",)))
    with pytest.raises(SampleError) as caught:
        find_clip(context, gone, "emotional_cue", OUTPUTS["a"])
    assert caught.value.status == "missing_file"
