"""How each metric moves when real clips are damaged: `python -m benchmark.selftest [--limit N] [--out DIR]`.

Every damage of `benchmark.selftest.damage` acts as a method: the harness scores its clips with the same stages and
cache as any method's. Clips are spread over the split, so that all speakers take part; every point has its interval
over speakers. `curves.csv` holds every point, `verdicts.csv` what was expected of each curve
(`benchmark.selftest.expected`) and what came, `report.md` both, `curves.png` the curves that have an expectation.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmark.core.command_line import Parser, name_list, output_folder, run_command
from benchmark.core.files import write_bytes, write_text


def parser() -> Parser:
    """The command line."""
    p = Parser("benchmark.selftest", __doc__)
    p.add_argument("--dataset", help="default: puppets")
    p.add_argument("--split", help="default: the dataset's first")
    p.add_argument("--limit", type=int, default=16, help="clips, spread over the split (default: 16)")
    p.add_argument("--suite", help="a named list of metrics (default: the dataset's own)")
    p.add_argument("--metrics", type=name_list, default=(), metavar="m1,m2", help="instead of a suite")
    p.add_argument("--damages", type=name_list, default=(), metavar="d1,d2", help="default: all")
    p.add_argument("--out", type=output_folder, default=Path("runs/selftest"), help="default: runs/selftest")
    p.add_argument("overrides", nargs="*", metavar="key=value", help="any key of benchmark/config/conf/run.yaml")
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    return run_command(parser(), _work, arguments)


def _work(given: argparse.Namespace) -> None:
    from benchmark.config.spec import Request
    from benchmark.selftest.chart import draw
    from benchmark.selftest.curves import measure
    from benchmark.selftest.damage import DAMAGES
    from benchmark.selftest.report import markdown, panels, verdicts

    damages = given.damages or tuple(DAMAGES.names())
    for name in damages:
        DAMAGES.get(name)
    request = Request(
        dataset=given.dataset,
        split=given.split,
        suite=given.suite,
        metrics=given.metrics,
        overrides=tuple(given.overrides),
    )
    curves = measure(request, damages, given.limit, given.out)
    write_text(given.out / "curves.csv", curves.to_csv(index=False, lineterminator="\n"))
    judged = verdicts(curves)
    write_text(given.out / "verdicts.csv", judged.to_csv(index=False, lineterminator="\n"))
    scope = f"{curves['n_planned'].max()} clips of {request.dataset or 'puppets'}, {curves['clusters'].max()} speakers."
    drawn = panels(curves, judged)
    if drawn:
        write_bytes(given.out / "curves.png", draw(drawn, scope))
    write_text(given.out / "report.md", markdown(curves, judged, scope))
    print(given.out / "report.md")
