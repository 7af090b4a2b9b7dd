"""FLOAT's weights from a folder, see `baselines.float_.layout`.

Files are opened in torch's safe mode and loaded strictly: what the network has must be there with its shape, and
nothing else. As in the released loader the two speech models need not be in float.pth (they are frozen there); entries
that are no weights (resampling kernels, the mask of attention) may be absent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import Wav2Vec2Config

from baselines.float_.config import EMOTIONS, FloatConfig
from baselines.float_.layout import SIZES, main_file, speech_file
from baselines.float_.model import Float
from baselines.float_.records import AUDIO, EMOTION, FLOAT
from baselines.float_.speech import audio_config, emotion_config
from benchmark.checkpoints.errors import WeightsError
from benchmark.checkpoints.load import fill, read_state, where
from benchmark.checkpoints.record import Checkpoint
from benchmark.checkpoints.seeded import Seed, cmet_value

SPEECH_MODELS = {
    "audio_encoder.wav2vec2.": (AUDIO, "wav2vec2."),
    "emotion_encoder.wav2vec2_for_emotion.": (EMOTION, ""),
}
"""What stands before a speech model's keys in float.pth -> its own file, and what stands before its keys there."""
UNTRAINED = "masked_spec_embed"
"""The vector that wav2vec 2.0 puts in place of masked frames in training. The hub's file of the base model lacks it."""
OTHER_HEADS = ("lm_head.",)
"""Entries of the hub's files that belong to another head."""
WEIGHT_NORM = {"parametrizations.weight.original0": "weight_g", "parametrizations.weight.original1": "weight_v"}
"""PyTorch 2.1 renamed what a weight-normalised convolution stores: new name -> the released files'."""


def load_float(folder: Path, device: str = "cpu") -> Float:
    """FLOAT in eval mode on a device.

    Raises:
        WeightsError: a file is missing, damaged or belongs to another network; the message lists keys and says where
            the right file is.
    """
    path = main_file(folder)
    if path is None:
        raise WeightsError(f"{folder}: no float.pth or float.safetensors; {where(FLOAT)}")
    sizes = folder / SIZES
    try:
        config = FloatConfig.read(sizes) if sizes.is_file() else FloatConfig()
        network = Float(config, _speech_config(folder, AUDIO, audio_config), _emotion_config(folder))
    except ValueError as error:
        raise WeightsError(str(error)) from error
    state = {_released(key): value for key, value in _read(path, FLOAT).items()}
    for prefix, (record, own) in SPEECH_MODELS.items():
        if not any(key.startswith(prefix) for key in state):
            state |= _speech_model(folder, record, own, prefix)
    return _filled(network, state, str(path)).to(device)


def released_state(network: Float) -> dict[str, Tensor]:
    """The network's entries under the names of the released files."""
    return {_released(key): value for key, value in network.state_dict().items()}


def seeded(network: Float, seed: Seed) -> Float:
    """Fill a network with deterministic numbers (`checkpoints.seeded`, by released names) in place; in eval mode.

    The table of positions, resampling kernels and the mask stay as the constructor made them.
    """
    state = released_state(network)
    for key, value in state.items():
        if value.is_floating_point() and key.rsplit(".", 1)[-1] not in ("kernel", "pos_embed"):
            inner = key.removeprefix("motion_autoencoder.")  # the recipe's rules look at the first part
            state[key] = torch.from_numpy(cmet_value(inner, tuple(value.shape), seed).astype("float32"))
    return _filled(network, state, "seeded")


def _filled(network: Float, state: Mapping[str, Tensor], name: str) -> Float:
    own = network.state_dict()
    weights = {key for key, _ in network.named_parameters()}
    left = dict(state)
    given: dict[str, Tensor] = {}
    for key, value in own.items():
        released = _released(key)
        if released in left:
            given[key] = left.pop(released)
        elif key not in weights or key.endswith(UNTRAINED):
            given[key] = value
    try:
        fill(network, given | left, name)
    except WeightsError as error:
        raise WeightsError(f"{error}; {where(FLOAT)}", error.missing, error.unexpected, error.reshaped) from error
    return network


def _speech_model(folder: Path, record: Checkpoint, own: str, prefix: str) -> dict[str, Tensor]:
    """A speech model's entries from its own file, as they are called in float.pth."""
    model = folder / Path(record.name).parent
    path = speech_file(model)
    if path is None:
        raise WeightsError(f"{model}: no model.safetensors or pytorch_model.bin; {where(record)}")
    state = _read(path, record)
    kept = {key: value for key, value in state.items() if not key.startswith(OTHER_HEADS)}
    return {f"{prefix}{_released(key).removeprefix(own)}": value for key, value in kept.items()}


def _read(path: Path, record: Checkpoint) -> dict[str, Tensor]:
    try:
        return read_state(path)
    except WeightsError as error:
        raise WeightsError(f"{error}; {where(record)}") from error


def _speech_config(folder: Path, record: Checkpoint, released: Callable[..., Wav2Vec2Config]) -> Wav2Vec2Config:
    """Sizes from the `config.json` beside a speech model; without one, the released sizes."""
    values = _config_values(folder, record)
    return released() if values is None else Wav2Vec2Config(**values)


def _emotion_config(folder: Path) -> Wav2Vec2Config:
    values = _config_values(folder, EMOTION) or {}
    labels = [str(values.get("id2label", {}).get(str(n), name)) for n, name in enumerate(EMOTIONS)]
    if values.get("pooling_mode", "mean") != "mean" or tuple(labels) != EMOTIONS:
        raise WeightsError(
            f"{folder / EMOTION.name}: the speech-emotion model must pool by the mean and tell {', '.join(EMOTIONS)};"
            f" its config.json says {values.get('pooling_mode', 'mean')} and {', '.join(labels)}"
        )
    return _speech_config(folder, EMOTION, emotion_config)


def _config_values(folder: Path, record: Checkpoint) -> dict[str, Any] | None:
    path = folder / Path(record.name).parent / "config.json"
    if not path.is_file():
        return None
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise WeightsError(f"{path}: not JSON ({error})") from error
    if not isinstance(values, dict):
        raise WeightsError(f"{path}: must be a JSON object")
    return values


def _released(key: str) -> str:
    """A key under its released name."""
    for ours, theirs in WEIGHT_NORM.items():
        key = key.replace(ours, theirs)
    return key
