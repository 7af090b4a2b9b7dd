"""EDTalk's decoder: a latent and the source's features become an image.

A learned 4x4 constant grows level by level. At each level a flow field, predicted from the growing map, warps the
source feature of that size into place, and a mask blends it with what the decoder draws itself. The image is summed up
over the levels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cmet.edtalk.config import GeneratorConfig
from cmet.edtalk.layers import EqualConv2d, FusedLeakyReLU, ModulatedConv2d, StyledConv, Upsample, wide

Recorder = Callable[[str, Tensor], None]
"""Called with the name and value of every stage; for parity checks and drawings."""


class LearnedConstant(nn.Module):
    """The 4x4 map that every image starts from."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.input = nn.Parameter(torch.randn(1, channels, 4, 4))


class Flow(nn.Module):
    """Predict flow and mask, warp the source feature, blend.

    Two quirks of the reference are kept because the weights were trained with them: the grid has its outermost points
    at the corners of the image while the sampling takes them as pixel borders (zero flow shifts by up to half a pixel
    and fades the border), and the raw, not the squashed, field goes on to the next level. A small network may be
    `centred`, without the first one.
    """

    grid: Tensor

    def __init__(self, channels: int, style_dim: int, size: int, centred: bool = False) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(1, 3, 1, 1))
        self.upsample = Upsample()
        self.conv = ModulatedConv2d(channels, 3, 1, style_dim, demodulate=False)
        outermost = 1.0 - 1.0 / size if centred else 1.0
        # float32 also when the module runs in float64: that is what the reference does.
        line = torch.from_numpy(np.linspace(-outermost, outermost, size).astype(np.float32))
        grid = torch.stack(torch.meshgrid(line, line, indexing="xy"), dim=-1)[None]
        self.register_buffer("grid", grid, persistent=False)

    def forward(self, x: Tensor, latent: Tensor, feature: Tensor, raw: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
        """Warp and blend.

        Args:
            x: (B, C, H, W) the growing map.
            latent: (B, style_dim).
            feature: (B, C, H, W) the source's feature of this size.
            raw: (B, 3, H/2, W/2) field of the level below, before squashing; None at the first level.

        Returns:
            warp (B, C, H, W): masked warped feature; blend (B, C, H, W): input of the next level; raw (B, 3, H, W).
        """
        # A 1x1 convolution to 3 channels is a small matrix product: cheaper to modulate the weight than the map.
        style = self.conv.modulation(latent)
        weight = self.conv.weight[0, :, :, 0, 0] * self.conv.scale * style[:, None, :]
        out = wide(torch.matmul(weight.to(x.dtype), x.flatten(2)).view(len(x), 3, *x.shape[2:])) + self.bias
        if raw is not None:
            out = out + self.upsample(raw)
        positions = self.grid + torch.tanh(out[:, :2]).permute(0, 2, 3, 1)
        mask = torch.sigmoid(out[:, 2:3])
        moved = F.grid_sample(wide(feature), positions, mode="bilinear", padding_mode="zeros", align_corners=False)
        warp = (moved * mask).to(x.dtype)
        return warp, warp + x * (1.0 - mask).to(x.dtype), out


class ToRGB(nn.Module):
    """Colours of a warped feature, added to the enlarged colours of the level below."""

    def __init__(self, channels: int, upsample: bool = True) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(1, 3, 1, 1))
        if upsample:
            self.upsample = Upsample()
        self.conv = nn.Sequential(EqualConv2d(channels, 3, 1), FusedLeakyReLU(3))

    def forward(self, warp: Tensor, below: Tensor | None) -> Tensor:
        """warp (B, C, H, W), below (B, 3, H/2, W/2) or None -> (B, 3, H, W)."""
        rgb: Tensor = wide(self.conv(warp)) + self.bias
        return rgb if below is None else rgb + self.upsample(below)


class ExpressionNorm(nn.Module):
    """Scale and shift of normalised features, computed from the expression latent."""

    def __init__(self, channels: int, style_dim: int, hidden: int) -> None:
        super().__init__()
        self.mlp_shared = nn.Sequential(nn.Linear(style_dim, hidden), nn.ReLU())
        self.mlp_gamma = nn.Linear(hidden, channels)
        self.mlp_beta = nn.Linear(hidden, channels)

    def forward(self, normal: Tensor, expression: Tensor) -> Tensor:
        """normal (B, C, H, W) with zero mean and unit variance, expression (B, style_dim) -> (B, C, H, W)."""
        hidden = self.mlp_shared(expression)
        gamma = self.mlp_gamma(hidden).to(normal.dtype)[:, :, None, None]
        beta = self.mlp_beta(hidden).to(normal.dtype)[:, :, None, None]
        out: Tensor = normal * (1.0 + gamma) + beta
        return out


class ExpressionBlock(nn.Module):
    """y = f + AdaIN(conv2(f), e): the expression changes the source's feature before it is warped.

    The part that does not depend on the expression, the normalised conv2(f), is a function of its own: it is computed
    once for each source. The checkpoint also holds conv1 and norm1, whose result the reference throws away.
    """

    def __init__(self, channels: int, style_dim: int, hidden: int, unused: bool) -> None:
        super().__init__()
        if unused:
            self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        if unused:
            self.norm1 = ExpressionNorm(channels, style_dim, hidden)
        self.norm2 = ExpressionNorm(channels, style_dim, hidden)

    def detail(self, feature: Tensor) -> Tensor:
        """The normalised convolution of a source feature (B, C, H, W); independent of the expression."""
        return F.instance_norm(self.conv2(feature), eps=1e-5)

    def forward(self, feature: Tensor, detail: Tensor, expression: Tensor) -> Tensor:
        """feature, detail (1 or B, C, H, W), expression (B, style_dim) -> (B, C, H, W)."""
        out: Tensor = feature + self.norm2(detail, expression)
        return out


class Decoder(nn.Module):
    """Constant, styled convolutions, flows, colours; and the expression blocks, which act on the source's features."""

    def __init__(self, config: GeneratorConfig) -> None:
        super().__init__()
        channels, style = config.channel_table, config.style_dim
        unused = config.unused_entries
        self.input = LearnedConstant(channels[4])
        self.conv1 = StyledConv(channels[4], channels[4], style, unused=unused)
        if unused:
            self.to_rgb1 = ToRGB(channels[4], upsample=False)
        self.convs = nn.ModuleList()
        self.to_rgbs = nn.ModuleList()
        self.to_flows = nn.ModuleList()
        sizes = config.sizes[1:]
        for size in sizes:
            below, here = channels[size // 2], channels[size]
            self.convs.append(StyledConv(below, here, style, upsample=True, unused=unused))
            self.convs.append(StyledConv(here, here, style, unused=unused))
            self.to_rgbs.append(ToRGB(here))
            self.to_flows.append(Flow(here, style, size, config.centred_grid))
        if config.exp:
            self.fineadainresblock = nn.ModuleList(
                ExpressionBlock(channels[size], style, config.exp_hidden, unused) for size in sizes
            )

    def details(self, features: Sequence[Tensor]) -> list[Tensor]:
        """For every source feature the part of its expression block that does not depend on the expression."""
        return [
            cast(ExpressionBlock, block).detail(feature)
            for block, feature in zip(self.fineadainresblock, features, strict=True)
        ]

    def express(self, features: Sequence[Tensor], details: Sequence[Tensor], expression: Tensor) -> list[Tensor]:
        """The source's features with an expression put on: (B, C, H, W) each, for expression (B, style_dim)."""
        return [
            block(feature, detail, expression)
            for block, feature, detail in zip(self.fineadainresblock, features, details, strict=True)
        ]

    def forward(self, latent: Tensor, features: Sequence[Tensor], record: Recorder | None = None) -> Tensor:
        """Draw.

        Args:
            latent: (B, style_dim) source latent plus motion.
            features: the source's features, expression already on them, 8x8 first; (B, C, H, W) each.
            record: called with every stage's name and value.

        Returns:
            (B, 3, S, S), nominally in [-1, 1] but not clipped.
        """
        note = record or (lambda name, value: None)
        x = self.conv1(self.input.input.expand(len(latent), -1, -1, -1), latent)
        note("conv1", x)
        raw: Tensor | None = None
        rgb: Tensor | None = None
        for level, feature in enumerate(features):
            x = self.convs[2 * level](x, latent)
            note(f"convs.{2 * level}", x)
            x = self.convs[2 * level + 1](x, latent)
            note(f"convs.{2 * level + 1}", x)
            note(f"eem.{level}", feature)
            warp, x, raw = self.to_flows[level](x, latent, feature, raw)
            rgb = self.to_rgbs[level](warp, rgb)
            for name, value in (("warp", warp), ("blend", x), ("flowraw", raw), ("rgb", rgb)):
                note(f"{name}.{level}", value)
        assert rgb is not None
        return rgb
