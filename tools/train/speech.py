"""Train the small speech-emotion encoder: `python -m tools.train.speech --work DIR`.

It hears the training identities only, speaking training sentences. Half of what it hears are the eight basic emotions
at three levels, with their labels; half are blends of two or three basic emotions without a label, as emotion2vec
heard hundreds of hours of spontaneous speech before it learned labels. From both it learns the affect state, as
speech-emotion models learn valence, arousal and dominance from rated corpora. The six extended emotions are never
heard, nor any blend nearer to one of them than `KEEP_OFF`; the scores say how well their state is read off all the
same.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmark.checkpoints.shipped import ship
from benchmark.core.command_line import Parser, leave, run_command
from benchmark.core.types import BASIC_EMOTIONS, EXTENDED_EMOTIONS
from benchmark.puppets.affect import AFFECT, state
from benchmark.puppets.cast import TEST_IDENTITIES, TRAINING_IDENTITIES, voice_of
from benchmark.puppets.sentences import CUE_SENTENCES, SENTENCES, TRAINING_SENTENCES
from benchmark.puppets.voice.prosody import prosody_of
from benchmark.puppets.voice.synthesis import speak
from cmet.model.speech_network import SpeechNetwork, front_end
from tools.train.frames import DATA_VERSION
from tools.train.loop import Schedule, fit, seeded

BATCH = 32
UNLABELLED = -1
KEEP_OFF = 0.35
"""Euclidean distance in the affect state that blends keep from every extended emotion at every level."""


@dataclass(frozen=True)
class Utterances:
    """Front-end tracks of many utterances, with what was meant by them."""

    tracks: list[np.ndarray]
    """float32 (83, T) each."""
    emotion: np.ndarray
    """int (N,), index into BASIC_EMOTIONS + EXTENDED_EMOTIONS; UNLABELLED for blends."""
    affect: np.ndarray
    """float32 (N, 7)."""


def conditions(emotions: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Emotions with their levels; neutral has one."""
    for emotion in emotions:
        for level in (1,) if emotion == "neutral" else (1, 2, 3):
            yield emotion, level


def say(
    identities: Sequence[str], emotions: Sequence[str], sentences: Sequence[str], seed: int, each: int
) -> Utterances:
    """Speak `each` sentences for every identity and condition (neutral three times as many), chosen by `seed`."""
    names = BASIC_EMOTIONS + EXTENDED_EMOTIONS
    rng = np.random.default_rng(seed)
    tracks, labels, states = [], [], []
    for identity in identities:
        for emotion, level in conditions(emotions):
            count = min(len(sentences), each * (3 if emotion == "neutral" else 1))
            for sentence in rng.choice(sentences, count, replace=False):
                target = state(emotion, level)
                speech = speak(SENTENCES[str(sentence)], voice_of(identity), prosody_of(target), seed)
                tracks.append(front_end(speech.audio).astype(np.float16).astype(np.float32))
                labels.append(names.index(emotion))
                states.append(target)
    return Utterances(tracks, np.array(labels), np.array(states, np.float32))


def blends(identities: Sequence[str], sentences: Sequence[str], seed: int, each: int) -> Utterances:
    """Speak `each` sentences for every identity, each in a blend of two or three basic emotions drawn by `seed`."""
    rng = np.random.default_rng([seed, 1])
    forbidden = np.stack([state(e, level) for e in EXTENDED_EMOTIONS for level in (1, 2, 3)])
    basic = [e for e in BASIC_EMOTIONS if e != "neutral"]
    tracks, states = [], []
    for identity in identities:
        made = 0
        while made < each:
            parts = rng.choice(basic, int(rng.integers(2, 4)), replace=False)
            weights = rng.dirichlet(np.ones(len(parts))) * rng.uniform(0.4, 1.3)
            target = np.clip(sum(w * state(str(e), 3) for w, e in zip(weights, parts, strict=True)), -1, 1)
            if np.linalg.norm(forbidden - target, axis=1).min() < KEEP_OFF:
                continue
            sentence = SENTENCES[str(rng.choice(sentences))]
            speech = speak(sentence, voice_of(identity), prosody_of(target), seed)
            tracks.append(front_end(speech.audio).astype(np.float16).astype(np.float32))
            states.append(target)
            made += 1
    return Utterances(tracks, np.full(len(tracks), UNLABELLED), np.array(states, np.float32))


def joined(a: Utterances, b: Utterances) -> Utterances:
    """Both, one after the other."""
    emotion, affect = np.concatenate([a.emotion, b.emotion]), np.concatenate([a.affect, b.affect])
    return Utterances(a.tracks + b.tracks, emotion, affect)


def cut(track: np.ndarray, length: int, rng: np.random.Generator) -> np.ndarray:
    """`length` frames of a track from a random start; a shorter one is filled with its first (silent) frame."""
    if track.shape[1] >= length:
        start = int(rng.integers(0, track.shape[1] - length + 1))
        return track[:, start : start + length]
    before = int(rng.integers(0, length - track.shape[1] + 1))
    return np.pad(track, ((0, 0), (before, length - track.shape[1] - before)), mode="edge")


def train(data: Utterances, schedule: Schedule, work: Path, arguments: dict[str, Any]) -> SpeechNetwork:
    """Cross entropy on labels plus squared error on affect states."""

    def loss(net: nn.Module, rng: np.random.Generator) -> dict[str, Tensor]:
        rows = rng.integers(0, len(data.tracks), BATCH)
        length = int(rng.integers(110, 170))
        batch = torch.from_numpy(np.stack([cut(data.tracks[r], length, rng) for r in rows]))
        batch = batch + 0.03 * torch.from_numpy(rng.standard_normal(tuple(batch.shape)).astype(np.float32))
        _, logits, affect = net(batch)
        labels = torch.from_numpy(data.emotion[rows])
        label = F.cross_entropy(logits, labels, label_smoothing=0.1, ignore_index=UNLABELLED)
        error = F.mse_loss(affect, torch.from_numpy(data.affect[rows]))
        return {"total": 0.3 * label + 10.0 * error, "label": label, "affect": error}

    network = SpeechNetwork(**arguments)
    trained = fit(network, loss, schedule, work)
    assert isinstance(trained, SpeechNetwork)
    return trained


@torch.inference_mode()
def measure(network: SpeechNetwork, basic: Utterances, extended: Utterances) -> dict[str, float]:
    """Scores on test identities and cue sentences: label accuracy, R2 of the affect state, also on unseen emotions."""
    scores = {}
    for name, data in (("basic", basic), ("extended", extended)):
        outs = [network(torch.from_numpy(t)[None]) for t in data.tracks]
        affect = torch.cat([o[2] for o in outs]).numpy()
        residual = ((affect - data.affect) ** 2).sum()
        spread = ((data.affect - basic.affect.mean(0)) ** 2).sum()
        scores[f"affect_r2_{name}"] = 1.0 - float(residual / spread)
        for column, dimension in enumerate(AFFECT):
            if name == "extended":
                pair = np.corrcoef(affect[:, column], data.affect[:, column])
                scores[f"correlation_extended_{dimension}"] = float(pair[0, 1])
        if name == "basic":
            labels = torch.cat([o[1] for o in outs]).argmax(1).numpy()
            scores["label_accuracy"] = float((labels == data.emotion).mean())
    return scores


def parser() -> Parser:
    """The command line."""
    p = Parser("tools.train.speech", __doc__)
    p.add_argument("--work", type=Path, required=True, help="checkpoints and log; resumes from here")
    p.add_argument("--out", type=Path, default=Path("cmet/puppets"))
    p.add_argument("--steps", type=int, default=3000)
    p.add_argument("--each", type=int, default=8, help="sentences for every identity, emotion and level")
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--threads", type=int, default=1)
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    return run_command(parser(), _work, arguments)


def _work(args: argparse.Namespace) -> None:
    torch.set_num_threads(args.threads)
    data = say(TRAINING_IDENTITIES, BASIC_EMOTIONS, TRAINING_SENTENCES, args.seed, args.each)
    data = joined(
        data, blends(TRAINING_IDENTITIES, TRAINING_SENTENCES, args.seed, len(data.tracks) // len(TRAINING_IDENTITIES))
    )
    print(f"{len(data.tracks)} utterances", flush=True)
    seeded(args.seed)
    arguments = {"embedding": 128, "width": 96, "emotions": 8, "affect": len(AFFECT)}
    schedule = Schedule(steps=args.steps, learning_rate=2e-3, seed=args.seed, weight_decay=1e-2)
    network = train(data, schedule, args.work / "speech", arguments)
    basic = say(TEST_IDENTITIES, BASIC_EMOTIONS, CUE_SENTENCES, args.seed, 2)
    extended = say(TEST_IDENTITIES, EXTENDED_EMOTIONS, CUE_SENTENCES, args.seed, 2)
    scores = measure(network, basic, extended)
    print(scores)
    ship(
        network,
        args.out / "speech.safetensors",
        arguments=arguments,
        command=f"python -m tools.train.speech --steps {args.steps} --each {args.each} --seed {args.seed}",
        seed=args.seed,
        data_version=DATA_VERSION,
        scores=scores,
    )


if __name__ == "__main__":
    leave(main())
