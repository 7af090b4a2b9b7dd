"""The board as one folder of HTML that any host serves: `python -m leaderboard.export OUT [--results DIR]`.

What is written: `leaderboard.static_site`. Exit code 0: written; 2: nothing to write, or wrong usage.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence

from benchmark.core.command_line import Parser, leave, output_folder, run_command
from benchmark.core.errors import UsageError


def parser() -> Parser:
    """The command line."""
    p = Parser("leaderboard.export", __doc__)
    p.add_argument("out", type=output_folder, metavar="OUT", help="folder that is written")
    p.add_argument("--results", metavar="DIR", help="results folder (default: as the leaderboard's)")
    p.add_argument("--samples", type=int, metavar="N", help="most samples with clips of a split (default: 60)")
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the folder. Returns the exit code."""
    return run_command(parser(), _work, arguments)


def _work(given: argparse.Namespace) -> None:
    from leaderboard.data import load_board
    from leaderboard.places import results_folder
    from leaderboard.static_site import MOST_SAMPLES, export

    folder = results_folder(["--results", given.results] if given.results else [], os.environ)
    board = load_board(folder)
    if board.rows.empty:
        raise UsageError(f"{folder}: no complete run to export")
    pages = export(board, given.out, MOST_SAMPLES if given.samples is None else given.samples)
    size = sum(path.stat().st_size for path in given.out.rglob("*") if path.is_file()) / 2**20
    print(f"{given.out}: {len(pages)} pages, {size:.1f} MiB")


if __name__ == "__main__":
    leave(main())
