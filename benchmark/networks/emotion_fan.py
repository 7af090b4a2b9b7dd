"""Emotion-FAN: a ResNet-18 over frames with self and relation attention over the video.

Meng et al., "Frame attention networks for facial expression recognition in videos" (ICIP 2019); keys of the authors'
checkpoints (Open-Debin/Emotion-FAN, prefix `module.`), which do not depend on the attention that is used. Per frame i
with features f_i: a_i = sigmoid(linear(f_i)), v = sum(a f) / sum(a), c_i = [f_i, v], b_i = sigmoid(linear(c_i)).

The published *evaluation* code leaves b out of the numerator, so the video vector is scaled by roughly 1 / mean(b) and
the arg-max can differ from what was trained; `relation` is that reference, `relation_consistent` the trained formula.
Input: RGB 0 to 1, **not** normalised by ImageNet's mean, 224 x 224.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmark.networks.resnet18 import Trunk, resize_antialiased, unit_images

PREFIX = "module."
"""Key prefix in the released checkpoints."""
IGNORED_KEYS = ("fc.weight", "fc.bias")
"""Entries that a checkpoint may hold and that no output uses."""


class VideoScores(NamedTuple):
    """What the network says about a batch of V videos with F frames in all."""

    self_attention: Tensor
    """float (V, classes): logits of self attention alone, fc1(v)."""
    relation: Tensor
    """float (V, classes): logits of the published evaluation, fc2(sum(a c) / sum(a b))."""
    relation_consistent: Tensor
    """float (V, classes): logits of the trained formula, fc2(sum(a b c) / sum(a b))."""
    alpha: Tensor
    """float (F, 1): self attention of every frame, 0 to 1."""
    beta: Tensor
    """float (F, 1): relation attention of every frame, 0 to 1."""
    features: Tensor
    """float (F, 512 * width): pooled features of every frame."""


class EmotionFAN(Trunk):
    """Frame attention network.

    Args:
        classes: 7 as published (index 5 is neutral or contempt by corpus, 6 surprise), 8 as EAT uses it on MEAD.
        width: multiplier of all channel counts; 1.0 is the published network.
    """

    def __init__(self, classes: int = 7, width: float = 1.0) -> None:
        super().__init__(width)
        size = self.feature_size
        self.alpha = nn.Sequential(nn.Linear(size, 1), nn.Sigmoid())
        self.beta = nn.Sequential(nn.Linear(2 * size, 1), nn.Sigmoid())
        self.pred_fc1 = nn.Linear(size, classes)
        self.pred_fc2 = nn.Linear(2 * size, classes)

    def forward(self, frames: Tensor, lengths: list[int]) -> VideoScores:
        """Score videos whose frames lie one after the other.

        Args:
            frames: float (F, 3, H, W), RGB, 0 to 1.
            lengths: frames of each video, each at least 1, summing to F.

        Raises:
            ValueError: the lengths do not fit the frames.
        """
        return self.attend(self.features(frames), lengths)

    def attend(self, features: Tensor, lengths: list[int]) -> VideoScores:
        """The part after the trunk: features (F, 512 * width) of V videos of `lengths` frames -> scores."""
        if not lengths or min(lengths) < 1 or sum(lengths) != len(features):
            raise ValueError(f"lengths {lengths} must be at least 1 each and sum to {len(features)} frames")
        count = len(lengths)
        video = torch.repeat_interleave(
            torch.arange(count, device=features.device), torch.tensor(lengths, device=features.device)
        )

        def per_video(rows: Tensor) -> Tensor:
            return rows.new_zeros(count, rows.shape[1]).index_add_(0, video, rows)

        alpha = self.alpha(features)
        pooled = per_video(alpha * features) / per_video(alpha)
        both = torch.cat([features, pooled[video]], dim=1)
        beta = self.beta(both)
        weight = per_video(alpha * beta)
        return VideoScores(
            self_attention=self.pred_fc1(pooled),
            relation=self.pred_fc2(per_video(alpha * both) / weight),
            relation_consistent=self.pred_fc2(per_video(alpha * beta * both) / weight),
            alpha=alpha,
            beta=beta,
            features=features,
        )


def fan_input(frames: NDArray[np.uint8], size: int = 224) -> Tensor:
    """Input of the network: shorter side to `size` by Pillow's antialiased bilinear resize, aspect kept, 0 to 1.

    Args:
        frames: uint8 (T, H, W, 3), RGB, T >= 1.
        size: length of the shorter side of the result.

    Returns:
        float32 (T, 3, h, w).
    """
    height, width = frames.shape[1:3]
    short = min(height, width)
    return unit_images(resize_antialiased(frames, (size * height // short, size * width // short)))
