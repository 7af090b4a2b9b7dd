"""Released checkpoints load unchanged: names, shapes and kinds of all entries are those of the reference networks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn

from benchmark.checkpoints.golden import GoldenFolder
from benchmark.networks.emotion_fan import PREFIX, EmotionFAN
from benchmark.networks.i3d import I3D
from benchmark.networks.inception import Inception
from benchmark.networks.ir_backbone import IRBackbone
from benchmark.networks.iresnet import IResNet
from benchmark.networks.resnet18 import JUDGE_PREFIX, ResNet18
from benchmark.networks.syncnet import SyncNet
from benchmark.parity.golden.inputs import entries

NETWORKS: dict[str, tuple[Callable[[], nn.Module], str]] = {
    "A_syncnet": (SyncNet, ""),
    "B_inception": (Inception, ""),
    "C_i3d": (I3D, ""),
    "D_emotion_resnet18_mead7": (lambda: ResNet18(7), JUDGE_PREFIX),
    "D_emotion_resnet18_cremad5": (lambda: ResNet18(5), JUDGE_PREFIX),
    "D_emotionfan_attention_7class": (lambda: EmotionFAN(7), PREFIX),
    "D_emotionfan_attention_8class": (lambda: EmotionFAN(8), PREFIX),
    "E_iresnet50": (lambda: IResNet(50), ""),
    "E_iresnet100": (lambda: IResNet(100), ""),
    "E_ir50_backbone": (lambda: IRBackbone(50), ""),
    "E_ir_se50_backbone": (lambda: IRBackbone(50, squeeze=True), ""),
    "E_ir100_backbone": (lambda: IRBackbone(100), ""),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_entries_are_those_of_the_reference_network(name: str, golden: GoldenFolder) -> None:
    build, prefix = NETWORKS[name]
    with torch.device("meta"):
        network = build()
    listed = golden.json(f"{name}_manifest.json")["entries"]
    ours = {prefix + key: value for key, value in entries(network).items()}
    assert set(ours) == set(listed)
    for key, value in ours.items():
        assert value["shape"] == listed[key]["shape"], key
        assert value["rule"] == listed[key]["rule"], key


@pytest.mark.parametrize(("name", "count"), [("E_iresnet50", 475), ("E_iresnet100", 925), ("B_inception", 566)])
def test_entry_counts_are_the_published_ones(name: str, count: int) -> None:
    with torch.device("meta"):
        assert len(NETWORKS[name][0]().state_dict()) == count


def test_syncnet_has_the_bytes_of_the_released_file() -> None:
    with torch.device("meta"):
        network = SyncNet()
    floats = [v for v in network.state_dict().values() if v.is_floating_point()]
    assert sum(v.numel() * 4 for v in floats) == 54_561_024


def test_inception_has_the_bytes_of_the_released_file() -> None:
    with torch.device("meta"):
        network = Inception()
    floats = [v for v in network.state_dict().values() if v.is_floating_point()]
    assert sum(v.numel() * 4 for v in floats) == 95_541_568
