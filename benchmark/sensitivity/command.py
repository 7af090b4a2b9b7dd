"""How much the ranking of methods depends on the protocol: `python -m benchmark.sensitivity RUN... [--out DIR]`.

RUN: run folders, or folders above runs. Named runs of one method with the same outputs (generation key) are joined,
whatever metrics each holds; of a folder the runs count that every table takes (`benchmark.analysis.selection`).
Metrics of one quantity (`MetricInfo.quantity`) are held against each other on the same videos: ranks of the methods
under each, and Kendall's tau-b of every pair of rankings. `--main` takes the main metric of each protocol only, so
protocols are held against each other and not metrics. Writes `ranks.csv`, `tau.csv`, `ranks.svg` and `report.md`.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Sequence
from html import escape
from pathlib import Path

import pandas as pd
from scipy.stats import kendalltau

from benchmark.analysis import format
from benchmark.analysis.selection import by_method, difference, open_runs
from benchmark.analysis.text_table import aligned, markdown
from benchmark.core.command_line import Parser, output_folder, run_command
from benchmark.core.errors import UsageError
from benchmark.core.files import write_text
from benchmark.core.status import Status
from benchmark.metrics import METRICS
from benchmark.protocols import PROTOCOLS, metrics_by_quantity, quantity_of

COLOURS = ("#0b6e99", "#b5541c", "#3b7a3b", "#7b4a9e", "#a33c5c", "#6b6b2a", "#555555")


def gather(places: Sequence[Path]) -> pd.DataFrame:
    """Overall values of all runs with the quantity of each metric.

    Args:
        places: run folders, or folders above runs (see `benchmark.analysis.selection`).

    Raises:
        UsageError: runs of different splits or samples, or one method with different outputs.
    """
    runs = open_runs(places).runs
    for run in runs[1:]:
        if differs := difference(runs[0].record, run.record):
            raise UsageError(f"rankings over different videos can't be compared: {run.folder} has {differs}")
    grouped = by_method(runs)
    if len(grouped) < 2:
        raise UsageError("a ranking needs runs of at least two methods")
    parts = []
    for own in grouped.values():
        for run in own:
            summary = run.summary()
            parts.append(summary[(summary["group"] == "all") & (summary["status"] == Status.OK)])
    table = pd.concat(parts).drop_duplicates(["method", "metric", "protocol"])
    table["quantity"] = [quantity_of(m, p) for m, p in zip(table["metric"], table["protocol"], strict=True)]
    known = table["metric"].map(lambda name: name in METRICS).astype(bool)
    table = table[(table["quantity"] != "") & known]
    columns = ["quantity", "metric", "protocol", "method", "value", "unit", "n_scored", "n_planned"]
    return ranked(table[columns])


def main_only(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of the metrics that stand first in their protocol's rule."""
    first = {(protocol, names[0]) for protocol in PROTOCOLS for names in metrics_by_quantity(protocol).values()}
    return table[[key in first for key in zip(table["protocol"], table["metric"], strict=True)]].reset_index(drop=True)


def report(table: pd.DataFrame, pairs: pd.DataFrame) -> str:
    """Values and ranks of every quantity that was measured in two ways, and their agreement, in Markdown."""
    parts = ["# How the ranking moves"]
    for quantity, part in table[table["quantity"].isin(pairs["quantity"])].groupby("quantity", sort=True):
        columns = list(dict.fromkeys(zip(part["metric"], part["protocol"], strict=True)))
        rows = []
        for method in sorted(part["method"].unique()):
            own = part[part["method"] == method].set_index(["metric", "protocol"])
            cells = [
                f"{number_of(own.loc[c, 'value'])} ({own.loc[c, 'rank']:g}.)" if c in own.index else "-"
                for c in columns
            ]
            rows.append((method, *cells))
        parts += [f"## {quantity}", markdown(("method", *(f"`{m}` [{p}]" for m, p in columns)), rows)]
    facts = [
        (
            row["quantity"], row["first"], row["second"], "yes" if row["same_winner"] else "**no**",
            format.significant(row["tau"]), str(row["methods"]),
        )
        for row in pairs.to_dict("records")
    ]  # fmt: skip
    head = ("quantity", "one way", "another", "same winner", "tau-b", "methods")
    return "\n\n".join([*parts, "## Agreement", markdown(head, facts, left=4)]) + "\n"


def ranked(table: pd.DataFrame) -> pd.DataFrame:
    """The table with `rank`, 1 for the best method of each metric; equal values share the mean of their ranks."""
    better = table["metric"].map(lambda name: METRICS.get(name).info.higher_is_better)
    signed = table["value"].where(~better.astype(bool), -table["value"])
    ranks = signed.groupby([table["metric"], table["protocol"]]).rank(method="average")
    return table.assign(rank=ranks).sort_values(["quantity", "protocol", "metric", "rank"], ignore_index=True)


def agreement(table: pd.DataFrame) -> pd.DataFrame:
    """Kendall's tau-b between all pairs of metrics of one quantity, over the methods that both have.

    Columns: quantity, first, second, tau (NaN where one ranking is all ties), methods, same_winner.
    """
    rows = []
    for quantity, part in table.groupby("quantity", sort=True):
        wide = part.assign(key=part["metric"] + " [" + part["protocol"] + "]").pivot(
            index="method", columns="key", values="rank"
        )
        for first, second in itertools.combinations(wide.columns, 2):
            both = wide[[first, second]].dropna()
            if len(both) < 2:
                continue
            tau = float(kendalltau(both[first], both[second], variant="b").statistic)
            winners = [set(both.index[both[k] == both[k].min()]) for k in (first, second)]
            rows.append((quantity, first, second, tau, len(both), winners[0] == winners[1]))
    return pd.DataFrame(rows, columns=["quantity", "first", "second", "tau", "methods", "same_winner"])


def number_of(value: float) -> str:
    """A value in three digits; rounding noise about zero is 0."""
    return "0" if abs(value) < 1e-9 else f"{value:.3g}"


def plot(table: pd.DataFrame) -> str:
    """Ranks as lines from metric to metric, one panel a quantity, as SVG."""
    methods = sorted(table["method"].unique())
    colour = {m: COLOURS[k % len(COLOURS)] for k, m in enumerate(methods)}
    step, row, left = 230, 28, 40
    parts, top, width = [], 20, 400
    for quantity, part in table.groupby("quantity", sort=True):
        metrics = list(dict.fromkeys(zip(part["metric"], part["protocol"], strict=True)))
        width = max(width, left + step * len(metrics) + 150)
        parts.append(f'<text x="10" y="{top}" font-weight="bold">{escape(str(quantity))}: rank, 1 is best</text>')
        for method, own in part.groupby("method"):
            places = {(m, p): r for m, p, r in zip(own["metric"], own["protocol"], own["rank"], strict=True)}
            values = {(m, p): v for m, p, v in zip(own["metric"], own["protocol"], own["value"], strict=True)}
            dots = [
                (left + step * k + 60, top + 30 + row * places[key]) for k, key in enumerate(metrics) if key in places
            ]
            line = " ".join(f"{x},{y:.0f}" for x, y in dots)
            ink = colour[str(method)]
            parts.append(f'<polyline points="{line}" fill="none" stroke="{ink}" stroke-width="2"/>')
            parts += [f'<circle cx="{x}" cy="{y:.0f}" r="5" fill="{ink}"/>' for x, y in dots]
            shown = [values[key] for key in metrics if key in values]
            small = f'font-size="9" text-anchor="end" fill="{ink}"'
            parts += [
                f'<text x="{x - 8}" y="{y - 6:.0f}" {small}>{number_of(value)}</text>'
                for (x, y), value in zip(dots, shown, strict=True)
            ]
            x, y = dots[-1]
            parts.append(f'<text x="{x + 10}" y="{y + 4:.0f}" fill="{ink}">{escape(str(method))}</text>')
        foot = top + 50 + row * (len(methods) + 1)
        for k, (metric, protocol) in enumerate(metrics):
            parts.append(f'<text x="{left + step * k}" y="{foot}" font-size="11">{escape(metric)}</text>')
            parts.append(f'<text x="{left + step * k}" y="{foot + 13}" font-size="10">{escape(protocol)}</text>')
        top = foot + 50
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{top}" font-family="sans-serif" '
    return head + 'font-size="13"><rect width="100%" height="100%" fill="white"/>' + "".join(parts) + "</svg>\n"


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
