"""ResNet-18 (He et al., "Deep Residual Learning for Image Recognition", CVPR 2016).

Key names are torchvision's, so that checkpoints trained there load: C-MET's released emotion judge is such a network
with the key prefix `base_model.module.` (`JUDGE_PREFIX`). Its input is RGB at 224 x 224 with ImageNet's mean and
deviation, see `imagenet_normalise`. `width` builds the same network narrower; any input of 32 pixels or more runs.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

from benchmark.networks.widths import scaled

JUDGE_PREFIX = "base_model.module."
"""Key prefix in the checkpoints of C-MET's emotion judge."""
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_DEVIATION = (0.229, 0.224, 0.225)


class Block(nn.Module):
    """Two 3x3 convolutions with a shortcut: (B, inputs, H, W) -> (B, outputs, H / stride, W / stride)."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample: nn.Module | None = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x: Tensor) -> Tensor:
        shortcut = x if self.downsample is None else self.downsample(x)
        residual: Tensor = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(residual + shortcut)


class Trunk(nn.Module):
    """Everything before the classifier: (B, 3, H, W) -> (B, 512 * width)."""

    def __init__(self, width: float = 1.0, channels: int = 3) -> None:
        super().__init__()
        c64, c128, c256, c512 = (scaled(c, width) for c in (64, 128, 256, 512))
        self.conv1 = nn.Conv2d(channels, c64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(c64)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = nn.Sequential(Block(c64, c64, 1), Block(c64, c64, 1))
        self.layer2 = nn.Sequential(Block(c64, c128, 2), Block(c128, c128, 1))
        self.layer3 = nn.Sequential(Block(c128, c256, 2), Block(c256, c256, 1))
        self.layer4 = nn.Sequential(Block(c256, c512, 2), Block(c512, c512, 1))
        self.feature_size = c512

    def features(self, images: Tensor) -> Tensor:
        """Pooled features.

        Args:
            images: float (B, 3, H, W), H and W at least 32.

        Returns:
            float (B, 512 * width), not negative.
        """
        x = self.maxpool(torch.relu(self.bn1(self.conv1(images))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        pooled: Tensor = x.mean(dim=(2, 3))
        return pooled


class ResNet18(Trunk):
    """The trunk with one linear classifier.

    Args:
        classes: number of outputs.
        width: multiplier of all channel counts; 1.0 is the published network.
        channels: colour channels of the input.
    """

    def __init__(self, classes: int, width: float = 1.0, channels: int = 3) -> None:
        super().__init__(width, channels)
        if classes < 1:
            raise ValueError(f"a classifier needs at least one class, got {classes}")
        self.fc = nn.Linear(self.feature_size, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Logits (B, classes) of images (B, 3, H, W)."""
        logits: Tensor = self.fc(self.features(images))
        return logits


def imagenet_normalise(images: Tensor) -> Tensor:
    """RGB 0..1 (..., 3, H, W) -> the values that networks trained on ImageNet expect."""
    mean = images.new_tensor(IMAGENET_MEAN).view(3, 1, 1)
    deviation = images.new_tensor(IMAGENET_DEVIATION).view(3, 1, 1)
    return (images - mean) / deviation


def judge_input(frames: NDArray[np.uint8], size: int = 224) -> Tensor:
    """Input of C-MET's emotion judge: Pillow's antialiased bilinear resize (aspect not kept), then ImageNet's mean.

    Args:
        frames: uint8 (T, H, W, 3), RGB, T >= 1.
        size: side of the result.

    Returns:
        float32 (T, 3, size, size).
    """
    return imagenet_normalise(unit_images(resize_antialiased(frames, (size, size))))


def resize_antialiased(frames: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Pillow's antialiased bilinear resize: uint8 (T, H, W, 3) -> uint8 (T, height, width, 3)."""
    if frames.dtype != np.uint8 or frames.ndim != 4 or frames.shape[-1] != 3 or len(frames) == 0:
        raise ValueError(f"frames must be uint8 (T >= 1, H, W, 3), got {frames.dtype} {frames.shape}")
    if frames.shape[1:3] == size:
        return frames
    resized = [Image.fromarray(f).resize((size[1], size[0]), Image.Resampling.BILINEAR) for f in frames]
    return np.stack([np.asarray(image) for image in resized])


def unit_images(frames: NDArray[np.uint8]) -> Tensor:
    """uint8 (T, H, W, 3) -> float32 (T, 3, H, W), 0 to 1."""
    return torch.from_numpy(np.ascontiguousarray(frames.transpose(0, 3, 1, 2))).float() / 255
