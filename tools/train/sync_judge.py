"""Train the puppets' sync judge: SyncNet's two towers, pulled together where lips and sound belong to each other.

A batch takes windows of a few clips. Every lip window must be nearer to its own sound than to the sound of all other
windows of the batch, those of the same clip above all: a softmax over negative distances (InfoNCE, van den Oord et al.
2018) in place of the paper's contrastive pairs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmark.networks.judges import mouths
from benchmark.networks.mfcc import mfcc
from benchmark.networks.syncnet import AUDIO_COLUMNS, COLUMNS_PER_FRAME, WINDOW, SyncNet, embed_audio, embed_lips
from tools.train.frames import FrameBank
from tools.train.loop import Schedule, fit

CLIPS = 4
"""Clips in a batch."""
WINDOWS = 16
"""Windows of each."""


class Talk:
    """The clips of one or more banks as the towers read them."""

    def __init__(self, *banks: FrameBank) -> None:
        self.mouths: list[np.ndarray] = []
        self.mfcc: list[np.ndarray] = []
        for bank in banks:
            for rows, sound in bank.spoken_clips():
                self.mouths.append(mouths(bank.images[rows]))
                self.mfcc.append(mfcc(sound))

    def windows(self, clip: int) -> int:
        """Number of frames whose five pictures and 0.2 s of sound both exist."""
        heard = (len(self.mfcc[clip]) - AUDIO_COLUMNS) // COLUMNS_PER_FRAME + 1
        return min(len(self.mouths[clip]) - WINDOW + 1, heard)


def train_sync(
    bank: FrameBank, test: FrameBank, schedule: Schedule, work: Path
) -> list[tuple[str, nn.Module, dict[str, Any], dict[str, float]]]:
    """Train on the spoken clips of a bank and of `talk` beside it; scores: offsets found on test identities' clips."""
    talk = Talk(bank, FrameBank.open(bank.folder.parent / "talk"))
    arguments: dict[str, Any] = {"width": 0.125, "size": 64, "embedding": 64}
    network = SyncNet(**arguments)

    def loss(net: nn.Module, rng: np.random.Generator) -> dict[str, Tensor]:
        assert isinstance(net, SyncNet)
        pictures, sounds = [], []
        for clip in rng.integers(0, len(talk.mouths), CLIPS):
            start = int(rng.integers(0, max(1, talk.windows(clip) - WINDOWS)))
            chosen = np.arange(start, min(start + WINDOWS, talk.windows(clip)))
            strip = talk.mouths[clip][chosen[0] : chosen[-1] + WINDOW]
            pictures.append(disturbed(strip, rng))
            sound = muffled(talk.mfcc[clip], rng)
            for start_row in chosen * COLUMNS_PER_FRAME:
                sounds.append(torch.from_numpy(sound[start_row : start_row + AUDIO_COLUMNS].T))
        heard = F.normalize(net.audio(torch.stack(sounds).float()[:, None]), dim=1)
        noise = float(rng.uniform(0, 6))
        seen = [net.lip(p[None] + noise * torch.randn_like(p)[None])[0] for p in pictures]
        lips = F.normalize(torch.cat(seen), dim=1)
        logits = lips @ heard.T / 0.07
        own = torch.arange(len(lips))
        return {"total": (F.cross_entropy(logits, own) + F.cross_entropy(logits.T, own)) / 2}

    best = fit(network, loss, schedule, work)
    assert isinstance(best, SyncNet)
    return [("sync", best, arguments, offset_scores(best, Talk(test)))]


def disturbed(strip: np.ndarray, rng: np.random.Generator) -> Tensor:
    """A strip of mouths uint8 (T, 64, 64, 3) -> float32 (3, T, 64, 64) in about 0 to 255, all frames disturbed alike.

    Brightness, contrast, tint, place, size, mirror image, sharpness: what has nothing to do with time.
    """
    x = torch.from_numpy(strip.astype(np.float32)).permute(0, 3, 1, 2)
    tint = torch.from_numpy(rng.uniform(0.85, 1.15, (1, 3, 1, 1)).astype(np.float32))
    x = x * float(rng.uniform(0.8, 1.2)) * tint + float(rng.uniform(-15, 15))
    theta = torch.zeros(1, 2, 3)
    theta[:, 0, 0] = float(rng.uniform(0.9, 1.1)) * float(rng.choice((-1, 1)))
    theta[:, 1, 1] = float(rng.uniform(0.9, 1.1))
    theta[:, :, 2] = torch.from_numpy(rng.uniform(-0.1, 0.1, 2).astype(np.float32))
    grid = F.affine_grid(theta.expand(len(x), -1, -1), list(x.shape), False)
    x = F.grid_sample(x, grid, padding_mode="border", align_corners=False)
    if rng.random() < 0.5:
        small = F.interpolate(x, size=int(rng.integers(24, 64)), mode="bilinear", antialias=True)
        x = F.interpolate(small, size=x.shape[-1], mode="bilinear")
    return x.permute(1, 0, 2, 3)


def muffled(sound: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """MFCC (N, 13) of a clip with another loudness and colour (a constant on each coefficient) and a little noise."""
    spread = sound.std(axis=0, keepdims=True)
    colour = rng.normal(0, 0.25, (1, sound.shape[1])) * spread
    return np.asarray(sound + colour + rng.normal(0, 0.1, sound.shape) * spread, np.float32)


def offset_scores(network: SyncNet, talk: Talk) -> dict[str, float]:
    """Share of clips whose best offset is within one frame of the truth, for sound shifted by 0, 3, 5, 8 frames."""
    found: dict[int, list[bool]] = {0: [], 3: [], 5: [], 8: []}
    for clip in range(len(talk.mouths)):
        lips = F.normalize(embed_lips(network, torch.from_numpy(talk.mouths[clip])), dim=1)
        heard = F.normalize(embed_audio(network, torch.from_numpy(talk.mfcc[clip]).float()), dim=1)
        for shift, hits in found.items():
            hits.append(abs(best_offset(lips, heard[shift:]) + shift) <= 1)
    return {f"offset_found_at_shift_{k}": float(np.mean(v)) for k, v in found.items()}


def best_offset(lips: Tensor, heard: Tensor, reach: int = 10) -> int:
    """k for which lips[i] and heard[i + k] lie nearest on average, over |k| <= reach; unit rows."""
    scores = {}
    for k in range(-reach, reach + 1):
        low, high = max(0, -k), min(len(lips), len(heard) - k)
        if high - low >= 8:
            scores[k] = float((lips[low:high] * heard[low + k : high + k]).sum(dim=1).mean())
    return max(scores, key=lambda k: scores[k])
