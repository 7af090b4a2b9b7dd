"""IR and IR-SE backbones: the other common layout of ArcFace's identity network.

Key names of TreB1eN/InsightFace_Pytorch (`model.py`), in which many IR-SE-50 checkpoints circulate (349 entries for
IR-50, 397 for IR-SE-50, 674 for IR-100). Beside the names, three things differ from `benchmark.networks.iresnet`: a
block without change of channels halves its shortcut by a strided max pool of size 1 instead of a convolution, blocks
have no normalisation between the first convolution and the PReLU, and the output is divided by its length. Input:
aligned RGB faces, (value - 127.5) / 127.5, 112 x 112.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from benchmark.networks.iresnet import DEPTHS
from benchmark.networks.widths import scaled


class SqueezeExcite(nn.Module):
    """Weigh the channels by a small network of their means: (B, C, H, W) -> same."""

    def __init__(self, channels: int, reduction: int = 16) -> None:
        super().__init__()
        inner = max(1, channels // reduction)
        self.fc1 = nn.Conv2d(channels, inner, 1, bias=False)
        self.fc2 = nn.Conv2d(inner, channels, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        weight = torch.sigmoid(self.fc2(torch.relu(self.fc1(x.mean(dim=(2, 3), keepdim=True)))))
        return x * weight


class Block(nn.Module):
    """One residual block: (B, inputs, H, W) -> (B, outputs, H / stride, W / stride)."""

    def __init__(self, inputs: int, outputs: int, stride: int, squeeze: bool) -> None:
        super().__init__()
        self.shortcut_layer: nn.Module
        if inputs == outputs:
            self.shortcut_layer = nn.MaxPool2d(1, stride)
        else:
            self.shortcut_layer = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )
        layers: list[nn.Module] = [
            nn.BatchNorm2d(inputs),
            nn.Conv2d(inputs, outputs, 3, 1, 1, bias=False),
            nn.PReLU(outputs),
            nn.Conv2d(outputs, outputs, 3, stride, 1, bias=False),
            nn.BatchNorm2d(outputs),
        ]
        if squeeze:
            layers.append(SqueezeExcite(outputs))
        self.res_layer = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.res_layer(x) + self.shortcut_layer(x)
        return out


class IRBackbone(nn.Module):
    """Identity embedding of unit length.

    Args:
        depth: 50 or 100 (18 and 34 build too).
        squeeze: with squeeze-and-excitation ("IR-SE").
        width: multiplier of the channel counts; 1.0 is the published network.
        size: side of the square input in pixels (112 is published); halved four times, rounded up.
        embedding: length of the output (512 is published).
    """

    def __init__(
        self, depth: int = 50, squeeze: bool = False, width: float = 1.0, size: int = 112, embedding: int = 512
    ) -> None:
        super().__init__()
        if depth not in DEPTHS:
            raise ValueError(f"IR depth must be one of {sorted(DEPTHS)}, got {depth}")
        self.size = size
        inputs = scaled(64, width)
        self.input_layer = nn.Sequential(
            nn.Conv2d(3, inputs, 3, 1, 1, bias=False), nn.BatchNorm2d(inputs), nn.PReLU(inputs)
        )
        blocks = []
        for channels, count in zip((64, 128, 256, 512), DEPTHS[depth], strict=True):
            outputs = scaled(channels, width)
            for number in range(count):
                blocks.append(Block(inputs, outputs, 2 if number == 0 else 1, squeeze))
                inputs = outputs
        self.body = nn.Sequential(*blocks)
        side = -(-size // 16)
        self.output_layer = nn.Sequential(
            nn.BatchNorm2d(inputs),
            nn.Dropout(0.6),
            nn.Flatten(),
            nn.Linear(inputs * side * side, embedding),
            nn.BatchNorm1d(embedding),
        )

    def forward(self, faces: Tensor) -> Tensor:
        """Embeddings (B, embedding) of length 1 of faces (B, 3, size, size), RGB, -1 to 1."""
        if tuple(faces.shape[1:]) != (3, self.size, self.size):
            raise ValueError(f"faces must be (B, 3, {self.size}, {self.size}), got {tuple(faces.shape)}")
        rows: Tensor = self.output_layer(self.body(self.input_layer(faces)))
        unit: Tensor = rows / rows.norm(dim=1, keepdim=True)
        return unit
