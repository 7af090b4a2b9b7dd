"""Open a weights file safely and put it into a network, strictly.

Files of other people are read without running anything that is in them: safetensors, or torch files with
`weights_only`, whose allow-list (`safe_globals`) has a few names more than torch's own: `argparse.Namespace` (EDTalk's
training code stores its options), and numpy's numbers and arrays, which many trainers store beside the weights. A
file that is damaged, unsafe or made for another network is refused, with the keys that do not fit and the address of
the right file.
"""

from __future__ import annotations

import argparse
import pickle
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from benchmark.checkpoints.errors import WeightsError
from benchmark.checkpoints.numpy_globals import NUMPY
from benchmark.checkpoints.record import Checkpoint
from benchmark.core.errors import one_line
from benchmark.core.files import file_sha256

Module = TypeVar("Module", bound=nn.Module)

STATE_KEYS = ("state_dict", "gen", "audio2lip")
"""Under which names the known projects put their weights: C-MET, EDTalk, Audio2Lip."""
SHOWN = 8
"""Keys of each kind in an error message; the error's attributes hold all."""


def verify(path: Path, record: Checkpoint) -> None:
    """Raise WeightsError unless the file has the size and sha256 of its record (where the record has them)."""
    if not path.is_file():
        raise WeightsError(f"{path}: no such file; {where(record)}")
    size = path.stat().st_size
    if record.size is not None and size != record.size:
        raise WeightsError(f"{path}: {size} bytes, expected {record.size}: truncated or another file; {where(record)}")
    if record.sha256 is not None and (digest := file_sha256(path)) != record.sha256:
        raise WeightsError(f"{path}: sha256 {digest}, expected {record.sha256}: another file; {where(record)}")


def read_state(path: Path, keys: Sequence[str] = STATE_KEYS) -> dict[str, Tensor]:
    """The tensors of a weights file, whatever else it carries (optimizer, options, step).

    Args:
        path: safetensors, or a torch file that holds a state dict, plain or under one of `keys`.
        keys: where to look, in this order.

    Returns:
        Key -> tensor on the CPU. A prefix `module.` that all keys share (DataParallel's) is taken off.

    Raises:
        WeightsError: not there, damaged, unsafe, or without a state dict.
    """
    if not path.is_file():
        raise WeightsError(f"{path}: no such file")
    content = _open(path)
    state = _find_state(content, keys)
    if state is None:
        found = ", ".join(map(str, content)) if isinstance(content, Mapping) else type(content).__name__
        raise WeightsError(f"{path}: no state dict under {', '.join(keys)} or at the top; found: {found}")
    while state and all(key.startswith("module.") for key in state):
        state = {key.removeprefix("module."): value for key, value in state.items()}
    return state


def load(
    module: Module, path: Path, record: Checkpoint | None = None, keys: Sequence[str] = STATE_KEYS, prefix: str = ""
) -> Module:
    """Load a file into a network, strictly, and put the network into eval mode.

    Args:
        module: every one of its keys must be in the file with its shape, and no other.
        path: see `read_state`.
        record: what the file should be: verified first, and its address is part of every error.
        keys: see `read_state`.
        prefix: what stands before every key of the file and not of the network: "base_model.".

    Raises:
        WeightsError: as `read_state`, or the keys or shapes do not fit.
    """
    if record is not None:
        verify(path, record)
    try:
        state = {key.removeprefix(prefix): value for key, value in read_state(path, keys).items()}
        fill(module, state, name=str(path))
    except WeightsError as error:
        if record is None:
            raise
        message = f"{error}; {where(record)}"
        raise WeightsError(message, error.missing, error.unexpected, error.reshaped) from error
    return module


def fill(module: Module, state: Mapping[str, Tensor], name: str = "state dict") -> Module:
    """Copy tensors into a network, strictly, and put it into eval mode; WeightsError if keys or shapes differ."""
    own = module.state_dict()
    missing = tuple(key for key in own if key not in state)
    unexpected = tuple(key for key in state if key not in own)
    reshaped = tuple(key for key in own if key in state and own[key].shape != state[key].shape)
    if missing or unexpected or reshaped:
        shapes = [f"{key} {tuple(state[key].shape)} instead of {tuple(own[key].shape)}" for key in reshaped]
        lists = (("missing", missing), ("unexpected", unexpected), ("of another shape", shapes))
        parts = [f"{len(found)} keys {kind} ({_some(found)})" for kind, found in lists if found]
        message = f"{name} is not for {type(module).__name__}: {'; '.join(parts)}"
        raise WeightsError(message, missing, unexpected, reshaped)
    module.load_state_dict(dict(state), strict=True)
    module.eval()
    return module


def where(record: Checkpoint) -> str:
    """Words that say where the right file is."""
    return f"get {record.name} from {record.address}"


def _some(keys: Sequence[str]) -> str:
    more = len(keys) - SHOWN
    return ", ".join(keys[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def _open(path: Path) -> Any:
    """What a file holds; WeightsError if it can't be opened or names what is not on the allow-list."""
    if path.suffix == ".safetensors":
        try:
            return load_file(path)
        except (SafetensorError, OSError, ValueError) as error:
            raise WeightsError(f"{path}: not a whole safetensors file ({error})") from error
    try:
        with torch.serialization.safe_globals([argparse.Namespace, *NUMPY]):
            return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        if "Unsupported global" in str(error) or "GLOBAL" in str(error):
            raise WeightsError(
                f"{path}: refused, it names {_global_of(error)}, which could be code; beside tensors only numbers, "
                "text, numpy arrays, lists and dictionaries are read, and nothing of the file was run. "
                "Where you trust it, save the weights alone: torch.save(model.state_dict(), FILE)"
            ) from error
        raise WeightsError(f"{path}: not a whole torch file ({one_line(error)[:200]})") from error
    except Exception as error:  # what a reader of damaged bytes raises depends on the bytes
        raise WeightsError(f"{path}: not a whole torch file ({' '.join(str(error).split())[:200]})") from error


def _global_of(error: Exception) -> str:
    """The name of the forbidden object in torch's long message."""
    found = re.search(r"GLOBAL ([\w.]+) was not", str(error)) or re.search(r"class ([\w.]+)", str(error))
    return found[1] if found else "an object that is no data"


def _find_state(content: Any, keys: Sequence[str]) -> dict[str, Tensor] | None:
    """The state dict in what a file held, or None."""
    if not isinstance(content, Mapping):
        return None
    for candidate in (*(content[key] for key in keys if key in content), content):
        if isinstance(candidate, Mapping) and candidate and all(isinstance(v, Tensor) for v in candidate.values()):
            return {str(key): value for key, value in candidate.items()}
    return None
