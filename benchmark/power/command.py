"""What can a split find? `python -m benchmark.power [RUNS ...]`: the power of speakers and clips, from measured pairs.

RUNS are run folders or a folder above runs of one split; without them those that ship with the project. How alike their
methods are (share of clips that tell two apart, spread of the difference between speakers) is measured by a metric of
right or wrong; from that, pairs are simulated for other numbers of speakers and clips and tested as
`benchmark.compare` tests them. Exit code 0: done; 2: no such runs, or a metric that does not fit.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmark.analysis.selection import open_runs
from benchmark.core.errors import BenchmarkError, UsageError, one_line
from benchmark.core.page_part import write_part
from benchmark.power.design import Measured, findable_of, measure_runs, power_table, shipped_sizes
from benchmark.statistics.power import Pairing

SHIPPED = Path(__file__).parents[2] / "leaderboard" / "seeded" / "results" / "puppets" / "test"
"""The results that ship, of the embedded corpus."""
SPEAKERS, CLIPS = (4, 6, 8, 12, 16, 24, 32), (4, 8, 12, 16)
PART = "power"
"""Name of the part of a page that `--page` writes."""


def render(
    measured: Measured,
    shipped: dict[str, tuple[int, ...]],
    speakers: Sequence[int],
    clips: Sequence[int],
    difference: float,
    *,
    level: float,
    seed: int,
) -> str:
    """The answer in Markdown.

    Args:
        measured: pairs of methods.
        shipped: splits to say the smallest findable difference of, name -> clips of each speaker.
        speakers: rows of the tables.
        clips: columns, a speaker's.
        difference: true difference that the tables are of, a share.
        level: 1 - alpha of one test.
        seed: of the simulation.
    """
    usual, cautious = measured.usual, measured.cautious
    pairs = [(f"{p.first}, {p.second}", *_shares(p.pairing)) for p in measured.pairs]
    pairs += [("mean of the pairs", *_shares(usual)), ("cautious", *_shares(cautious))]
    head = [f"speakers, {100 * difference:g} points", *(f"{n} clips each" for n in clips)]
    tables = [power_table(speakers, clips, one, difference, level=level, seed=seed) for one in (usual, cautious)]
    rows = [
        [str(groups), *(f"{100 * a:.0f} / {100 * b:.0f}" for a, b in zip(first, second, strict=True))]
        for groups, first, second in zip(speakers, *tables, strict=True)
    ]
    found = [
        [name, _sizes(sizes), *(f"{100 * one:.0f}" for one in findable_of(sizes, measured, level=level, seed=seed))]
        for name, sizes in shipped.items()
    ]
    return "\n".join(
        [
            f"Measured: {measured.title} (`{measured.metric}`), {_sizes(measured.sizes)}.\n",
            _table(["pair of methods", "clips that tell them apart, %", "sd between speakers, points"], pairs),
            f"Power, %, of one test at {100 * (1 - level):.2g} % (mean of the pairs / cautious):\n",
            _table(head, rows),
            "Smallest difference, points, that is found with a power of 80 %:\n",
            _table(["split", "speakers × clips", "mean of the pairs", "cautious"], found),
        ]
    )


def _shares(pairing: Pairing) -> tuple[str, str]:
    return f"{100 * pairing.discordant:.1f}", f"{100 * pairing.spread:.1f}"


def _sizes(sizes: Sequence[int]) -> str:
    few, many = min(sizes), max(sizes)
    return f"{len(sizes)} × {few}" if few == many else f"{len(sizes)} × {few} to {many}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows]) + "\n"


def _whole(text: str) -> list[int]:
    numbers = [int(part) for part in text.split(",")]
    if not numbers or min(numbers) < 1:
        raise ValueError(text)
    return numbers


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m benchmark.power", description=(__doc__ or "").split("\n\n")[0])
    made.add_argument("runs", nargs="*", type=Path, metavar="RUNS", help="default: those that ship with the project")
    made.add_argument("--dataset", help="only runs of it are looked for")
    made.add_argument("--split", help="only runs of it are looked for")
    made.add_argument("--metric", help="of right or wrong; default: the split's primary metric")
    made.add_argument("--difference", type=float, default=10.0, help="true difference of the tables, points (10)")
    made.add_argument("--speakers", type=_whole, default=list(SPEAKERS), help="rows, with commas")
    made.add_argument("--clips", type=_whole, default=list(CLIPS), help="columns, with commas: clips of each speaker")
    made.add_argument("--level", type=float, default=0.95, help="1 - alpha of the family of tests (0.95)")
    made.add_argument("--tests", type=int, default=1, help="tests in the family: alpha is shared out among them (1)")
    made.add_argument("--seed", type=int, default=0, help="of the simulation")
    made.add_argument("--page", type=Path, help=f"write the answer between the marks '{PART}' of this page")
    return made


def main(words: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    asked = parser().parse_args(words)
    try:
        text = answer(asked)
        if asked.page is not None:
            write_part(asked.page, PART, text)
        else:
            print(text, end="")
    except BenchmarkError as error:
        print(f"benchmark.power: {one_line(error)}", file=sys.stderr)
        return 2
    return 0


def answer(asked: argparse.Namespace) -> str:
    """The answer to a command line. Raises BenchmarkError."""
    if not 0.0 < asked.level < 1.0 or asked.tests < 1:
        raise UsageError(f"--level must be between 0 and 1 and --tests 1 or more, got {asked.level} and {asked.tests}")
    if not 0.0 < asked.difference <= 100.0:
        raise UsageError(f"--difference must be above 0 and at most 100 points, got {asked.difference:g}")
    selection = open_runs(asked.runs or [SHIPPED], dataset=asked.dataset, split=asked.split)
    measured = measure_runs(selection.runs, asked.metric)
    splits = {f"{dataset}/{split}": sizes for (dataset, split), sizes in shipped_sizes().items()}
    splits = {f"{selection.dataset}/{selection.split}": measured.sizes} | splits
    level = 1.0 - (1.0 - asked.level) / asked.tests
    return render(measured, splits, asked.speakers, asked.clips, asked.difference / 100.0, level=level, seed=asked.seed)
