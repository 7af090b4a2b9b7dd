"""EDTalk's generator (Tan et al., ECCV 2024): identity from one image; lip, pose and expression as separate codes.

    source = generator.encode(image)              # once for each identity
    codes = generator.codes(generator.latent(frames))   # of driving frames, in batches
    basis = generator.directions()                # once for each set of weights
    video = generator.decode(source, codes.lip, codes.pose, codes.exp, basis)

Every motion code is a coefficient vector in a common orthonormal basis of the latent space, so adding a motion is
adding a vector. Nothing is cached behind the caller's back: what is computed once, the caller holds.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn

from cmet.edtalk.config import GeneratorConfig
from cmet.edtalk.decoder import Decoder, Recorder
from cmet.edtalk.encoder import Encoder
from cmet.edtalk.layers import EqualLinear


class Source(NamedTuple):
    """What the generator knows about a source image. Batch 1 serves any number of frames."""

    latent: Tensor
    """(B, style_dim)."""
    features: list[Tensor]
    """(B, C, 8, 8) to (B, C, S, S)."""
    details: list[Tensor]
    """The expression blocks' normalised convolutions of the features; empty without an expression branch."""


class Codes(NamedTuple):
    """Motion coefficients of images: float (B, lip), (B, pose), (B, exp)."""

    lip: Tensor
    pose: Tensor
    exp: Tensor


class Direction(nn.Module):
    """Directions of the latent space before orthonormalisation, one a column."""

    def __init__(self, style_dim: int, count: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(style_dim, count))


def orthonormal(weight: Tensor) -> Tensor:
    """Reduced Householder QR of weight + 1e-8; (D, n) -> (D, n) with orthonormal columns.

    Signs are those that LAPACK gives and are not made positive: the released codes were learned with them.
    Half-precision weights are orthonormalised in float32.
    """
    wide = weight if weight.dtype in (torch.float32, torch.float64) else weight.float()
    basis: Tensor = torch.linalg.qr(wide + 1e-8, mode="reduced")[0]
    return basis.to(weight.dtype)


def head(style_dim: int, layers: int, outputs: int) -> nn.Sequential:
    """Linear layers without activation: the code is an affine function of the latent."""
    widths = [style_dim] * layers + [outputs]
    return nn.Sequential(*(EqualLinear(a, b) for a, b in pairwise(widths)))


class Generator(nn.Module):
    """The face model. Load EDTalk.pt into `Generator()`; small variants take a GeneratorConfig."""

    def __init__(self, config: GeneratorConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or GeneratorConfig()
        style = config.style_dim
        self.enc = Encoder(config)
        self.dec = Decoder(config)
        self.direction_lipnonlip = Direction(style, config.lip + config.pose)
        if config.exp:
            self.direction_exp = Direction(style, config.exp)
        self.fc = head(style, 4, style)
        self.lip_fc = head(style, 3, config.lip)
        self.pose_fc = head(style, 3, config.pose)
        if config.exp:
            self.exp_fc = head(style, 3, config.exp)

    def encode(self, image: Tensor) -> Source:
        """All that decoding needs of a source image: float (B, 3, S, S) in [-1, 1]."""
        latent, features = self.enc(image)
        return Source(latent, features, self.dec.details(features) if self.config.exp else [])

    def latent(self, image: Tensor) -> Tensor:
        """The latent alone, for driving frames: (B, 3, S, S) -> (B, style_dim)."""
        latent: Tensor = self.enc(image)[0]
        return latent

    def codes(self, latent: Tensor) -> Codes:
        """Motion codes of a latent (B, style_dim). `exp` is (B, 0) without an expression branch."""
        shared = self.fc(latent)
        exp = self.exp_fc(shared) if self.config.exp else shared[:, :0]
        return Codes(self.lip_fc(shared), self.pose_fc(shared), exp)

    def directions(self) -> Tensor:
        """The orthonormal basis (style_dim, lip + pose + exp): lip columns, then pose, then expression."""
        weights: list[Tensor] = [self.direction_lipnonlip.weight]
        if self.config.exp:
            weights.append(self.direction_exp.weight)
        return orthonormal(torch.cat(weights, dim=1))

    def expression(self, exp: Tensor, basis: Tensor) -> Tensor:
        """The expression latent (B, style_dim) of codes (B, exp)."""
        return exp @ basis[:, self.config.lip + self.config.pose :].T

    def express(self, source: Source, exp: Tensor, basis: Tensor) -> list[Tensor]:
        """The source's features with an expression on: what `draw` needs, constant while `exp` (B, exp) is."""
        if not self.config.exp:
            return source.features
        return self.dec.express(source.features, source.details, self.expression(exp, basis))

    def draw(
        self, latent: Tensor, features: list[Tensor], alpha: Tensor, basis: Tensor, record: Recorder | None = None
    ) -> Tensor:
        """Decode prepared parts.

        Args:
            latent: (1 or B, style_dim) of the source.
            features: from `express`, or the source's own for no expression; (1 or B, C, H, W).
            alpha: (B, lip + pose + exp) coefficients.
            basis: from `directions`.
            record: called with every stage's name and value.

        Returns:
            (B, 3, S, S), nominally in [-1, 1], not clipped.
        """
        frames = len(alpha)
        wide = [f if len(f) == frames else f.expand(frames, -1, -1, -1) for f in features]
        image: Tensor = self.dec(latent + alpha @ basis.T, wide, record)
        return image

    def decode(
        self,
        source: Source,
        lip: Tensor,
        pose: Tensor,
        exp: Tensor,
        basis: Tensor,
        record: Recorder | None = None,
    ) -> Tensor:
        """Show the source with the given motion.

        Args:
            source: from `encode`; batch 1 or B.
            lip: (B, lip) codes; each code may have batch 1 and is then held for all frames.
            pose: (B, pose) codes.
            exp: (B, exp) codes; (B, 0) for a model without expression.
            basis: from `directions`.
            record: called with every stage's name and value.

        Returns:
            (B, 3, S, S), nominally in [-1, 1], not clipped.
        """
        frames = max(len(lip), len(pose), len(exp), len(source.latent))
        alpha = torch.cat([code.expand(frames, -1) for code in (lip, pose, exp)], dim=1)
        return self.draw(source.latent, self.express(source, exp, basis), alpha, basis, record)

    def forward(self, source_image: Tensor, driving_image: Tensor) -> Tensor:
        """Reenact: looks of one image, lip, pose and expression of another; both (B, 3, S, S) in [-1, 1]."""
        codes = self.codes(self.latent(driving_image))
        return self.decode(self.encode(source_image), *codes, self.directions())
