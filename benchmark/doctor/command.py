"""What this machine can run: `python -m benchmark.doctor`.

Exit code 0: whatever is here is whole; 1: a file is damaged, a library of the main job is missing, or something named
by `--suite` or `--method` can't run; 2: wrong usage. What is looked at: `benchmark.doctor.checkup`.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmark.core.command_line import DONE, FAILURES, Parser, run_command

WEIGHTS = "EMOTION_BENCHMARK_WEIGHTS"


def parser() -> Parser:
    """The command line."""
    p = Parser("benchmark.doctor", description="What this machine can run, and what it lacks.")
    p.add_argument("--weights", type=Path, metavar="DIR", help=f"folder of checkpoints (default: ${WEIGHTS})")
    p.add_argument(
        "--root", type=Path, default=Path(), metavar="DIR", help="where runs are kept, for the disk (default: .)"
    )
    p.add_argument("--suite", action="append", default=[], metavar="S", help="exit 1 unless this suite can run whole")
    p.add_argument("--method", action="append", default=[], metavar="M", help="exit 1 unless this method can run")
    p.add_argument("--load", action="store_true", help="also load the networks whose files are here")
    p.add_argument("--full", action="store_true", help="tell address and licence of every checkpoint")
    p.add_argument("--json", action="store_true", help="print everything as JSON")
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    return run_command(parser(), _work, arguments)


def _work(options: argparse.Namespace) -> int:
    from benchmark.doctor.checkup import as_json, checkup, report

    expected = [*(("suite", name) for name in options.suite), *(("method", name) for name in options.method)]
    found = checkup(options.root, options.weights, expected, load=options.load)
    if options.json:
        print(as_json(found))
    else:
        print(report(found, options.full))
        print("\n" + ("\n".join(found.problems) or "nothing that is here is damaged"))
    return FAILURES if found.problems else DONE
