"""Norms that are folded away leave the same function."""

from __future__ import annotations

import torch

from cmet.edtalk.config import GeneratorConfig
from cmet.edtalk.generator import Generator
from cmet.edtalk.layers import FusedLeakyReLU
from tools.train.conditioning import activated_convolutions, folded, normed, straighten_heads

TINY = GeneratorConfig(size=32, style_dim=48, width=0.05, exp_hidden=8, unused_entries=False)


def test_folding_keeps_the_function() -> None:
    torch.manual_seed(0)
    network = normed(straighten_heads(Generator(TINY))).train()
    for _ in range(5):
        network.latent(torch.rand(6, 3, 32, 32) * 2 - 1)
    network.eval()
    x = torch.rand(3, 3, 32, 32) * 2 - 1
    with torch.no_grad():
        before = torch.cat(network.codes(network.latent(x)), dim=1)
        after = torch.cat(folded(network).codes(network.latent(x)), dim=1)
    torch.testing.assert_close(before, after, atol=1e-5, rtol=1e-4)


def test_the_folded_network_is_the_class_again() -> None:
    network = folded(normed(Generator(TINY)).eval())
    assert set(network.state_dict()) == set(Generator(TINY).state_dict())
    assert all(isinstance(sequence[place], FusedLeakyReLU) for sequence, place in activated_convolutions(network))


def test_straight_heads_pass_the_latent_on() -> None:
    network = straighten_heads(Generator(TINY))
    latent = torch.randn(4, TINY.style_dim)
    torch.testing.assert_close(network.fc(latent), latent, atol=1e-5, rtol=1e-5)
