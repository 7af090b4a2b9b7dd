"""C-MET on PD-FGC's codes: which files it takes, what it does to codes, and the way out to the program and back."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from baselines.cmet_pdfgc import EXPRESSION, CMetPDFGC, load_connector
from benchmark.checkpoints.shipped import ship
from benchmark.core.errors import MissingCheckpoint, MissingRequirement, SampleError, UsageError
from benchmark.core.types import Cues, Sample
from benchmark.media.audio import write_wav
from benchmark.media.video import read_clip, write_clip
from cmet.inference.editing import WINDOW
from cmet.model.speech_network import SpeechNetwork
from cmet.model.transformer import Connector, ConnectorConfig
from tests.benchmark.media.made import made_clip

SMALL = ConnectorConfig(expression=EXPRESSION, width=32, speech=12, layers=1, feedforward=24, positions=8)
PROGRAM = """
import json, os, shutil, sys
import numpy as np

with open(sys.argv[1]) as file:
    job = json.load(file)
for sample in job["samples"]:
    if job["task"] == "codes":
        width = 29 if sample["id"] == job["options"].get("narrow") else 30
        np.save(sample["output"], np.linspace(-1, 1, 7 * width).reshape(7, width))
    else:
        assert job["task"] == "render" and np.load(sample["codes"]).shape == (7, 30)
        shutil.copy(sample["source_video"], sample["output"])
"""


def write_small(folder: Path, config: ConnectorConfig = SMALL) -> Path:
    torch.manual_seed(0)
    path = folder / f"connector{config.expression}.safetensors"
    ship(
        Connector(config),
        path,
        arguments=dataclasses.asdict(config),
        command="none",
        seed=0,
        data_version="0",
        scores={},
    )
    return path


@pytest.fixture
def options(tmp_path: Path) -> dict[str, object]:
    """A checkout with empty weights, a program that stands in for PD-FGC's wrapper, small networks."""
    for name in CMetPDFGC.needs:
        (tmp_path / "pdfgc" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "pdfgc" / name).touch()
    (tmp_path / "program.py").write_text(PROGRAM)
    speech = {"embedding": 12, "width": 8, "emotions": 8, "affect": 7}
    ship(SpeechNetwork(**speech), tmp_path / "speech.safetensors", arguments=speech, command="none", seed=0,
         data_version="0", scores={})  # fmt: skip
    return {
        "checkout": str(tmp_path / "pdfgc"),
        "python": sys.executable,
        "wrapper": str(tmp_path / "program.py"),
        "connector": str(write_small(tmp_path)),
        "speech_encoder": str(tmp_path / "speech.safetensors"),
    }


def made_sample(folder: Path, name: str) -> Sample:
    write_clip(folder / f"{name}.mp4", made_clip(7))
    rng = np.random.default_rng(0)
    cues = []
    for side in ("calm", "happy"):
        write_wav(folder / f"{side}.wav", (0.2 * rng.standard_normal(16000)).clip(-1, 1).astype(np.float32), 16000)
        cues.append(folder / f"{side}.wav")
    source = folder / f"{name}.mp4"
    return Sample(
        name, "clips", "test", "A", "", source, "neutral", "happy", 0, None, Cues(None, (cues[1],), (cues[0],))
    )


def test_codes_go_out_are_edited_and_come_back_as_a_video(options, tmp_path: Path) -> None:
    method = CMetPDFGC()
    method.load("cpu", options | {"arguments": {"narrow": "b"}})
    samples = [made_sample(tmp_path, name) for name in ("a", "b")]
    method.begin(samples, 0, tmp_path / "job")
    assert len(read_clip(method.edit(samples[0], 0)).frames) == 7
    with pytest.raises(SampleError, match="29") as caught:
        method.edit(samples[1], 0)
    assert caught.value.status == "wrong_codes"


def test_the_edit_is_the_transformers_window_by_window(options, tmp_path: Path) -> None:
    method = CMetPDFGC()
    method.load("cpu", options)
    sample = made_sample(tmp_path, "a")
    codes = np.random.default_rng(1).standard_normal((7, EXPRESSION)).astype(np.float32)
    edited = method.edited(sample, codes)
    cues = sample.cues
    vector = torch.from_numpy(method.embedding(cues.emotional_speech[0]) - method.embedding(cues.neutral_speech[0]))
    window = torch.from_numpy(codes[None, :WINDOW])
    with torch.no_grad():
        first = method.connector(torch.zeros_like(window), vector[None, None], window).direction[0]
    np.testing.assert_allclose(edited[:WINDOW], codes[:WINDOW] + first.numpy(), atol=1e-5)
    assert edited.shape == codes.shape and np.abs(edited - codes).max() > 1e-3
    none = dataclasses.replace(sample, cues=Cues())
    with pytest.raises(SampleError, match="no emotional and neutral speech"):
        method.edited(none, codes)


def test_a_transformer_for_other_codes_or_a_damaged_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingCheckpoint, match="edits codes of 10 numbers, PD-FGC's have 30"):
        load_connector(write_small(tmp_path, dataclasses.replace(SMALL, expression=10)))
    (tmp_path / "other").mkdir()
    torch.save({"state_dict": Connector(SMALL).state_dict()}, tmp_path / "other" / "small.pth")
    with pytest.raises(MissingCheckpoint):
        load_connector(tmp_path / "other" / "small.pth")
    with pytest.raises(MissingCheckpoint):
        load_connector(tmp_path / "other" / "nothing.pth")


@pytest.mark.slow
def test_a_file_in_the_authors_layout_loads_at_full_size(tmp_path: Path) -> None:
    whole = Connector(ConnectorConfig(expression=EXPRESSION))
    torch.save({"state_dict": whole.state_dict(), "global_step": 1}, tmp_path / "C-MET_PDFGC.pth")
    loaded = load_connector(tmp_path / "C-MET_PDFGC.pth")
    assert loaded.projector.projector[2].weight.shape == (30, 30) and not loaded.training
    torch.save({"state_dict": Connector().state_dict()}, tmp_path / "C-MET.pth")
    with pytest.raises(MissingCheckpoint):
        load_connector(tmp_path / "C-MET.pth")


def test_what_lacks_is_said_before_anything_is_loaded(options) -> None:
    with pytest.raises(MissingRequirement, match="no transformer for 30 numbers.*docs/guide/methods/pd_fgc.md"):
        CMetPDFGC().load("cpu", options | {"connector": None})
    with pytest.raises(MissingRequirement, match="missing checkout"):
        CMetPDFGC().load("cpu", options | {"checkout": "/nowhere"})
    with pytest.raises(UsageError, match="gives 128 numbers, the transformer reads 12"):
        CMetPDFGC().load("cpu", options | {"speech_encoder": "puppets"})
