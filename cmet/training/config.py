"""Configuration of training: a YAML file of `conf/` and `key=value` overrides in, a `TrainConfig` out.

Hydra composes, and is imported here only. An unknown key is refused with the nearest one, a value of the wrong type or
out of range with its name.
"""

from __future__ import annotations

import dataclasses
import difflib
import os
import re
import types
import typing
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

from cmet.training.run_config import TrainConfig

CONF = Path(__file__).parent / "conf"
T = TypeVar("T")


class ConfigError(ValueError):
    """A key or value that can't be used; the message is for the user."""


def names() -> list[str]:
    """The configurations there are."""
    return sorted(path.stem for path in CONF.glob("*.yaml"))


def compose(name: str = "train", overrides: Sequence[str] = ()) -> TrainConfig:
    """Read a configuration, apply overrides, check every value.

    Args:
        name: of a file of `conf/`.
        overrides: `key=value`, values in YAML: `schedule.batch=64`, `data.emotions=[happy,neutral]`.

    Raises:
        ConfigError: an unknown configuration, key or value, or a mandatory value that is missing.
    """
    plain = _merged(name, overrides)
    missing = [key for key, value in _flat(plain).items() if value == "???"]
    if missing:
        raise ConfigError(f"{missing[0]}=... is missing")
    return build(TrainConfig, plain)


def build(kind: type[T], values: Mapping[str, Any], prefix: str = "") -> T:
    """A dataclass from plain values, each converted to the type of its field.

    Raises:
        ConfigError: a value of another type, or refused by the dataclass.
    """
    hints = typing.get_type_hints(kind)
    fields = [field.name for field in dataclasses.fields(kind)]  # type: ignore[arg-type]
    arguments = {name: _convert(hints[name], values[name], f"{prefix}{name}") for name in fields}
    try:
        return kind(**arguments)
    except ValueError as error:
        raise ConfigError(str(error)) from None


def _convert(hint: Any, value: Any, key: str) -> Any:
    """`value` as `hint` wants it: a nested dataclass, a Literal, an optional, a tuple of names, a path, a number."""
    origin, options = typing.get_origin(hint), typing.get_args(hint)
    if dataclasses.is_dataclass(hint):
        return build(hint, value, f"{key}.")  # type: ignore[arg-type]
    if origin in (types.UnionType, typing.Union):
        inner = next(option for option in options if option is not type(None))
        return None if value is None else _convert(inner, value, key)
    if origin is Literal:
        if value not in options:
            raise ConfigError(f"{key} must be one of {', '.join(map(str, options))}, got {value!r}")
        return value
    if origin is tuple and isinstance(value, list) and all(isinstance(name, str) for name in value):
        return tuple(value)
    if hint is Path and isinstance(value, str) and value:
        return Path(os.path.expanduser(value))
    if hint is float and isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if isinstance(hint, type) and type(value) is hint:
        return value
    wanted = {int: "a whole number", float: "a number", bool: "true or false", Path: "a path", str: "a name"}
    raise ConfigError(f"{key} must be {wanted.get(hint, 'a list of names')}, got {value!r}")


def _merged(name: str, overrides: Sequence[str]) -> dict[str, Any]:
    """The YAML files with the overrides in them."""
    from hydra import compose as hydra_compose  # noqa: TID251 - the one file of this package that composes
    from hydra import initialize_config_dir  # noqa: TID251
    from hydra.core.global_hydra import GlobalHydra  # noqa: TID251
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    if name not in names():
        raise ConfigError(f"unknown configuration '{name}'; known: {', '.join(names())}")
    GlobalHydra.instance().clear()
    with initialize_config_dir(config_dir=str(CONF), version_base="1.3"):
        base = hydra_compose(name)
    legal = list(_flat(OmegaConf.to_container(base, resolve=False)))  # type: ignore[arg-type]
    for override in overrides:
        key = override.partition("=")[0]
        if not re.fullmatch(r"[A-Za-z_][\w.]*=.*", override, re.DOTALL):
            raise ConfigError(f"'{override}' is neither a flag nor key=value")
        if key not in legal:
            near = difflib.get_close_matches(key, legal, n=1)
            raise ConfigError(f"unknown option '{key}'" + (f"; did you mean '{near[0]}'?" if near else ""))
    try:
        merged = OmegaConf.merge(base, OmegaConf.from_dotlist(list(overrides)))
        plain: dict[str, Any] = OmegaConf.to_container(merged, resolve=True)  # type: ignore[assignment]
    except (OmegaConfBaseException, ValueError) as error:
        raise ConfigError(" ".join(str(error).split())) from None
    except Exception as error:  # the YAML reader of a value has errors of its own
        if type(error).__module__.startswith("yaml"):
            raise ConfigError(f"a value is not YAML: {' '.join(str(error).split())}") from None
        raise
    return plain


def _flat(config: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in config.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = value
    return flat
