"""Checkpoints of training, in the form of the C-MET authors, so that their scripts read ours and the other way round.

    checkpoint_step000005000.pth: state_dict, optimizer, global_step, global_epoch    (plus: average, numbers, data)

Written under a temporary name and moved; opened in torch's safe mode. The newest one is resumed.
"""

from __future__ import annotations

import pickle
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from benchmark.core.files import replace_file

NAME = re.compile(r"checkpoint_step(\d{9})\.pth")


class CheckpointError(ValueError):
    """A checkpoint is damaged, or belongs to another run."""


@dataclass(frozen=True)
class TrainingState:
    """All that a run needs to go on as if it had not been interrupted."""

    state_dict: Mapping[str, Tensor]
    optimizer: Mapping[str, Any]
    step: int
    """Optimiser steps done."""
    epoch: int
    average: Mapping[str, Tensor] | None
    """Averaged weights, if the run keeps them."""
    numbers: Mapping[str, Any]
    """What decides the weights (see `TrainConfig.numbers`)."""
    data: str
    """Fingerprint of the training corpus."""


def save(folder: Path, state: TrainingState, keep: int = 0) -> Path:
    """Write a checkpoint and remove those before the last `keep` (0: none is removed)."""
    path = folder / f"checkpoint_step{state.step:09d}.pth"
    content: dict[str, Any] = {
        "state_dict": dict(state.state_dict),
        "optimizer": dict(state.optimizer),
        "global_step": state.step,
        "global_epoch": state.epoch,
        "numbers": dict(state.numbers),
        "data": state.data,
    }
    if state.average is not None:
        content["average"] = dict(state.average)
    with replace_file(path) as temporary:
        torch.save(content, temporary)
    for old in listed(folder)[:-keep] if keep else ():
        old.unlink()
    return path


def listed(folder: Path) -> list[Path]:
    """The checkpoints of a folder, the newest last."""
    return sorted(path for path in folder.glob("checkpoint_step*.pth") if NAME.fullmatch(path.name))


def newest(folder: Path, device: str = "cpu") -> TrainingState | None:
    """The last checkpoint of a folder, or None.

    Raises:
        CheckpointError: it is damaged; the message names the file, so that it can be removed to resume an earlier one.
    """
    paths = listed(folder)
    return read(paths[-1], device) if paths else None


def read(path: Path, device: str = "cpu") -> TrainingState:
    """Open a checkpoint. Raises CheckpointError if it is damaged or not one of ours."""
    try:
        content = torch.load(path, map_location=device, weights_only=True)
        return TrainingState(
            content["state_dict"],
            content["optimizer"],
            int(content["global_step"]),
            int(content["global_epoch"]),
            content.get("average"),
            content["numbers"],
            content["data"],
        )
    except (pickle.UnpicklingError, zipfile.BadZipFile, RuntimeError, EOFError, OSError, KeyError, TypeError) as error:
        reason = " ".join(str(error).split())[:120]
        raise CheckpointError(f"{path}: can't be resumed ({reason}); remove it to go on from an earlier one") from error


def check_same_run(state: TrainingState, numbers: Mapping[str, Any], data: str, folder: Path) -> None:
    """Raise CheckpointError unless the checkpoint was made with these numbers and this corpus."""
    for key in sorted(set(numbers) | set(state.numbers)):
        before, now = state.numbers.get(key), numbers.get(key)
        if before != now:
            raise CheckpointError(f"{folder} holds a run with {key}={before}, not {now}; choose another out=...")
    if state.data != data:
        raise CheckpointError(
            f"{folder} holds a run on another corpus ({state.data}, not {data}); choose another out=..."
        )
