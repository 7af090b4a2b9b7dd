"""Configuration: flags and `key=value` overrides in, one frozen `RunConfig` a method out.

The YAML files of `conf/` (groups method, dataset, suite) are composed, the overrides put into the result, where every
key must already exist. The rest of the code sees dataclasses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmark.config.spec import CommonConfig, DatasetChoice, MethodChoice, Request, Resolved, RunConfig
from benchmark.core import compose as files
from benchmark.core.errors import MissingRequirement, UsageError, nearest, one_line
from benchmark.core.file_names import check_name
from benchmark.core.overrides import (
    MISSING,
    build,
    flat,
    kind_of,
    kinds_of,
    read_value,
    refuse_unknown,
    set_value,
    split_override,
)
from benchmark.datasets import DATASETS
from benchmark.methods.base import METHODS
from benchmark.metrics import METRICS

CONF = Path(__file__).parent / "conf"
ALL = "all"
GROUPS = ("method", "dataset", "suite")
KINDS: Mapping[str, Any] = {
    **kinds_of(CommonConfig),
    "method.label": str | None,
    "dataset.split": str | None,
    "dataset.seed": int,
}
"""What the keys hold that every run has; the options of a method or dataset hold what their file says."""


def names_in(group: str) -> list[str]:
    """Names of the YAML files of a group: "method", "dataset", "suite"."""
    return files.names_in(CONF / group)


def suite_metrics(suite: str) -> tuple[str, ...]:
    """Metric names of a suite. Raises UsageError for an unknown one."""
    if suite not in names_in("suite"):
        raise UsageError(f"unknown suite '{suite}'{nearest(suite, names_in('suite'))}")
    return tuple(files.read_file(CONF / "suite" / f"{suite}.yaml")["metrics"])


def resolve(request: Request) -> Resolved:
    """Check a request and turn it into runs.

    Raises:
        UsageError: an unknown name, key or value; the message names the nearest legal one.
    """
    overrides, chosen = _split_overrides(request.overrides)
    methods = request.methods or tuple(filter(None, chosen.get("method", "").split(","))) or ("cmet",)
    everything = ALL in methods
    if everything:
        methods = tuple(METHODS.names())
    for name in methods:
        if name not in METHODS:
            raise UsageError(f"unknown method '{name}'{nearest(name, [*METHODS.names(), ALL])}")
    dataset = request.dataset or chosen.get("dataset") or "puppets"
    if dataset not in DATASETS:
        raise UsageError(f"unknown dataset '{dataset}'{nearest(dataset, DATASETS)}")
    suite = request.suite or chosen.get("suite")
    if suite and request.metrics:
        raise UsageError("--suite and --metrics exclude each other")

    composed = {name: _compose(name, dataset, suite) for name in dict.fromkeys(methods)}
    legal = set().union(*(_keys(base) for base in composed.values()))
    for key in overrides:
        if not any(_open(base, key) for base in composed.values()):
            refuse_unknown(key, legal)
    runs, left_out = [], {}
    for name, base in composed.items():
        merged = _merge(base, overrides)
        missing = [key for key, value in flat(merged).items() if value == MISSING]
        if request.mock:  # a mock has no options
            missing = [key for key in missing if not key.startswith("method.")]
        if missing and (everything and all(key.startswith("method.") for key in missing)):
            left_out[name] = f"needs {missing[0]}=..."
            continue
        if missing:
            owner = f"method {name}" if missing[0].startswith("method.") else f"dataset {dataset}"
            raise UsageError(f"{owner} needs {missing[0]}=...")
        if everything and not request.mock and (reason := _lacking(name, merged["method"])):
            left_out[name] = reason
            continue
        for split in _splits(request, merged["dataset"], everything, overrides):
            runs.append(_run(merged, replace(request, split=split)))
    order = list(dict.fromkeys(run.dataset.split for run in runs))
    runs.sort(key=lambda run: order.index(run.dataset.split))
    labels = [(run.method.label, run.dataset.split) for run in runs]
    if len(set(labels)) < len(labels):
        raise UsageError("method.label names one method; it can't be used for several in one command")
    return Resolved(tuple(runs), left_out)


def _splits(
    request: Request, dataset: Mapping[str, Any], everything: bool, overrides: Mapping[str, str]
) -> list[str | None]:
    """The splits asked for; `--method all` takes those that the dataset lists as `every`, if nothing else is said."""
    named = request.split
    if named is None and everything and dataset.get("every") and "dataset.split" not in overrides:
        return [str(name) for name in dataset["every"]]
    if named is None:
        return [None]
    splits = [part.strip() for part in named.split(",") if part.strip()]
    if not splits:
        raise UsageError("--split names no split")
    return list(dict.fromkeys(splits))


def _lacking(name: str, options: Mapping[str, Any]) -> str | None:
    """What a method lacks here, see `Method.missing`."""
    try:
        return METHODS.get(name).missing({k: v for k, v in options.items() if k not in ("name", "label")})
    except MissingRequirement as error:
        return one_line(error)


def _split_overrides(overrides: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Separate `dataset.root=x` (which sets a value) from `dataset=clips` (which chooses a file)."""
    values: dict[str, str] = {}
    chosen: dict[str, str] = {}
    for key, text in map(split_override, overrides):
        (chosen if key in GROUPS else values)[key] = text
    return values, chosen


def _compose(method: str, dataset: str, suite: str | None) -> dict[str, Any]:
    """The YAML files of a choice as one nested dict. A name without a file (a plug-in's) gets an open section."""
    choices = {"method": method, "dataset": dataset, "suite": suite or _default_suite(dataset)}
    if choices["suite"] not in names_in("suite"):
        raise UsageError(f"unknown suite '{choices['suite']}'{nearest(choices['suite'], names_in('suite'))}")
    plugins = {group: name for group, name in choices.items() if name not in names_in(group)}
    composed = files.compose_files(
        CONF, "run", [f"~{group}" if group in plugins else f"{group}={name}" for group, name in choices.items()]
    )
    if "method" in plugins:
        composed["method"] = {"name": plugins["method"], "label": None}
    if "dataset" in plugins:
        composed["dataset"] = {"name": plugins["dataset"], "split": None, "suite": choices["suite"]}
    composed["open"] = sorted(plugins)
    return composed


def _default_suite(dataset: str) -> str:
    path = CONF / "dataset" / f"{dataset}.yaml"
    return str(files.read_file(path)["suite"]) if path.is_file() else "puppets"


def _merge(base: dict[str, Any], overrides: Mapping[str, str]) -> dict[str, Any]:
    """The composed files with those overrides in them that they know."""
    values, keys = flat(base), _keys(base)
    for key, text in overrides.items():
        if key in keys or _open(base, key):
            kind = KINDS.get(key) or (kind_of(values[key]) if key in values else dict if key in keys else Any)
            value = read_value(key, text, kind)
            if kind is dict and isinstance(value, dict):
                for name, part in value.items():
                    set_value(base, f"{key}.{name}", part)
            else:
                set_value(base, key, value)
    return base


def _keys(config: Mapping[str, Any]) -> set[str]:
    keys = {key for key in flat(config) if key not in ("open", "method.name", "dataset.name") and "suite." not in key}
    return keys | {f"method.{name}" for name in _mappings(config)}


def _mappings(config: Mapping[str, Any]) -> list[str]:
    """Options of the method that are mappings: whatever an outside program understands."""
    return [str(name) for name, value in config["method"].items() if isinstance(value, Mapping)]


def _open(config: Mapping[str, Any], key: str) -> bool:
    """Whether the key belongs to a plug-in or an outside program, which checks its options itself."""
    open_sections = [*config["open"], *(f"method.{name}" for name in _mappings(config))]
    return any(key.startswith(f"{section}.") for section in open_sections)


def _run(config: Mapping[str, Any], request: Request) -> RunConfig:
    """The configuration of one run. Raises UsageError, which names the key, for a value that can't be."""
    method, dataset, runtime = dict(config["method"]), dict(config["dataset"]), config["runtime"]
    name, label = method.pop("name"), method.pop("label", None)
    if label is not None and label != name and check_name("method.label", label) in METHODS:
        raise UsageError(f"method.label '{label}' is the name of another method")
    device, limit = request.device or runtime["device"], config["limit"] if request.limit is None else request.limit
    executor = {**config["executor"], "name": request.executor or config["executor"]["name"], "device": device}
    common = build(
        CommonConfig, {**config, "limit": limit, "runtime": {**runtime, "device": device}, "executor": executor}
    )
    named = request.metrics or common.metrics
    metrics = tuple(dict.fromkeys(named or config["suite"]["metrics"]))
    for metric in metrics:
        if metric not in METRICS:
            raise UsageError(f"unknown metric '{metric}'{nearest(str(metric), METRICS)}")
    if not metrics:
        raise UsageError("no metric is chosen")
    dataset_name, split = dataset.pop("name"), request.split or dataset.pop("split", None)
    seed = dataset.pop("seed", 0)
    if seed < 0:
        raise UsageError(f"dataset.seed must be at least 0, got {seed}")
    return RunConfig(
        method=MethodChoice(name, label or name, method),
        dataset=DatasetChoice(
            check_name("dataset", dataset_name),
            None if split is None else check_name("split", split),
            {key: value for key, value in dataset.items() if key not in ("suite", "every", "split")},
            seed,
        ),
        suite="" if named else str(config["suite"]["name"]),
        metrics=metrics,
        limit=common.limit,
        seed=common.seed,
        statistics=common.statistics,
        runtime=common.runtime,
        mock=request.mock,
        executor=common.executor,
    )
