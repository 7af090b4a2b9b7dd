"""The paper table and the review packet: `python -m benchmark.report RUN... --format html --out packet.html`.

RUN is a run's folder, or a folder above some (results/puppets/test): then the newest complete run of each method
counts. Exit code 0: written; 2: wrong usage, or runs that do not belong into one table.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmark.core.command_line import Parser, name_list, output_file, run_command
from benchmark.core.errors import UsageError, nearest

FORMATS = ("latex", "markdown", "html", "csv", "json")

EXAMPLES = """\
examples:
  python -m benchmark.report results/puppets/test                             the table, as Markdown
  python -m benchmark.report results/puppets/test --format latex --metrics emotion_accuracy,frechet_face
  python -m benchmark.report results/puppets/test --format html --out packet.html
"""


def parser() -> Parser:
    """The command line."""
    p = Parser("benchmark.report", __doc__, epilog=EXAMPLES)
    p.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="run folder, or a folder above several")
    p.add_argument("--format", default="markdown", metavar="|".join(FORMATS), help="(default: markdown)")
    p.add_argument(
        "--out", type=output_file, metavar="PATH", help="file to write (default: the terminal; html needs a file)"
    )
    p.add_argument("--metrics", default="", metavar="m1,m2", help="columns, in this order (default: all of the runs)")
    p.add_argument(
        "--by",
        default="",
        metavar="m1,m2|all",
        help="metrics with tables by emotion, level, speaker in latex and markdown (default: the first); others: all",
    )
    p.add_argument("--samples", type=int, default=8, metavar="N", help="samples with clips in the packet (default: 8)")
    p.add_argument("--seed", type=int, default=0, metavar="S", help="which samples: seed of the draw (default: 0)")
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line. Returns the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    return run_command(parser(), lambda given: _work(given, ["python", "-m", "benchmark.report", *words]), words)


def _work(given: argparse.Namespace, command: Sequence[str]) -> None:
    text = _report(given, command)
    if given.out is None:
        sys.stdout.write(text)
    else:
        print(f"{given.out} ({len(text.encode()) / 1e6:.1f} MB)", file=sys.stderr)


def _report(given: argparse.Namespace, command: Sequence[str]) -> str:
    if given.format not in FORMATS:
        raise UsageError(f"unknown format '{given.format}'{nearest(given.format, FORMATS)}")
    if given.format == "html" and given.out is None:
        raise UsageError("the review packet holds videos: name a file with --out packet.html")
    if given.samples < 0:
        raise UsageError(f"--samples must be 0 or more, got {given.samples}")
    from benchmark.analysis.gather import gather
    from benchmark.core.files import write_text
    from benchmark.report.tables import Tables, build

    tables: Tables = build(gather(given.runs), name_list(given.metrics))
    for sentence in tables.evidence.left_out:
        print(f"left out: {sentence}", file=sys.stderr)
    if given.format == "html":
        from benchmark.report.packet import packet

        text = packet(tables, samples=given.samples, seed=given.seed, command=command)
    elif given.format in ("csv", "json"):
        from benchmark.report.data_formats import to_csv, to_json

        text = to_csv(tables) if given.format == "csv" else to_json(tables)
    else:
        from benchmark.report import latex, markdown

        render = latex.render if given.format == "latex" else markdown.render
        text = render(tables, _by(tables, name_list(given.by)))
    if given.out is not None:
        try:
            write_text(given.out, text)
        except OSError as error:
            raise UsageError(f"--out {given.out}: {error.strerror or error}") from None
    return text


def _by(tables: object, chosen: Sequence[str]) -> list[str]:
    from benchmark.report.tables import Tables

    assert isinstance(tables, Tables)
    grouped = {columns[0].facts.measure.metric for found in tables.groups.values() for columns in found}
    known = [column.facts.measure.metric for column in tables.overall if column.facts.measure.metric in grouped]
    if list(chosen) == ["all"]:
        return known
    for name in chosen:
        if name not in known:
            raise UsageError(f"--by: no metric '{name}' with groups of samples{nearest(name, known)}")
    return list(chosen) or known[:1]
