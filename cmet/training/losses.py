"""C-MET's training objective, and the figures that its training logs. Pure functions of tensors.

Two passes are compared: forward (reference, vector, neutral codes) -> p and flipped (-reference, -vector, emotional
codes) -> q; the target of p is y, of q it is -y.

    total = focal(p, y) + focal(q, -y) + 0.1 * contrastive + 0.05 * opposite(p, q)

Alternatives that the public training code offers (plain, class-weighted and balanced error) are here too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional as F

CONTRASTIVE_WEIGHT = 0.1
OPPOSITE_WEIGHT = 0.05
TEMPERATURE = 0.1
CLASS_WEIGHTS = (0.5, 1.0, 0.5, 1.0, 2.0, 0.1, 1.0, 2.0)
"""Weights of angry, contempt, disgusted, fear, happy, neutral, sad, surprised, for functions that take `weights`."""


@dataclass(frozen=True)
class Objective:
    """The terms of the default objective, each a scalar tensor."""

    focal: Tensor
    """Both passes."""
    visual_to_audio: Tensor
    audio_to_visual: Tensor
    contrastive: Tensor
    opposite: Tensor
    total: Tensor


def focal_error(prediction: Tensor, target: Tensor, activation: Literal["sigmoid", "tanh"] = "sigmoid") -> Tensor:
    """Mean of d^2 times a factor that fades small errors (Yang et al., ICML 2021, with beta 0.2 and gamma 1).

    `sigmoid`: 2 sigmoid(0.2 |d|) - 1 = tanh(0.1 |d|). `tanh`: tanh(0.2 |d|).
    """
    d = prediction - target
    scaled = 0.2 * d.abs()
    factor = torch.tanh(scaled) if activation == "tanh" else 2.0 * torch.sigmoid(scaled) - 1.0
    return (d.square() * factor).mean()


def contrastive(visual: Tensor, audio: Tensor, labels: Tensor) -> Tensor:
    """Supervised contrastive loss over both kinds of embedding (Khosla et al., 2020), temperature 0.1.

    Args:
        visual: (B, D).
        audio: (B, D).
        labels: int (B,), the target emotion; rows of the same label are positives of each other.
    """
    rows = F.normalize(torch.cat([visual, audio]), dim=1)
    label = labels.repeat(2)
    others = ~torch.eye(len(rows), dtype=torch.bool, device=rows.device)
    positive = (label[:, None] == label[None, :]) & others
    similarity = rows @ rows.T / TEMPERATURE
    similarity = similarity - similarity.max(dim=1, keepdim=True).values
    partition = (torch.exp(similarity) * others).sum(dim=1, keepdim=True)
    log_probability = similarity - torch.log(partition + 1e-12)
    mean = (log_probability * positive).sum(dim=1) / (positive.sum(dim=1) + 1e-12)
    return -mean.mean()


def opposite(forward: Tensor, flipped: Tensor, weights: Tensor | None = None) -> Tensor:
    """Mean over frames of (weight * (1 + cosine))^2: the flipped pass must point the other way.

    Args:
        forward: (N, expression), one row a frame.
        flipped: the same of the flipped pass.
        weights: (N,) or None for 1.
    """
    closeness = 1.0 + F.cosine_similarity(forward, flipped, dim=-1)
    return (closeness if weights is None else closeness * weights).square().mean()


def objective(
    forward: Tensor,
    flipped: Tensor,
    target: Tensor,
    neutral: Tensor,
    emotional: Tensor,
    speech: Tensor,
    speech_flipped: Tensor,
    labels: Tensor,
) -> Objective:
    """The default training objective.

    Args:
        forward: (B, T, expression) direction that the forward pass predicts.
        flipped: (B, T, expression) direction that the flipped pass predicts.
        target: (B, T, expression) direction from emotion 1 to emotion 2.
        neutral: (B, T, D) embedded codes of the forward pass.
        emotional: (B, T, D) embedded codes of the flipped pass.
        speech: (B, 1, D) embedded emotion vector of the forward pass.
        speech_flipped: (B, 1, D) the same of the flipped pass.
        labels: int (B,) emotion 2.
    """
    difference = (emotional - neutral).mean(dim=1)
    focal = focal_error(forward, target) + focal_error(flipped, -target)
    # The reference pairs (neutral minus emotional) faces with (emotional minus neutral) speech; kept.
    visual_to_audio = contrastive(-difference, speech[:, 0], labels)
    audio_to_visual = contrastive(difference, speech_flipped[:, 0], labels)
    pairs = 0.5 * (visual_to_audio + audio_to_visual)
    away = opposite(forward.flatten(0, 1), flipped.flatten(0, 1))
    total = focal + CONTRASTIVE_WEIGHT * pairs + OPPOSITE_WEIGHT * away
    return Objective(focal, visual_to_audio, audio_to_visual, pairs, away, total)


def weighted_error(prediction: Tensor, target: Tensor, weights: Tensor | None = None) -> Tensor:
    """Mean squared error of rows (N, expression), each row times its weight (N,)."""
    rows = (prediction - target).square().mean(dim=-1)
    return (rows if weights is None else rows * weights).mean()


def balanced_error(prediction: Tensor, target: Tensor, sigma: float = 8.0) -> Tensor:
    """Balanced MSE (Ren et al., CVPR 2022) with batch sampling: each row must find its own target among all.

    Args:
        prediction: (N, expression).
        target: (N, expression).
        sigma: noise scale.
    """
    distance = (prediction[:, None] - target[None, :]).square().sum(dim=-1)
    return F.cross_entropy(-distance / (2.0 * sigma**2), torch.arange(len(target), device=target.device))


def inconsistency(prediction: Tensor, target: Tensor, weights: Tensor | None = None) -> Tensor:
    """Mean over rows (N, expression) of weight * (1 - cosine)."""
    rows = 1.0 - F.cosine_similarity(prediction, target, dim=-1)
    return (rows if weights is None else rows * weights).mean()


def velocity_error(prediction: Tensor, target: Tensor) -> Tensor:
    """Mean distance between the changes from frame to frame of two sequences (B, T, expression)."""
    return F.pairwise_distance(
        prediction.diff(dim=1).flatten(0, 1), target.diff(dim=1).flatten(0, 1), p=2.0, eps=1e-6
    ).mean()


def label_weights(labels: Tensor, frames: int) -> Tensor:
    """CLASS_WEIGHTS of labels int (B,), repeated for every frame: (B * frames,)."""
    return torch.tensor(CLASS_WEIGHTS, device=labels.device)[labels].repeat_interleave(frames)
