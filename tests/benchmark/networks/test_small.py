"""The same classes run small: any width, the sizes of puppets, and one picture's result never depends on its batch."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from benchmark.networks.emotion_fan import EmotionFAN
from benchmark.networks.i3d import I3D
from benchmark.networks.inception import Inception
from benchmark.networks.ir_backbone import IRBackbone
from benchmark.networks.iresnet import IResNet
from benchmark.networks.resnet18 import ResNet18
from benchmark.networks.syncnet import SyncNet
from benchmark.networks.widths import scaled


def first(output: object) -> Tensor:
    found = output[-1] if isinstance(output, tuple) else output
    assert isinstance(found, Tensor)
    return found


CASES = {
    "resnet18": (lambda size: ResNet18(8, width=0.25), (3,), 8),
    "iresnet": (lambda size: IResNet(18, width=0.25, size=size, embedding=48), (3,), 48),
    "ir": (lambda size: IRBackbone(18, squeeze=True, width=0.25, size=size, embedding=40), (3,), 40),
    "inception": (lambda size: Inception(width=0.25, size=size), (3,), 512),
    "i3d": (lambda size: I3D(classes=20, width=0.25, size=size), (3, 9), 20),
}


@pytest.mark.parametrize("size", [96, 128])
@pytest.mark.parametrize("name", CASES)
def test_result_of_one_input_does_not_depend_on_its_batch(name: str, size: int) -> None:
    build, leading, outputs = CASES[name]
    torch.manual_seed(0)
    network: nn.Module = build(size).eval()
    batch = torch.rand(3, *leading, size, size)
    with torch.inference_mode():
        together, alone = first(network(batch)), first(network(batch[1:2]))
    assert together.shape == (3, outputs)
    assert (together[1] - together[0]).abs().max() > 0
    torch.testing.assert_close(alone[0], together[1], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: SyncNet(size=63), "at least 64 pixels"),
        (lambda: IResNet(51), "depth must be one of"),
        (lambda: IRBackbone(51), "depth must be one of"),
        (lambda: IResNet(50, size=8), "at least 16 pixels"),
        (lambda: Inception(size=74), "at least 75 pixels"),
        (lambda: ResNet18(0), "at least one class"),
        (lambda: ResNet18(3, width=0), "width must be above 0"),
    ],
)
def test_impossible_sizes_are_refused(build: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("network", "wrong"),
    [
        (IResNet(18, width=0.1, size=64), torch.zeros(1, 3, 112, 112)),
        (IRBackbone(18, width=0.1, size=64), torch.zeros(1, 3, 112, 112)),
        (I3D(4, width=0.1, size=64), torch.zeros(1, 3, 8, 64, 64)),
        (I3D(4, width=0.1, size=64), torch.zeros(1, 3, 16, 96, 96)),
        (Inception(width=0.1, size=75), torch.zeros(3, 75, 75)),
    ],
)
def test_wrong_input_shapes_are_refused(network: nn.Module, wrong: Tensor) -> None:
    with pytest.raises(ValueError, match="must be"):
        network(wrong)


def test_channels_scale_and_width_one_is_exact() -> None:
    assert scaled(96, 1.0) == 96
    assert scaled(3, 1.0) == 3
    assert scaled(96, 0.5) == 48
    assert scaled(16, 0.25) == 8


def test_unit_embeddings_have_length_one() -> None:
    network = IRBackbone(18, width=0.25, size=64, embedding=32).eval()
    with torch.inference_mode():
        rows = network(torch.rand(4, 3, 64, 64) * 2 - 1)
    torch.testing.assert_close(rows.norm(dim=1), torch.ones(4))


def test_attention_follows_its_formula() -> None:
    """Against the paper's equations written out for each video by hand."""
    torch.manual_seed(1)
    network = EmotionFAN(5, width=0.125).eval()
    features, lengths = torch.rand(7, network.feature_size), [4, 1, 2]
    with torch.inference_mode():
        scores = network.attend(features, lengths)
        start = 0
        for video, length in enumerate(lengths):
            f = features[start : start + length]
            a = torch.sigmoid(network.alpha[0](f))
            v = (a * f).sum(0) / a.sum()
            c = torch.cat([f, v.expand(length, -1)], 1)
            b = torch.sigmoid(network.beta[0](c))
            torch.testing.assert_close(scores.self_attention[video], network.pred_fc1(v))
            torch.testing.assert_close(scores.relation[video], network.pred_fc2((a * c).sum(0) / (a * b).sum()))
            consistent = network.pred_fc2((a * b * c).sum(0) / (a * b).sum())
            torch.testing.assert_close(scores.relation_consistent[video], consistent)
            start += length


@pytest.mark.parametrize("lengths", [[], [3, 3], [7, 0], [8, -1]])
def test_attention_refuses_lengths_that_do_not_fit(lengths: list[int]) -> None:
    network = EmotionFAN(5, width=0.125).eval()
    with pytest.raises(ValueError, match="lengths"):
        network.attend(torch.rand(7, network.feature_size), lengths)
