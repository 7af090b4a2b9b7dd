"""LPIPS: how different two pictures look, by AlexNet's features (Zhang et al., CVPR 2018), version 0.1.

The five activations of an ImageNet AlexNet are scaled to unit length over channels; their squared difference is weighed
per channel (the trained weights of `alex.pth`, not negative), averaged over space, and summed over the five. Key names
are those of torchvision's AlexNet (`features.*`) and of richzhang/PerceptualSimilarity's `weights/v0.1/alex.pth`
(`lin0.model.1.weight`). Input: RGB, -1 to 1, any size of 63 pixels or more; the network's own scaling stands in front.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

SHIFT = (-0.030, -0.088, -0.188)
SCALE = (0.458, 0.448, 0.450)
"""ImageNet's mean and deviation for inputs of -1 to 1, as rounded in `lpips.py` (class ScalingLayer)."""
CHANNELS = (64, 192, 384, 256, 256)
ENDS = (1, 4, 7, 9, 11)
"""Positions of the five ReLUs in the trunk."""
EPSILON = 1e-10
LEAST_SIDE = 63


class Trunk(nn.Module):
    """The convolutions of AlexNet (Krizhevsky 2014, "One weird trick")."""

    def __init__(self) -> None:
        super().__init__()
        c1, c2, c3, c4, c5 = CHANNELS
        self.features = nn.Sequential(
            nn.Conv2d(3, c1, 11, 4, 2),
            nn.ReLU(),
            nn.MaxPool2d(3, 2),
            nn.Conv2d(c1, c2, 5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(3, 2),
            nn.Conv2d(c2, c3, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(c3, c4, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(c4, c5, 3, padding=1),
            nn.ReLU(),
        )

    def forward(self, pictures: Tensor) -> list[Tensor]:
        """The five activations (B, C, H, W) of scaled pictures (B, 3, H, W)."""
        found = []
        x = pictures
        for position, layer in enumerate(self.features):
            x = layer(x)
            if position in ENDS:
                found.append(x)
        return found


class Layer(nn.Module):
    """The weights of one activation's channels."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.model = nn.Sequential(nn.Dropout(), nn.Conv2d(channels, 1, 1, bias=False))

    def forward(self, difference: Tensor) -> Tensor:
        weighed: Tensor = self.model(difference)
        return weighed


class Layers(nn.Module):
    """The trained part of LPIPS."""

    def __init__(self) -> None:
        super().__init__()
        for index, channels in enumerate(CHANNELS):
            self.add_module(f"lin{index}", Layer(channels))

    def forward(self, differences: list[Tensor]) -> Tensor:
        """Sum over the activations of the mean weighed difference: five times (B, C, H, W) -> (B,)."""
        parts = [self.get_submodule(f"lin{i}")(d).mean(dim=(1, 2, 3)) for i, d in enumerate(differences)]
        return torch.stack(parts).sum(dim=0)


class Lpips(nn.Module):
    """The distance; the two parts load from two files."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = Trunk()
        self.layers = Layers()

    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        """Distances of pictures.

        Args:
            a: float (B, 3, H, W), RGB, -1 to 1, H and W at least 63.
            b: same shape.

        Returns:
            float (B,), 0 for equal pictures, not negative with the released weights.
        """
        if a.shape != b.shape or a.ndim != 4 or a.shape[1] != 3 or min(a.shape[2:]) < LEAST_SIDE:
            raise ValueError(f"pictures must be (B, 3, H, W) of one shape from {LEAST_SIDE} px, got {tuple(a.shape)}")
        ours, theirs = self.trunk(_scaled(a)), self.trunk(_scaled(b))
        result: Tensor = self.layers([(_unit(x) - _unit(y)) ** 2 for x, y in zip(ours, theirs, strict=True)])
        return result


def _scaled(x: Tensor) -> Tensor:
    return (x - x.new_tensor(SHIFT).view(3, 1, 1)) / x.new_tensor(SCALE).view(3, 1, 1)


def _unit(x: Tensor) -> Tensor:
    return x / (x.pow(2).sum(dim=1, keepdim=True).sqrt() + EPSILON)
