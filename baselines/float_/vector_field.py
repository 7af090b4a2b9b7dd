"""FLOAT's vector field: a transformer over frames that says where a noisy motion sequence has to go.

A block is DiT's (Peebles & Xie, ICCV 2023) with a modulation of its own for every frame: the condition of a frame is
the sum of the flow time's embedding and a projection of identity motion, audio feature and emotion. Attention reaches a
few frames to each side. Names of parameters are those of the released file (`fmt.*`).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from einops import rearrange
from torch import Tensor, nn
from torch.nn import functional as F

from baselines.float_.config import EMOTIONS, FloatConfig

TIME_FREQUENCIES = 256
LONGEST_PERIOD = 10000.0


class Conditions(NamedTuple):
    """What a window of motion depends on; B is 1, or one row for every guidance branch."""

    audio: Tensor
    """(B, num_frames, dim_w)."""
    identity: Tensor
    """(B, dim_w) motion of the portrait."""
    emotion: Tensor
    """(B, 7) shares of the emotions."""
    previous: Tensor
    """(B, num_prev_frames, dim_w) motion of the window before; zeros for the first."""
    previous_audio: Tensor
    """(B, num_prev_frames, dim_w)."""


class Attention(nn.Module):
    """Multi-head self-attention."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x: Tensor, seen: Tensor) -> Tensor:
        """x (B, N, width); seen (N, N): true where a row may look."""
        query, key, value = rearrange(self.qkv(x), "b n (three h d) -> three b h n d", three=3, h=self.heads)
        out = F.scaled_dot_product_attention(query, key, value, attn_mask=seen)
        projected: Tensor = self.proj(rearrange(out, "b h n d -> b n (h d)"))
        return projected


class Mlp(nn.Module):
    """Two layers."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(width, hidden)
        self.fc2 = nn.Linear(hidden, width)

    def forward(self, x: Tensor) -> Tensor:
        """(..., width) -> (..., width)."""
        out: Tensor = self.fc2(F.gelu(self.fc1(x), approximate="tanh"))
        return out


def modulated(x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
    """Normalised x (B, N, width), shifted and scaled frame by frame."""
    return F.layer_norm(x, x.shape[-1:], eps=1e-6) * (1 + scale) + shift


def modulation(width: int, numbers: int) -> nn.Sequential:
    """From a frame's condition to `numbers` vectors."""
    return nn.Sequential(nn.SiLU(), nn.Linear(width, numbers * width))


class Block(nn.Module):
    """Attention and MLP, both modulated and gated by the frame's condition."""

    def __init__(self, config: FloatConfig) -> None:
        super().__init__()
        self.attn = Attention(config.dim_h, config.num_heads)
        self.mlp = Mlp(config.dim_h, int(config.dim_h * config.mlp_ratio))
        self.adaLN_modulation = modulation(config.dim_h, 6)

    def forward(self, x: Tensor, condition: Tensor, seen: Tensor) -> Tensor:
        """x, condition (B, N, dim_h), seen (N, N) -> (B, N, dim_h)."""
        shift, scale, gate, shift_mlp, scale_mlp, gate_mlp = self.adaLN_modulation(condition).chunk(6, dim=-1)
        x = x + gate * self.attn(modulated(x, shift, scale), seen)
        out: Tensor = x + gate_mlp * self.mlp(modulated(x, shift_mlp, scale_mlp))
        return out


class FrameProjection(nn.Module):
    """The wrapper that gives the keys their name `proj`."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.proj = nn.Linear(inputs, outputs)

    def forward(self, x: Tensor) -> Tensor:
        """(B, N, inputs) -> (B, N, outputs)."""
        out: Tensor = self.proj(x)
        return out


class TimeEmbedding(nn.Module):
    """Embedding of the flow time: cosines and sines of 128 periods up to 10,000, then two layers."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(TIME_FREQUENCIES, width), nn.SiLU(), nn.Linear(width, width))

    def forward(self, time: Tensor) -> Tensor:
        """Time (B,) in [0, 1] -> (B, width)."""
        half = TIME_FREQUENCIES // 2
        steps = torch.arange(half, dtype=torch.float32, device=time.device)
        angles = time[:, None].float() * torch.exp(-math.log(LONGEST_PERIOD) * steps / half)
        waves = torch.cat([angles.cos(), angles.sin()], dim=-1)
        embedded: Tensor = self.mlp(waves.to(time.dtype))
        return embedded


class Head(nn.Module):
    """The last modulated layer."""

    def __init__(self, config: FloatConfig) -> None:
        super().__init__()
        self.adaLN_modulation = modulation(config.dim_h, 2)
        self.linear = nn.Linear(config.dim_h, config.dim_w)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        """x, condition (B, N, dim_h) -> (B, N, dim_w)."""
        shift, scale = self.adaLN_modulation(condition).chunk(2, dim=-1)
        out: Tensor = self.linear(modulated(x, shift, scale))
        return out


class VectorField(nn.Module):
    """The flow matching transformer."""

    alignment_mask: Tensor

    def __init__(self, config: FloatConfig) -> None:
        super().__init__()
        self.config = config
        width = config.dim_h
        self.x_embedder = FrameProjection(config.dim_w, width)
        self.pos_embed = nn.Parameter(positions(config.frames, width)[None], requires_grad=False)
        self.t_embedder = TimeEmbedding(width)
        self.c_embedder = nn.Linear(2 * config.dim_w + len(EMOTIONS), width)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.fmt_depth))
        self.decoder = Head(config)
        self.register_buffer("alignment_mask", hidden_frames(config.frames, config.attention_window))

    def forward(self, time: Tensor, motion: Tensor, given: Conditions) -> Tensor:
        """The velocity of a window.

        Args:
            time: (1,) or (B,) flow time, 0 noise, 1 motion.
            motion: (B, num_frames, dim_w) at that time.
            given: the conditions.

        Returns:
            (B, num_frames, dim_w).
        """
        x = self.x_embedder(torch.cat([given.previous, motion], dim=1)) + self.pos_embed
        audio = torch.cat([given.previous_audio, given.audio], dim=1)
        identity, emotion = (v[:, None].expand(-1, audio.shape[1], -1) for v in (given.identity, given.emotion))
        condition = self.t_embedder(time)[:, None] + self.c_embedder(torch.cat([identity, audio, emotion], dim=-1))
        seen = ~self.alignment_mask
        for block in self.blocks:
            x = block(x, condition, seen)
        out: Tensor = self.decoder(x, condition)
        return out[:, given.previous.shape[1] :]


def hidden_frames(frames: int, window: int) -> Tensor:
    """Which frames a frame does not see: bool (frames, frames), false within `window` of the diagonal."""
    place = torch.arange(frames)
    return (place[:, None] - place[None, :]).abs() > window


def positions(frames: int, width: int) -> Tensor:
    """Sinusoidal table of frame positions (Vaswani et al., 2017), sines at even places: float32 (frames, width)."""
    place = torch.arange(frames, dtype=torch.float64)[:, None]
    # angles are rounded to float32 before the sine, as in the released code
    angles = (place / 10000.0 ** (2 * torch.arange(width // 2, dtype=torch.float64) / width)).float()
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)
