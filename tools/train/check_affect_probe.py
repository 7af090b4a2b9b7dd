"""Would the proxy's ear work on real speech? `python -m tools.train.check_affect_probe BASIC.npz EXTENDED.npz`.

Both files are feature banks (arrays `EMOTION/SPEAKER_CLIP`, one embedding each, e.g. emotion2vec's). A ridge regression
from embeddings to published valence, arousal and dominance is fitted on the first bank's basic emotions and asked for
the second bank's extended ones. Printed: R^2 for speakers that were left out, the cosine between the direction heard
(less the first bank's neutral speech) and the published one for every extended emotion, and how often a clip lies
nearer to its own emotion's direction than to another's (0.5 is chance).
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmark.core.command_line import Parser, leave, run_command
from benchmark.formulas.cosine import cosine
from benchmark.puppets.affect import full_state

Matrix = NDArray[np.float64]
PUBLISHED = 3
"""Valence, arousal, dominance: the dimensions of the affect state that have published norms."""
RIDGE = 1.0


def read_bank(path: Path) -> tuple[Matrix, list[str], list[str]]:
    """Embeddings (N, D), emotions and speakers of a bank."""
    with np.load(path, allow_pickle=False) as bank:
        names = [name for name in bank.files if "/" in name]
        rows = np.stack([np.asarray(bank[name], np.float64) for name in names])
    return rows, [name.split("/")[0] for name in names], [name.split("/")[1].split("_")[0] for name in names]


def norms(emotion: str) -> Matrix:
    """Published valence, arousal and dominance of an emotion, (3,); neutral is zero."""
    return full_state(emotion)[:PUBLISHED]


def ridge(x: Matrix, y: Matrix, weights: Matrix) -> tuple[Matrix, Matrix, Matrix, Matrix]:
    """Mean, scale, weights and bias of y from x, in the dual form (N < D); `weights` (N,) sum to one."""
    mean, bias = weights @ x, weights @ y
    scale = np.sqrt(weights @ (x - mean) ** 2) + 1e-6
    root = np.sqrt(weights)[:, None]
    z = (x - mean) / scale * root
    return mean, scale, z.T @ np.linalg.solve(z @ z.T + RIDGE * np.eye(len(z)), root * (y - bias)), bias


def evenly(emotions: Sequence[str]) -> Matrix:
    """Weights (N,) that give every emotion the same say."""
    counts = np.array([1.0 / emotions.count(emotion) for emotion in emotions])
    return np.asarray(counts / counts.sum())


def held_out(x: Matrix, emotions: Sequence[str], speakers: Sequence[str]) -> Matrix:
    """R^2 of the three dimensions, (3,), every speaker predicted by a fit on the others."""
    y, names = np.stack([norms(e) for e in emotions]), np.asarray(speakers)
    predicted = np.empty_like(y)
    for speaker in np.unique(names):
        out = names == speaker
        kept = [e for e, o in zip(emotions, out, strict=True) if not o]
        mean, scale, slope, bias = ridge(x[~out], y[~out], evenly(kept))
        predicted[out] = (x[out] - mean) / scale @ slope + bias
    w = evenly(list(emotions))
    return np.asarray(1.0 - (w @ (y - predicted) ** 2) / (w @ (y - w @ y) ** 2))


def directions(
    x: Matrix, emotions: Sequence[str], other: Matrix, extended: Sequence[str]
) -> tuple[Mapping[str, float], float]:
    """Cosine to the published direction for every extended emotion, and the share of right over wrong."""
    mean, scale, slope, bias = ridge(x, np.stack([norms(e) for e in emotions]), evenly(list(emotions)))
    neutral = x[np.asarray(emotions) == "neutral"]
    change = ((other - mean) / scale @ slope + bias) - ((neutral - mean) / scale @ slope + bias).mean(axis=0)
    names = sorted(set(extended))
    labels = np.asarray(extended)
    found = {name: float(cosine(change[labels == name].mean(axis=0), norms(name))) for name in names}
    nearness = np.stack([cosine(change, norms(name)) for name in names], axis=1)
    own = nearness[np.arange(len(labels)), [names.index(label) for label in labels]]
    wins = (own[:, None] > nearness).sum(axis=1) / (len(names) - 1)
    return found, float(wins.mean())


def parser() -> Parser:
    """The command line."""
    p = Parser("tools.train.check_affect_probe", __doc__)
    p.add_argument("basic", type=Path, help="bank of basic emotions, neutral among them")
    p.add_argument("extended", type=Path, help="bank of extended emotions")
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    return run_command(parser(), _work, arguments)


def _work(given: argparse.Namespace) -> None:
    x, emotions, speakers = read_bank(given.basic)
    other, extended, _ = read_bank(given.extended)
    r2 = held_out(x, emotions, speakers)
    print(
        "speakers left out, R^2: "
        + ", ".join(f"{n} {v:.2f}" for n, v in zip(("valence", "arousal", "dominance"), r2, strict=True))
    )
    found, right = directions(x, emotions, other, extended)
    print("direction, cosine: " + ", ".join(f"{name} {value:.2f}" for name, value in found.items()))
    print(f"mean cosine {np.mean(list(found.values())):.2f}; right over wrong {right:.2f} (chance 0.5)")


if __name__ == "__main__":
    leave(main())
