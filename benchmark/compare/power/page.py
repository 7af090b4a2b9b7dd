"""The answer to `python -m benchmark.compare.power`, in Markdown."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from benchmark.analysis.gather import evidence_of
from benchmark.analysis.selection import open_runs
from benchmark.compare.power.design import Measured, findable_of, measure_pairs, power_table, shipped_sizes
from benchmark.core.errors import UsageError
from benchmark.statistics.power import Pairing


def answer(given: argparse.Namespace) -> str:
    """The answer to a command line, in Markdown. Raises BenchmarkError."""
    if not 0.0 < given.level < 1.0 or given.tests < 1:
        raise UsageError(f"--level must be between 0 and 1 and --tests 1 or more, got {given.level} and {given.tests}")
    if not 0.0 < given.difference <= 100.0:
        raise UsageError(f"--difference must be above 0 and at most 100 points, got {given.difference:g}")
    selection = open_runs(given.runs, dataset=given.dataset, split=given.split)
    measured = measure_pairs(evidence_of(selection), given.metric)
    splits = {f"{dataset}/{split}": sizes for (dataset, split), sizes in shipped_sizes().items()}
    splits = {f"{selection.dataset}/{selection.split}": measured.sizes} | splits
    level = 1.0 - (1.0 - given.level) / given.tests
    return render(measured, splits, given.speakers, given.clips, given.difference / 100.0, level=level, seed=given.seed)


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
