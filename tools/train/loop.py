"""One training loop for all small networks: seeded, resumable, atomic.

A step's randomness comes from (seed, step) alone, so that a run that was interrupted continues exactly as if it had not
been: the loss function receives a fresh numpy generator for every step and there is no other state than the network,
the optimiser, the weight average and the step number, all of which are in the checkpoint.
"""

from __future__ import annotations

import copy
import json
import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from benchmark.core.files import replace_file
from cmet.inference.cuda_graph import record

log = logging.getLogger(__name__)

Loss = Callable[[nn.Module, np.random.Generator], dict[str, Tensor]]
"""(network, generator of this step) -> named losses; the entry "total" is minimised, the others are logged."""


@dataclass(frozen=True)
class SplitLoss:
    """A loss in two parts, so that a GPU can record the second once and replay it."""

    draw: Callable[[np.random.Generator], tuple[Tensor, ...]]
    """What a step is about, always of the same shapes."""
    terms: Callable[..., dict[str, Tensor]]
    """(network, *what was drawn) -> named losses."""

    def __call__(self, network: nn.Module, rng: np.random.Generator) -> dict[str, Tensor]:
        """As `Loss`."""
        device = next(network.parameters()).device
        return self.terms(network, *(tensor.to(device) for tensor in self.draw(rng)))


@dataclass(frozen=True)
class Schedule:
    """How long and how fast to train."""

    steps: int
    """Optimiser steps."""
    learning_rate: float
    """Peak rate; 5 % linear warm-up, the peak for `hold` of the steps, then half a cosine to 2 % of it."""
    seed: int = 0
    """Seed of the network's first weights and of every batch."""
    weight_decay: float = 1e-4
    average: float = 0.995
    """Decay of the exponential moving average of the weights that is returned; 0 returns the last weights."""
    save_every: int = 200
    """Steps between checkpoints."""
    clip: float = 5.0
    """Largest gradient norm."""
    slow: tuple[str, ...] = ()
    """Parameters whose name holds one of these words learn at a tenth of the rate: those beside equalised layers."""
    hold: float = 0.0
    """Share of the steps after the warm-up that run at the peak rate. Such a run may be ended early: the same command
    with fewer steps goes on from its checkpoint with the cosine."""
    bfloat16: bool = False
    """Run the forward pass in bfloat16 where torch's autocast allows it."""
    graphs: bool = True
    """On a GPU record the step of a `SplitLoss` as a CUDA graph."""

    def rate(self, step: int) -> float:
        """Learning rate at `step`."""
        warm = max(1, self.steps // 20)
        if step < warm:
            return self.learning_rate * (step + 1) / warm
        left = self.steps - warm
        done = max(0.0, (step - warm - self.hold * left) / max(1.0, (1.0 - self.hold) * left))
        return self.learning_rate * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))


def fit(network: nn.Module, loss: Loss, schedule: Schedule, folder: Path) -> nn.Module:
    """Train `network` in place and return its averaged copy, in eval mode.

    Args:
        network: with its first weights already drawn (see `seeded`), on its device.
        loss: called once a step; on a GPU a `SplitLoss` is recorded as a CUDA graph and replayed.
        schedule: steps, rate, seed.
        folder: checkpoint.pt and log.jsonl are kept here; an existing checkpoint is resumed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "checkpoint.pt"
    device = next(network.parameters()).device
    set_memory_format(network, torch.channels_last)
    named = [(name, p) for name, p in network.named_parameters() if p.requires_grad]
    slow = [p for name, p in named if any(word in name for word in schedule.slow)]
    fast = [p for name, p in named if not any(word in name for word in schedule.slow)]
    groups = [{"params": fast, "factor": 1.0}] + ([{"params": slow, "factor": 0.1}] if slow else [])
    optimiser = torch.optim.AdamW(
        groups,
        lr=schedule.learning_rate,
        weight_decay=schedule.weight_decay,
        betas=(0.9, 0.99),
        fused=device.type == "cuda",
    )
    averaged = copy.deepcopy(network)
    start = 0
    if path.exists():
        state = torch.load(path, weights_only=True, map_location=device)
        network.load_state_dict(state["network"])
        averaged.load_state_dict(state["averaged"])
        optimiser.load_state_dict(state["optimiser"])
        start = int(state["step"])
        log.info("resumed %s at step %d", path, start)
    sums: dict[str, Tensor] = {}
    gradients: GraphedStep | None = None
    if isinstance(loss, SplitLoss) and device.type == "cuda" and schedule.graphs:
        gradients = GraphedStep(network, loss, schedule)
    began, since = time.monotonic(), start
    network.train()
    for step in range(start, schedule.steps):
        for group in optimiser.param_groups:
            group["lr"] = schedule.rate(step) * group["factor"]
        rng = np.random.default_rng([schedule.seed, step])
        torch.manual_seed(int(rng.integers(2**31)))
        if gradients is not None:
            terms = gradients(rng)
        else:
            optimiser.zero_grad(set_to_none=True)
            with torch.autocast(device.type, torch.bfloat16, enabled=schedule.bfloat16):
                terms = loss(network, rng)
            terms["total"].backward()
        norm = nn.utils.clip_grad_norm_(network.parameters(), schedule.clip)
        if bool(torch.isfinite(norm)):
            optimiser.step()
        _average(averaged, network, min(schedule.average, (1 + step) / (10 + step)))
        for name, value in terms.items():
            sums[name] = sums[name] + value.detach() if name in sums else value.detach().clone()
        done = step + 1
        if done % 50 == 0 or done == schedule.steps:
            line = {n: round(float(v) / (done - since), 5) for n, v in sums.items()}
            line |= {"step": done, "seconds": round(time.monotonic() - began, 1)}
            with (folder / "log.jsonl").open("a") as file:
                file.write(json.dumps(line) + "\n")
            print(json.dumps(line), flush=True)
            sums, since = {}, done
        if done % schedule.save_every == 0 or done == schedule.steps:
            _save(path, network, averaged, optimiser, done)
    return set_memory_format(averaged, torch.contiguous_format).eval()


class GraphedStep:
    """Gradients of a loss on a GPU, recorded at the first step as a CUDA graph and replayed from then on.

    The small networks' steps are hundreds of short kernels; launching them one by one costs more than running them.
    """

    def __init__(self, network: nn.Module, loss: SplitLoss, schedule: Schedule) -> None:
        self.network, self.loss, self.schedule = network, loss, schedule
        self.graph: torch.cuda.CUDAGraph | None = None

    def __call__(self, rng: np.random.Generator) -> dict[str, Tensor]:
        """Leave the step's gradients in the parameters; returns the named losses, valid until the next call."""
        drawn = self.loss.draw(rng)
        if self.graph is None:
            self.record(drawn)
        assert self.graph is not None
        for place, tensor in zip(self.inputs, drawn, strict=True):
            place.copy_(tensor, non_blocking=True)
        self.graph.replay()
        return self.terms

    def record(self, drawn: tuple[Tensor, ...]) -> None:
        """Record a step; running statistics, which it moves, are put back."""
        device = next(self.network.parameters()).device
        self.inputs = tuple(tensor.to(device) for tensor in drawn)
        kept = {name: buffer.clone() for name, buffer in self.network.named_buffers()}
        self.graph, self.terms = record(self.step, before=lambda: self.network.zero_grad(set_to_none=True))
        for name, buffer in self.network.named_buffers():
            buffer.copy_(kept[name])

    def step(self) -> dict[str, Tensor]:
        """Forward and backward."""
        with torch.autocast("cuda", torch.bfloat16, enabled=self.schedule.bfloat16, cache_enabled=False):
            terms = self.loss.terms(self.network, *self.inputs)
        terms["total"].backward()
        return terms


def set_memory_format(network: nn.Module, order: torch.memory_format) -> nn.Module:
    """Lay the weights of two-dimensional convolutions out in `order`, which changes speed only; returns the network."""
    for parameter in network.parameters():
        if parameter.dim() == 4:
            parameter.data = parameter.data.contiguous(memory_format=order)
    return network


def seeded(seed: int) -> None:
    """Seed torch before a network's first weights are drawn."""
    torch.manual_seed(seed)


def _average(averaged: nn.Module, network: nn.Module, decay: float) -> None:
    with torch.no_grad():
        pairs = zip(averaged.state_dict().items(), network.state_dict().values(), strict=True)
        both = [(mean, value, mean.dtype.is_floating_point and "running" not in name) for (name, mean), value in pairs]
        torch._foreach_lerp_([m for m, _, moves in both if moves], [v for _, v, moves in both if moves], 1 - decay)
        for mean, value, moves in both:
            if not moves:
                mean.copy_(value)


def _save(path: Path, network: nn.Module, averaged: nn.Module, optimiser: torch.optim.Optimizer, step: int) -> None:
    state = {
        "network": network.state_dict(),
        "averaged": averaged.state_dict(),
        "optimiser": optimiser.state_dict(),
        "step": step,
    }
    with replace_file(path) as temporary:
        torch.save(state, temporary)
