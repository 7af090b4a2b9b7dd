"""Compare our networks and formulas with golden values: `python -m benchmark.parity DIR [DIR ...]`.

What a golden folder is and how it is checked: `benchmark.parity.checks`. Exit code 0 only when every listed check
passed, 1 when one did not, 2 for a wrong folder, family or id. The last line counts them.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmark.core.command_line import DONE, FAILURES, Parser, output_file, run_command
from benchmark.core.files import write_text


def parser() -> Parser:
    """The command line."""
    p = Parser("benchmark.parity", __doc__)
    p.add_argument("directories", nargs="+", type=Path, metavar="DIR", help="folder with a golden.json, or above")
    p.add_argument("--features", type=Path, metavar="DIR", help="speech features that emotion vectors are made of")
    p.add_argument("--json", type=output_file, metavar="FILE", help="write every comparison")
    p.add_argument("--markdown", type=output_file, metavar="FILE", help="write a table with one line a check")
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    return run_command(parser(), _work, arguments)


def _work(options: argparse.Namespace) -> int:
    from benchmark.parity.checks import as_json, count_line, find_folders, lines_of, markdown, run

    outcomes = []
    given = {"features": options.features} if options.features else {}
    folders = [folder for directory in options.directories for folder in find_folders(directory, given)]
    for outcome in run(folders):
        outcomes.append(outcome)
        for line in lines_of(outcome):
            print(line, flush=True)
    for path, text in ((options.json, as_json), (options.markdown, markdown)):
        if path:
            write_text(path, text(outcomes))
    print(count_line(outcomes))
    return DONE if outcomes and all(outcome.passed for outcome in outcomes) else FAILURES
