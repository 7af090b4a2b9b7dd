"""Fit the two maps of the shared emotion space: `python -m tools.train.affect_space [--out FILE]`.

Ridge regression from prosodic profiles and from true mean action units to the affect state, over 1,728 spoken and acted
sentences of the 24 training identities: eight basic emotions at three levels, none of the extended ones. The strength
of the ridge is chosen by six folds over identities. Nothing is drawn, so it takes about half a minute.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmark.checkpoints.shipped import write_entry
from benchmark.core.command_line import Parser, leave, run_command
from benchmark.core.progress import track
from benchmark.core.types import BASIC_EMOTIONS, EXTENDED_EMOTIONS
from benchmark.extractors.prosody_profile import prosody_profile
from benchmark.networks.affect_space import COMMAND, FILE, AffectSpace
from benchmark.puppets.affect import AFFECT
from benchmark.puppets.clip_plan import ClipPlan
from benchmark.puppets.corpus import DATA_VERSION, perform
from benchmark.puppets.plan import cue_clips, training_clips

Matrix = NDArray[np.float64]
RIDGES = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)
"""Times the number of rows, on standardised inputs."""
FOLDS = 6


def recite_all(clips: Sequence[ClipPlan]) -> tuple[Matrix, Matrix, Matrix]:
    """Prosodic profiles (n, 69), mean action units (n, 21) and affect states (n, 7) of clips, made without drawing."""
    voices, faces, states = [], [], []
    for clip in track(clips, "recite", len(clips)):
        acted = perform(clip)
        voices.append(prosody_profile(acted.speech.audio))
        faces.append(acted.motion.action_units.astype(np.float64).mean(axis=0))
        states.append(acted.affect)
    return np.stack(voices), np.stack(faces), np.stack(states)


def ridge(x: Matrix, y: Matrix, strength: float) -> tuple[Matrix, Matrix, Matrix, Matrix]:
    """Mean (F,), scale (F,), weights (F, D) and bias (D,) of y from x; `strength` times the number of rows."""
    mean, scale = x.mean(axis=0), x.std(axis=0) + 1e-9
    z, bias = (x - mean) / scale, y.mean(axis=0)
    weights = np.linalg.solve(z.T @ z + strength * len(z) * np.eye(z.shape[1]), z.T @ (y - bias))
    return mean, scale, weights, bias


def held_out(x: Matrix, y: Matrix, identities: Sequence[str], strength: float) -> Matrix:
    """R^2 of every column of y for identities that the fit has not seen, (D,)."""
    names = np.asarray(identities)
    predicted = np.empty_like(y)
    for fold in np.array_split(np.unique(names), FOLDS):
        out = np.isin(names, fold)
        mean, scale, weights, bias = ridge(x[~out], y[~out], strength)
        predicted[out] = (x[out] - mean) / scale @ weights + bias
    return explained(y, predicted)


def explained(y: Matrix, predicted: Matrix) -> Matrix:
    """R^2 of every column, (D,)."""
    left, whole = ((y - predicted) ** 2).sum(axis=0), ((y - y.mean(axis=0)) ** 2).sum(axis=0)
    return np.asarray(1.0 - left / whole, np.float64)


def direction(space: AffectSpace, emotions: Sequence[str]) -> float:
    """Mean cosine between heard and true state of the test split's cues (ten recordings of an emotion, level 3)."""
    neutral, _, _ = recite_all(cue_clips("neutral", 1))
    found = []
    for emotion in emotions:
        voices, _, states = recite_all(cue_clips(emotion, 3))
        heard = space.of_voice(voices).mean(axis=0) - space.of_voice(neutral).mean(axis=0)
        found.append(float(heard @ states[0] / np.linalg.norm(heard) / np.linalg.norm(states[0])))
    return float(np.mean(found))


def parser() -> Parser:
    """The command line."""
    p = Parser("tools.train.affect_space", __doc__)
    p.add_argument("--out", type=Path, default=FILE)
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    return run_command(parser(), _work, arguments)


def _work(given: argparse.Namespace) -> None:
    out: Path = given.out
    clips = training_clips()
    voices, faces, states = recite_all(clips)
    identities = [clip.identity for clip in clips]
    scores: dict[str, float] = {}
    maps: list[Matrix] = []
    for side, x in (("voice", voices), ("face", faces)):
        tried = {strength: held_out(x, states, identities, strength) for strength in RIDGES}
        best = max(tried, key=lambda strength: float(tried[strength].mean()))
        scores |= {f"{side}_ridge": best} | {f"{side}_r2_{n}": v for n, v in zip(AFFECT, tried[best], strict=True)}
        maps += ridge(x, states, best)
    space = AffectSpace(*maps)
    out.parent.mkdir(parents=True, exist_ok=True)
    space.write(out)
    scores["voice_cosine_basic"] = direction(space, [e for e in BASIC_EMOTIONS if e != "neutral"])
    scores["voice_cosine_extended"] = direction(space, EXTENDED_EMOTIONS)
    entry = {"command": COMMAND, "seed": 0, "data_version": DATA_VERSION}
    write_entry(out, entry | {"scores": {name: round(float(value), 4) for name, value in scores.items()}})
    print("\n".join(f"{name} {value:.4f}" for name, value in scores.items()))


if __name__ == "__main__":
    leave(main())
