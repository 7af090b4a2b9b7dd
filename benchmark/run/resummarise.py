"""`python -m benchmark.run.resummarise RESULTS ...`: intervals of finished runs by today's methods, from their scores.

RESULTS are run folders, or folders above runs. Nothing is generated or scored again: means and `scores.parquet` stay
as they are. Exit code 0: done; 1: a run was refused, since its files are not as it left them; 2: no run there.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmark.core.command_line import DONE, FAILURES, Parser, complain, leave, run_command
from benchmark.core.errors import UsageError, one_line


def parser() -> Parser:
    """The command line."""
    p = Parser("benchmark.run.resummarise", __doc__)
    p.add_argument("results", nargs="+", type=Path, metavar="RESULTS", help="run folders or folders above runs")
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    return run_command(parser(), _work, arguments)


def _work(given: argparse.Namespace) -> int:
    from benchmark.harness.resummarise import resummarise
    from benchmark.results.store import RUN_FILE, ResultsError

    folders = sorted({path.parent for place in given.results for path in place.rglob(RUN_FILE)})
    if not folders:
        raise UsageError("no run there (a run is a folder with a run.json)")
    code = DONE
    for folder in folders:
        try:
            print(f"{'restated' if resummarise(folder) else 'as it was'} {folder}")
        except ResultsError as error:
            code = complain(one_line(error), FAILURES, prefix="refused ")
    return code


if __name__ == "__main__":
    leave(main())
