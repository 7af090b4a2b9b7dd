"""The sizes of a face model, in one place. The defaults are the released EDTalk; every field may be smaller."""

from __future__ import annotations

from dataclasses import dataclass

FULL_CHANNELS = {4: 512, 8: 512, 16: 512, 32: 512, 64: 256, 128: 128, 256: 64, 512: 32, 1024: 16}
"""Channels at each resolution at width 1, from StyleGAN2's table with channel multiplier 1."""


@dataclass(frozen=True)
class GeneratorConfig:
    """Sizes of the generator. `GeneratorConfig()` loads EDTalk.pt; `exp=0` is the lip-and-pose model."""

    size: int = 256
    """Height and width of images, a power of two from 8 on."""
    style_dim: int = 512
    """Length of the latent."""
    width: float = 1.0
    """Factor on the channels of encoder and decoder."""
    lip: int = 20
    """Number of lip directions."""
    pose: int = 6
    """Number of pose directions."""
    exp: int = 10
    """Number of expression directions; 0: no expression branch at all."""
    exp_hidden: int = 128
    """Hidden width of the layers that turn the expression into scales and shifts."""
    unused_entries: bool = True
    """Keep the entries of the released file that never influence the output (needed to load it with strict keys)."""

    centred_grid: bool = False
    """Flows start from the centres of pixels, so that no flow leaves a feature where it is. The released weights were
    trained with a grid whose outermost points are the corners, where no flow shifts by up to half a pixel."""

    def __post_init__(self) -> None:
        if self.size not in FULL_CHANNELS or self.size < 8:
            raise ValueError(f"size must be a power of two from 8 to 1024, got {self.size}")
        if min(self.style_dim, self.lip, self.pose, self.exp_hidden) < 1 or self.exp < 0 or self.width <= 0:
            raise ValueError(f"sizes must be positive (exp may be 0), got {self}")
        if self.directions > self.style_dim:
            raise ValueError(f"{self.directions} orthogonal directions do not fit into {self.style_dim} dimensions")

    @property
    def directions(self) -> int:
        """Number of all directions: lip, pose, expression."""
        return self.lip + self.pose + self.exp

    @property
    def sizes(self) -> list[int]:
        """Resolutions from 4 to `size`."""
        return [size for size in FULL_CHANNELS if size <= self.size]

    @property
    def channel_table(self) -> dict[int, int]:
        """Channels at each resolution."""
        return {size: max(1, round(FULL_CHANNELS[size] * self.width)) for size in self.sizes}
