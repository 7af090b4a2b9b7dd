"""Each layer against its definition, written the slow way."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy.signal import convolve2d
from torch.nn import functional as F

from cmet.edtalk.decoder import ExpressionBlock, Flow
from cmet.edtalk.encoder import DownBlock, folded_down
from cmet.edtalk.layers import (
    Blur,
    EqualConv2d,
    EqualLinear,
    FusedLeakyReLU,
    ModulatedConv2d,
    Upsample,
    blur_after,
    fade_up,
    in_phases,
    with_blur,
)

KERNEL = np.outer([1, 3, 3, 1], [1, 3, 3, 1]) / 64


def noise(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(("padding", "gain"), [(1, 4.0), (2, 1.0)])
def test_blur_is_a_two_dimensional_convolution(padding: int, gain: float) -> None:
    x = noise(1, 2, 7, 5)
    padded = np.pad(x[0].numpy(), ((0, 0), (padding, padding), (padding, padding)))
    expected = [convolve2d(channel, gain * KERNEL, mode="valid") for channel in padded]
    np.testing.assert_allclose(Blur(padding, gain).double()(x)[0], expected, atol=1e-12)


def test_a_strided_blur_is_every_second_pixel_of_the_blur() -> None:
    x = noise(2, 3, 8, 8)
    torch.testing.assert_close(Blur(1, stride=2).double()(x), Blur(1).double()(x)[:, :, ::2, ::2])


def test_upsampling_inserts_zeros_and_filters() -> None:
    x = noise(1, 2, 4, 3)
    spread = np.zeros((2, 8, 6))
    spread[:, ::2, ::2] = x[0].numpy()
    padded = np.pad(spread, ((0, 0), (2, 1), (2, 1)))
    expected = [convolve2d(channel, 4 * KERNEL, mode="valid") for channel in padded]
    np.testing.assert_allclose(Upsample().double()(x)[0], expected, atol=1e-12)


def test_equalised_layers_scale_by_the_fan_in() -> None:
    conv, line = EqualConv2d(3, 5, 3, padding=1).double(), EqualLinear(6, 4, bias_init=2.0).double()
    x, v = noise(2, 3, 6, 6), noise(2, 6)
    torch.testing.assert_close(conv(x), F.conv2d(x, conv.weight, padding=1) / math.sqrt(27))
    torch.testing.assert_close(line(v), v @ line.weight.T / math.sqrt(6) + 2)


def test_the_activation_keeps_the_variance_of_a_half_normal() -> None:
    act = FusedLeakyReLU(1).double()
    values = act(torch.tensor([-1.0, 0.0, 2.0], dtype=torch.float64).reshape(1, 1, 3, 1)).flatten()
    torch.testing.assert_close(values, torch.tensor([-0.2, 0.0, 2.0], dtype=torch.float64) * math.sqrt(2))


@pytest.mark.parametrize("upsample", [False, True])
@pytest.mark.parametrize("demodulate", [False, True])
def test_modulation_of_maps_equals_modulation_of_weights(upsample: bool, demodulate: bool) -> None:
    layer = ModulatedConv2d(4, 3, 3, 6, demodulate, upsample).double()
    x, latent = noise(2, 4, 5, 5), noise(2, 6, seed=1)
    got = layer(x, latent)
    for i in range(2):  # StyleGAN2's definition: a weight for every image
        weight = layer.weight[0] / math.sqrt(36) * layer.modulation(latent[i : i + 1])[0][None, :, None, None]
        if demodulate:
            weight = weight * torch.rsqrt(weight.square().sum(dim=(1, 2, 3), keepdim=True) + 1e-8)
        if upsample:
            expected = Blur(1, 4.0).double()(F.conv_transpose2d(x[i : i + 1], weight.transpose(0, 1), stride=2))
        else:
            expected = F.conv2d(x[i : i + 1], weight, padding=1)
        torch.testing.assert_close(got[i : i + 1], expected)


def test_a_down_block_halves_and_joins_two_ways() -> None:
    block = DownBlock(4, 6).double()
    x = noise(2, 4, 8, 8)
    skip = F.conv2d(Blur(1).double()(x), block.skip[1].weight / 2, stride=2)
    torch.testing.assert_close(block(x), (block.conv2(block.conv1(x)) + skip) / math.sqrt(2))
    assert block(x).shape == (2, 6, 4, 4)


def test_a_flow_without_offset_samples_the_corner_grid() -> None:
    """The raw field is 0: offset tanh(0), mask sigmoid(0) = 1/2, sampling as the reference does it."""
    flow = Flow(4, 6, 8).double()
    torch.nn.init.zeros_(flow.conv.weight)
    x, feature = noise(1, 4, 8, 8), noise(1, 4, 8, 8, seed=1)
    warp, blend, raw = flow(x, noise(1, 6), feature, None)
    line = torch.linspace(-1, 1, 8, dtype=torch.float64)
    grid = torch.stack([line[None].expand(8, 8), line[:, None].expand(8, 8)], dim=-1)[None]
    sampled = F.grid_sample(feature, grid, align_corners=False)
    torch.testing.assert_close(warp, sampled / 2, atol=1e-6, rtol=1e-6)
    torch.testing.assert_close(blend, warp + x / 2)
    assert raw.abs().max() == 0
    # pixel (3, 3) of 8 is asked for at -1/7, which lies at 8 * (1 - 1/7) / 2 - 1/2 = 2.93 in pixel indices
    position = 8 * (1 - 1 / 7) / 2 - 0.5
    part = position - 2
    rows = feature[0, :, 2] * (1 - part) + feature[0, :, 3] * part
    expected = rows[:, 2] * (1 - part) + rows[:, 3] * part
    torch.testing.assert_close(sampled[0, :, 3, 3], expected, atol=1e-6, rtol=1e-6)


def test_a_centred_flow_without_offset_leaves_the_feature_where_it_is() -> None:
    layer = Flow(4, 6, 8, centred=True).double()
    with torch.no_grad():
        layer.conv.weight.zero_()
        layer.bias[:, 2] = 40.0
    feature = noise(2, 4, 8, 8)
    warp, blend, _ = layer(noise(2, 4, 8, 8, seed=1), noise(2, 6), feature, None)
    torch.testing.assert_close(warp, feature, atol=1e-5, rtol=0.0)
    torch.testing.assert_close(blend, feature, atol=1e-5, rtol=0.0)


def test_the_flow_below_is_enlarged_and_added() -> None:
    flow = Flow(4, 6, 8).double()
    x, latent, below = noise(2, 4, 8, 8), noise(2, 6, seed=1), noise(2, 3, 4, 4, seed=2)
    alone = flow(x, latent, x, None)[2]
    torch.testing.assert_close(flow(x, latent, x, below)[2], alone + Upsample().double()(below))
    torch.testing.assert_close(alone, flow.conv(x, latent) + flow.bias)


def test_an_expression_block_normalises_scales_and_adds() -> None:
    block = ExpressionBlock(4, 6, 5, unused=False).double()
    feature, expression = noise(2, 4, 8, 8), noise(2, 6, seed=1)
    x = block.conv2(feature)
    mean, variance = x.mean(dim=(2, 3), keepdim=True), x.var(dim=(2, 3), keepdim=True, correction=0)
    hidden = F.relu(block.norm2.mlp_shared[0](expression))
    gamma, beta = block.norm2.mlp_gamma(hidden), block.norm2.mlp_beta(hidden)
    expected = feature + (x - mean) / torch.sqrt(variance + 1e-5) * (1 + gamma)[..., None, None] + beta[..., None, None]
    torch.testing.assert_close(block(feature, block.detail(feature), expression), expected)


def test_one_convolution_for_enlarging_and_blur_is_the_same_up_to_the_border() -> None:
    x, weight, blur = noise(2, 4, 5, 6), noise(3, 4, 3, 3, seed=1), Blur(1, 4.0).double()
    torch.testing.assert_close(in_phases(x, weight, blur), blur_after(x, weight, blur))


def test_upsampling_is_bilinear_inside_a_frame_of_zeros() -> None:
    x = noise(2, 3, 4, 6)
    torch.testing.assert_close(fade_up(x), Upsample().double()(x))


@pytest.mark.parametrize("branch", ["conv2", "skip"])
def test_a_blur_folded_into_the_next_convolution_is_the_same_up_to_the_border(branch: str) -> None:
    layers = getattr(DownBlock(4, 6).double(), branch)
    x = noise(2, 4, 8, 8)
    torch.testing.assert_close(folded_down(layers, x), layers(x))


def test_the_weight_with_a_blur_is_their_full_convolution() -> None:
    weight = noise(2, 1, 3, 3)
    expected = [convolve2d(one[0], KERNEL) for one in weight.numpy()]
    np.testing.assert_allclose(with_blur(weight, Blur(1).double().kernel)[:, 0], expected, atol=1e-14)
