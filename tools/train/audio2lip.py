"""Train the small Audio2Lip: `python -m tools.train.audio2lip --data DIR --work DIR`.

Windows of speech of the training identities, all eight emotions, learn the lip codes that `tools.train.codes` gives
to the visemes of the same frame.
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

from benchmark.checkpoints.shipped import ship
from benchmark.core.command_line import Parser, leave, run_command
from cmet.model.audio2lip import Audio2Lip, lip_codes
from cmet.model.mel import mel_windows
from tools.train.codes import LIP_CODES, CodeBook
from tools.train.frames import DATA_VERSION, FrameBank
from tools.train.loop import Schedule, fit, seeded

BATCH = 64


def sounds_and_codes(book: CodeBook, *banks: FrameBank) -> list[tuple[np.ndarray, np.ndarray]]:
    """Sound float32 (640 T,) and lip codes float32 (T, 20) of every spoken clip of the banks."""
    clips = []
    for bank in banks:
        codes = bank.codes(book)[:, :LIP_CODES]
        clips += [(sound.astype(np.float32) / 32768.0, codes[rows]) for rows, sound in bank.spoken_clips()]
    return clips


@torch.inference_mode()
def measure(network: Audio2Lip, clips: list[tuple[np.ndarray, np.ndarray]]) -> dict[str, float]:
    """R2 of the smoothed lip codes over clips of other speakers."""
    residual = spread = 0.0
    mean = np.concatenate([codes for _, codes in clips]).mean(axis=0)
    for sound, codes in clips:
        made = lip_codes(network, sound).numpy()
        residual += float(((made - codes) ** 2).sum())
        spread += float(((codes - mean) ** 2).sum())
    return {"lip_code_r2": 1.0 - residual / spread}


def parser() -> Parser:
    """The command line."""
    p = Parser("tools.train.audio2lip", __doc__)
    p.add_argument("--data", type=Path, required=True, help="frame bank, made by python -m tools.train.make_frames")
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
    bank, test = FrameBank.open(args.data / "train"), FrameBank.open(args.data / "test")
    book = CodeBook.fit(bank.action_units, bank.eyes)
    clips = sounds_and_codes(book, bank, FrameBank.open(args.data / "talk"))
    windows = np.concatenate([mel_windows(sound) for sound, _ in clips])
    codes = np.concatenate([c for _, c in clips])
    seeded(args.seed)
    arguments: dict[str, Any] = {"width": 0.25, "lip": LIP_CODES}
    network = Audio2Lip(**arguments)

    def loss(net: nn.Module, rng: np.random.Generator) -> dict[str, Tensor]:
        rows = rng.integers(0, len(windows), BATCH)
        batch = torch.from_numpy(windows[rows]) + 0.1 * torch.from_numpy(
            rng.standard_normal((BATCH, *windows.shape[1:])).astype(np.float32)
        )
        batch = (batch + float(rng.uniform(-0.3, 0.3))).clamp(-4, 4)
        return {"total": F.smooth_l1_loss(net(batch), torch.from_numpy(codes[rows]), beta=0.2)}

    schedule = Schedule(steps=args.steps, learning_rate=2e-3, seed=args.seed)
    trained = fit(network, loss, schedule, args.work / "audio2lip")
    assert isinstance(trained, Audio2Lip)
    scores = measure(trained, sounds_and_codes(book, test))
    print(scores)
    ship(
        trained,
        args.out / "audio2lip.safetensors",
        arguments=arguments,
        command=f"python -m tools.train.audio2lip --steps {args.steps} --seed {args.seed}",
        seed=args.seed,
        data_version=DATA_VERSION,
        scores=scores,
    )


if __name__ == "__main__":
    leave(main())
