"""The layers that EDTalk's encoder and decoder are made of.

EDTalk stands on LIA (Wang et al., ICLR 2022), LIA on StyleGAN2 (Karras et al., CVPR 2020): weights are stored unscaled
and multiplied by 1/sqrt(fan_in) when used, activations are leaky ReLUs with gain sqrt(2), and images are resampled with
the kernel [1, 3, 3, 1]. Names of parameters are those of the released checkpoint.

Where the arithmetic can be arranged better without changing the result it is: a modulated convolution scales its input
and its output instead of its weight, so that one convolution serves the whole batch; a blur followed by a strided 1x1
convolution is only evaluated where the stride looks. On a GPU, where arithmetic is cheap and passes over memory are
not, a blur beside a convolution becomes part of its weight.

Where the convolutions are of half precision (see `cmet.inference.optimized`) the wide maps are too; styles, flows,
colours and codes stay float32.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

LEAK = 0.2
GAIN = math.sqrt(2.0)


def binomial_kernel(gain: float = 1.0) -> Tensor:
    """The separable resampling kernel outer([1,3,3,1])/64 times `gain`; float32 (4, 4)."""
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0])
    square = taps[:, None] * taps[None, :]
    return square / square.sum() * gain


def per_channel(kernel: Tensor, like: Tensor) -> Tensor:
    """The kernel (4, 4) as the weight of a depthwise convolution of a map (B, C, H, W): (C, 1, 4, 4), in its dtype."""
    return kernel.to(like.dtype).expand(like.shape[1], 1, *kernel.shape)


def wide(x: Tensor) -> Tensor:
    """At least float32."""
    return x.float() if x.dtype in (torch.float16, torch.bfloat16) else x


def with_blur(weight: Tensor, kernel: Tensor) -> Tensor:
    """A convolution's weight (O, I, k, k) and a blur (4, 4) in one: their full convolution, (O, I, k + 3, k + 3)."""
    rows = weight.reshape(-1, 1, *weight.shape[2:])
    both = F.conv2d(rows, kernel.to(weight.dtype)[None, None], padding=kernel.shape[0] - 1)
    return both.view(*weight.shape[:2], *both.shape[2:])


def enlarge(x: Tensor, weight: Tensor, blur: Blur) -> Tensor:
    """Transposed 3x3 convolution with stride 2, then the blur: (B, I, H, W), weight (O, I, 3, 3) -> (B, O, 2H, 2W).

    On a GPU as one plain 3x3 convolution that makes the four pixels of each output square as channels: four times
    the arithmetic, and neither a transposed convolution nor a pass for the blur. The same number up to rounding:
    pixel 2j + p of a row is the sum over d in (-1, 0, 1) of c[2 - 2d + p] x[j + d], where c are the six taps of both.
    """
    if not x.is_cuda:
        return blur_after(x, weight, blur)
    return in_phases(x, weight, blur)


def blur_after(x: Tensor, weight: Tensor, blur: Blur) -> Tensor:
    """`enlarge` in two passes."""
    out: Tensor = blur(F.conv_transpose2d(x, weight.transpose(0, 1), stride=2))
    return out


def in_phases(x: Tensor, weight: Tensor, blur: Blur) -> Tensor:
    """`enlarge` as one convolution."""
    taps = with_blur(weight, blur.kernel)
    even, odd = taps[:, :, 0::2].flip(2), taps[:, :, 1::2].flip(2)
    phases = torch.stack([side[:, :, :, k::2].flip(3) for side in (even, odd) for k in (0, 1)], dim=1)
    return F.pixel_shuffle(F.conv2d(x, phases.flatten(0, 1), padding=1), 2)


class Blur(nn.Module):
    """Depthwise 4x4 binomial filter with zero padding.

    Args:
        padding: zeros put on every side.
        gain: 4 after an upsampling by zero insertion, so that the mean stays; else 1.
        stride: evaluate every `stride`-th pixel only.
    """

    kernel: Tensor

    def __init__(self, padding: int, gain: float = 1.0, stride: int = 1) -> None:
        super().__init__()
        self.register_buffer("kernel", binomial_kernel(gain))
        self.padding = padding
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        """Filter x (B, C, H, W)."""
        return F.conv2d(x, per_channel(self.kernel, x), stride=self.stride, padding=self.padding, groups=x.shape[1])


class Upsample(nn.Module):
    """Double the size by zero insertion and the binomial filter: bilinear inside, fading into zeros at the border."""

    kernel: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("kernel", binomial_kernel(4.0))

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, C, 2H, 2W)."""
        if x.is_cuda:
            return fade_up(x)
        return F.conv_transpose2d(x, per_channel(self.kernel, x), stride=2, padding=1, groups=x.shape[1])


def fade_up(x: Tensor) -> Tensor:
    """`Upsample` as bilinear interpolation of a map with a frame of zeros, whose outer half is cut off again."""
    return F.interpolate(F.pad(x, (1, 1, 1, 1)), scale_factor=2.0, mode="bilinear", align_corners=False)[
        :, :, 2:-2, 2:-2
    ]


class FusedLeakyReLU(nn.Module):
    """leaky_relu(x + bias, 0.2) * sqrt(2)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(1, channels, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        """Activate x (B, C, H, W)."""
        return F.leaky_relu(x + self.bias, LEAK) * GAIN


class EqualConv2d(nn.Module):
    """Convolution without bias whose stored weight is multiplied by 1/sqrt(fan_in) when used."""

    def __init__(self, inputs: int, outputs: int, size: int, stride: int = 1, padding: int = 0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, size, size))
        self.scale = 1.0 / math.sqrt(inputs * size * size)
        self.stride = stride
        self.padding = padding

    def forward(self, x: Tensor) -> Tensor:
        """Convolve x (B, inputs, H, W)."""
        return F.conv2d(x, self.weight * self.scale, stride=self.stride, padding=self.padding)


class EqualLinear(nn.Module):
    """Linear layer whose stored weight is multiplied by 1/sqrt(inputs) when used; the bias is not scaled."""

    def __init__(self, inputs: int, outputs: int, bias_init: float = 0.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs))
        self.bias = nn.Parameter(torch.full((outputs,), bias_init))
        self.scale = 1.0 / math.sqrt(inputs)

    def forward(self, x: Tensor) -> Tensor:
        """(B, inputs) -> (B, outputs)."""
        return F.linear(x, self.weight * self.scale, self.bias)


class ModulatedConv2d(nn.Module):
    """Convolution whose input channels are scaled by a style, as in StyleGAN2.

    weight = W/sqrt(fan_in) * style, if `demodulate` divided by its norm for each output channel. Computed as
    (convolution of x * style with W/sqrt(fan_in)) * (1/norm), which is the same number.

    Args:
        inputs, outputs: channels.
        size: kernel size.
        style_dim: length of the latent that the style is computed from.
        demodulate: normalise for each output channel.
        upsample: transposed convolution with stride 2, then the binomial filter.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        size: int,
        style_dim: int,
        demodulate: bool = True,
        upsample: bool = False,
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(1, outputs, inputs, size, size))
        self.scale = 1.0 / math.sqrt(inputs * size * size)
        self.padding = size // 2
        self.demodulate = demodulate
        self.blur = Blur(padding=1, gain=4.0) if upsample else None
        self.modulation = EqualLinear(style_dim, inputs, bias_init=1.0)

    def forward(self, x: Tensor, latent: Tensor) -> Tensor:
        """x (B, inputs, H, W), latent (B, style_dim) -> (B, outputs, H, W), or twice the size if upsampling."""
        style = self.modulation(latent)
        weight = self.weight[0] * self.scale
        x = x * style.to(x.dtype)[:, :, None, None]
        x = F.conv2d(x, weight, padding=self.padding) if self.blur is None else enlarge(x, weight, self.blur)
        if self.demodulate:
            energy = F.linear(style.square(), wide(weight).square().sum(dim=(2, 3)))
            x = x * torch.rsqrt(energy + 1e-8).to(x.dtype)[:, :, None, None]
        return x


class UnusedNoise(nn.Module):
    """Entry `noise.weight` of the released file. The reference never feeds noise, so it is stored and not used."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))


class StyledConv(nn.Module):
    """Modulated 3x3 convolution and activation."""

    def __init__(self, inputs: int, outputs: int, style_dim: int, upsample: bool = False, unused: bool = True) -> None:
        super().__init__()
        self.conv = ModulatedConv2d(inputs, outputs, 3, style_dim, upsample=upsample)
        if unused:
            self.noise = UnusedNoise()
        self.activate = FusedLeakyReLU(outputs)

    def forward(self, x: Tensor, latent: Tensor) -> Tensor:
        """x (B, inputs, H, W), latent (B, style_dim) -> (B, outputs, H or 2H, W or 2W)."""
        out: Tensor = self.activate(self.conv(x, latent))
        return out
