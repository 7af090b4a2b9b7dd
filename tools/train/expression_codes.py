"""The codes of `edtalk-label`: `python -m tools.train.expression_codes --data CORPUS`.

The mean expression code of the training identities' clips for each emotion and level. A clip counts once, whatever its
length. The corpus is C-MET's (`tools.train.features` on puppets, `benchmark.prepare features` on real footage).
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from benchmark.checkpoints.shipped import write_entry
from benchmark.core.command_line import Parser, leave, run_command
from benchmark.core.files import replace_file
from cmet.corpus.prepared import read_corpus, read_identities
from cmet.corpus.sampler import Array, ClipKey
from tools.train.features import SPEECH_FOLDER
from tools.train.frames import DATA_VERSION


def mean_codes(clips: Mapping[ClipKey, Array]) -> dict[str, Array]:
    """Clips (frames, n) -> `emotion/level` -> mean of the clips' means, float32 (n,)."""
    means: dict[str, list[Array]] = {}
    for key, codes in clips.items():
        means.setdefault(f"{key.emotion}/{key.level}", []).append(codes.mean(axis=0))
    return {name: np.mean(rows, axis=0).astype(np.float32) for name, rows in sorted(means.items())}


def explained(table: Mapping[str, Array], clips: Mapping[ClipKey, Array]) -> float:
    """Share of the variance between clips' mean codes that the table explains; 1 is all."""
    made = np.stack([table[f"{key.emotion}/{key.level}"] for key in clips])
    true = np.stack([codes.mean(axis=0) for codes in clips.values()])
    return float(1.0 - ((made - true) ** 2).sum() / ((true - true.mean(axis=0)) ** 2).sum())


def parser() -> Parser:
    """The command line."""
    p = Parser("tools.train.expression_codes", __doc__)
    p.add_argument("--data", type=Path, required=True, help="corpus folder with train.txt and test.txt")
    p.add_argument("--speech", default=SPEECH_FOLDER, help="the corpus's folder of speech embeddings")
    p.add_argument("--out", type=Path, default=Path("cmet/puppets"))
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    return run_command(parser(), _work, arguments)


def _work(args: argparse.Namespace) -> None:
    train, test = (
        read_corpus(args.data, read_identities(args.data / f"{part}.txt"), speech_folder=args.speech, rule="any").codes
        for part in ("train", "test")
    )
    table = mean_codes(train)
    scores = {"clip_code_r2": round(explained(table, test), 4)}
    print(scores)
    path = args.out / "expression_codes.safetensors"
    with replace_file(path) as temporary:
        save_file(table, temporary)
    entry = {"command": "python -m tools.train.expression_codes --data CORPUS", "seed": 0, "data_version": DATA_VERSION}
    write_entry(path, {"arguments": {}, **entry, "scores": scores})


if __name__ == "__main__":
    leave(main())
