"""How much the ranking of methods depends on the protocol: `python -m benchmark.sensitivity RUN... [--out DIR]`.

RUN: run folders, or folders above runs. Named runs of one method with the same outputs (generation key) are joined,
whatever metrics each holds; of a folder the runs count that every table takes (`benchmark.analysis.selection`).
Metrics of one quantity (`MetricInfo.quantity`) are held against each other on the same videos: ranks of the methods
under each, and Kendall's tau-b of every pair of rankings. `--main` takes the main metric of each protocol only, so
protocols are held against each other and not metrics. Writes `ranks.csv`, `tau.csv`, `ranks.svg` and `report.md`.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmark.core.command_line import Parser, output_folder, run_command
from benchmark.core.errors import UsageError
from benchmark.core.files import write_text


def parser() -> Parser:
    """The command line."""
    p = Parser("benchmark.sensitivity", __doc__)
    p.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="run folders, or a folder above runs")
    p.add_argument("--out", type=output_folder, default=Path("runs/sensitivity"))
    p.add_argument("--main", action="store_true", help="the main metric of each protocol only")
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    return run_command(parser(), _work, arguments)


def _work(given: argparse.Namespace) -> None:
    from benchmark.analysis import format
    from benchmark.analysis.text_table import aligned
    from benchmark.sensitivity.chart import plot
    from benchmark.sensitivity.rankings import agreement, gather, main_only, report

    table = main_only(gather(given.runs)) if given.main else gather(given.runs)
    pairs = agreement(table)
    if pairs.empty:
        raise UsageError("no quantity was measured in two ways: run more suites on the same outputs")
    write_text(given.out / "ranks.csv", table.to_csv(index=False, lineterminator="\n"))
    write_text(given.out / "tau.csv", pairs.to_csv(index=False, lineterminator="\n"))
    write_text(given.out / "ranks.svg", plot(table[table["quantity"].isin(pairs["quantity"])]))
    write_text(given.out / "report.md", report(table, pairs))
    head = ("quantity", "one way", "another", "tau", "methods", "same winner")
    cells = [
        (
            r["quantity"],
            r["first"],
            r["second"],
            format.significant(r["tau"]),
            str(r["methods"]),
            "yes" if r["same_winner"] else "no",
        )
        for r in pairs.to_dict("records")
    ]
    print(aligned([head, *cells]))
    print(given.out / "ranks.svg")
