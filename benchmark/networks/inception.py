"""The Inception network of the Frechet inception distance.

It is the 2015 network of the TensorFlow authors (Szegedy et al., CVPR 2016; Heusel et al., NeurIPS 2017), whose
weights pytorch-fid distributes under torchvision's key names (`pt_inception-2015-12-05-6726825d.pth`, 566 entries,
a 1008-way `fc` that no feature uses). It differs from torchvision's own Inception: average pools inside the blocks
ignore the padding, the last block pools by the *maximum*, and normalisation uses eps 0.001.

Input: RGB 0 to 1 of any size, resized to 299 x 299 bilinearly with half-pixel centres, **without** antialiasing and
without keeping the aspect, then 2 x - 1 (pytorch-fid `inception.py`). Output: pooled features of four depths.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from benchmark.networks.widths import scaled

Kernel = int | tuple[int, int]


class InceptionFeatures(NamedTuple):
    """Features of B images, averaged over space; the counts are those of width 1."""

    first: Tensor
    """float (B, 64), after the first max pool."""
    second: Tensor
    """float (B, 192), after the second max pool."""
    middle: Tensor
    """float (B, 768), before the auxiliary classifier."""
    pool3: Tensor
    """float (B, 2048): the features of the Frechet inception distance."""


class Conv(nn.Module):
    """Convolution without bias, batch norm with eps 0.001, ReLU."""

    def __init__(self, inputs: int, outputs: int, kernel: Kernel, stride: int = 1, padding: Kernel = 0) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False)
        self.bn = nn.BatchNorm2d(outputs, eps=0.001)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.bn(self.conv(x)))


class BlockA(nn.Module):
    """35 x 35: 1x1, 5x5, double 3x3 and pooled branches."""

    def __init__(self, inputs: int, pooled: int, width: float) -> None:
        super().__init__()
        c48, c64, c96, cp = (scaled(c, width) for c in (48, 64, 96, pooled))
        self.branch1x1 = Conv(inputs, c64, 1)
        self.branch5x5_1 = Conv(inputs, c48, 1)
        self.branch5x5_2 = Conv(c48, c64, 5, padding=2)
        self.branch3x3dbl_1 = Conv(inputs, c64, 1)
        self.branch3x3dbl_2 = Conv(c64, c96, 3, padding=1)
        self.branch3x3dbl_3 = Conv(c96, c96, 3, padding=1)
        self.branch_pool = Conv(inputs, cp, 1)
        self.outputs = c64 + c64 + c96 + cp

    def forward(self, x: Tensor) -> Tensor:
        double = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x)))
        parts = [self.branch1x1(x), self.branch5x5_2(self.branch5x5_1(x)), double, self.branch_pool(_average(x))]
        return torch.cat(parts, 1)


class BlockB(nn.Module):
    """35 x 35 -> 17 x 17."""

    def __init__(self, inputs: int, width: float) -> None:
        super().__init__()
        c64, c96, c384 = (scaled(c, width) for c in (64, 96, 384))
        self.branch3x3 = Conv(inputs, c384, 3, stride=2)
        self.branch3x3dbl_1 = Conv(inputs, c64, 1)
        self.branch3x3dbl_2 = Conv(c64, c96, 3, padding=1)
        self.branch3x3dbl_3 = Conv(c96, c96, 3, stride=2)
        self.outputs = c384 + c96 + inputs

    def forward(self, x: Tensor) -> Tensor:
        double = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x)))
        return torch.cat([self.branch3x3(x), double, F.max_pool2d(x, 3, 2)], 1)


class BlockC(nn.Module):
    """17 x 17: 7x7 convolutions split into 1x7 and 7x1."""

    def __init__(self, inputs: int, inner: int, width: float) -> None:
        super().__init__()
        c7, c192 = scaled(inner, width), scaled(192, width)
        self.branch1x1 = Conv(inputs, c192, 1)
        self.branch7x7_1 = Conv(inputs, c7, 1)
        self.branch7x7_2 = Conv(c7, c7, (1, 7), padding=(0, 3))
        self.branch7x7_3 = Conv(c7, c192, (7, 1), padding=(3, 0))
        self.branch7x7dbl_1 = Conv(inputs, c7, 1)
        self.branch7x7dbl_2 = Conv(c7, c7, (7, 1), padding=(3, 0))
        self.branch7x7dbl_3 = Conv(c7, c7, (1, 7), padding=(0, 3))
        self.branch7x7dbl_4 = Conv(c7, c7, (7, 1), padding=(3, 0))
        self.branch7x7dbl_5 = Conv(c7, c192, (1, 7), padding=(0, 3))
        self.branch_pool = Conv(inputs, c192, 1)
        self.outputs = 4 * c192

    def forward(self, x: Tensor) -> Tensor:
        single = self.branch7x7_3(self.branch7x7_2(self.branch7x7_1(x)))
        double = self.branch7x7dbl_3(self.branch7x7dbl_2(self.branch7x7dbl_1(x)))
        double = self.branch7x7dbl_5(self.branch7x7dbl_4(double))
        return torch.cat([self.branch1x1(x), single, double, self.branch_pool(_average(x))], 1)


class BlockD(nn.Module):
    """17 x 17 -> 8 x 8."""

    def __init__(self, inputs: int, width: float) -> None:
        super().__init__()
        c192, c320 = scaled(192, width), scaled(320, width)
        self.branch3x3_1 = Conv(inputs, c192, 1)
        self.branch3x3_2 = Conv(c192, c320, 3, stride=2)
        self.branch7x7x3_1 = Conv(inputs, c192, 1)
        self.branch7x7x3_2 = Conv(c192, c192, (1, 7), padding=(0, 3))
        self.branch7x7x3_3 = Conv(c192, c192, (7, 1), padding=(3, 0))
        self.branch7x7x3_4 = Conv(c192, c192, 3, stride=2)
        self.outputs = c320 + c192 + inputs

    def forward(self, x: Tensor) -> Tensor:
        seven = self.branch7x7x3_4(self.branch7x7x3_3(self.branch7x7x3_2(self.branch7x7x3_1(x))))
        return torch.cat([self.branch3x3_2(self.branch3x3_1(x)), seven, F.max_pool2d(x, 3, 2)], 1)


class BlockE(nn.Module):
    """8 x 8: 3x3 convolutions split side by side into 1x3 and 3x1; `pool` differs between the two such blocks."""

    def __init__(self, inputs: int, pool: Literal["average", "max"], width: float) -> None:
        super().__init__()
        c192, c320, c384, c448 = (scaled(c, width) for c in (192, 320, 384, 448))
        self.pool = pool
        self.branch1x1 = Conv(inputs, c320, 1)
        self.branch3x3_1 = Conv(inputs, c384, 1)
        self.branch3x3_2a = Conv(c384, c384, (1, 3), padding=(0, 1))
        self.branch3x3_2b = Conv(c384, c384, (3, 1), padding=(1, 0))
        self.branch3x3dbl_1 = Conv(inputs, c448, 1)
        self.branch3x3dbl_2 = Conv(c448, c384, 3, padding=1)
        self.branch3x3dbl_3a = Conv(c384, c384, (1, 3), padding=(0, 1))
        self.branch3x3dbl_3b = Conv(c384, c384, (3, 1), padding=(1, 0))
        self.branch_pool = Conv(inputs, c192, 1)
        self.outputs = c320 + 4 * c384 + c192

    def forward(self, x: Tensor) -> Tensor:
        single = self.branch3x3_1(x)
        double = self.branch3x3dbl_2(self.branch3x3dbl_1(x))
        pooled = _average(x) if self.pool == "average" else F.max_pool2d(x, 3, 1, 1)
        parts = [self.branch1x1(x), self.branch3x3_2a(single), self.branch3x3_2b(single)]
        parts += [self.branch3x3dbl_3a(double), self.branch3x3dbl_3b(double), self.branch_pool(pooled)]
        return torch.cat(parts, 1)


class Inception(nn.Module):
    """Feature network of the Frechet inception distance.

    Args:
        width: multiplier of all channel counts; 1.0 is the published network.
        size: side to which images are resized (299 is published), at least 75.
        classes: outputs of `fc`, which the checkpoint holds (1008) and `logits` uses when the network is trained.
    """

    def __init__(self, width: float = 1.0, size: int = 299, classes: int = 1008) -> None:
        super().__init__()
        if size < 75:
            raise ValueError(f"Inception needs images of at least 75 pixels, got size={size}")
        self.size = size
        c32, c64, c80, c192 = (scaled(c, width) for c in (32, 64, 80, 192))
        self.Conv2d_1a_3x3 = Conv(3, c32, 3, stride=2)
        self.Conv2d_2a_3x3 = Conv(c32, c32, 3)
        self.Conv2d_2b_3x3 = Conv(c32, c64, 3, padding=1)
        self.Conv2d_3b_1x1 = Conv(c64, c80, 1)
        self.Conv2d_4a_3x3 = Conv(c80, c192, 3)
        self.Mixed_5b = BlockA(c192, 32, width)
        self.Mixed_5c = BlockA(self.Mixed_5b.outputs, 64, width)
        self.Mixed_5d = BlockA(self.Mixed_5c.outputs, 64, width)
        self.Mixed_6a = BlockB(self.Mixed_5d.outputs, width)
        self.Mixed_6b = BlockC(self.Mixed_6a.outputs, 128, width)
        self.Mixed_6c = BlockC(self.Mixed_6b.outputs, 160, width)
        self.Mixed_6d = BlockC(self.Mixed_6c.outputs, 160, width)
        self.Mixed_6e = BlockC(self.Mixed_6d.outputs, 192, width)
        self.Mixed_7a = BlockD(self.Mixed_6e.outputs, width)
        self.Mixed_7b = BlockE(self.Mixed_7a.outputs, "average", width)
        self.Mixed_7c = BlockE(self.Mixed_7b.outputs, "max", width)
        self.fc = nn.Linear(self.Mixed_7c.outputs, classes)

    def forward(self, images: Tensor) -> InceptionFeatures:
        """Features of images (B, 3, H, W), RGB, 0 to 1, any H and W."""
        if images.ndim != 4 or images.shape[1] != 3:
            raise ValueError(f"images must be (B, 3, H, W), got {tuple(images.shape)}")
        x = F.interpolate(images, (self.size, self.size), mode="bilinear", align_corners=False, antialias=False)
        x = 2 * x - 1
        first = F.max_pool2d(self.Conv2d_2b_3x3(self.Conv2d_2a_3x3(self.Conv2d_1a_3x3(x))), 3, 2)
        second = F.max_pool2d(self.Conv2d_4a_3x3(self.Conv2d_3b_1x1(first)), 3, 2)
        x = self.Mixed_6a(self.Mixed_5d(self.Mixed_5c(self.Mixed_5b(second))))
        middle = self.Mixed_6e(self.Mixed_6d(self.Mixed_6c(self.Mixed_6b(x))))
        last = self.Mixed_7c(self.Mixed_7b(self.Mixed_7a(middle)))
        return InceptionFeatures(*(block.mean(dim=(2, 3)) for block in (first, second, middle, last)))

    def logits(self, images: Tensor) -> Tensor:
        """Class scores (B, classes); no metric uses them, training does."""
        out: Tensor = self.fc(self(images).pool3)
        return out


def _average(x: Tensor) -> Tensor:
    return F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)
