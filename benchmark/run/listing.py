"""What there is to choose from (`--list`), and what a run would do (`--dry-run`), as text."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path

from benchmark.analysis.text_table import aligned
from benchmark.checkpoints.locate import folders, locate
from benchmark.checkpoints.record import Checkpoint
from benchmark.config.compose import names_in, suite_metrics
from benchmark.config.spec import RunConfig
from benchmark.core.errors import BenchmarkError, one_line
from benchmark.datasets import DATASETS
from benchmark.harness.context import method_of, open_dataset
from benchmark.harness.costs import find_cost
from benchmark.harness.estimate import estimate
from benchmark.harness.plan import extraction_key, extractors_of, load_metrics
from benchmark.harness.workspace import Workspace
from benchmark.methods.base import METHODS, Method
from benchmark.metrics import METRICS
from benchmark.protocols.checkpoints import checkpoints_of

WIDTH = 110
"""Columns of a terminal that long lists are wrapped to."""


def listing() -> str:
    """Methods, datasets, metrics and suites as tables. An entry that can't be imported says why in its row."""
    tables = (("DATASETS", _datasets()), ("METRICS", _metrics()))
    parts = [f"METHODS\n{aligned(_methods())}"]
    if absent := _not_here():
        parts.append(f"WHAT METHODS LACK HERE (--mock runs them without)\n{absent}")
    parts += [f"{title}\n{aligned(rows)}" for title, rows in tables]
    return "\n\n".join([*parts, f"SUITES\n{_suites()}"])


def plan_text(config: RunConfig) -> str:
    """The plan of a run. Nothing is built, loaded or written."""
    dataset, split = open_dataset(config)
    metrics = load_metrics(config.metrics)
    method = method_of(config)
    ids = dataset.sample_ids(split)[: config.limit]
    places = Workspace(config.runtime.root / "mock" if config.mock else config.runtime.root)
    workers = 1 if config.executor.name == "local" else config.executor.workers or config.runtime.workers
    cost = find_cost(dataset.name, split, config.method.label)
    known = cost.as_known() if cost and not config.mock else None
    time, disk = estimate(places.results, config.method.label, len(ids), known).text(workers)
    rows = [
        ("plan", ""),
        ("method", f"{config.method.label} ({method.info.title}, version {method.info.version})"),
        ("weights", weights_state(checkpoints_of(method), config.runtime.weights)),
        ("options", ", ".join(f"{k}={v}" for k, v in config.method.options.items()) or "-"),
        ("dataset", f"{dataset.name}, version {dataset.version}, split {split}"),
        ("samples", f"{len(ids)}: {_shortened(ids)}"),
        ("metrics", ", ".join(f"{m.info.name} [{m.info.protocol}]" for m in metrics)),
        *(("extractor", f"{n}, key {extraction_key(n, config.runtime.weights)[:16]}") for n in extractors_of(metrics)),
        ("seed", str(config.seed)),
        ("device", config.runtime.device),
        ("executor", config.executor.name + ("" if workers == 1 else f", {workers} workers")),
        ("time", time),
        ("disk", disk),
        ("results", str(places.results / dataset.name / split / config.method.label)),
    ]
    return aligned(rows)


def weights_state(checkpoints: Sequence[Checkpoint], weights: Path | None = None) -> str:
    """Whether they are "here", which are missing, or "none needed". `weights`: the run's folder of checkpoints."""
    if not checkpoints:
        return "none needed"
    places = folders(weights)
    missing = [checkpoint.name for checkpoint in checkpoints if not _is_here(checkpoint, places)]
    return "here" if not missing else f"missing: {', '.join(missing)}"


def _is_here(checkpoint: Checkpoint, places: Sequence[Path]) -> bool:
    try:
        locate(checkpoint, places)
    except BenchmarkError:
        return False
    return True


def _methods() -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("name", "title", "family", "year", "trained on", "weights", "licence")]
    for name in METHODS:
        try:
            kind = METHODS.get(name)
            info = kind.info
            state = "not here" if lacking(kind) else weights_state(checkpoints_of(kind))
        except Exception as error:  # one broken entry must not hide the others
            rows.append((name, _problem(error), "", "", "", "", ""))
            continue
        trained = ", ".join(info.trained_on) or "-"
        state = state.partition(":")[0]
        rows.append((name, info.title, info.kind, str(info.year or "-"), trained, state, info.licence or "-"))
    return rows


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


def _datasets() -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("name", "title", "version", "splits", "licence")]
    for name in DATASETS:
        try:
            kind = DATASETS.get(name)
            splits = ", ".join(kind().splits())
        except Exception as error:  # one broken entry must not hide the others
            rows.append((name, _problem(error), "", "", ""))
            continue
        rows.append((name, kind.title, kind.version, splits, kind.licence))
    return rows


def _metrics() -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("name", "title", "unit", "better", "level", "protocol")]
    for name in METRICS:
        try:
            info = METRICS.get(name).info
        except Exception as error:  # one broken entry must not hide the others
            rows.append((name, _problem(error), "", "", "", ""))
            continue
        better = "higher" if info.higher_is_better else "lower"
        rows.append((name, info.title, info.unit or "-", better, info.level, info.protocol))
    return rows


def _problem(error: Exception) -> str:
    return one_line(error) if isinstance(error, BenchmarkError) else f"{type(error).__name__}: {one_line(error)}"


def _suites() -> str:
    names = names_in("suite")
    indent = max(map(len, names)) + 2
    return "\n".join(
        textwrap.fill(
            ", ".join(suite_metrics(name)),
            width=WIDTH,
            initial_indent=name.ljust(indent),
            subsequent_indent=" " * indent,
        )
        for name in names
    )


def _shortened(ids: Sequence[str]) -> str:
    return ", ".join(ids) if len(ids) <= 4 else f"{ids[0]}, {ids[1]}, ... {ids[-1]}"
