"""Making EDTalk's encoder easy to train on a small budget, without changing what it is.

The class has neither normalisation nor activations in its motion heads: its seven linear layers in a row start badly
conditioned, and without normalisation a plain encoder hardly learns to see expressions in an hour of CPU time. So the
heads start as the identity, and the first stage trains the encoder with a batch normalisation before every
activation, which is folded into the convolution's weight and the activation's bias afterwards: the same function, in
the class's own parameters.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cmet.edtalk.encoder import DownBlock
from cmet.edtalk.generator import Generator
from cmet.edtalk.layers import GAIN, LEAK, EqualConv2d, EqualLinear, FusedLeakyReLU


class NormedActivation(nn.Module):
    """Batch normalisation in the place of the bias, then the same activation."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        """Activate x (B, C, H, W)."""
        return F.leaky_relu(self.norm(x), LEAK) * GAIN


@torch.no_grad()
def straighten_heads(network: Generator) -> Generator:
    """Set the linear layers before the motion codes to the identity; returns the network."""
    heads = [
        list(head) for head in (network.lip_fc, network.pose_fc, network.exp_fc) if isinstance(head, nn.Sequential)
    ]
    for layer in [*network.fc, *(layer for head in heads for layer in head[:-1])]:
        assert isinstance(layer, EqualLinear)
        layer.weight.copy_(torch.eye(len(layer.weight)) / layer.scale)
        layer.bias.zero_()
    for head in heads:
        assert isinstance(head[-1], EqualLinear)
        head[-1].weight.mul_(0.3)
    return network


def activated_convolutions(network: Generator) -> Iterator[tuple[nn.Sequential, int]]:
    """Where in the encoder an activation follows a convolution: the sequence and the activation's place in it."""
    stem, *blocks, _ = network.enc.net_app.convs
    assert isinstance(stem, nn.Sequential)
    yield stem, len(stem) - 1
    for block in blocks:
        assert isinstance(block, DownBlock)
        for sequence in (block.conv1, block.conv2):
            yield sequence, len(sequence) - 1


def normed(network: Generator) -> Generator:
    """Put a batch normalisation before every activation of the encoder; returns the network."""
    for sequence, place in activated_convolutions(network):
        activation = sequence[place]
        assert isinstance(activation, FusedLeakyReLU)
        sequence[place] = NormedActivation(activation.bias.shape[1])
    return network


@torch.no_grad()
def folded(network: Generator) -> Generator:
    """Fold the normalisations into weights and biases: the same function in eval mode; returns the network."""
    for sequence, place in activated_convolutions(network):
        normal, convolution = sequence[place], sequence[place - 1]
        assert isinstance(normal, NormedActivation) and isinstance(convolution, EqualConv2d)
        norm = normal.norm
        assert norm.running_var is not None and norm.running_mean is not None
        factor = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        convolution.weight.mul_(factor[:, None, None, None])
        plain = FusedLeakyReLU(len(factor))
        plain.bias.copy_((norm.bias - norm.running_mean * factor)[None, :, None, None])
        sequence[place] = plain
    return network
