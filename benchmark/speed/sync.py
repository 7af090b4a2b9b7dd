"""SyncNet's visual tower in one pass beside the published loop over windows, over the same seeded weights."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

from benchmark.checkpoints.seeded import fill_metrics
from benchmark.networks.syncnet import WINDOW, SyncNet, embed_lips
from benchmark.parity.golden.inputs import entries, formula_image

GAINS = {"Inception": 1.6, "I3D": 1.6, "IResNet": 0.7}
"""Gains of the recipe, without which deep networks forget their input; see the reference README."""


def clock(device: str) -> float:
    """CPU seconds of all threads, or wall time after the accelerator has come to rest."""
    if device.startswith("cuda"):
        torch.cuda.synchronize()
        return time.perf_counter()
    return time.process_time()


def seed_network(network: nn.Module, device: str) -> nn.Module:
    """A network with weights of the recipe, in eval mode."""
    gain = GAINS.get(type(network).__name__, 1.0)
    return fill_metrics(network, entries(network), gain=gain).eval().requires_grad_(False).to(device)


def window_loop(network: SyncNet, frames: torch.Tensor, batch: int = 20) -> torch.Tensor:
    """The published loop (`SyncNetInstance.evaluate`): windows of five frames, twenty at a time, through the tower."""
    device = next(network.parameters()).device
    picture = frames.permute(3, 0, 1, 2)[None].float()
    count = len(frames) - WINDOW + 1
    parts = []
    with torch.inference_mode():
        for start in range(0, count, batch):
            ends = range(start, min(count, start + batch))
            windows = torch.cat([picture[:, :, first : first + WINDOW] for first in ends]).to(device)
            parts.append(network.lip(windows)[:, 0])
    return torch.cat(parts)


def measure_sync(device: str, frames: int, rounds: int) -> dict[str, Any]:
    """The visual tower over one clip: the loop and ours in turn."""
    network = seed_network(SyncNet(), device)
    assert isinstance(network, SyncNet)
    clip = torch.from_numpy(np.stack([formula_image("PUB", t, 224, 224) for t in range(frames)]))
    ways: dict[str, Callable[[], torch.Tensor]] = {
        "loop": lambda: window_loop(network, clip),
        "ours": lambda: embed_lips(network, clip),
    }
    seconds = dict.fromkeys(ways, 0.0)
    rows: dict[str, torch.Tensor] = {name: way() for name, way in ways.items()}  # warm up
    for _ in range(rounds):
        for name, way in ways.items():
            started = clock(device)
            rows[name] = way()
            seconds[name] += clock(device) - started
    apart = (rows["ours"] - rows["loop"]).abs().max() / rows["loop"].abs().max()
    return {
        "frames": frames,
        "rounds": rounds,
        "loop_seconds": seconds["loop"] / rounds,
        "ours_seconds": seconds["ours"] / rounds,
        "ratio": seconds["loop"] / seconds["ours"],
        "relative_difference": float(apart),
    }


def text(found: dict[str, Any]) -> str:
    """One sentence."""
    return (
        f"SyncNet's visual tower, {found['frames']} frames, {found['rounds']} round(s): loop "
        f"{found['loop_seconds']:.3f} s, ours {found['ours_seconds']:.3f} s: {found['ratio']:.2f} times as fast; "
        f"relative difference {found['relative_difference']:.1e}"
    )
