"""`python -m benchmark.validate submission PATH [dataset.root=DIR]`: what the leaderboard's page says, said at home.

Where a prepared MEAD or CREMA-D lies, `dataset.root=DIR` (for the extended set also `dataset.speech=DIR`) lets lengths
and sizes be compared with the sources.

Exit code 0: it can be scored; 1: problems, listed; 2: nothing there to check.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.core.command_line import DONE, FAILURES, Parser, run_command
from benchmark.core.errors import BenchmarkError, one_line

if TYPE_CHECKING:
    from benchmark.submission.check import Report

SHOWN = 40
"""Problems that are printed; a hostile archive may have as many as it has files."""


def sentences(report: Report) -> list[str]:
    """The report in words, as command line and page both print it."""
    if report.good:
        card = report.manifest["method"]
        split = f"{report.manifest['dataset']}/{report.manifest['split']}"
        said = [f"good: {report.videos} of {report.expected} videos of {split} by '{card['name']}' can be scored"]
        if report.unmeasured:
            said.append(
                f"lengths and sizes of {report.unmeasured} were not compared with their sources, which this machine "
                "does not have; they are compared when it is scored"
            )
        return said
    more = len(report.problems) - SHOWN
    listed = report.problems[:SHOWN] + ([f"and {more} more problems"] if more > 0 else [])
    return [*listed, f"bad: {len(report.problems)} problem(s); nothing was scored"]


def parser() -> Parser:
    """The command line."""
    p = Parser("benchmark.validate submission", description=__doc__)
    p.add_argument("path", type=Path, help="folder or zip with manifest.json and <sample>.mp4")
    p.add_argument(
        "sources", nargs="*", metavar="dataset.root=DIR", help="where the prepared corpus lies; also dataset.speech=DIR"
    )
    p.add_argument("--json", action="store_true", help="print the report as JSON, for programs")
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the submission on the command line. Returns the exit code."""
    return run_command(parser(), _work, arguments)


def _work(given: argparse.Namespace) -> int:
    from benchmark.submission.check import check_submission
    from benchmark.submission.limits import limits

    try:
        report = check_submission(given.path, limits(), _options(given.sources))
    except BenchmarkError as error:
        if not given.json:
            raise
        print(json.dumps({"good": False, "sentences": [one_line(error)], "manifest": {}}))
        return error.exit_code
    if given.json:
        manifest = report.manifest if report.good else {}
        print(json.dumps({"good": report.good, "sentences": sentences(report), "manifest": manifest}))
    else:
        print("\n".join(sentences(report)))
    return DONE if report.good else FAILURES


def _options(words: Sequence[str]) -> dict[str, str]:
    if not words:
        return {}
    from benchmark.submission.sources import dataset_options

    return dataset_options(words)
