"""iResNet, the face identity network of ArcFace (Deng et al., CVPR 2019), in insightface's `arcface_torch` layout.

Checkpoints of that repository (`recognition/arcface_torch/backbones/iresnet.py`) load unchanged: iresnet50 has 475
entries, iresnet100 925. The other common layout of the same idea is in `benchmark.networks.ir_backbone`. Input: aligned
RGB faces, (value - 127.5) / 127.5, 112 x 112; output: 512 numbers, not normalised. `width`, `size` and `embedding`
build it smaller.
"""

from __future__ import annotations

from torch import Tensor, nn

from benchmark.networks.widths import scaled

DEPTHS: dict[int, tuple[int, int, int, int]] = {
    18: (2, 2, 2, 2),
    34: (3, 4, 6, 3),
    50: (3, 4, 14, 3),
    100: (3, 13, 30, 3),
}
"""Blocks of the four stages, by the network's usual name."""


class Block(nn.Module):
    """Normalise, convolve, normalise, PReLU, convolve with stride, normalise; add the shortcut."""

    def __init__(self, inputs: int, outputs: int, stride: int, shortcut: bool) -> None:
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.prelu = nn.PReLU(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, stride, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.downsample: nn.Module | None = None
        if shortcut:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.bn3(self.conv2(self.prelu(self.bn2(self.conv1(self.bn1(x))))))
        return out + (x if self.downsample is None else self.downsample(x))


class IResNet(nn.Module):
    """Identity embedding of aligned faces.

    Args:
        depth: 18, 34, 50 or 100.
        width: multiplier of the channel counts; 1.0 is the published network.
        size: side of the square input in pixels (112 is published); halved four times, rounded up.
        embedding: length of the output (512 is published).
    """

    def __init__(self, depth: int = 50, width: float = 1.0, size: int = 112, embedding: int = 512) -> None:
        super().__init__()
        if depth not in DEPTHS:
            raise ValueError(f"iResNet depth must be one of {sorted(DEPTHS)}, got {depth}")
        if size < 16:
            raise ValueError(f"iResNet needs faces of at least 16 pixels, got size={size}")
        self.size = size
        c64, c128, c256, c512 = (scaled(c, width) for c in (64, 128, 256, 512))
        self.conv1 = nn.Conv2d(3, c64, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(c64)
        self.prelu = nn.PReLU(c64)
        counts = DEPTHS[depth]
        self.layer1 = _stage(c64, c64, counts[0])
        self.layer2 = _stage(c64, c128, counts[1])
        self.layer3 = _stage(c128, c256, counts[2])
        self.layer4 = _stage(c256, c512, counts[3])
        self.bn2 = nn.BatchNorm2d(c512)
        side = -(-size // 16)
        self.fc = nn.Linear(c512 * side * side, embedding)
        self.features = nn.BatchNorm1d(embedding)

    def forward(self, faces: Tensor) -> Tensor:
        """Embeddings (B, embedding), not normalised, of faces (B, 3, size, size), RGB, -1 to 1."""
        if tuple(faces.shape[1:]) != (3, self.size, self.size):
            raise ValueError(f"faces must be (B, 3, {self.size}, {self.size}), got {tuple(faces.shape)}")
        x = self.prelu(self.bn1(self.conv1(faces)))
        x = self.bn2(self.layer4(self.layer3(self.layer2(self.layer1(x)))))
        out: Tensor = self.features(self.fc(x.flatten(1)))
        return out


def _stage(inputs: int, outputs: int, count: int) -> nn.Sequential:
    """One stage: its first block halves the picture and always has a convolutional shortcut."""
    first = Block(inputs, outputs, stride=2, shortcut=True)
    return nn.Sequential(first, *(Block(outputs, outputs, stride=1, shortcut=False) for _ in range(count - 1)))
