"""Is one method better than another? `python -m benchmark.compare RUN_A RUN_B [...]`, runs of one split.

RUN is a run's folder, or a folder above runs, of which those that count are taken (`benchmark.analysis.selection`).
Numbers are paired by sample; the test that decides is clustered by speaker, and its p values are adjusted by Holm's
method over the family of the split, whatever `--methods` and `--metrics` show of it. Runs on other samples, by other
protocols or other judges are refused. Exit code 0: compared; 2: not comparable, or no such run.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmark.core.command_line import Parser, name_list, output_file, run_command
from benchmark.core.files import write_text


def parser() -> Parser:
    """The command line."""
    p = Parser("benchmark.compare", __doc__)
    p.add_argument("runs", type=Path, nargs="+", metavar="RUN", help="a run's folder, or a results folder")
    p.add_argument("--methods", type=name_list, metavar="A,B", help="which methods are compared (default: all)")
    p.add_argument("--dataset", help="which dataset of a results folder")
    p.add_argument("--split", help="which split of a results folder")
    p.add_argument("--metrics", type=name_list, metavar="A,B", help="which metrics are compared (default: all shared)")
    p.add_argument("--level", type=float, default=0.95, help="of intervals and of the family (default: 0.95)")
    p.add_argument("--seed", type=int, default=0, help="of random flips, with more than 16 speakers (default: 0)")
    p.add_argument("--format", choices=("text", "csv", "json"), default="text")
    p.add_argument("--out", type=output_file, metavar="FILE", help="write there instead of printing")
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    return run_command(parser(), _work, arguments)


def _work(given: argparse.Namespace) -> None:
    import json

    from benchmark.compare.compare import compare
    from benchmark.compare.text import lines, plain

    found = compare(
        *given.runs,
        methods=given.methods,
        dataset=given.dataset,
        split=given.split,
        metrics=given.metrics,
        level=given.level,
        seed=given.seed,
    )
    text = {
        "text": lambda: lines(found) + "\n",
        "csv": lambda: found.table().to_csv(index=False, lineterminator="\n"),
        "json": lambda: json.dumps(plain(found), indent=2, ensure_ascii=False, allow_nan=False) + "\n",
    }[given.format]()
    if given.out is None:
        print(text, end="")
    else:
        write_text(given.out, text)
