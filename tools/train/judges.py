"""Train the puppets' judges: `python -m tools.train.judges expression --data DIR --work DIR`.

All learn from training identities only. Pictures are disturbed (blur, noise, brightness, contrast, tint, small
shifts) so that a judge reads the face and not the sharpness of the renderer; none ever sees a method's output.
"""

from __future__ import annotations

import argparse
import copy
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmark.checkpoints.shipped import ship
from benchmark.core.command_line import Parser, leave, run_command
from benchmark.formulas.cosine import separation_auc
from benchmark.networks.iresnet import IResNet
from benchmark.networks.judges import JUDGES, SIDES, normalised
from benchmark.networks.resnet18 import ResNet18
from tools.train.frames import DATA_VERSION, FrameBank
from tools.train.loop import Schedule, fit, seeded
from tools.train.sync_judge import train_sync

BATCH = 64
EMOTIONS = 8
Trained = tuple[str, nn.Module, dict[str, Any], dict[str, float]]
"""Name of a judge, its network, the arguments that rebuild it, its scores on the test identities."""


def disturbed(images: np.ndarray, rng: np.random.Generator) -> Tensor:
    """uint8 (B, S, S, 3) -> float32 (B, 3, S, S) in about [-1, 1], disturbed."""
    x = normalised(images)
    count = len(x)

    def draw(low: float, high: float) -> Tensor:
        return torch.from_numpy(rng.uniform(low, high, (count, 1, 1, 1)).astype(np.float32))

    tint = torch.from_numpy(rng.uniform(0.9, 1.1, (count, 3, 1, 1)).astype(np.float32))
    x = x * draw(0.8, 1.2) * tint + draw(-0.15, 0.15)
    shift = torch.from_numpy(rng.uniform(-0.04, 0.04, (count, 2)).astype(np.float32))
    scale = torch.from_numpy(rng.uniform(0.96, 1.04, count).astype(np.float32))
    theta = torch.zeros(count, 2, 3)
    theta[:, 0, 0] = theta[:, 1, 1] = scale
    theta[:, :, 2] = shift
    x = F.grid_sample(x, F.affine_grid(theta, list(x.shape), False), padding_mode="border", align_corners=False)
    if rng.random() < 0.5:
        side = int(rng.integers(x.shape[-1] // 2, x.shape[-1]))
        small = F.interpolate(x, size=side, mode="bilinear", antialias=True)
        x = F.interpolate(small, size=x.shape[-1], mode="bilinear")
    noise = torch.from_numpy(rng.standard_normal(tuple(x.shape)).astype(np.float32))
    return x + noise * draw(0.0, 0.06)


def train_expression(bank: FrameBank, test: FrameBank, schedule: Schedule, work: Path) -> list[Trained]:
    """The emotion and the face judge, by one training: emotion classes and action units from one trunk.

    A batch comes from the bank `train` or from the many nameless `faces`. Three quarters of it are emotions, each
    equally often (label smoothing 0.05), one quarter any frame.
    """
    side = SIDES["emotion"]
    faces = FrameBank.open(bank.folder.parent / "faces")
    banks = [
        (b, b.small_images(side), [np.flatnonzero(b.emotion == e) for e in range(EMOTIONS)]) for b in (bank, faces)
    ]
    units = bank.action_units.shape[1]
    network = ResNet18(EMOTIONS + units, width=0.25)

    def loss(net: nn.Module, rng: np.random.Generator) -> dict[str, Tensor]:
        chosen, images, labelled = banks[int(rng.integers(len(banks)))]
        labels = rng.integers(0, EMOTIONS, BATCH * 3 // 4)
        rows = np.array([rng.choice(labelled[label]) for label in labels])
        rows = np.concatenate([rows, rng.integers(0, len(images), BATCH - len(rows))])
        made = net(disturbed(images[rows], rng))
        label = F.cross_entropy(made[: len(labels), :EMOTIONS], torch.from_numpy(labels), label_smoothing=0.05)
        unit = F.smooth_l1_loss(made[:, EMOTIONS:], torch.from_numpy(chosen.action_units[rows]), beta=0.1)
        return {"total": label + 5.0 * unit, "label": label, "unit": unit}

    best = fit(network, loss, schedule, work)
    assert isinstance(best, ResNet18)
    made = _run(best, test.small_images(side))
    emotion = ("emotion", part(best, 0, EMOTIONS), {"classes": EMOTIONS, "width": 0.25}, emotion_scores(made, test))
    face = ("face", part(best, EMOTIONS, EMOTIONS + units), {"classes": units, "width": 0.25}, unit_scores(made, test))
    return [emotion, face]


def part(network: ResNet18, first: int, last: int) -> ResNet18:
    """The same trunk with some of the outputs."""
    smaller = copy.deepcopy(network)
    smaller.fc = nn.Linear(network.feature_size, last - first)
    with torch.no_grad():
        smaller.fc.weight.copy_(network.fc.weight[first:last])
        smaller.fc.bias.copy_(network.fc.bias[first:last])
    return smaller.eval()


def emotion_scores(made: np.ndarray, test: FrameBank) -> dict[str, float]:
    """Accuracy by frame and by clip (largest mean logit), 0 to 1."""
    logits = made[:, :EMOTIONS]
    right = logits.argmax(1) == test.emotion
    scores = {"frame_accuracy": float(right[test.emotion >= 0].mean())}
    hits: dict[int, list[bool]] = {1: [], 2: [], 3: []}
    for clip in np.unique(test.clip[test.clip >= 0]):
        rows = test.clip == clip
        hits[int(test.level[rows][0])].append(bool(logits[rows].mean(0).argmax() == test.emotion[rows][0]))
    scores["clip_accuracy"] = float(np.mean(sum(hits.values(), [])))
    return scores | {f"clip_accuracy_level_{level}": float(np.mean(values)) for level, values in hits.items()}


def unit_scores(made: np.ndarray, test: FrameBank) -> dict[str, float]:
    """Error of action units, beside that of saying nothing; share of their variance that is read."""
    units = made[:, EMOTIONS:]
    residual = ((units - test.action_units) ** 2).sum()
    spread = ((test.action_units - test.action_units.mean(0)) ** 2).sum()
    return {
        "mean_absolute_error": float(np.abs(units - test.action_units).mean()),
        "mean_absolute_error_of_zero": float(np.abs(test.action_units).mean()),
        "r2": 1.0 - float(residual / spread),
    }


class Identities(nn.Module):
    """IResNet and its class centres, for an additive angular margin (ArcFace, Deng et al., CVPR 2019)."""

    def __init__(self, classes: int, **arguments: Any) -> None:
        super().__init__()
        self.trunk = IResNet(**arguments)
        self.centres = nn.Parameter(torch.randn(classes, arguments["embedding"]))

    def forward(self, images: Tensor) -> Tensor:
        """Cosines (B, classes)."""
        return F.normalize(self.trunk(images), dim=1) @ F.normalize(self.centres, dim=1).T


def train_identity(bank: FrameBank, test: FrameBank, schedule: Schedule, work: Path) -> list[Trained]:
    """Angular margin 0.2, scale 20."""
    images = bank.small_images(SIDES["identity"])
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
    vectors = _run(best.trunk, test.small_images(SIDES["identity"])[::5])
    vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    who = test.identity[::5]
    upper = np.triu_indices(len(who), 1)
    same, cosine = (who[:, None] == who[None, :])[upper], (vectors @ vectors.T)[upper]
    return [("identity", best.trunk, arguments, {"frame_pair_auc": separation_auc(cosine[same], cosine[~same])})]


Trainer = Callable[[FrameBank, FrameBank, Schedule, Path], list[Trained]]
TRAINERS: dict[str, tuple[Trainer, int, float, bool]] = {
    "expression": (train_expression, 10000, 2e-3, True),
    "identity": (train_identity, 2000, 2e-3, False),
    "sync": (train_sync, 5000, 1e-3, False),
}
"""What is trained -> trainer, steps, learning rate, whether in bfloat16."""


@torch.inference_mode()
def _run(network: nn.Module, images: np.ndarray) -> np.ndarray:
    return np.concatenate([network(normalised(images[i : i + 256])).numpy() for i in range(0, len(images), 256)])


def parser() -> Parser:
    """The command line."""
    p = Parser("tools.train.judges", __doc__)
    p.add_argument("judge", choices=sorted(TRAINERS))
    p.add_argument("--data", type=Path, required=True, help="frame bank, made by python -m tools.train.make_frames")
    p.add_argument("--work", type=Path, required=True, help="checkpoints and log; resumes from here")
    p.add_argument("--out", type=Path, default=JUDGES)
    p.add_argument("--steps", type=int)
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--threads", type=int, default=1)
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    return run_command(parser(), _work, arguments)


def _work(args: argparse.Namespace) -> None:
    torch.set_num_threads(args.threads)
    trainer, steps, rate, half = TRAINERS[args.judge]
    steps = args.steps or steps
    seeded(args.seed)
    schedule = Schedule(steps=steps, learning_rate=rate, seed=args.seed, bfloat16=half)
    bank, test = FrameBank.open(args.data / "train"), FrameBank.open(args.data / "test")
    for name, network, arguments, scores in trainer(bank, test, schedule, args.work / args.judge):
        print(name, scores)
        ship(
            network,
            args.out / f"{name}.safetensors",
            arguments=arguments,
            command=f"python -m tools.train.judges {args.judge} --steps {steps} --seed {args.seed}",
            seed=args.seed,
            data_version=DATA_VERSION,
            scores=scores,
        )


if __name__ == "__main__":
    leave(main())
