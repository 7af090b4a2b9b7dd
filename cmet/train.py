"""Train C-MET: `python -m cmet.train --data DIR --out DIR`; `--config puppets` for the small one.

Flags for people, `key=value` for everything else (cmet/training/conf/train.yaml holds every key). The same command
goes on where an interrupted run stopped. Several GPUs: `torchrun --nproc-per-node 8 -m cmet.train ...`.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.core.command_line import Parser, leave, run_command

if TYPE_CHECKING:
    from cmet.corpus.sampler import Features
    from cmet.training.run_config import DataConfig, TrainConfig
    from cmet.training.trainer import Trained

PATH_KEYS = ("data.root", "data.train", "data.test", "out", "ship")
NAME = "connector.safetensors"


def parser() -> Parser:
    """The command line."""
    p = Parser("cmet.train", description=__doc__)
    p.add_argument("--config", default="train", metavar="NAME", help="train (default), or puppets: the small one")
    for flag, key, value, words in (
        ("--data", "data.root", "DIR", "corpus folder or packed .npz (layout: cmet/corpus/prepared.py)"),
        ("--out", "out", "DIR", "checkpoints and log.jsonl; an interrupted run in it goes on"),
        ("--steps", "schedule.steps", "N", "optimiser steps"),
        ("--seed", "seed", "N", "of weights, batches and dropout"),
        ("--device", "runtime.device", "D", "cpu, cuda or auto"),
        ("--ship", "ship", "DIR", f"also write {NAME} and its manifest entry there"),
    ):
        p.add_argument(flag, dest=key, metavar=value, help=words)
    p.add_argument("--dry-run", action="store_true", help="print the configuration and stop")
    p.add_argument("overrides", nargs="*", metavar="key=value")
    return p


def overrides_of(options: argparse.Namespace) -> list[str]:
    """Flags as overrides, then the overrides given as such."""
    given = {key: value for key, value in vars(options).items() if "." in key or key in ("out", "seed", "ship")}
    return [f"{key}={value}" for key, value in given.items() if value is not None] + list(options.overrides)


def read_data(data: DataConfig) -> tuple[Features, Features | None]:
    """The training corpus and, if there are identities for it, the validation corpus with the same labels.

    Raises:
        FileNotFoundError: a file or an identity is missing.
        ValueError: a damaged file, or an identity in both lists.
    """
    from cmet.corpus.prepared import read_corpus, read_identities

    beside = data.root.parent if data.root.suffix == ".npz" else data.root
    lists: dict[str, tuple[str, ...] | None] = {}
    for part, named in (("train", data.train), ("test", data.test)):
        path = named or beside / f"{part}.txt"
        lists[part] = read_identities(path) if named or path.is_file() else None
    shared = sorted(set(lists["train"] or ()) & set(lists["test"] or ()))
    if shared:
        raise ValueError(f"identities for training and for validation at once: {', '.join(shared)}")
    if lists["test"] is not None and lists["train"] is None:
        raise ValueError("identities for validation are named, but none for training: data.train=LIST")
    train_on = read_corpus(data.root, lists["train"], data.emotions, speech_folder=data.speech, rule=data.rule)
    if lists["test"] is None:
        return train_on, None
    test_on = read_corpus(data.root, lists["test"], train_on.emotions, speech_folder=data.speech, rule=data.rule)
    return train_on, test_on


def command_of(config_name: str, overrides: Sequence[str]) -> str:
    """The command that repeats a run, without the folders of this machine."""
    kept = [o for o in overrides if o.partition("=")[0] not in PATH_KEYS]
    return " ".join(["python -m cmet.train", f"--config {config_name}", "--data DIR --out DIR", *kept])


def export(trained: Trained, config: TrainConfig, command: str, data_version: str) -> Path:
    """Write the trained network to `config.ship` with what its manifest entry says."""
    from benchmark.checkpoints.shipped import ship

    assert config.ship is not None
    path = config.ship / NAME
    ship(
        trained.network,
        path,
        arguments=dataclasses.asdict(trained.network.config),
        command=command,
        seed=config.seed,
        data_version=data_version,
        scores=trained.scores,
    )
    return path


def run(config: TrainConfig, command: str) -> Trained:
    """Train, and export if asked to. See `cmet.training.trainer.train` for what it raises."""
    import torch

    from cmet.training.distributed import processes
    from cmet.training.trainer import fingerprint, train

    device = config.runtime.device
    if device == "cuda" and not torch.cuda.is_available():
        raise ValueError("runtime.device=cuda, but torch finds no GPU here")
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    if config.runtime.threads is not None:
        torch.set_num_threads(config.runtime.threads)
    train_on, test_on = read_data(config.data)
    with processes(device) as here:
        trained = train(config, train_on, test_on, here, device)
        if config.ship is not None and here.first:
            export(trained, config, command, config.data.version or fingerprint(train_on))
    return trained


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code: 0, 2 with one line on stderr, 130 when interrupted."""
    return run_command(
        parser(),
        _work,
        arguments,
        also=(ValueError, ImportError, FloatingPointError),
        interrupted="interrupted; the same command goes on from the last checkpoint",
    )


def _work(options: argparse.Namespace) -> None:
    from cmet.training.config import compose

    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    overrides = overrides_of(options)
    config = compose(options.config, overrides)
    if options.dry_run:
        print(json.dumps(dataclasses.asdict(config), indent=2, default=str))
        return
    trained = run(config, command_of(options.config, overrides))
    if os.environ.get("RANK", "0") == "0":
        scores = ", ".join(f"{name} {value:.4f}" for name, value in trained.scores.items())
        print(f"{config.out}: {trained.steps} steps" + (f"; validation: {scores}" if scores else ""))


if __name__ == "__main__":
    leave(main())
