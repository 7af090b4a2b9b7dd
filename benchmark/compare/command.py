"""Is one method better than another? `python -m benchmark.compare RUN_A RUN_B [...]`, runs of one split.

RUN is a run's folder, or a results folder with `--methods a,b`. Numbers are paired by sample; the test that decides is
clustered by speaker, and its p values are adjusted over all metrics and pairs by Holm's method. Runs on other samples,
by other protocols or other judges are refused. Exit code 0: compared; 2: not comparable, or no such run.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from benchmark.analysis.family import Family, compare_runs
from benchmark.analysis.match import NotComparable
from benchmark.analysis.pairwise import Comparison
from benchmark.analysis.selection import open_runs
from benchmark.analysis.text_table import aligned, number
from benchmark.core.command_line import Parser, name_list, run_command
from benchmark.core.files import write_text
from benchmark.results.store import StoredRun


def find_runs(
    places: Sequence[Path], methods: Sequence[str] | None, dataset: str | None, split: str | None
) -> list[StoredRun]:
    """The runs that the command line names, of a folder those that count (`benchmark.analysis.selection`).

    Raises:
        NotComparable: there is no run of a method that was named.
        UsageError: there is no finished run, or they are of several splits.
    """
    selection = open_runs(places, dataset=dataset, split=split)
    if methods is None:
        return list(selection.runs)
    known = list(dict.fromkeys(run.method for run in selection.runs))
    for name in methods:
        if name not in known:
            reasons = [str(run) for run in selection.left_out if run.method == name]
            why = "; ".join(reasons) or f"there are {', '.join(sorted(known))}"
            raise NotComparable(f"no run of '{name}' that can be compared: {why}")
    return [run for name in methods for run in selection.runs if run.method == name]


NOTES = (
    "difference: first minus second. Holm: p adjusted over all tests of this call; the verdict goes by it.",
    "shown from: smallest true difference that this split shows with a power of 80 %, before Holm.",
    "flips: permutation of whole speakers, of differences (right or wrong: clustered McNemar) and of ranks (clustered",
    "Wilcoxon). Wilcoxon, McNemar: over samples, true of these speakers only.",
    "d_z: mean over standard deviation of the differences. Set metrics (FID) have an interval and no test.",
)


def lines(family: Family) -> str:
    """The report for the terminal: verdicts, the other tests, ranks of three methods or more, notes."""
    parts = [_verdict_table(family), "", _tests_table(family), ""]
    if sum(not role for role in family.roles.values()) > 2:
        parts += [_ranks_table(family), ""]
    parts += [
        *NOTES,
        *(f"left out: {sentence}" for sentence in family.left_out),
        "",
        f"{plural(family.tests, 'test')} adjusted together (Holm)",
        *(count(family, first, second) for first, second in combinations(family.methods, 2)),
    ]
    return "\n".join(parts)


def count(family: Family, first: str, second: str) -> str:
    """How many of the tested metrics tell two methods apart, in one sentence."""
    tested = [c for c in family.comparisons if (c.first, c.second) == (first, second) and math.isfinite(c.p_holm)]
    better = {name: [c.metric for c in tested if c.verdict(family.level) == name] for name in (first, second)}
    if not any(better.values()):
        by_what = "the metric tested" if len(tested) == 1 else f"any of {len(tested)} tested metrics"
        return f"{first} and {second} can't be told apart by {by_what}"
    said = [f"{name} is better by {len(by)} ({', '.join(by)})" for name, by in better.items() if by]
    return f"{first} and {second}: of {plural(len(tested), 'tested metric')}, {'; '.join(said)}"


def plural(count: int, thing: str) -> str:
    """Such as "1 test", "2 tests"."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def _verdict_table(family: Family) -> str:
    head = (*_pair_head(family), "difference", f"{family.level:.0%} interval", "p", "Holm", "shown from", "better")
    rows: list[tuple[str, ...]] = [head]
    for one in family.comparisons:
        values = f"{number(one.first_value)} / {number(one.second_value)}"
        interval = f"{number(one.ci_low)} to {number(one.ci_high)}" if math.isfinite(one.ci_low) else "-"
        tests = (p_text(one.p), p_text(one.p_holm), number(one.detectable), one.verdict(family.level))
        rows.append((*_named(family, one), values, number(one.difference), interval, *tests))
    return aligned(rows)


def _tests_table(family: Family) -> str:
    head = (*_pair_head(family)[:-1], "flips", "of ranks", "Wilcoxon", "McNemar", "d_z", "samples", "speakers")
    rows: list[tuple[str, ...]] = [head]
    for one in family.comparisons:
        if one.level == "sample":
            found = (one.p_permutation, one.p_wilcoxon_speakers, one.p_wilcoxon, one.p_mcnemar)
            p_values = (p_text(p) for p in found)
            counts = (f"{one.n}/{one.planned}", str(one.clusters))
            rows.append((*_named(family, one), *p_values, number(one.effect), *counts))
    return aligned(rows)


def _pair_head(family: Family) -> tuple[str, ...]:
    """Two methods stand in the head, more in columns of their own."""
    if len(family.methods) == 2:
        return "metric", "", " / ".join(family.methods)
    return "metric", "", "first", "second", "values"


def _ranks_table(family: Family) -> str:
    rows: list[tuple[str, ...]] = [("ranks; who shares a letter can't be told apart", *family.methods)]
    for metric in family.metrics:
        found = family.standings(metric)
        if any(one.rank for one in found):
            rows.append((family.of(metric)[0].title, *(str(one) for one in found)))
    return aligned(rows)


def _named(family: Family, one: Comparison) -> tuple[str, ...]:
    title = f"{one.title} [{one.unit}]" if one.unit else one.title
    pair = () if len(family.methods) == 2 else (one.first, one.second)
    return title, "↑" if one.higher_is_better else "↓", *pair


def p_text(p: float) -> str:
    """A p value: three digits, "-" for none."""
    return "-" if not math.isfinite(p) else "<0.001" if p < 0.001 else f"{p:.3f}"


def plain(family: Family) -> dict[str, Any]:
    """The family as JSON: no NaN."""
    rows = [
        {key: None if isinstance(value, float) and not math.isfinite(value) else value for key, value in row.items()}
        for row in family.table().to_dict("records")
    ]
    ranks = [
        {
            "metric": metric,
            "method": one.method,
            "best": one.rank.best if one.rank else None,
            "worst": one.rank.worst if one.rank else None,
            "letters": one.letters,
            "not_ranked": one.why,
        }
        for metric in family.metrics
        for one in family.standings(metric)
    ]
    return {
        "methods": family.methods,
        "level": family.level,
        "tests": family.tests,
        "comparisons": rows,
        "ranks": ranks,
        "left_out": family.left_out,
    }


def parser() -> Parser:
    """The command line."""
    p = Parser("benchmark.compare", __doc__)
    p.add_argument("runs", type=Path, nargs="+", metavar="RUN", help="a run's folder, or a results folder")
    p.add_argument("--methods", type=name_list, metavar="A,B", help="which methods of a results folder (default: all)")
    p.add_argument("--dataset", help="which dataset of a results folder")
    p.add_argument("--split", help="which split of a results folder")
    p.add_argument(
        "--metrics",
        type=name_list,
        metavar="A,B",
        help="the family of tests (default: all that the runs share)",
    )
    p.add_argument("--level", type=float, default=0.95, help="of intervals and of the family (default: 0.95)")
    p.add_argument("--seed", type=int, default=0, help="of random flips, with more than 16 speakers (default: 0)")
    p.add_argument("--format", choices=("text", "csv", "json"), default="text")
    p.add_argument("--out", type=Path, metavar="FILE", help="write there instead of printing")
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    return run_command(parser(), _work, arguments)


def _work(given: argparse.Namespace) -> None:
    if not 0.5 <= given.level < 1:
        raise NotComparable(f"--level must be from 0.5 to below 1, got {given.level}")
    for place in given.runs:
        if not place.is_dir():
            raise NotComparable(f"{place}: no such folder")
    runs = find_runs(given.runs, given.methods, given.dataset, given.split)
    family = compare_runs(runs, given.metrics, level=given.level, seed=given.seed)
    text = {
        "text": lambda: lines(family) + "\n",
        "csv": lambda: family.table().to_csv(index=False, lineterminator="\n"),
        "json": lambda: json.dumps(plain(family), indent=2, ensure_ascii=False, allow_nan=False) + "\n",
    }[given.format]()
    if given.out is None:
        print(text, end="")
    else:
        write_text(given.out, text)
