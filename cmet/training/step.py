"""One step of C-MET's training: two passes through the transformer and the objective over them."""

from __future__ import annotations

from typing import Literal, NamedTuple

import torch
from torch import Tensor, nn

from cmet.model.transformer import Directions
from cmet.training.losses import Objective, objective

LEARNING_RATE = 1e-4
WEIGHT_DECAY = 1e-5
Contrast = Literal["paper", "matched"]
"""`paper` contrasts neutral minus emotional faces with the emotional minus neutral vector; `matched` faces of the same
sign with it."""


class Step(NamedTuple):
    """Both passes and the terms of the objective."""

    terms: Objective
    forward: Directions
    flipped: Directions


def training_step(
    network: nn.Module,
    reference: Tensor,
    vector: Tensor,
    neutral: Tensor,
    emotional: Tensor,
    target: Tensor,
    labels: Tensor,
    contrast: Contrast = "paper",
) -> Step:
    """Run both passes; the caller calls `terms.total.backward()`.

    Batch norm sees the passes one after the other, as the reference does, so its statistics move twice.

    Args:
        network: the cross-modal transformer (or its DDP wrapper).
        reference: (B, T, n) directions of the frames before.
        vector: (B, 1, D) emotion vectors from emotion 1 to emotion 2.
        neutral: (B, T, n) codes of emotion 1.
        emotional: (B, T, n) codes of emotion 2.
        target: (B, T, n) direction from 1 to 2.
        labels: int (B,) emotion 2.
        contrast: which difference of faces goes with which vector.
    """
    forward: Directions = network(reference, vector, neutral)
    flipped: Directions = network(-reference, -vector, emotional)
    faces = (forward.neutral, flipped.neutral)
    terms = objective(
        forward.direction,
        flipped.direction,
        target,
        *(faces if contrast == "paper" else faces[::-1]),
        forward.speech,
        flipped.speech,
        labels,
    )
    return Step(terms, forward, flipped)


def optimiser(network: nn.Module, rate: float = LEARNING_RATE, decay: float = WEIGHT_DECAY) -> torch.optim.AdamW:
    """AdamW with the paper's constant rate and default betas."""
    return torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=decay)
