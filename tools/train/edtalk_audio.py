"""Train the regression of `edtalk-audio`: `python -m tools.train.edtalk_audio --data CORPUS --work DIR`.

The speech embedding of a recording learns the mean expression code of the same identity's clips of the same emotion
and level. Training identities only; the corpus is C-MET's, so both see the same data.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from baselines.speech_to_expression import SpeechToExpression
from benchmark.checkpoints.shipped import ship
from benchmark.core.command_line import Parser, leave, run_command
from cmet.corpus.prepared import read_corpus, read_identities
from cmet.corpus.sampler import Array, Features
from tools.train.features import SPEECH_FOLDER
from tools.train.frames import DATA_VERSION
from tools.train.loop import Schedule, fit, seeded

BATCH = 128


def pairs(features: Features) -> tuple[Array, Array]:
    """Embeddings (N, D) and the codes (N, n) that go with them, for every recording whose condition has a clip."""
    clips: dict[tuple[str, str, int], list[Array]] = {}
    for key, codes in features.codes.items():
        clips.setdefault((key.identity, key.emotion, key.level), []).append(codes.mean(axis=0))
    means = {condition: np.mean(rows, axis=0) for condition, rows in clips.items()}
    keys = [key for key in features.speech if (key.identity, key.emotion, key.level) in means]
    speech = np.stack([features.speech[key] for key in keys])
    codes = np.stack([means[key.identity, key.emotion, key.level] for key in keys])
    return speech.astype(np.float32), codes.astype(np.float32)


@torch.inference_mode()
def measure(network: SpeechToExpression, speech: Array, codes: Array) -> dict[str, float]:
    """R2 of the codes, over recordings of other speakers."""
    made = network(torch.from_numpy(speech)).numpy()
    return {"expression_code_r2": float(1 - ((made - codes) ** 2).sum() / ((codes - codes.mean(axis=0)) ** 2).sum())}


def parser() -> Parser:
    """The command line."""
    p = Parser("tools.train.edtalk_audio", __doc__)
    p.add_argument("--data", type=Path, required=True, help="corpus folder with train.txt and test.txt")
    p.add_argument("--speech", default=SPEECH_FOLDER, help="the corpus's folder of speech embeddings")
    p.add_argument("--work", type=Path, required=True, help="checkpoints and log; resumes from here")
    p.add_argument("--out", type=Path, default=Path("cmet/puppets"))
    p.add_argument("--steps", type=int, default=3000)
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--threads", type=int, default=1)
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    return run_command(parser(), _work, arguments)


def _work(args: argparse.Namespace) -> None:
    torch.set_num_threads(args.threads)
    (speech, codes), test = (
        pairs(read_corpus(args.data, read_identities(args.data / f"{part}.txt"), speech_folder=args.speech, rule="any"))
        for part in ("train", "test")
    )
    seeded(args.seed)
    arguments: dict[str, Any] = {"speech": speech.shape[1], "expression": codes.shape[1], "hidden": 64}
    network = SpeechToExpression(**arguments)
    network.mean.copy_(torch.from_numpy(speech.mean(axis=0)))
    network.spread.copy_(torch.from_numpy(speech.std(axis=0).clip(1e-3)))

    def loss(net: nn.Module, rng: np.random.Generator) -> dict[str, Tensor]:
        rows = rng.integers(0, len(speech), BATCH)
        return {"total": F.mse_loss(net(torch.from_numpy(speech[rows])), torch.from_numpy(codes[rows]))}

    schedule = Schedule(steps=args.steps, learning_rate=3e-3, seed=args.seed, weight_decay=1e-2, average=0.99)
    trained = fit(network, loss, schedule, args.work / "edtalk_audio")
    assert isinstance(trained, SpeechToExpression)
    scores = measure(trained, *test)
    print(scores)
    ship(
        trained,
        args.out / "speech_to_expression.safetensors",
        arguments=arguments,
        command=f"python -m tools.train.edtalk_audio --data CORPUS --work DIR --steps {args.steps} --seed {args.seed}",
        seed=args.seed,
        data_version=DATA_VERSION,
        scores=scores,
    )


if __name__ == "__main__":
    leave(main())
