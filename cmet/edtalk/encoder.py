"""EDTalk's appearance encoder: an image becomes one latent and a pyramid of features.

The latent carries identity and motion together (the motion heads read it); the features carry the looks that the
decoder warps. Residual blocks halve the size down to 4x4, a last 4x4 convolution makes the latent.
"""

from __future__ import annotations

import math

from torch import Tensor, nn
from torch.nn import functional as F

from cmet.edtalk.config import GeneratorConfig
from cmet.edtalk.layers import Blur, EqualConv2d, FusedLeakyReLU, wide, with_blur


class DownBlock(nn.Module):
    """Halve the size: (3x3 conv, blur, strided 3x3 conv) + (blur, strided 1x1 conv), over sqrt(2)."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv1 = nn.Sequential(EqualConv2d(inputs, inputs, 3, padding=1), FusedLeakyReLU(inputs))
        self.conv2 = nn.Sequential(Blur(padding=2), EqualConv2d(inputs, outputs, 3, stride=2), FusedLeakyReLU(outputs))
        # The 1x1 convolution looks at every second pixel, so the blur makes only those.
        self.skip = nn.Sequential(Blur(padding=1, stride=2), EqualConv2d(inputs, outputs, 1))

    def forward(self, x: Tensor) -> Tensor:
        """(B, inputs, H, W) -> (B, outputs, H/2, W/2)."""
        x1 = self.conv1(x)
        main: Tensor = folded_down(self.conv2, x1) if x.is_cuda else self.conv2(x1)
        skip: Tensor = folded_down(self.skip, x) if x.is_cuda else self.skip(x)
        return (main + skip) * (1.0 / math.sqrt(2.0))


def folded_down(layers: nn.Sequential, x: Tensor) -> Tensor:
    """A blur, a convolution and what follows, halving the size: the blur as part of the convolution's weight.

    The same number up to rounding. On a GPU a pass over memory costs more than the arithmetic of the longer filter.
    """
    blur, convolution, *rest = layers
    assert isinstance(blur, Blur) and isinstance(convolution, EqualConv2d)
    weight = with_blur(convolution.weight * convolution.scale, blur.kernel)
    x = F.conv2d(x, weight, stride=2, padding=blur.padding)
    for layer in rest:
        x = layer(x)
    return x


class AppearanceNet(nn.Module):
    """Stem, residual blocks and the final 4x4 convolution, in one list as the checkpoint stores them."""

    def __init__(self, config: GeneratorConfig) -> None:
        super().__init__()
        sizes = config.sizes  # 4, 8, ..., size
        channels = config.channel_table
        stem = nn.Sequential(EqualConv2d(3, channels[config.size], 1), FusedLeakyReLU(channels[config.size]))
        blocks = [DownBlock(channels[size], channels[size // 2]) for size in reversed(sizes[1:])]
        self.convs = nn.ModuleList([stem, *blocks, EqualConv2d(channels[4], config.style_dim, 4)])

    def forward(self, image: Tensor) -> tuple[Tensor, list[Tensor]]:
        """image (B, 3, S, S) -> latent (B, style_dim), features from 8x8 to SxS."""
        features = []
        x = image.to(next(self.parameters()).dtype)
        for layer in self.convs[:-1]:
            x = layer(x)
            features.append(x)
        latent = wide(self.convs[-1](x)[:, :, 0, 0])
        return latent, features[-2::-1]


class Encoder(nn.Module):
    """The wrapper that gives the keys their prefix `net_app`."""

    def __init__(self, config: GeneratorConfig) -> None:
        super().__init__()
        self.net_app = AppearanceNet(config)

    def forward(self, image: Tensor) -> tuple[Tensor, list[Tensor]]:
        """image float (B, 3, S, S) in [-1, 1] -> latent (B, style_dim), features [(B, C, 8, 8), ..., (B, C, S, S)]."""
        latent, features = self.net_app(image)
        return latent, features
