"""What there is to choose from: `--list`, and more of one kind by `--list methods|datasets|metrics|suites`."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Mapping

from benchmark.analysis.text_table import aligned
from benchmark.checkpoints.locate import folders, locate
from benchmark.config.compose import names_in, suite_metrics
from benchmark.core.errors import BenchmarkError, one_line
from benchmark.datasets import DATASETS
from benchmark.methods.base import METHODS, Method
from benchmark.metrics import METRICS
from benchmark.metrics.base import MetricInfo
from benchmark.protocols import PROTOCOLS
from benchmark.protocols.checkpoints import checkpoints_of

WIDTH = 110
"""Columns of a terminal that long lists are wrapped to."""


def listing(kind: str = "all") -> str:
    """What there is, as text. An entry that can't be imported says why in its place.

    Args:
        kind: "methods", "datasets", "metrics" or "suites": everything about it; "all": the names of everything.
    """
    if kind != "all":
        return KINDS[kind]()
    parts = [
        f"METHODS (--list methods: what is missing here, licences)\n{aligned(_methods(short=True))}",
        f"DATASETS\n{aligned(_datasets(short=True))}",
        f"METRICS by protocol and quantity (--list metrics: units, directions, levels)\n{_metric_names()}",
        "SUITES (--list suites: their metrics)\n"
        + aligned([("name", "metrics"), *((name, str(len(suite_metrics(name)))) for name in names_in("suite"))]),
    ]
    return "\n\n".join(parts)


def _all_methods() -> str:
    absent = _not_here()
    lack = f"\n\nWHAT METHODS LACK HERE (--mock runs them without)\n{absent}" if absent else ""
    return aligned(_methods()) + lack


def by_protocol() -> dict[str, dict[str, list[tuple[str, MetricInfo | str]]]]:
    """Protocol -> quantity -> metrics in the order in which they are declared: name, and what it is or why not.

    Protocols come in the order of `PROTOCOLS`, others' after them; a metric without a quantity stands under its name.
    """
    found: dict[str, dict[str, list[tuple[str, MetricInfo | str]]]] = {name: {} for name in PROTOCOLS}
    for name in METRICS.declared():
        try:
            info = METRICS.get(name).info
        except Exception as error:  # one broken entry must not hide the others
            found.setdefault("not here", {}).setdefault(name, []).append((name, _problem(error)))
            continue
        found.setdefault(info.protocol, {}).setdefault(info.quantity or info.title.lower(), []).append((name, info))
    return {protocol: quantities for protocol, quantities in found.items() if quantities}


def _metric_names() -> str:
    """A line for each quantity, wrapped."""
    parts = []
    for protocol, quantities in by_protocol().items():
        indent = max(map(len, quantities)) + 4
        lines = [
            _wrapped(f"  {quantity}".ljust(indent), (name for name, _ in metrics))
            for quantity, metrics in quantities.items()
        ]
        parts.append("\n".join([_heading(protocol), *lines]))
    return "\n".join(parts)


def _all_metrics() -> str:
    """A table for each protocol, a row for each metric."""
    parts = []
    for protocol, quantities in by_protocol().items():
        rows: list[tuple[str, ...]] = [("quantity", "metric", "title", "unit", "better", "level")]
        for quantity, metrics in quantities.items():
            for place, (name, info) in enumerate(metrics):
                shown = quantity if place == 0 else ""
                if isinstance(info, str):
                    rows.append((shown, name, info, "", "", ""))
                    continue
                better = "higher" if info.higher_is_better else "lower"
                rows.append((shown, name, info.title, info.unit or "-", better, info.level))
        parts.append(f"{_heading(protocol)}\n{aligned(rows)}")
    return "\n\n".join(parts)


def _heading(protocol: str) -> str:
    return f"{protocol}: {PROTOCOLS[protocol].title}" if protocol in PROTOCOLS else protocol


def _methods(short: bool = False) -> list[tuple[str, ...]]:
    head = ("name", "title", "family", "year", "trained on", "weights", "licence")
    rows: list[tuple[str, ...]] = [head]
    for name in METHODS:
        try:
            kind = METHODS.get(name)
            info = kind.info
            absent = lacking(kind)
        except Exception as error:  # one broken entry must not hide the others
            rows.append((name, _problem(error), *[""] * (len(head) - 2)))
            continue
        state = "not here" if absent else "here" if checkpoints_of(kind) else "none needed"
        trained = ", ".join(info.trained_on) or "-"
        rows.append((name, info.title, info.kind, str(info.year or "-"), trained, state, info.licence or "-"))
    return [tuple(row[place] for place in (0, 1, 2, 5)) for row in rows] if short else rows


def lacking(kind: type[Method]) -> list[str]:
    """What this machine lacks for a method with its default options, one line a thing, with where to get it."""
    said = []
    try:
        if (line := kind.missing({})) is not None:
            said.append(line)
    except BenchmarkError as error:
        said.append(one_line(error))
    for checkpoint in checkpoints_of(kind):
        try:
            locate(checkpoint, folders(None))
        except BenchmarkError as error:
            said.append(one_line(error))
    return said


def _not_here() -> str:
    lines = []
    for name in METHODS:
        try:
            lines += [f"{name}: {line}" for line in lacking(METHODS.get(name))]
        except Exception as error:  # the table says so, too
            lines.append(f"{name}: {_problem(error)}")
    return "\n".join(
        textwrap.fill(line, width=WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
        for line in lines
    )


def _datasets(short: bool = False) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("name", "title", "version", "splits", "licence")]
    for name in DATASETS:
        try:
            kind = DATASETS.get(name)
            splits = ", ".join(kind().splits())
        except Exception as error:  # one broken entry must not hide the others
            rows.append((name, _problem(error), "", "", ""))
            continue
        rows.append((name, kind.title, kind.version, splits, kind.licence))
    return [tuple(row[place] for place in (0, 1, 3)) for row in rows] if short else rows


def _problem(error: Exception) -> str:
    return one_line(error) if isinstance(error, BenchmarkError) else f"{type(error).__name__}: {one_line(error)}"


def _all_suites() -> str:
    names = names_in("suite")
    indent = max(map(len, names)) + 2
    return "\n".join(_wrapped(name.ljust(indent), suite_metrics(name)) for name in names)


def _wrapped(head: str, names: Iterable[str]) -> str:
    """The names after a head, in lines that begin below the first name."""
    return textwrap.fill(
        ", ".join(names), width=WIDTH, initial_indent=head, subsequent_indent=" " * len(head), break_on_hyphens=False
    )


KINDS: Mapping[str, Callable[[], str]] = {
    "methods": _all_methods,
    "datasets": lambda: aligned(_datasets()),
    "metrics": _all_metrics,
    "suites": _all_suites,
}
