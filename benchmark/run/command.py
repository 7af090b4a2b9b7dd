"""The main job: `python -m benchmark.run --method cmet`.

Flags for people, `key=value` for everything else (benchmark/config/conf/run.yaml holds every key). Exit code 0:
complete; 1: finished with failed samples; 2: wrong usage or a missing requirement.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.core.command_line import DONE, FAILURES, Parser, name_list, output_file, run_command
from benchmark.core.errors import UsageError, user_path
from benchmark.core.files import write_text

if TYPE_CHECKING:
    from benchmark.config.spec import Request
    from benchmark.run.execution import Execution

SHEET = Path("sheet.png")

EXAMPLES = """\
examples:
  python -m benchmark.run --method cmet                        the default: puppets, split test
  python -m benchmark.run --method cmet,source_copy,ground_truth --limit 8
  python -m benchmark.run --method all                         every method that can run here, basic and extended
  python -m benchmark.run --method videos method.folder=DIR method.label=mine
  python -m benchmark.run --method cmet --metrics psnr,ssim seed=1 runtime.root=/data/run
  python -m benchmark.run --reproduce results/puppets/test/cmet/RUN/run.json
  python -m benchmark.run --list                               what there is to choose from
  python -m benchmark.run --dataset mead dataset.root=DIR --list samples   what a method is given, as CSV

Results go to results/<dataset>/<split>/<method>/<run id>/, videos and features to cache/. The same command
completes an interrupted run and re-uses all that is there. Exit code 0: complete; 1: finished with failed samples;
2: wrong usage or a missing requirement.
"""


def parser() -> Parser:
    """The command line."""
    p = Parser(
        "benchmark.run",
        description="Run editing methods on a dataset, score their outputs, print and store the table.",
        epilog=EXAMPLES,
    )
    p.add_argument("--method", metavar="A[,B|all]", type=name_list, help="methods to run (default: cmet)")
    p.add_argument("--dataset", metavar="D", help="dataset (default: puppets, made by the project on first use)")
    p.add_argument("--split", metavar="S", help="splits, comma between (default: the dataset's own)")
    chosen = p.add_mutually_exclusive_group()
    chosen.add_argument("--suite", metavar="S", help="a named list of metrics (default: the dataset's own)")
    chosen.add_argument("--metrics", metavar="m1,m2", type=name_list, help="metrics, instead of a suite")
    p.add_argument("--limit", metavar="N", type=int, help="only the first N samples of the split")
    p.add_argument("--device", metavar="cpu|cuda", help="where networks run (default: cpu)")
    p.add_argument("--executor", metavar="E", help="local (default), processes, ray, slurm: who does the work")
    p.add_argument("--watch", metavar="RUN", type=Path, help="show the progress of a run, from another terminal")
    p.add_argument("--mock", action="store_true", help="replace each method by a stand-in; results stay apart")
    p.add_argument(
        "--sheet",
        metavar="PNG",
        type=output_file,
        nargs="?",
        const=SHEET,
        help=f"draw a contact sheet (default: {SHEET})",
    )
    p.add_argument(
        "--markdown", metavar="FILE", type=output_file, help="write the table of several methods as Markdown"
    )
    p.add_argument("--dry-run", action="store_true", help="print the plan and what is cached; run nothing")
    p.add_argument(
        "--reproduce", metavar="RUN.JSON", type=Path, help="run that plan again, in runtime.root, and say what differs"
    )
    p.add_argument(
        "--list",
        nargs="?",
        const="all",
        choices=("all", "methods", "datasets", "metrics", "suites", "samples"),
        help="what there is to choose from; of one kind: everything about it; samples: those of the split, as CSV",
    )
    p.add_argument("--verbose", action="store_true", help="show tracebacks of failures that became statuses")
    p.add_argument("overrides", metavar="key=value", nargs="*", help="any key of benchmark/config/conf/run.yaml")
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line. Returns the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    return run_command(
        parser(),
        lambda flags: _work(flags, ["python", "-m", "benchmark.run", *words]),
        _sheet_named(words),
        interrupted="interrupted; the same command completes the run",
    )


def _sheet_named(words: Sequence[str]) -> list[str]:
    """The words with the default name after a `--sheet` that key=value follows, which is not the sheet's name."""
    following = [*words[1:], ""]
    return [f"--sheet={SHEET}" if w == "--sheet" and "=" in n else w for w, n in zip(words, following, strict=True)]


def _work(flags: argparse.Namespace, command: Sequence[str]) -> int:
    logging.basicConfig(level=logging.DEBUG if flags.verbose else logging.WARNING, format="%(message)s")
    for noisy in ("matplotlib", "numba", "PIL", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    from benchmark.core.plugins import load_plugins
    from benchmark.harness.run_lock import stop_on_signal

    load_plugins()
    stop_on_signal()
    flags.command = command
    if flags.watch is not None:
        from benchmark.run.watch import watch

        return watch(flags.watch)
    if flags.list == "samples":
        from benchmark.run.samples import samples_csv, samples_of

        print(samples_csv(samples_of(_request(flags))), end="")
        return DONE
    if flags.list:
        from benchmark.run.listing import listing

        print(listing(flags.list))
        return DONE
    if flags.reproduce is not None:
        return _reproduce(flags)
    return _run(flags)


def _reproduce(flags: argparse.Namespace) -> int:
    """Exit code 0: every number is the same; 1: some differ."""
    from benchmark.run.reproduce import ROOT, reproduce, write_differences

    if not flags.reproduce.exists():
        raise UsageError(f"--reproduce: no such file: {flags.reproduce}")
    root, workers, weights = ROOT, 2, None
    for override in flags.overrides:
        key, _, value = override.partition("=")
        if key == "runtime.root":
            root = user_path(value)
        elif key == "runtime.workers" and value.isdigit() and int(value) > 0:
            workers = int(value)
        elif key == "runtime.weights":
            weights = user_path(value)
        else:
            raise UsageError(
                f"'{override}': --reproduce takes the plan as it is, but for runtime.root, .workers and .weights"
            )
    done = reproduce(
        flags.reproduce, root=root, device=flags.device, workers=workers, weights=weights, command=flags.command
    )
    print(done.text(write_differences(done)))
    return DONE if done.identical else FAILURES


def _request(flags: argparse.Namespace) -> Request:
    from benchmark.config.spec import Request

    return Request(
        methods=flags.method or (),
        dataset=flags.dataset,
        split=flags.split,
        suite=flags.suite,
        metrics=flags.metrics or (),
        limit=flags.limit,
        device=flags.device,
        mock=flags.mock,
        executor=flags.executor,
        overrides=tuple(flags.overrides),
    )


def _run(flags: argparse.Namespace) -> int:
    from benchmark.config.compose import resolve
    from benchmark.run.execution import execute_all

    request = _request(flags)
    resolved = resolve(request)
    for name, reason in resolved.left_out.items():
        print(f"{name} left out: {reason}", file=sys.stderr)
    if flags.markdown is not None and len(resolved.runs) == 1:
        raise UsageError("--markdown needs several methods or splits")
    if flags.dry_run:
        from benchmark.run.plan_text import plan_text

        print("\n\n".join(plan_text(run) for run in resolved.runs))
        return DONE
    done = execute_all(resolved, request, flags.command)
    if done.finished:
        _show(done, flags)
    return done.exit_code


def _show(done: Execution, flags: argparse.Namespace) -> None:
    from benchmark.run.text import methods_side_by_side, results_text

    print(results_text(done.finished))
    for name, reason in done.left_out.items():
        print(f"not here: {name}: {reason}")
    if flags.markdown is not None:
        write_text(flags.markdown, methods_side_by_side(done.finished, markdown=True) + "\n")
    if flags.sheet is not None:
        from benchmark.run.contact_sheet import write_sheet

        write_sheet(flags.sheet, done.finished)
        print(f"contact sheet: {flags.sheet}")
