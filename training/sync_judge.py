"""Train the puppets' sync judge: SyncNet's two towers, pulled together where lips and sound belong to each other.

A batch takes windows of a few clips. Every lip window must be nearer to its own sound than to the sound of all other
windows of the batch, those of the same clip above all: a softmax over negative distances (InfoNCE, van den Oord et al.
2018) in place of the paper's contrastive pairs.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmark.networks.judges import mouths
from benchmark.networks.mfcc import mfcc
from benchmark.networks.syncnet import AUDIO_COLUMNS, COLUMNS_PER_FRAME, WINDOW, SyncNet, embed_audio, embed_lips
from training.loop import Schedule, fit

if TYPE_CHECKING:
    from training.frames import FrameBank

CLIPS = 4
"""Clips in a batch."""
WINDOWS = 16
"""Windows of each."""


class Talk:
    """A bank's clips as the towers read them."""

    def __init__(self, bank: FrameBank) -> None:
        self.mouths: list[np.ndarray] = []
        self.mfcc: list[np.ndarray] = []
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
    """Train on the bank's spoken clips; scores are offsets found on the test identities' clips."""
    talk = Talk(bank)
    arguments: dict[str, Any] = {"width": 0.125, "size": 64, "embedding": 64}
    network = SyncNet(**arguments)

    def loss(net: nn.Module, rng: np.random.Generator) -> dict[str, Tensor]:
        assert isinstance(net, SyncNet)
        pictures, sounds = [], []
        for clip in rng.integers(0, len(talk.mouths), CLIPS):
            start = int(rng.integers(0, max(1, talk.windows(clip) - WINDOWS)))
            chosen = np.arange(start, min(start + WINDOWS, talk.windows(clip)))
            strip = talk.mouths[clip][chosen[0] : chosen[-1] + WINDOW]
            gain, lift = rng.uniform(0.85, 1.15), rng.uniform(-12, 12)
            pictures.append(torch.from_numpy(strip.astype(np.float32) * gain + lift).permute(3, 0, 1, 2))
            for start_row in chosen * COLUMNS_PER_FRAME:
                sounds.append(torch.from_numpy(talk.mfcc[clip][start_row : start_row + AUDIO_COLUMNS].T))
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
