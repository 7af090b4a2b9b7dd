"""A small regression from a speech-emotion embedding to an expression code: emotion read from speech without a source.

This is the entangled route: the embedding also holds who speaks and what is said, and all of it reaches the face.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class SpeechToExpression(nn.Module):
    """Two layers on standardised embeddings.

    Args:
        speech: numbers of an embedding.
        expression: numbers of a code.
        hidden: width between them.
    """

    mean: Tensor
    spread: Tensor

    def __init__(self, speech: int = 1024, expression: int = 10, hidden: int = 64) -> None:
        super().__init__()
        self.sizes = (speech, expression)
        self.register_buffer("mean", torch.zeros(speech))
        self.register_buffer("spread", torch.ones(speech))
        self.layers = nn.Sequential(nn.Linear(speech, hidden), nn.GELU(), nn.Linear(hidden, expression))

    def forward(self, embedding: Tensor) -> Tensor:
        """Embeddings (B, speech) -> codes (B, expression)."""
        codes: Tensor = self.layers((embedding - self.mean) / self.spread)
        return codes
