"""`python -m benchmark.run.resummarise RESULTS ...`: intervals of finished runs by today's methods, from their scores.

RESULTS are run folders, or folders above runs. Nothing is generated or scored again: means and `scores.parquet` stay
as they are. Exit code 0: done; 1: a run was refused, since its files are not as it left them; 2: no run there.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmark.core.errors import one_line
from benchmark.harness.resummarise import resummarise
from benchmark.results.store import RUN_FILE, ResultsError


def main(words: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmark.run.resummarise", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("results", nargs="+", type=Path, metavar="RESULTS", help="run folders or folders above runs")
    folders = sorted({path.parent for place in parser.parse_args(words).results for path in place.rglob(RUN_FILE)})
    if not folders:
        print("benchmark.run.resummarise: no run there (a run is a folder with a run.json)", file=sys.stderr)
        return 2
    refused = 0
    for folder in folders:
        try:
            print(f"{'restated' if resummarise(folder) else 'as it was'} {folder}")
        except ResultsError as error:
            refused += 1
            print(f"refused {one_line(error)}", file=sys.stderr)
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
