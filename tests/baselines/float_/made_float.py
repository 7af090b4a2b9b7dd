"""A small FLOAT with seeded weights, and its folder in the layout of the authors' `checkpoints`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

from baselines.float_.config import FloatConfig
from baselines.float_.files import SPEECH_MODELS, released_state, seeded
from baselines.float_.model import Float
from baselines.float_.speech import audio_config, emotion_config
from benchmark.checkpoints.seeded import Seed

SIZES = {
    "size": 32,
    "dim_w": 32,
    "dim_m": 6,
    "width": 0.03125,
    "dim_h": 32,
    "fmt_depth": 2,
    "num_heads": 2,
    "num_frames": 10,
    "num_prev_frames": 3,
}
SPEECH: dict[str, Any] = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "conv_dim": [16] * 7,
    "num_conv_pos_embeddings": 16,
    "num_conv_pos_embedding_groups": 2,
}


def small_float(seed: int = 0) -> Float:
    """A network of 0.2 M parameters that draws 32 pixels."""
    network = Float(FloatConfig(**SIZES), audio_config(**SPEECH), emotion_config(**SPEECH))  # type: ignore[arg-type]
    return seeded(network, Seed(offset=seed))


def parts(network: Float) -> tuple[dict[str, Tensor], dict[str, dict[str, Tensor]]]:
    """The entries of float.pth, and by folder those of the speech models under the names of the hub's files."""
    main = {key: value.clone() for key, value in released_state(network).items()}
    models = {}
    for prefix, (record, own) in SPEECH_MODELS.items():
        keys = [key for key in main if key.startswith(prefix)]
        models[Path(record.name).parent.name] = {own + key.removeprefix(prefix): main.pop(key) for key in keys}
    return main, models


def write_float(folder: Path, network: Float, small: bool = True) -> Path:
    """Write the folder: float.pth, one speech model as safetensors, one as a torch file."""
    main, models = parts(network)
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(main, folder / "float.pth")
    for name, state in models.items():
        (folder / name).mkdir(exist_ok=True)
        if "emotion" in name:
            torch.save(state, folder / name / "pytorch_model.bin")
        else:
            state["lm_head.weight"] = torch.zeros(32, 4)
            del state["wav2vec2.masked_spec_embed"]  # the hub's file lacks it
            save_file(state, folder / name / "model.safetensors")
        if small:
            released = audio_config if "960h" in name else emotion_config
            (folder / name / "config.json").write_text(json.dumps(released(**SPEECH).to_dict()))
    if small:
        (folder / "float.json").write_text(json.dumps(SIZES))
    return folder
