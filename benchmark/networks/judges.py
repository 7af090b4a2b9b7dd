"""The small judges of the puppets: which network each is, what it reads, and its weights.

All four are the real classes of `benchmark.networks` at a small size, trained on the puppets' training identities by
`python -m tools.train.judges` (commands and scores: `puppets/manifest.json` beside this file).

| judge | network | reads |
|---|---|---|
| emotion | ResNet18, width 1/4, 8 classes | 96 x 96 RGB |
| face | ResNet18, width 1/4, 21 action units; its pooled features are the Frechet features | 96 x 96 RGB |
| identity | IResNet-18, width 1/8 | 64 x 64 RGB |
| sync | SyncNet, width 1/8 | lower face at 64 x 64 BGR, MFCC |
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmark.checkpoints.record import Checkpoint
from benchmark.checkpoints.shipped import load_shipped
from benchmark.core.errors import MissingCheckpoint
from benchmark.networks.iresnet import IResNet
from benchmark.networks.resnet18 import ResNet18
from benchmark.networks.syncnet import SyncNet

JUDGES = Path(__file__).parent / "puppets"
SIDES: dict[str, int] = {"emotion": 96, "face": 96, "identity": 64, "sync": 64}
"""Side of what each judge reads, pixels."""
MOUTH_BOX = (0.22, 0.44, 0.78, 1.0)
"""Left, top, right, bottom of the lower face as shares of the picture: what the sync judge sees."""

JudgeName = Literal["emotion", "face", "identity", "sync"]
NETWORKS: dict[str, type[nn.Module]] = {
    "emotion": ResNet18,
    "face": ResNet18,
    "identity": IResNet,
    "sync": SyncNet,
}


def judge_checkpoint(name: JudgeName) -> Checkpoint:
    """The record of a judge's weights, from the manifest that ships with them."""
    manifest = JUDGES / "manifest.json"
    entry = json.loads(manifest.read_text()).get(f"{name}.safetensors", {}) if manifest.is_file() else {}
    return Checkpoint(
        name=f"{name}.safetensors",
        address=f"the project's repository, or make it: {entry.get('command', 'python -m tools.train.judges')}",
        sha256=entry.get("sha256"),
        size=entry.get("size"),
        licence="Apache-2.0",
        belongs_to=f"puppets' {name} judge",
        directory=JUDGES,
    )


def load_judge(name: JudgeName, device: str = "cpu") -> nn.Module:
    """The judge's network with its weights, in eval mode on `device`. Raises MissingCheckpoint."""
    if not (JUDGES / f"{name}.safetensors").is_file():
        record = judge_checkpoint(name)
        raise MissingCheckpoint(f"missing checkpoint: {record.name}, get it from {record.address}")
    return load_shipped(NETWORKS[name], JUDGES / f"{name}.safetensors").to(device)


def whole_faces(frames: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Frames as the emotion, face and identity judges read them.

    Args:
        frames: uint8 (T, H, W, 3) RGB, already a talking-head crop.
        side: one of `SIDES`.

    Returns:
        uint8 (T, side, side, 3) RGB, area-averaged (antialiased) when larger, bilinear when smaller.
    """
    return np.stack([_resize(frame, side) for frame in frames])


def mouths(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Lower faces as the sync judge reads them: uint8 (T, H, W, 3) RGB -> uint8 (T, 64, 64, 3) BGR."""
    height, width = frames.shape[1:3]
    left, top, right, bottom = (round(s * side) for s, side in zip(MOUTH_BOX, (width, height) * 2, strict=True))
    return np.stack([_resize(frame[top:bottom, left:right], SIDES["sync"])[:, :, ::-1] for frame in frames])


def normalised(images: NDArray[np.uint8]) -> Tensor:
    """uint8 (T, S, S, 3) -> float32 (T, 3, S, S) in [-1, 1]."""
    return torch.from_numpy(np.ascontiguousarray(images)).permute(0, 3, 1, 2).float().div_(127.5).sub_(1.0)


def _resize(frame: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    smaller = frame.shape[0] >= side and frame.shape[1] >= side
    mode = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    out = cv2.resize(np.ascontiguousarray(frame), (side, side), interpolation=mode)
    return np.asarray(out, np.uint8)
