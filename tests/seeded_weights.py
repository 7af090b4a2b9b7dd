"""A folder of checkpoints with deterministic weights in the layouts that were released, for tests only.

Nobody has the authors' files here, so tests make files of the same keys and shapes by the recipe of the golden values.
Where a record knows the released file's hash, the hash of the made file stands in for it until the test ends.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from benchmark.checkpoints.record import Checkpoint
from benchmark.checkpoints.seeded import fill_metrics
from benchmark.extractors.faces_beside import ALEXNET, LPIPS_LINEAR
from benchmark.extractors.i3d_logits import I3D_400
from benchmark.extractors.identity_arcface import ARCFACE_50, ARCFACE_100
from benchmark.extractors.inception_pool3 import INCEPTION
from benchmark.extractors.judge_fan import FAN8
from benchmark.extractors.judge_resnet18 import CREMA_D, MEAD
from benchmark.extractors.sync_syncnet import SYNCNET
from benchmark.networks.emotion_fan import EmotionFAN
from benchmark.networks.i3d import I3D
from benchmark.networks.inception import Inception
from benchmark.networks.iresnet import IResNet
from benchmark.networks.lpips import Layers, Trunk
from benchmark.networks.resnet18 import ResNet18
from benchmark.networks.syncnet import SyncNet
from benchmark.parity.golden.inputs import entries

Made = tuple[Callable[[], nn.Module], float, Callable[[Mapping[str, Tensor]], Any]]


def _plain(state: Mapping[str, Tensor]) -> Any:
    return dict(state)


def _judge(state: Mapping[str, Tensor]) -> Any:
    return {"epoch": 3, "accuracy": 0.9, "state_dict": {f"base_model.module.{k}": v for k, v in state.items()}}


def _fan(state: Mapping[str, Tensor]) -> Any:
    return {"state_dict": {f"module.{key}": value for key, value in state.items()}}


def _not_negative(state: Mapping[str, Tensor]) -> Any:
    return {key: value.abs() for key, value in state.items()}


def _old_torch(state: Mapping[str, Tensor]) -> Any:
    """Files from before torch 0.4.1 have no counters of batches."""
    return {key: value for key, value in state.items() if not key.endswith("num_batches_tracked")}


def _with_classifier(state: Mapping[str, Tensor]) -> Any:
    return dict(state) | {"classifier.6.weight": torch.zeros(10, 4), "classifier.6.bias": torch.zeros(10)}


RELEASED: dict[str, tuple[Checkpoint, Made]] = {
    record.name: (record, made)
    for record, made in (
        (SYNCNET, (SyncNet, 1.0, _plain)),
        (INCEPTION, (Inception, 1.6, _plain)),
        (I3D_400, (I3D, 1.6, _old_torch)),
        (MEAD, (lambda: ResNet18(7), 1.0, _judge)),
        (CREMA_D, (lambda: ResNet18(5), 1.0, _judge)),
        (FAN8, (lambda: EmotionFAN(8), 1.0, _fan)),
        (ARCFACE_50, (lambda: IResNet(50), 0.7, _plain)),
        (ARCFACE_100, (lambda: IResNet(100), 0.7, _plain)),
        (ALEXNET, (Trunk, 1.4, _with_classifier)),
        (LPIPS_LINEAR, (Layers, 1.0, _not_negative)),
    )
}
"""Record name -> record, and how its file is made: network, gain, layout."""


@contextmanager
def seeded_weights(folder: Path, *names: str) -> Iterator[Path]:
    """Files for the records of these names (all, if none is given) under `folder`, and records that know them."""
    before = {}
    try:
        for name in names or RELEASED:
            record, (build, gain, layout) = RELEASED[name]
            network = build()
            fill_metrics(network, entries(network), gain=gain)
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            torch.save(layout(network.state_dict()), path)
            before[name] = (record.sha256, record.size)
            if record.sha256 is not None:
                with path.open("rb") as file:
                    object.__setattr__(record, "sha256", hashlib.file_digest(file, "sha256").hexdigest())
                object.__setattr__(record, "size", path.stat().st_size)
        yield folder
    finally:
        for name, (sha256, size) in before.items():
            object.__setattr__(RELEASED[name][0], "sha256", sha256)
            object.__setattr__(RELEASED[name][0], "size", size)
