"""What can a split find? `python -m benchmark.compare.power [RUNS ...]`: its power, from measured pairs of methods.

RUNS are run folders or a folder above runs of one split; without them those that ship with the project. How alike their
methods are (share of clips that tell two apart, spread of the difference between speakers) is measured by a metric of
right or wrong; from that, pairs are simulated for other numbers of speakers and clips and tested as
`benchmark.compare` tests them. Exit code 0: done; 2: no such runs, or a metric that does not fit.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmark.core.command_line import Parser, name_list, run_command
from benchmark.core.errors import UsageError
from benchmark.core.page_part import write_part

SHIPPED = Path(__file__).parents[3] / "leaderboard" / "seeded" / "results" / "puppets" / "test"
"""The results that ship, of the embedded corpus."""
SPEAKERS, CLIPS = (4, 6, 8, 12, 16, 24, 32), (4, 8, 12, 16)
PART = "power"
"""Name of the part of a page that `--page` writes."""


def whole_numbers(text: str) -> list[int]:
    """`4,8` -> the numbers. Raises UsageError unless each is 1 or more."""
    parts = name_list(text)
    if not parts or not all(part.isdecimal() and int(part) > 0 for part in parts):
        raise UsageError(f"whole numbers of 1 or more, with commas, are needed, got '{text}'")
    return [int(part) for part in parts]


def parser() -> Parser:
    """The command line."""
    p = Parser("benchmark.compare.power", __doc__)
    p.add_argument(
        "runs",
        nargs="*",
        type=Path,
        default=[SHIPPED],
        metavar="RUNS",
        help="default: those that ship with the project",
    )
    p.add_argument("--dataset", help="only runs of it are looked for")
    p.add_argument("--split", help="only runs of it are looked for")
    p.add_argument("--metric", help="of right or wrong; default: the split's primary metric")
    p.add_argument("--difference", type=float, default=10.0, help="true difference of the tables, points (10)")
    p.add_argument("--speakers", type=whole_numbers, default=list(SPEAKERS), help="rows, with commas")
    p.add_argument("--clips", type=whole_numbers, default=list(CLIPS), help="columns, with commas: clips of a speaker")
    p.add_argument("--level", type=float, default=0.95, help="1 - alpha of the family of tests (0.95)")
    p.add_argument("--tests", type=int, default=1, help="tests in the family: alpha is shared out among them (1)")
    p.add_argument("--seed", type=int, default=0, help="of the simulation")
    p.add_argument("--page", type=Path, help=f"write the answer between the marks '{PART}' of this page")
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    return run_command(parser(), _work, arguments)


def _work(given: argparse.Namespace) -> None:
    from benchmark.compare.power.page import answer

    text = answer(given)
    if given.page is not None:
        write_part(given.page, PART, text)
    else:
        print(text, end="")
