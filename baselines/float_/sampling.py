"""Draw a motion sequence: window after window, noise is carried along the guided vector field to motion.

Each window of 50 frames sees the last 10 of the one before. Guidance adds up, as in the released code:

    v = v(nobody) + a (v(speech) - v(nobody)) + e (v(speech, emotion) - v(speech))

where the identity is given in all three. The released code reads a scale `r_cfg_scale` for the identity and then does
nothing with it but to switch guidance on; here it is the missing term of the same form, and 1, its default, is the
released behaviour:

    + (r - 1) (v(nobody) - v(nobody, no identity))
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from baselines.float_.config import FloatConfig
from baselines.float_.vector_field import Conditions, VectorField

SOLVERS = ("euler", "midpoint", "rk4", "heun3", "dopri5", "bosh3")
"""The solvers of torchdiffeq that may be chosen: fixed steps, then adaptive ones."""


@dataclass(frozen=True)
class Sampling:
    """How motion is drawn. Names and defaults are those of the released options/base_options.py."""

    nfe: int = 10
    """Points of the flow time from 0 to 1, both ends counted: with `euler` the field is asked nfe - 1 times."""
    solver: str = "euler"
    """See `SOLVERS`."""
    a_cfg_scale: float = 2.0
    """Guidance by speech."""
    e_cfg_scale: float = 1.0
    """Guidance by emotion; the authors advise 5 to 10 for more."""
    r_cfg_scale: float = 1.0
    """Guidance by identity, see the module."""
    ode_atol: float = 1e-5
    """Absolute tolerance of the adaptive solvers."""
    ode_rtol: float = 1e-5
    """Relative tolerance of the adaptive solvers."""

    def __post_init__(self) -> None:
        if not isinstance(self.nfe, int) or isinstance(self.nfe, bool) or self.nfe < 2:
            raise ValueError(f"nfe must be a whole number from 2 on, got {self.nfe!r}")
        if self.solver not in SOLVERS:
            raise ValueError(f"solver must be one of {', '.join(SOLVERS)}, got {self.solver!r}")
        for field in fields(self):
            value = getattr(self, field.name)
            if field.type == "float" and (isinstance(value, bool) or not isinstance(value, int | float)):
                raise ValueError(f"{field.name} must be a number, got {value!r}")
        if self.ode_atol <= 0 or self.ode_rtol <= 0:
            raise ValueError("ode_atol and ode_rtol must be positive")


class Branch(NamedTuple):
    """One evaluation of the vector field, and how much it counts."""

    weight: float
    audio: bool
    identity: bool
    emotion: bool


def branches(options: Sampling) -> list[Branch]:
    """The evaluations whose weighted sum is the guided field; those of weight 0 are left out."""
    a, e, r = options.a_cfg_scale, options.e_cfg_scale, options.r_cfg_scale
    every = [
        Branch(r - a, audio=False, identity=True, emotion=False),
        Branch(e, audio=True, identity=True, emotion=True),
        Branch(a - e, audio=True, identity=True, emotion=False),
        Branch(1 - r, audio=False, identity=False, emotion=False),
    ]
    return [branch for branch in every if branch.weight != 0] or every[1:2]


def guided(field: VectorField, time: Tensor, motion: Tensor, given: Conditions, options: Sampling) -> Tensor:
    """The guided velocity of one window.

    Args:
        field: the vector field.
        time: () flow time.
        motion: (1, num_frames, dim_w).
        given: conditions of batch 1.
        options: the guidance scales.

    Returns:
        (1, num_frames, dim_w).
    """
    asked = branches(options)
    audio, identity, emotion = (
        torch.cat([value if getattr(branch, name) else torch.zeros_like(value) for branch in asked])
        for name, value in (("audio", given.audio), ("identity", given.identity), ("emotion", given.emotion))
    )
    previous, heard = (v.expand(len(asked), -1, -1) for v in (given.previous, given.previous_audio))
    rows = field(time[None], motion.expand(len(asked), -1, -1), Conditions(audio, identity, emotion, previous, heard))
    weights = rows.new_tensor([branch.weight for branch in asked])
    return torch.einsum("b,bnd->nd", weights, rows)[None]


@torch.no_grad()
def sample_motion(
    field: VectorField, audio: Tensor, identity: Tensor, emotion: Tensor, noise: Tensor, options: Sampling
) -> Tensor:
    """Draw the motion of a clip.

    Args:
        field: the vector field.
        audio: (1, T, dim_w) features of the speech.
        identity: (1, dim_w) motion of the portrait.
        emotion: (1, 7).
        noise: (windows, num_frames, dim_w) standard normal, `window_count(T)` windows.
        options: solver and guidance.

    Returns:
        (1, T, dim_w) motion latents.
    """
    from torchdiffeq import odeint

    config = field.config
    times = torch.linspace(0, 1, options.nfe, device=audio.device, dtype=audio.dtype)
    motion, heard = (audio.new_zeros(1, config.num_prev_frames, config.dim_w) for _ in range(2))
    windows = []
    for start, noisy in zip(range(0, audio.shape[1], config.num_frames), noise, strict=True):
        now = audio[:, start : start + config.num_frames]
        now = F.pad(now, (0, 0, 0, config.num_frames - now.shape[1]), mode="replicate")
        given = Conditions(
            now, identity, emotion, motion[:, -config.num_prev_frames :], heard[:, -config.num_prev_frames :]
        )

        def velocity(time: Tensor, state: Tensor, given: Conditions = given) -> Tensor:
            return guided(field, time, state, given, options)

        path = odeint(velocity, noisy[None], times, method=options.solver, atol=options.ode_atol, rtol=options.ode_rtol)
        motion, heard = path[-1], now
        windows.append(motion)
    return torch.cat(windows, dim=1)[:, : audio.shape[1]]


def window_count(config: FloatConfig, frames: int) -> int:
    """Windows of a clip of so many frames."""
    return -(-frames // config.num_frames)


def seeded_noise(config: FloatConfig, frames: int, seed: int) -> Tensor:
    """The noise of a clip: float32 (windows, num_frames, dim_w) on the CPU, so that every device gets the same."""
    source = torch.Generator().manual_seed(seed)
    return torch.randn(window_count(config, frames), config.num_frames, config.dim_w, generator=source)
