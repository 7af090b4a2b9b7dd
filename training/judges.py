"""Train the puppets' four judges: `python -m training.judges emotion --data DIR --work DIR`.

All learn from training identities only. Pictures are disturbed (blur, noise, brightness, contrast, small shifts) so
that a judge reads the face and not the sharpness of the renderer; none ever sees a method's output.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmark.networks.iresnet import IResNet
from benchmark.networks.judges import JUDGES, normalised
from benchmark.networks.resnet18 import ResNet18
from training.frames import DATA_VERSION, FrameBank
from training.loop import Schedule, fit, seeded
from training.sync_judge import train_sync
from weights.shipped import ship

BATCH = 64


def disturbed(images: np.ndarray, rng: np.random.Generator) -> Tensor:
    """uint8 (B, 64, 64, 3) -> float32 (B, 3, 64, 64) in about [-1, 1], disturbed."""
    x = normalised(images)
    count = len(x)
    draw = lambda low, high: torch.from_numpy(rng.uniform(low, high, (count, 1, 1, 1)).astype(np.float32))  # noqa: E731
    x = x * draw(0.8, 1.2) + draw(-0.15, 0.15)
    shift = torch.from_numpy(rng.uniform(-0.04, 0.04, (count, 2)).astype(np.float32))
    scale = torch.from_numpy(rng.uniform(0.96, 1.04, count).astype(np.float32))
    theta = torch.zeros(count, 2, 3)
    theta[:, 0, 0] = theta[:, 1, 1] = scale
    theta[:, :, 2] = shift
    x = F.grid_sample(x, F.affine_grid(theta, list(x.shape), False), padding_mode="border", align_corners=False)
    if rng.random() < 0.6:
        side = int(rng.integers(24, 60))
        small = F.interpolate(x, size=side, mode="bilinear", antialias=True)
        x = F.interpolate(small, size=x.shape[-1], mode="bilinear")
    noise = torch.from_numpy(rng.standard_normal(tuple(x.shape)).astype(np.float32))
    return x + noise * draw(0.0, 0.08)


def train_emotion(bank: FrameBank, test: FrameBank, schedule: Schedule, work: Path) -> Trained:
    """Eight classes, label smoothing 0.05, every emotion and level equally often."""
    images = bank.small_images()
    labelled = [np.flatnonzero(bank.emotion == e) for e in range(8)]
    arguments = {"classes": 8, "width": 0.25}
    network = ResNet18(**arguments)

    def loss(net: nn.Module, rng: np.random.Generator) -> dict[str, Tensor]:
        labels = rng.integers(0, 8, BATCH)
        rows = np.array([rng.choice(labelled[label]) for label in labels])
        logits = net(disturbed(images[rows], rng))
        return {"total": F.cross_entropy(logits, torch.from_numpy(labels), label_smoothing=0.05)}

    best = fit(network, loss, schedule, work)
    logits = _run(best, test.small_images())
    right = logits.argmax(1) == test.emotion
    scores = {"frame_accuracy": float(right[test.emotion >= 0].mean()), "clip_accuracy": _clip_accuracy(logits, test)}
    for level in (1, 2, 3):
        scores[f"frame_accuracy_level_{level}"] = float(right[(test.level == level) & (test.emotion >= 0)].mean())
    return best, arguments, scores


def train_face(bank: FrameBank, test: FrameBank, schedule: Schedule, work: Path) -> Trained:
    """Action units by regression."""
    images = bank.small_images()
    arguments = {"classes": bank.action_units.shape[1], "width": 0.25}
    network = ResNet18(**arguments)

    def loss(net: nn.Module, rng: np.random.Generator) -> dict[str, Tensor]:
        rows = rng.integers(0, len(images), BATCH)
        made = net(disturbed(images[rows], rng))
        return {"total": F.smooth_l1_loss(made, torch.from_numpy(bank.action_units[rows]), beta=0.1)}

    best = fit(network, loss, schedule, work)
    made = _run(best, test.small_images())
    error = np.abs(made - test.action_units)
    zero = np.abs(test.action_units)
    residual = ((made - test.action_units) ** 2).sum()
    spread = ((test.action_units - test.action_units.mean(0)) ** 2).sum()
    scores = {
        "mean_absolute_error": float(error.mean()),
        "mean_absolute_error_of_zero": float(zero.mean()),
        "r2": 1.0 - float(residual / spread),
    }
    return best, arguments, scores


class Identities(nn.Module):
    """IResNet and its class centres, for an additive angular margin (ArcFace, Deng et al., CVPR 2019)."""

    def __init__(self, classes: int, **arguments: Any) -> None:
        super().__init__()
        self.trunk = IResNet(**arguments)
        self.centres = nn.Parameter(torch.randn(classes, arguments["embedding"]))

    def forward(self, images: Tensor) -> Tensor:
        """Cosines (B, classes)."""
        return F.normalize(self.trunk(images), dim=1) @ F.normalize(self.centres, dim=1).T


def train_identity(bank: FrameBank, test: FrameBank, schedule: Schedule, work: Path) -> Trained:
    """Angular margin 0.2, scale 20."""
    images = bank.small_images()
    arguments: dict[str, Any] = {"depth": 18, "width": 0.125, "size": 64, "embedding": 64}
    names, classes = np.unique(bank.identity, return_inverse=True)
    rows_of = [np.flatnonzero(classes == c) for c in range(len(names))]
    network = Identities(len(names), **arguments)

    def loss(net: nn.Module, rng: np.random.Generator) -> dict[str, Tensor]:
        labels = rng.integers(0, len(names), BATCH)
        rows = np.array([rng.choice(rows_of[label]) for label in labels])
        cosine = net(disturbed(images[rows], rng))
        hot = F.one_hot(torch.from_numpy(labels), len(names)).bool()
        angle = torch.acos(cosine.clamp(-0.999, 0.999))
        logits = 20.0 * torch.where(hot, torch.cos(angle + 0.2), cosine)
        return {"total": F.cross_entropy(logits, torch.from_numpy(labels))}

    best = fit(network, loss, schedule, work)
    assert isinstance(best, Identities)
    vectors = _run(best.trunk, test.small_images()[::5])
    vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    who = test.identity[::5]
    upper = np.triu_indices(len(who), 1)
    same, cosine = (who[:, None] == who[None, :])[upper], (vectors @ vectors.T)[upper]
    return best.trunk, arguments, {"frame_pair_auc": area_under_curve(cosine[same], cosine[~same])}


def area_under_curve(positive: np.ndarray, negative: np.ndarray) -> float:
    """Probability that a positive score lies above a negative one (ties count half)."""
    order = np.sort(negative)
    below = np.searchsorted(order, positive, "left") + np.searchsorted(order, positive, "right")
    return float(below.mean() / 2 / len(order))


Trained = tuple[nn.Module, dict[str, Any], dict[str, float]]
"""Network, the arguments that rebuild it, its scores on the test identities."""
Trainer = Callable[[FrameBank, FrameBank, Schedule, Path], Trained]
TRAINERS: dict[str, tuple[Trainer, int, float]] = {
    "emotion": (train_emotion, 3000, 2e-3),
    "face": (train_face, 3000, 2e-3),
    "identity": (train_identity, 2500, 2e-3),
    "sync": (train_sync, 3000, 1e-3),
}
"""Judge -> trainer, steps, learning rate."""


@torch.inference_mode()
def _run(network: nn.Module, images: np.ndarray) -> np.ndarray:
    return np.concatenate([network(normalised(images[i : i + 256])).numpy() for i in range(0, len(images), 256)])


def _clip_accuracy(logits: np.ndarray, bank: FrameBank) -> float:
    hits = []
    for clip in np.unique(bank.clip[bank.clip >= 0]):
        rows = bank.clip == clip
        hits.append(logits[rows].mean(0).argmax() == bank.emotion[rows][0])
    return float(np.mean(hits))


def main(argv: Sequence[str] | None = None) -> None:
    """Command line; see `--help`."""
    parser = argparse.ArgumentParser(prog="python -m training.judges", description=__doc__)
    parser.add_argument("judge", choices=sorted(TRAINERS))
    parser.add_argument("--data", type=Path, required=True, help="frame bank, made by python -m training.make_frames")
    parser.add_argument("--work", type=Path, required=True, help="checkpoints and log; resumes from here")
    parser.add_argument("--out", type=Path, default=JUDGES)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args(argv)
    torch.set_num_threads(args.threads)
    trainer, steps, rate = TRAINERS[args.judge]
    steps = args.steps or steps
    seeded(args.seed)
    schedule = Schedule(steps=steps, learning_rate=rate, seed=args.seed)
    bank, test = FrameBank.open(args.data / "train"), FrameBank.open(args.data / "test")
    network, arguments, scores = trainer(bank, test, schedule, args.work / args.judge)
    print(scores)
    ship(
        network,
        args.out / f"{args.judge}.safetensors",
        arguments=arguments,
        command=f"python -m training.judges {args.judge} --steps {steps} --seed {args.seed}",
        seed=args.seed,
        data_version=DATA_VERSION,
        scores=scores,
    )


if __name__ == "__main__":
    main()
