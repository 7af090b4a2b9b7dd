"""From the composed keys of a run to checked values: every wrong one is named in one line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from benchmark.config.spec import (
    DatasetChoice,
    ExecutorConfig,
    MethodChoice,
    Request,
    RunConfig,
    RuntimeConfig,
    StatisticsConfig,
)
from benchmark.core.errors import UsageError, nearest, user_path
from benchmark.methods.base import METHODS
from benchmark.metrics import METRICS


def typed(config: Mapping[str, Any], request: Request) -> RunConfig:
    """The configuration of one run. Raises UsageError, which names the key, for a value that can't be."""
    method = dict(config["method"])
    dataset = dict(config["dataset"])
    name, label = method.pop("name"), method.pop("label", None)
    if label is not None and (not isinstance(label, str) or not re.fullmatch(r"[A-Za-z0-9][\w.\-]{0,63}", label)):
        raise UsageError(f"method.label must be letters, digits, '_', '-', '.', got {label!r}")
    if label is not None and label != name and label in METHODS:
        raise UsageError(f"method.label '{label}' is the name of another method")
    named = request.metrics or tuple(config["metrics"] or ())
    metrics = tuple(dict.fromkeys(named or config["suite"]["metrics"]))
    for metric in metrics:
        if metric not in METRICS:
            raise UsageError(f"unknown metric '{metric}'{nearest(str(metric), METRICS)}")
    if not metrics:
        raise UsageError("no metric is chosen")
    dataset_name, split = dataset.pop("name"), dataset.pop("split", None)
    chosen = request.split or split
    for key in ("suite", "every"):
        dataset.pop(key, None)
    dataset_seed = _whole("dataset.seed", dataset.pop("seed", 0), low=0)
    runtime = config["runtime"]
    statistics = config["statistics"]
    limit = request.limit if request.limit is not None else config["limit"]
    return RunConfig(
        method=MethodChoice(name, label or name, method),
        dataset=DatasetChoice(dataset_name, None if chosen is None else str(chosen), dataset, dataset_seed),
        suite="" if named else str(config["suite"]["name"]),
        metrics=metrics,
        limit=None if limit is None else _whole("limit", limit, low=1),
        seed=_whole("seed", config["seed"], low=0),
        statistics=StatisticsConfig(
            level=_between("statistics.level", statistics["level"], 0.0, 1.0),
            n_resamples=_whole("statistics.n_resamples", statistics["n_resamples"], low=1),
            set_resamples=_whole("statistics.set_resamples", statistics["set_resamples"], low=0),
        ),
        runtime=RuntimeConfig(
            root=user_path(runtime["root"]),
            device=_device(request.device or runtime["device"]),
            batch_size=_whole("runtime.batch_size", runtime["batch_size"], low=1),
            workers=_whole("runtime.workers", runtime["workers"], low=1),
            weights=None if runtime["weights"] is None else user_path(runtime["weights"]),
            cache_limit=None
            if runtime["cache_limit"] is None
            else round(_between("runtime.cache_limit", runtime["cache_limit"], 0.0, 1e9) * 1e9),
        ),
        mock=request.mock,
        executor=_executor(config["executor"], request.executor, _device(request.device or runtime["device"])),
    )


def _executor(values: Mapping[str, Any], named: str | None, device: str) -> ExecutorConfig:
    name = str(named or values["name"])
    workers = values["workers"]
    return ExecutorConfig(
        name=name,
        workers=None if workers is None else _whole("executor.workers", workers, low=1),
        sample_seconds=_between("executor.sample_seconds", values["sample_seconds"], 0.0, 1e6),
        cpus=_whole("executor.cpus", values["cpus"], low=1),
        hours=_between("executor.hours", values["hours"], 0.0, 1e4),
        partition=None if values["partition"] is None else str(values["partition"]),
        cluster=None if values["cluster"] is None else str(values["cluster"]),
        device=device,
    )


def _whole(key: str, value: Any, low: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < low:
        raise UsageError(f"{key} must be a whole number of at least {low}, got {value!r}")
    return value


def _between(key: str, value: Any, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low < value < high:
        raise UsageError(f"{key} must be a number between {low:g} and {high:g}, got {value!r}")
    return float(value)


def _device(value: Any) -> str:
    if not re.fullmatch(r"cpu|cuda(:\d+)?", str(value)):
        raise UsageError(f"device must be cpu, cuda or cuda:N, got {value!r}")
    return str(value)
