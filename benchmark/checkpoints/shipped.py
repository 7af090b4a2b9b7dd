"""Small trained networks that ship with the project: safetensors in half precision beside a manifest.json.

The manifest lists, for every file: the command and seed that trained it, the data version, the file's sha256 and
size, the arguments that rebuild the network, and the scores measured on the test identities.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors.torch import load, save_file
from torch import nn

from benchmark.core.files import file_sha256, replace_file, write_json

N = TypeVar("N", bound=nn.Module)


def arguments_of(path: Path) -> dict[str, Any]:
    """The keyword arguments that rebuild the network whose weights are in `path`, from the folder's manifest."""
    manifest = json.loads((path.parent / "manifest.json").read_text())
    arguments: dict[str, Any] = manifest[path.name]["arguments"]
    return arguments


def load_shipped(build: Callable[..., N], path: Path) -> N:
    """Build the network with its recorded arguments and load its weights, strictly.

    Args:
        build: the class, or a function that takes the recorded arguments.
        path: safetensors file beside a manifest.json.

    Returns:
        The network in float32 and eval mode.

    Raises:
        FileNotFoundError: the file or its manifest is not there.
        ValueError: the file's sha256 is not the one in the manifest.
    """
    data = path.read_bytes()
    recorded = json.loads((path.parent / "manifest.json").read_text())[path.name]["sha256"]
    if hashlib.sha256(data).hexdigest() != recorded:
        raise ValueError(f"{path} is damaged: its sha256 is not the one in {path.parent / 'manifest.json'}")
    network = build(**arguments_of(path))
    tensors = {n: (v.float() if v.dtype == torch.float16 else v) for n, v in load(data).items()}
    network.load_state_dict(tensors, strict=True)
    return network.eval()


def ship(
    network: nn.Module,
    path: Path,
    *,
    arguments: Mapping[str, Any],
    command: str,
    seed: int,
    data_version: str,
    scores: Mapping[str, float],
) -> None:
    """Write `network`'s weights to `path` (half precision, safetensors) and record them in the folder's manifest.

    Args:
        network: floating tensors are stored as float16; `load_shipped` converts them back to float32.
        path: .../NAME.safetensors
        arguments: keyword arguments that rebuild the network.
        command: shell command that repeats the training.
        seed: its seed.
        data_version: version of the corpus that it saw.
        scores: measured values by name, rounded to 4 decimals in the manifest.
    """
    tensors = {
        name: (value.half() if value.dtype.is_floating_point else value).contiguous().clone()
        for name, value in network.state_dict().items()
    }
    with replace_file(path) as temporary:
        save_file(tensors, temporary)
    write_entry(
        path,
        {
            "arguments": dict(arguments),
            "command": command,
            "seed": seed,
            "data_version": data_version,
            "scores": {name: round(float(value), 4) for name, value in scores.items()},
        },
    )


def write_entry(path: Path, entry: Mapping[str, Any]) -> None:
    """Add or replace the entry of `path` in its folder's manifest.json, with the file's sha256 and size.

    The entry also gets `corpus_commit`, the commit whose code made (or would make) the corpus now, if it has none and
    there is one: the corpus is made by the project, so its code is part of what a network was trained on.
    """
    manifest = path.parent / "manifest.json"
    entries: dict[str, Any] = json.loads(manifest.read_text()) if manifest.exists() else {}
    facts = {"sha256": file_sha256(path), "size": path.stat().st_size, **entry}
    if "corpus_commit" not in facts and (commit := _commit()) is not None:
        facts["corpus_commit"] = commit
    entries[path.name] = facts
    write_json(manifest, dict(sorted(entries.items())), indent=2)


def _commit() -> str | None:
    """Short hash of the commit that is checked out, with `+` if the working tree differs; None: not under git."""
    git = ["git", "-C", str(Path(__file__).resolve().parents[2])]
    try:
        head = subprocess.run([*git, "rev-parse", "--short=7", "HEAD"], capture_output=True, text=True, timeout=10)
        changed = subprocess.run(
            [*git, "status", "--porcelain", "--untracked-files=no"], capture_output=True, text=True, timeout=30
        )
    except (OSError, subprocess.SubprocessError):
        return None
    if head.returncode or not head.stdout.strip():
        return None
    return head.stdout.strip() + ("+" if changed.stdout.strip() else "")
