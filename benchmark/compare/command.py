"""Is one method better than another? `python -m benchmark.compare RUN_A RUN_B [...]`, runs of one split.

RUN is a run's folder, or a folder above runs, of which those that count are taken (`benchmark.analysis.selection`).
Numbers are paired by sample; the test that decides is clustered by speaker, and its p values are adjusted by Holm's
method over the family of the split, whatever `--methods` and `--metrics` show of it. Runs on other samples, by other
protocols or other judges are refused. Exit code 0: compared; 2: not comparable, or no such run.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from benchmark.analysis import format
from benchmark.analysis.comparison import Comparisons, NotComparable, compare_runs
from benchmark.analysis.pairwise import Comparison
from benchmark.analysis.selection import open_runs
from benchmark.analysis.text_table import aligned
from benchmark.core.command_line import Parser, name_list, run_command
from benchmark.core.files import write_text
from benchmark.results.store import StoredRun


def find_runs(
    places: Sequence[Path], methods: Sequence[str] | None, dataset: str | None, split: str | None
) -> list[StoredRun]:
    """The runs that the command line names, of a folder those that count (`benchmark.analysis.selection`).

    They are the family; `methods` only has to be among them.

    Raises:
        NotComparable: there is no run of a method that was named.
        UsageError: there is no finished run, or they are of several splits.
    """
    selection = open_runs(places, dataset=dataset, split=split)
    known = list(dict.fromkeys(run.method for run in selection.runs))
    for name in methods or ():
        if name not in known:
            reasons = [str(run) for run in selection.left_out if run.method == name]
            why = "; ".join(reasons) or f"there are {', '.join(sorted(known))}"
            raise NotComparable(f"no run of '{name}' that can be compared: {why}")
    return list(selection.runs)


NOTES = (
    "difference: first minus second. Holm: p adjusted over the split's family, all pairs of ranked methods by its",
    "primary metric, whatever is compared here; the verdict goes by it. Other tests are exploratory, with their own p.",
    "shown from: smallest true difference that this split shows with a power of 80 %, before Holm.",
    "flips: permutation of whole speakers, of differences (right or wrong: clustered McNemar) and of ranks (clustered",
    "Wilcoxon). Wilcoxon, McNemar: over samples, true of these speakers only.",
    "d_z: mean over standard deviation of the differences. Set metrics (FID) have an interval and no test.",
)


def lines(found: Comparisons) -> str:
    """The report for the terminal: verdicts, the other tests, ranks, notes, and a sentence a pair."""
    parts = [_verdict_table(found), "", _tests_table(found), ""]
    if ranks := _ranks_table(found):
        parts += [ranks, ""]
    parts += [
        *NOTES,
        *(f"left out: {sentence}" for sentence in found.left_out),
        "",
        f"{format.plural(found.tests, 'test')} adjusted together (Holm)",
        *(summary(found, first, second) for first, second in combinations(found.methods, 2)),
    ]
    return "\n".join(parts)


def summary(found: Comparisons, first: str, second: str) -> str:
    """By which metrics one of two methods is better, in one sentence."""
    pairs = [one for one in found.comparisons if (one.first, one.second) == (first, second)]
    parts = []
    for what, tested in (
        ("primary", [one for one in pairs if math.isfinite(one.p_holm)]),
        ("exploratory", [one for one in pairs if one.exploratory]),
    ):
        better = {name: [one.metric for one in tested if one.verdict(found.level) == name] for name in (first, second)}
        better = {name: metrics for name, metrics in better.items() if metrics}
        count = format.plural(len(tested), f"{what} metric")
        if better:
            parts.append(f"of {count}, " + "; ".join(f"{n} is better by {', '.join(by)}" for n, by in better.items()))
        elif tested:
            parts.append(f"no significant difference by {count}")
    return f"{first} and {second}: {'; '.join(parts) or 'no test'}"


def _verdict_table(found: Comparisons) -> str:
    head = (*_pair_head(found), "difference", f"{found.level:.0%} interval", "p", "Holm", "shown from", "better")
    rows: list[tuple[str, ...]] = [head]
    for one in found.comparisons:
        values = f"{format.significant(one.first_value)} / {format.significant(one.second_value)}"
        low, high = format.significant(one.ci_low), format.significant(one.ci_high)
        verdict = one.verdict(found.level) + (" (exploratory)" if one.exploratory else "")
        tests = (format.p_value(one.p), format.p_value(one.p_holm), format.significant(one.detectable), verdict)
        interval = f"{low} to {high}" if math.isfinite(one.ci_low) else "-"
        rows.append((*_named(found, one), values, format.significant(one.difference), interval, *tests))
    return aligned(rows)


def _tests_table(found: Comparisons) -> str:
    head = (*_pair_head(found)[:-1], "flips", "of ranks", "Wilcoxon", "McNemar", "d_z", "samples", "speakers")
    rows: list[tuple[str, ...]] = [head]
    for one in found.comparisons:
        if one.level == "sample":
            p_values = (one.p_permutation, one.p_wilcoxon_speakers, one.p_wilcoxon, one.p_mcnemar)
            cells = (*map(format.p_value, p_values), format.significant(one.effect))
            rows.append((*_named(found, one), *cells, format.coverage(one.n, one.planned), str(one.clusters)))
    return aligned(rows)


def _pair_head(found: Comparisons) -> tuple[str, ...]:
    """Two methods stand in the head, more in columns of their own."""
    if len(found.methods) == 2:
        return "metric", "", " / ".join(found.methods)
    return "metric", "", "first", "second", "values"


def _ranks_table(found: Comparisons) -> str:
    """Ranks by the primary metrics; "" where there is none."""
    rows = [
        (found.of(metric)[0].title, *(found.rank(metric, method) for method in found.methods))
        for metric in found.metrics
        if found.keys[metric] in found.standings.primary
    ]
    head = ("ranks on the split; who shares a letter is tied", *found.methods)
    return aligned([head, *rows]) if rows else ""


def _named(found: Comparisons, one: Comparison) -> tuple[str, ...]:
    title = f"{one.title} [{one.unit}]" if one.unit else one.title
    pair = () if len(found.methods) == 2 else (one.first, one.second)
    return title, "↑" if one.higher_is_better else "↓", *pair


def plain(found: Comparisons) -> dict[str, Any]:
    """The comparisons as JSON: no NaN."""
    rows = [
        {key: None if isinstance(value, float) and not math.isfinite(value) else value for key, value in row.items()}
        for row in found.table().to_dict("records")
    ]
    return {
        "methods": found.methods,
        "level": found.level,
        "tests": found.tests,
        "primary": found.standings.primary,
        "comparisons": rows,
        "ranks": [_rank(found, metric, method) for metric in found.metrics for method in found.methods],
        "left_out": found.left_out,
    }


def _rank(found: Comparisons, metric: str, method: str) -> dict[str, Any]:
    key = found.keys[metric]
    rank = found.standings.rank(key, method)
    return {
        "metric": metric,
        "method": method,
        "best": rank.best if rank else None,
        "worst": rank.worst if rank else None,
        "letters": found.standings.letters[key][method] if rank else "",
        "not_ranked": "" if rank else found.rank(metric, method),
    }


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
    found = compare_runs(runs, given.metrics, methods=given.methods, level=given.level, seed=given.seed)
    text = {
        "text": lambda: lines(found) + "\n",
        "csv": lambda: found.table().to_csv(index=False, lineterminator="\n"),
        "json": lambda: json.dumps(plain(found), indent=2, ensure_ascii=False, allow_nan=False) + "\n",
    }[given.format]()
    if given.out is None:
        print(text, end="")
    else:
        write_text(given.out, text)
