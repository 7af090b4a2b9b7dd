"""Configuration: flags and `key=value` overrides in, one frozen `RunConfig` a method out. Only this file knows hydra.

Hydra composes the YAML files of `conf/` (groups method, dataset, suite); the overrides are merged into the result,
where every key must already exist. The rest of the code sees dataclasses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmark.config.spec import Request, Resolved
from benchmark.config.values import typed
from benchmark.core.errors import MissingRequirement, UsageError, nearest, one_line
from benchmark.datasets import DATASETS
from benchmark.methods.base import METHODS

CONF = Path(__file__).parent / "conf"
ALL = "all"


def names_in(group: str) -> list[str]:
    """Names of the YAML files of a group: "method", "dataset", "suite"."""
    return sorted(path.stem for path in (CONF / group).glob("*.yaml"))


def suite_metrics(suite: str) -> tuple[str, ...]:
    """Metric names of a suite. Raises UsageError for an unknown one."""
    if suite not in names_in("suite"):
        raise UsageError(f"unknown suite '{suite}'{nearest(suite, names_in('suite'))}")
    return tuple(_compose(None, None, suite)["suite"]["metrics"])


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
    _refuse_unknown_keys(overrides, list(composed.values()))
    runs, left_out = [], {}
    for name, base in composed.items():
        merged = _merge(base, [o for o in overrides if _key(o) in _keys(base) or _open(base, _key(o))])
        missing = [key for key, value in _flat(merged).items() if value == "???"]
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
            runs.append(typed(merged, replace(request, split=split)))
    order = list(dict.fromkeys(run.dataset.split for run in runs))
    runs.sort(key=lambda run: order.index(run.dataset.split))
    labels = [(run.method.label, run.dataset.split) for run in runs]
    if len(set(labels)) < len(labels):
        raise UsageError("method.label names one method; it can't be used for several in one command")
    return Resolved(tuple(runs), left_out)


def _splits(
    request: Request, dataset: Mapping[str, Any], everything: bool, overrides: Sequence[str]
) -> list[str | None]:
    """The splits asked for; `--method all` takes those that the dataset lists as `every`, if nothing else is said."""
    named = request.split
    if named is None and everything and dataset.get("every") and "dataset.split" not in map(_key, overrides):
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


def _split_overrides(overrides: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Separate `dataset=clips` (which chooses a file) from `dataset.root=x` (which sets a value)."""
    values, chosen = [], {}
    for override in overrides:
        if not re.fullmatch(r"[A-Za-z_][\w.]*=.*", override, re.DOTALL):
            raise UsageError(f"'{override}' is neither a flag nor key=value; see --help")
        key, _, value = override.partition("=")
        if key in ("method", "dataset", "suite"):
            chosen[key] = value
        else:
            values.append(override)
    return values, chosen


def _compose(method: str | None, dataset: str | None, suite: str | None) -> dict[str, Any]:
    """The YAML files of a choice as one nested dict. A name without a file (a plug-in's) gets an open section."""
    from hydra import compose, initialize_config_dir
    from hydra.core.global_hydra import GlobalHydra
    from omegaconf import OmegaConf

    choices = {"method": method or "cmet", "dataset": dataset or "puppets", "suite": suite or ""}
    if not choices["suite"]:
        choices["suite"] = _default_suite(choices["dataset"])
    if choices["suite"] not in names_in("suite"):
        raise UsageError(f"unknown suite '{choices['suite']}'{nearest(choices['suite'], names_in('suite'))}")
    files = [f"{group}={name}" for group, name in choices.items() if name in names_in(group)]
    plugins = {group: name for group, name in choices.items() if name not in names_in(group)}
    GlobalHydra.instance().clear()
    with initialize_config_dir(config_dir=str(CONF), version_base="1.3"):
        config = compose("run", overrides=[*files, *(f"~{group}" for group in plugins)])
    composed: dict[str, Any] = OmegaConf.to_container(config, resolve=False)  # type: ignore[assignment]
    if "method" in plugins:
        composed["method"] = {"name": plugins["method"], "label": None}
    if "dataset" in plugins:
        composed["dataset"] = {"name": plugins["dataset"], "split": None, "suite": choices["suite"]}
    composed["open"] = sorted(plugins)
    return composed


def _default_suite(dataset: str) -> str:
    from omegaconf import OmegaConf

    path = CONF / "dataset" / f"{dataset}.yaml"
    return str(OmegaConf.to_container(OmegaConf.load(path))["suite"]) if path.is_file() else "puppets"  # type: ignore[index,call-overload]


def _merge(base: Mapping[str, Any], overrides: Sequence[str]) -> dict[str, Any]:
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    try:
        merged = OmegaConf.merge(OmegaConf.create(dict(base)), OmegaConf.from_dotlist(list(overrides)))
        plain: dict[str, Any] = OmegaConf.to_container(merged, resolve=True)  # type: ignore[assignment]
    except (OmegaConfBaseException, ValueError) as error:
        raise UsageError(f"configuration: {one_line(error)}") from None
    except Exception as error:  # the YAML reader of a value has errors of its own
        if type(error).__module__.startswith("yaml"):
            raise UsageError(f"configuration: a value is not YAML: {one_line(error)}") from None
        raise
    return plain


def _flat(config: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in config.items():
        if isinstance(value, Mapping) and value:
            flat.update(_flat(value, f"{prefix}{key}."))
        else:
            flat[prefix + str(key)] = value
    return flat


def _keys(config: Mapping[str, Any]) -> set[str]:
    return {key for key in _flat(config) if key not in ("open", "method.name", "dataset.name") and "suite." not in key}


def _key(override: str) -> str:
    return override.partition("=")[0]


def _open(config: Mapping[str, Any], key: str) -> bool:
    """Whether the key belongs to a plug-in, which checks its options itself."""
    return any(key.startswith(f"{group}.") for group in config["open"])


def _refuse_unknown_keys(overrides: Sequence[str], configs: Sequence[Mapping[str, Any]]) -> None:
    legal = set().union(*(_keys(config) for config in configs))
    for override in overrides:
        key = _key(override)
        if key not in legal and not any(_open(config, key) for config in configs):
            raise UsageError(f"unknown option '{key}'{nearest(key, legal)}")
