"""What a run would do (`--dry-run`), as text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmark.analysis.text_table import aligned
from benchmark.checkpoints.locate import folders, locate
from benchmark.checkpoints.record import Checkpoint
from benchmark.config.spec import RunConfig
from benchmark.core.errors import BenchmarkError
from benchmark.harness.context import method_of, open_dataset
from benchmark.harness.costs import find_cost
from benchmark.harness.estimate import estimate
from benchmark.harness.plan import extraction_key, extractors_of, load_metrics
from benchmark.harness.workspace import Workspace
from benchmark.protocols.checkpoints import checkpoints_of


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


def _shortened(ids: Sequence[str]) -> str:
    return ", ".join(ids) if len(ids) <= 4 else f"{ids[0]}, {ids[1]}, ... {ids[-1]}"
