"""Small random networks as they ship, for tests that need the whole of C-MET."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import torch

from benchmark.checkpoints.shipped import ship
from cmet.edtalk.config import GeneratorConfig
from cmet.edtalk.generator import Generator
from cmet.model.audio2lip import Audio2Lip
from cmet.model.speech_network import SpeechNetwork
from cmet.model.transformer import Connector, ConnectorConfig

SIZE = 32
EMBEDDING = 12


def write_networks(folder: Path) -> Path:
    """face_model, audio2lip, connector and speech, with their manifest. Returns the folder."""
    torch.manual_seed(0)
    face = {"size": SIZE, "style_dim": 40, "width": 1 / 32, "exp_hidden": 8, "unused_entries": False}
    connector = ConnectorConfig(width=32, speech=EMBEDDING, feedforward=24, layers=1, positions=8)
    speech = {"embedding": EMBEDDING, "width": 8, "emotions": 8, "affect": 7}
    for name, network, arguments in (
        ("face_model", Generator(GeneratorConfig(**face)), face),
        ("audio2lip", Audio2Lip(width=1 / 16), {"width": 1 / 16}),
        ("connector", Connector(connector), dataclasses.asdict(connector)),
        ("speech", SpeechNetwork(**speech), speech),
    ):
        path = folder / f"{name}.safetensors"
        ship(network, path, arguments=arguments, command="none", seed=0, data_version="0", scores={})
    return folder
