"""Where C-MET's three networks come from: the small ones that ship, or the authors' files in a folder."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmark.checkpoints.load import load, verify
from benchmark.checkpoints.record import Checkpoint
from benchmark.checkpoints.seeded import Seed, fill_cmet
from benchmark.checkpoints.shipped import load_shipped
from cmet.edtalk.config import GeneratorConfig
from cmet.edtalk.generator import Generator
from cmet.inference.cmet import CMet
from cmet.inference.renderer import FaceRenderer
from cmet.model.audio2lip import Audio2Lip
from cmet.model.transformer import Connector, ConnectorConfig

GUIDE = "docs/guide/train.md"
PUPPETS = Path(__file__).parents[1] / "puppets"
SHIPPED = ("face_model", "audio2lip", "connector", "speech")


def shipped_records(names: Sequence[str] = SHIPPED, belongs_to: str = "C-MET on puppets") -> tuple[Checkpoint, ...]:
    """Records of small networks, by their stems, from the manifest that ships with them."""
    manifest = PUPPETS / "manifest.json"
    entries = json.loads(manifest.read_text()) if manifest.is_file() else {}
    return tuple(
        Checkpoint(
            name=f"{name}.safetensors",
            address=f"the project's repository, or make it: {_entry(entries, name).get('command', GUIDE)}",
            sha256=_entry(entries, name).get("sha256"),
            size=_entry(entries, name).get("size"),
            licence="Apache-2.0",
            belongs_to=belongs_to,
            directory=PUPPETS,
        )
        for name in names
    )


def _entry(entries: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    entry: Mapping[str, Any] = entries.get(f"{name}.safetensors", {})
    return entry


def load_shipped_renderer(device: str = "cpu", folder: Path = PUPPETS) -> FaceRenderer:
    """The small face model and audio-to-lip, in eval mode on `device`."""
    generator = load_shipped(lambda **a: Generator(GeneratorConfig(**a)), folder / "face_model.safetensors")
    audio2lip = load_shipped(Audio2Lip, folder / "audio2lip.safetensors")
    return FaceRenderer(generator.to(device), audio2lip.to(device))


def load_shipped_networks(device: str = "cpu", folder: Path = PUPPETS) -> CMet:
    """The small networks, in eval mode on `device`."""
    renderer = load_shipped_renderer(device, folder)
    connector = load_shipped(lambda **a: Connector(ConnectorConfig(**a)), folder / "connector.safetensors")
    return CMet(renderer.generator, renderer.audio2lip, connector.to(device))


RELEASED = (
    Checkpoint(
        name="EDTalk.pt",
        address="the download list of https://github.com/tanshuai0219/EDTalk",
        sha256=None,
        size=None,
        licence="Apache-2.0 (code); research use (weights)",
        belongs_to="EDTalk generator, 256 px",
    ),
    Checkpoint(
        name="Audio2Lip.pt",
        address="the download list of https://github.com/tanshuai0219/EDTalk",
        sha256=None,
        size=None,
        licence="Apache-2.0 (code); research use (weights)",
        belongs_to="EDTalk's Audio2Lip",
    ),
    Checkpoint(
        name="C-MET.pth",
        address="the download list of https://github.com/ChanHyeok-Choi/C-MET",
        sha256=None,
        size=None,
        licence="Apache-2.0 (code); research use (weights)",
        belongs_to="C-MET's cross-modal transformer for EDTalk",
    ),
)
"""The authors' files. Their hashes could not be recorded; keys and shapes are checked one by one instead."""


def released_files(folder: Path, records: Sequence[Checkpoint] = RELEASED) -> list[Path]:
    """The files of `records` in a folder (each also as .safetensors).

    Raises:
        WeightsError: a file is missing or damaged; the message has the address.
    """
    converted = [folder / f"{Path(record.name).stem}.safetensors" for record in records]
    files = [path if path.is_file() else folder / r.name for path, r in zip(converted, records, strict=True)]
    for path, record in zip(files, records, strict=True):
        verify(path, record)  # all of them before the first is loaded, which takes seconds
    return files


def load_released_renderer(folder: Path, device: str = "cpu") -> FaceRenderer:
    """The authors' face model and audio-to-lip from a folder. Raises WeightsError, see `load_released_networks`."""
    files = released_files(folder, RELEASED[:2])
    return FaceRenderer(
        load(Generator(), files[0], RELEASED[0]).to(device), load(Audio2Lip(), files[1], RELEASED[1]).to(device)
    )


def load_released_networks(folder: Path, device: str = "cpu") -> CMet:
    """The authors' networks from a folder that holds the files of `RELEASED` (each also as .safetensors).

    Raises:
        WeightsError: a file is missing, damaged or belongs to another network; the message lists keys and the address.
    """
    files = released_files(folder)
    renderer = load_released_renderer(folder, device)
    return CMet(renderer.generator, renderer.audio2lip, load(Connector(), files[2], RELEASED[2]).to(device))


def seeded_networks(seed: int, device: str = "cpu") -> CMet:
    """The authors' networks at full size with numbers in place of trained weights: the edit is noise, its shape right.

    For trials without the authors' files. The numbers are those of `benchmark.checkpoints.seeded`, the same everywhere.
    """
    recipe = Seed(offset=seed)
    return CMet(
        fill_cmet(Generator(), recipe).to(device),
        fill_cmet(Audio2Lip(), recipe).to(device),
        fill_cmet(Connector(), recipe).to(device),
    )


def load_networks(weights: str, device: str = "cpu") -> CMet:
    """The small shipped networks (`puppets`), or a folder's: small if it has a manifest.json, else the authors'."""
    if weights == "puppets":
        return load_shipped_networks(device)
    folder = Path(weights)
    if (folder / "manifest.json").is_file():
        return load_shipped_networks(device, folder)
    return load_released_networks(folder, device)


def load_renderer(weights: str, device: str = "cpu") -> FaceRenderer:
    """As `load_networks`, without C-MET's transformer."""
    if weights == "puppets":
        return load_shipped_renderer(device)
    folder = Path(weights)
    if (folder / "manifest.json").is_file():
        return load_shipped_renderer(device, folder)
    return load_released_renderer(folder, device)
