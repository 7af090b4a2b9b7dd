"""`python -m benchmark.validate results`: is every run in the folder whole, possible, and what it says it is?

`python -m benchmark.validate submission PATH` checks what somebody wants to submit instead (`benchmark.submission`).
Exit code 0: all is well; 1: problems, listed; 2: no such folder, or nothing in it to check.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmark.core.command_line import DONE, FAILURES, Parser, run_command
from benchmark.core.errors import UsageError


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the folders on the command line and print what is wrong. Returns the exit code."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    if words[:1] == ["submission"]:
        from benchmark.submission.command import main as check_submission

        return check_submission(words[1:])
    return run_command(parser(), _work, words)


def parser() -> Parser:
    """The command line."""
    p = Parser("benchmark.validate", __doc__)
    p.add_argument("results", type=Path, nargs="+", help="a run's folder, or any folder above runs")
    p.add_argument("--videos", action="store_true", help="also: is every output the one that was scored?")
    p.add_argument("-q", "--quiet", action="store_true", help="say nothing about runs without a problem")
    return p


def _work(given: argparse.Namespace) -> int:
    from benchmark.results.audit import audit_run
    from benchmark.results.store import folders_below

    checked = faulty = 0
    for results in given.results:
        if not results.is_dir():
            raise UsageError(f"{results}: no such folder")
        for folder in folders_below(results):
            checked += 1
            problems = audit_run(folder.resolve(), given.videos)
            faulty += bool(problems)
            if problems or not given.quiet:
                print(f"{'bad ' if problems else 'good'} {folder}")
            for problem in problems:
                print(f"     {problem}")
    if checked == 0:
        raise UsageError(f"no run under {', '.join(str(path) for path in given.results)}")
    print(f"{checked - faulty} of {checked} runs are good")
    return FAILURES if faulty else DONE
