"""How far the extended-emotion proxy can be trusted: `python -m benchmark.selftest.proxy [--split S] [--out DIR]`.

On puppets the truth is known, so the proxy (`benchmark/metrics/affect_agreement.py`) can be compared with it. Outputs
of all methods are scored as in a run; then, in one report:

* **rank correlation** (Spearman) of the proxy with the action-unit error and with the true direction of the edit, over
  all samples of all methods, and over the methods' means;
* **AUC of right against wrong**: how often a face agrees better with its own emotion's speech than with the speech of
  another emotion of the split, at the same level; 0.5 is chance.

Behind each value stand the lowest and the highest of the speakers alone. Files: `proxy.csv` (a row a sample, method
and speech), `report.md`.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmark.core.command_line import Parser, leave, name_list, output_folder, run_command
from benchmark.core.files import write_text

METHOD_NAMES = ("source_copy", "cmet", "edtalk-audio", "edtalk-image", "edtalk-label", "ground_truth")


def parser() -> Parser:
    """The command line."""
    p = Parser("benchmark.selftest.proxy", __doc__)
    p.add_argument("--split", default="extended", help="of puppets (default: extended)")
    p.add_argument("--methods", type=name_list, default=METHOD_NAMES, metavar="A,B", help="default: those that ship")
    p.add_argument("--limit", type=int, help="the first N samples")
    p.add_argument("--out", type=output_folder, default=Path("runs/proxy"))
    p.add_argument("overrides", nargs="*", metavar="key=value")
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    return run_command(parser(), _work, arguments)


def _work(given: argparse.Namespace) -> None:
    from benchmark.config.spec import Request
    from benchmark.selftest.proxy_study import measure, report

    request = Request(
        dataset="puppets",
        split=given.split,
        methods=given.methods,
        limit=given.limit,
        overrides=tuple(given.overrides),
    )
    table = measure(request)
    write_text(given.out / "proxy.csv", table.to_csv(index=False, lineterminator="\n"))
    write_text(given.out / "report.md", report(table, given.split))
    print(given.out / "report.md")


if __name__ == "__main__":
    leave(main())
