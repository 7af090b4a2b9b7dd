"""Configuration of training: a YAML file of `conf/` and `key=value` overrides in, a `TrainConfig` out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmark.core.compose import compose_files, names_in
from benchmark.core.errors import UsageError
from benchmark.core.overrides import build, flat, kinds_of, read_value, refuse_unknown, set_value, split_override
from cmet.training.run_config import TrainConfig

CONF = Path(__file__).parent / "conf"


def names() -> list[str]:
    """The configurations there are."""
    return names_in(CONF)


def compose(name: str = "train", overrides: Sequence[str] = ()) -> TrainConfig:
    """Read a configuration, apply overrides, check every value.

    Args:
        name: of a file of `conf/`.
        overrides: `key=value`, as typed: `schedule.batch=64`, `data.emotions=happy,neutral`.

    Raises:
        UsageError: an unknown configuration, key or value, or a mandatory value that is missing.
    """
    if name not in names():
        raise UsageError(f"unknown configuration '{name}'; known: {', '.join(names())}")
    plain = compose_files(CONF, name)
    kinds, legal = kinds_of(TrainConfig), list(flat(plain))
    for key, text in map(split_override, overrides):
        refuse_unknown(key, legal)
        set_value(plain, key, read_value(key, text, kinds[key]))
    return build(TrainConfig, plain)
