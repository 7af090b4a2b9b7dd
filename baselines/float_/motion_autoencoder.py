"""FLOAT's motion autoencoder: an image becomes an identity latent, features and motion; a latent becomes an image.

It is LIA (Wang et al., ICLR 2022) at 512 pixels: EDTalk's encoder and decoder without the expression branch, twenty
learned orthonormal directions, and five linear layers that read an image's motion coefficients off its latent. Names of
parameters are those of the released file (`motion_autoencoder.*`).
"""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor, nn

from baselines.float_.config import FloatConfig
from cmet.edtalk.decoder import Decoder
from cmet.edtalk.encoder import Encoder
from cmet.edtalk.generator import Direction, head, orthonormal


class Portrait(NamedTuple):
    """What the autoencoder knows about the image of a person; batch 1."""

    latent: Tensor
    """(1, dim_w), identity: s_r."""
    features: list[Tensor]
    """(1, C, 8, 8) to (1, C, S, S)."""
    motion: Tensor
    """(1, dim_w), the image's own motion as a latent: r_s."""


class MotionEncoder(Encoder):
    """Appearance network and the head `fc` of motion coefficients."""

    def __init__(self, config: FloatConfig) -> None:
        super().__init__(config.face)
        self.fc = head(config.dim_w, 5, config.dim_m)


class MotionDecoder(Decoder):
    """Decoder and the directions of motion."""

    def __init__(self, config: FloatConfig) -> None:
        super().__init__(config.face)
        self.direction = Direction(config.dim_w, config.dim_m)


class MotionAutoencoder(nn.Module):
    """Encoder and decoder."""

    def __init__(self, config: FloatConfig) -> None:
        super().__init__()
        self.enc = MotionEncoder(config)
        self.dec = MotionDecoder(config)

    def encode(self, image: Tensor) -> Portrait:
        """Image float (1, 3, S, S) in [-1, 1] -> portrait."""
        latent, features = self.enc(image)
        return Portrait(latent, features, self.motion(self.coefficients(latent)))

    def coefficients(self, latent: Tensor) -> Tensor:
        """Motion coefficients of a latent: (B, dim_w) -> (B, dim_m)."""
        found: Tensor = self.enc.fc(latent)
        return found

    def motion(self, coefficients: Tensor) -> Tensor:
        """Motion latent of coefficients: (B, dim_m) -> (B, dim_w)."""
        return coefficients @ orthonormal(self.dec.direction.weight).T

    def decode(self, portrait: Portrait, motion: Tensor) -> Tensor:
        """The person in motion.

        Args:
            portrait: from `encode`.
            motion: (B, dim_w) motion latents, one an image.

        Returns:
            (B, 3, S, S), nominally in [-1, 1], not clipped.
        """
        features = [feature.expand(len(motion), -1, -1, -1) for feature in portrait.features]
        image: Tensor = self.dec(portrait.latent + motion, features)
        return image
