"""Make the embedded corpus: `python -m benchmark.puppets --out DIR`. Runs make what they need themselves."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence

from benchmark.core.command_line import Parser, output_folder, run_command


def parser() -> Parser:
    """The command line."""
    p = Parser("benchmark.puppets", __doc__)
    p.add_argument("--split", default="test", metavar="S", help="of the corpus, or train (default: test)")
    p.add_argument("--out", type=output_folder, required=True, help="folder for the clips")
    p.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes (default: one for each core)")
    p.add_argument("--seed", type=int, default=0, help="of the corpus (default: 0)")
    p.add_argument("--limit", type=int, help="only what the first so many samples need")
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    return run_command(parser(), _work, arguments, interrupted="interrupted; the same command completes the work")


def _work(given: argparse.Namespace) -> None:
    from benchmark.puppets.corpus import build
    from benchmark.puppets.plan import clips_of

    seen, heard = clips_of(given.split, given.limit)
    build(seen, heard, given.out, seed=given.seed, workers=given.workers)
    print(f"{len(seen)} clips and {len(heard)} recordings in {given.out}")
