"""What there is to choose from (`--list`), and what a run would do (`--dry-run`), as text."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path

from benchmark.checkpoints import folders, locate
from benchmark.config import RunConfig, names_in, suite_metrics
from benchmark.datasets import DATASETS
from benchmark.errors import BenchmarkError, one_line
from benchmark.harness.pipeline import method_of, open_dataset
from benchmark.harness.places import Places
from benchmark.harness.plan import extraction_key, extractors_of, load_metrics
from benchmark.method import METHODS
from benchmark.metrics import METRICS
from benchmark.table import aligned
from weights.record import Checkpoint

WIDTH = 110
"""Columns of a terminal that long lists are wrapped to."""


def listing() -> str:
    """Methods, datasets, metrics and suites as tables. An entry that can't be imported says why in its row."""
    tables = (("METHODS", _methods()), ("DATASETS", _datasets()), ("METRICS", _metrics()))
    return "\n\n".join([*(f"{title}\n{aligned(rows)}" for title, rows in tables), f"SUITES\n{_suites()}"])


def plan_text(config: RunConfig) -> str:
    """The plan of a run. Nothing is built, loaded or written."""
    dataset, split = open_dataset(config)
    metrics = load_metrics(config.metrics)
    method = method_of(config)
    ids = dataset.sample_ids(split)[: config.limit]
    places = Places(config.runtime.root / "mock" if config.mock else config.runtime.root)
    rows = [
        ("plan", ""),
        ("method", f"{config.method.label} ({method.info.title}, version {method.info.version})"),
        ("weights", weights_state(method.info.checkpoints, config.runtime.weights)),
        ("options", ", ".join(f"{k}={v}" for k, v in config.method.options.items()) or "-"),
        ("dataset", f"{dataset.name}, version {dataset.version}, split {split}"),
        ("samples", f"{len(ids)}: {_shortened(ids)}"),
        ("metrics", ", ".join(f"{m.info.name} [{m.info.protocol}]" for m in metrics)),
        *(("extractor", f"{n}, key {extraction_key(n, config.runtime.weights)[:16]}") for n in extractors_of(metrics)),
        ("seed", str(config.seed)),
        ("device", config.runtime.device),
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
    rows: list[tuple[str, ...]] = [("name", "title", "cue", "year", "licence", "weights")]
    for name in METHODS:
        try:
            info = METHODS.get(name).info
            state = weights_state(info.checkpoints)
        except Exception as error:  # one broken entry must not hide the others
            rows.append((name, _problem(error), "", "", "", ""))
            continue
        rows.append((name, info.title, info.cue, str(info.year or "-"), info.licence or "-", state))
    return rows


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
