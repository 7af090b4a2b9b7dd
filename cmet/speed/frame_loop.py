"""The generator as the reference runs it: one frame at a time, nothing kept from one frame to the next.

For every output frame the reference encodes the source image and the driving frame, orthonormalises the directions
twice, evaluates both branches of every expression block (and throws one away), modulates and normalises the weights of
every convolution, and resamples each channel as a picture of its own (facts: EDTalk `networks/generator.py`,
`test_EDTalk_A_use_exp_weight`, and `networks/styledecoder.py`; C-MET calls them in a loop over frames). This file says
the same with the parameters of our own `Generator`, so that `cmet.speed.generation` compares two arrangements of one
network. Nothing else uses it.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cmet.edtalk.decoder import Decoder, ExpressionBlock, Flow, ToRGB
from cmet.edtalk.encoder import AppearanceNet, DownBlock
from cmet.edtalk.generator import Generator
from cmet.edtalk.layers import Blur, EqualConv2d, ModulatedConv2d, StyledConv


@torch.no_grad()
def draw_frame(generator: Generator, source: Tensor, driving: Tensor, lip: Tensor, exp: Tensor) -> Tensor:
    """One output frame from scratch.

    Args:
        generator: with an expression branch, in eval mode.
        source: (1, 3, S, S) in [-1, 1], who is shown.
        driving: (1, 3, S, S), whose pose is shown.
        lip: (1, lip) lip code.
        exp: (1, exp) expression code.

    Returns:
        (1, 3, S, S), not clipped.
    """
    latent, features = encode(generator.enc.net_app, source)
    driven, _ = encode(generator.enc.net_app, driving)
    pose = generator.pose_fc(generator.fc(driven))
    alpha = torch.cat([lip, pose, exp], dim=1)
    first = generator.config.lip + generator.config.pose
    expression = moved(generator, alpha)[:, first:].sum(dim=1)
    motion = moved(generator, alpha).sum(dim=1)
    return decode(generator.dec, latent + motion, features, expression)


def moved(generator: Generator, alpha: Tensor) -> Tensor:
    """Every direction times its coefficient: (B, n) -> (B, n, style_dim), with a QR of its own."""
    weight = torch.cat([generator.direction_lipnonlip.weight, generator.direction_exp.weight], dim=1)
    basis = torch.linalg.qr(weight + 1e-8, mode="reduced")[0]
    return torch.matmul(torch.diag_embed(alpha), basis.T)


def resample(x: Tensor, kernel: Tensor, padding: tuple[int, int], up: int = 1) -> Tensor:
    """Insert zeros, pad, and filter each channel as a picture of its own.

    Args:
        x: (B, C, H, W).
        kernel: (4, 4), symmetric.
        padding: zeros before and after, on both axes.
        up: size factor.
    """
    count, channels, height, width = x.shape
    if up > 1:
        wide = F.pad(x[:, :, :, None, :, None], (0, up - 1, 0, 0, 0, up - 1))
        x = wide.reshape(count, channels, height * up, width * up)
    before, after = padding
    x = F.pad(x, (before, after, before, after))
    rows = F.conv2d(x.reshape(count * channels, 1, *x.shape[2:]), kernel[None, None])
    return rows.view(count, channels, *rows.shape[2:])


def encode(network: AppearanceNet, image: Tensor) -> tuple[Tensor, list[Tensor]]:
    """Latent (B, style_dim) and features, smallest first, of an image (B, 3, S, S)."""
    x = network.convs[0](image)
    features = [x]
    for block in list(network.convs)[1:-1]:
        assert isinstance(block, DownBlock)
        blur, strided, activate = block.conv2.children()
        main = activate(strided(resample(block.conv1(x), kernel_of(blur), (2, 2))))
        # Every pixel is filtered, every second one is used.
        blur, one = block.skip.children()
        assert isinstance(one, EqualConv2d)
        skip = F.conv2d(resample(x, kernel_of(blur), (1, 1)), one.weight * one.scale, stride=2)
        x = (main + skip) / 2**0.5
        features.append(x)
    latent: Tensor = network.convs[-1](x)[:, :, 0, 0]
    return latent, features[-2::-1]


def kernel_of(blur: nn.Module) -> Tensor:
    """The filter of a blur."""
    assert isinstance(blur, Blur)
    return blur.kernel


def modulated(conv: ModulatedConv2d, x: Tensor, latent: Tensor) -> Tensor:
    """A modulated convolution with weights made for each frame: (B, inputs, H, W) -> (B, outputs, H or 2H, ...)."""
    count, inputs, height, width = x.shape
    weight = conv.scale * conv.weight * conv.modulation(latent).view(count, 1, inputs, 1, 1)
    if conv.demodulate:
        weight = weight * torch.rsqrt(weight.square().sum(dim=(2, 3, 4), keepdim=True) + 1e-8)
    outputs, size = weight.shape[1], weight.shape[-1]
    x = x.reshape(1, count * inputs, height, width)
    if conv.blur is None:
        weight = weight.reshape(count * outputs, inputs, size, size)
        x = F.conv2d(x, weight, padding=conv.padding, groups=count)
        return x.view(count, outputs, *x.shape[2:])
    weight = weight.transpose(1, 2).reshape(count * inputs, outputs, size, size)
    x = F.conv_transpose2d(x, weight, stride=2, groups=count)
    return resample(x.view(count, outputs, *x.shape[2:]), conv.blur.kernel, (1, 1))


def styled(layer: nn.Module, x: Tensor, latent: Tensor) -> Tensor:
    """A modulated convolution and its activation."""
    assert isinstance(layer, StyledConv)
    out: Tensor = layer.activate(modulated(layer.conv, x, latent))
    return out


def express(block: nn.Module, feature: Tensor, expression: Tensor) -> Tensor:
    """An expression block with both its branches; the first one's result is dropped, as in the reference."""
    assert isinstance(block, ExpressionBlock)
    if hasattr(block, "conv1"):
        F.relu(block.norm1(F.instance_norm(block.conv1(feature)), expression))
    out: Tensor = feature + block.norm2(F.instance_norm(block.conv2(feature), eps=1e-5), expression)
    return out


def warp(flow: nn.Module, x: Tensor, latent: Tensor, feature: Tensor, raw: Tensor | None) -> tuple[Tensor, ...]:
    """Masked warped feature, blend, and the field for the next level."""
    assert isinstance(flow, Flow)
    out = modulated(flow.conv, x, latent) + flow.bias
    if raw is not None:
        out = out + resample(raw, flow.upsample.kernel, (2, 1), up=2)
    positions = flow.grid + torch.tanh(out[:, :2]).permute(0, 2, 3, 1)
    mask = torch.sigmoid(out[:, 2:])
    warped = F.grid_sample(feature, positions, mode="bilinear", padding_mode="zeros", align_corners=False) * mask
    return warped, warped + x * (1.0 - mask), out


def colours(layer: nn.Module, warped: Tensor, below: Tensor | None) -> Tensor:
    """Colours of a warped feature, added to those of the level below."""
    assert isinstance(layer, ToRGB)
    rgb: Tensor = layer.conv(warped) + layer.bias
    return rgb if below is None else rgb + resample(below, layer.upsample.kernel, (2, 1), up=2)


def decode(decoder: Decoder, latent: Tensor, features: list[Tensor], expression: Tensor) -> Tensor:
    """The picture (B, 3, S, S) of a latent, the source's plain features and an expression latent."""
    x = styled(decoder.conv1, decoder.input.input.repeat(len(latent), 1, 1, 1), latent)
    raw: Tensor | None = None
    rgb: Tensor | None = None
    for level, feature in enumerate(features):
        x = styled(decoder.convs[2 * level], x, latent)
        x = styled(decoder.convs[2 * level + 1], x, latent)
        shown = express(decoder.fineadainresblock[level], feature, expression)
        warped, x, raw = warp(decoder.to_flows[level], x, latent, shown, raw)
        rgb = colours(decoder.to_rgbs[level], warped, rgb)
    assert rgb is not None
    return rgb
