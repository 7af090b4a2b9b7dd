"""Rankings of the methods under every metric of a quantity, and how far they agree."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from scipy.stats import kendalltau

from benchmark.analysis import format
from benchmark.analysis.selection import by_method, difference, open_runs
from benchmark.analysis.text_table import markdown
from benchmark.core.errors import UsageError
from benchmark.core.status import Status
from benchmark.metrics import METRICS
from benchmark.protocols import PROTOCOLS, metrics_by_quantity, quantity_of


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
