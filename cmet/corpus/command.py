"""Pack a corpus folder into one file: `python -m cmet.corpus ROOT OUT.npz`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmark.core.command_line import Parser, output_file, run_command

SPEECH = "emotion2vec+large_features"


def parser() -> Parser:
    """The command line."""
    p = Parser("cmet.corpus", __doc__)
    p.add_argument("root", type=Path, metavar="ROOT", help="corpus folder (layout: see cmet/corpus/prepared.py)")
    p.add_argument("out", type=output_file, metavar="OUT.npz")
    p.add_argument("--speech", default=SPEECH, metavar="NAME", help=f"folder of the embeddings; default: {SPEECH}")
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code: 0, or 2 with one line on stderr."""
    return run_command(parser(), _work, arguments, also=(ValueError,))


def _work(options: argparse.Namespace) -> None:
    from cmet.corpus.packed import pack
    from cmet.corpus.prepared import read_corpus

    features = read_corpus(options.root, speech_folder=options.speech)
    pack(features.codes, features.speech, options.out)
    print(f"{options.out}: {len(features.codes)} clips, {len(features.speech)} embeddings")
