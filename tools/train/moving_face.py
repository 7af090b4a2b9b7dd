"""Train the face model with true motion: `python -m tools.train.moving_face --data DIR --work DIR --start WEIGHTS ...`.

Starts from a trained face model, of the same size or of half of it (`growth`), and goes on with flows, masks, pixels
and codes at once (`flow_loss`) on the speakers of `flow_bank`. Checkpoints, average of the weights and resuming as in
`loop`. At the end the averaged weights are scored on the validation speakers (`reenactment`) and written with their
record to `--out`.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import torch

from benchmark.checkpoints.shipped import load_shipped, ship
from benchmark.core.command_line import Parser, leave, run_command
from cmet.edtalk.config import GeneratorConfig
from cmet.edtalk.generator import Generator
from tools.train.face_model import SLOW
from tools.train.flow_bank import open_bank, shared_book
from tools.train.flow_loss import Faces, flow_loss
from tools.train.frames import DATA_VERSION
from tools.train.growth import centred, grown
from tools.train.loop import Schedule, fit, seeded
from tools.train.reenactment import scores_of

READER = Path("cmet/puppets/face_model.safetensors")


def face_model(path: Path) -> Generator:
    """A face model with the weights of a file beside its manifest."""
    return load_shipped(lambda **sizes: Generator(GeneratorConfig(**sizes)), path)


def parser() -> Parser:
    """The command line."""
    p = Parser("tools.train.moving_face", __doc__)
    p.add_argument("--data", type=Path, required=True, help="made by python -m tools.train.flow_bank")
    p.add_argument("--work", type=Path, required=True, help="checkpoint and log; resumes from here")
    p.add_argument("--start", type=Path, required=True, help="weights to start from")
    p.add_argument("--reader", type=Path, default=READER, help="weights whose resting encoder compares pictures")
    p.add_argument("--out", type=Path, required=True, help="safetensors file to write")
    p.add_argument("--size", type=int, default=64, help="side of the pictures")
    p.add_argument("--centred", action="store_true", help="flows start from the centres of pixels")
    p.add_argument("--steps", type=int, default=3000)
    p.add_argument("--hold", type=float, default=0.6, help="share of the steps at the full rate")
    p.add_argument("--rate", type=float, default=2e-3)
    p.add_argument("--average", type=float, default=0.998)
    p.add_argument("--speakers", type=int, default=4, help="of a step")
    p.add_argument("--drivers", type=int, default=4, help="driving frames of each")
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--threads", type=int, default=1)
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    return run_command(parser(), _work, arguments)


def _work(args: argparse.Namespace) -> None:
    torch.set_num_threads(args.threads)
    book = shared_book(args.data / "book.npz")
    faces = Faces.of(open_bank(args.data / "train"), book, args.size)
    seeded(args.seed)
    network = face_model(args.start)
    if args.centred and not network.config.centred_grid:
        network = centred(network, Faces.of(faces.shards, book, network.config.size), seed=args.seed)
    if network.config.size != args.size:
        network = grown(network, faces, seed=args.seed)
    schedule = Schedule(
        steps=args.steps,
        learning_rate=args.rate,
        seed=args.seed,
        weight_decay=0.0,
        average=args.average,
        save_every=100,
        clip=5.0,
        slow=SLOW,
        hold=args.hold,
        bfloat16=True,
    )
    best = fit(
        network.train(), flow_loss(faces, args.speakers, args.drivers, face_model(args.reader)), schedule, args.work
    )
    assert isinstance(best, Generator)
    scores = scores_of(best, open_bank(args.data / "validation")[0], book)
    print(scores)
    ship(
        best,
        args.out,
        arguments=asdict(best.config),
        command=f"python -m tools.train.moving_face --size {args.size} --steps {args.steps} --hold {args.hold}"
        f" --rate {args.rate} --average {args.average} --speakers {args.speakers} --drivers {args.drivers}"
        f" --seed {args.seed} --start {args.start.name}" + " --centred" * args.centred,
        seed=args.seed,
        data_version=DATA_VERSION,
        scores=scores,
    )


if __name__ == "__main__":
    leave(main())
