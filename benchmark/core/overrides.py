"""`key=value` as people type it: what a key holds decides how its value is read.

Text and paths are taken as they were typed: `2024_05_01`, `010`, `12:30:45`, `run #3`, `x: y` and `null` stay what they
are; nothing after the `=` leaves out an optional value. Numbers are decimal, and what is none is refused. Only lists
and mappings are YAML. Which kind a key has is said by the type of a dataclass's field, or by the value in its file.
"""

from __future__ import annotations

import dataclasses
import json
import re
import types
import typing
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

from benchmark.core.errors import UsageError, nearest, one_line, user_path

T = TypeVar("T")
MISSING = "???"
"""What a file says for a value that must be given."""
WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_WHOLE = re.compile(r"[+-]?\d+")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_EXPECTED: Mapping[Any, str] = {int: "a whole number", float: "a number", bool: "true or false", Path: "a path"}
Number = int | float
"""Kind of a value whose file says a number: whole ones stay whole."""


def split_override(word: str) -> tuple[str, str]:
    """`key=value` -> key and value. Raises UsageError."""
    match = re.fullmatch(r"([A-Za-z_][\w.\-]*)=(.*)", word, re.DOTALL)
    if match is None:
        raise UsageError(f"'{word}' is neither a flag nor key=value; see --help")
    return match[1], match[2]


def override_text(key: str, value: object) -> str:
    """A value of a program as `key=value`, the way a person would type it."""
    if value is None or isinstance(value, bool):
        return f"{key}={'' if value is None else str(value).lower()}"
    return f"{key}={json.dumps(value) if isinstance(value, (list, tuple, dict)) else value}"


def kinds_of(schema: type, prefix: str = "") -> dict[str, Any]:
    """Dotted key -> type, of every field of a dataclass and of the dataclasses in it."""
    kinds: dict[str, Any] = {}
    for name, hint in typing.get_type_hints(schema).items():
        if dataclasses.is_dataclass(hint):
            kinds |= kinds_of(typing.cast(type, hint), f"{prefix}{name}.")
        else:
            kinds[f"{prefix}{name}"] = hint
    return kinds


def kind_of(value: Any) -> Any:
    """What a key holds whose value in its file is this one. Text where the file leaves it out."""
    if isinstance(value, bool):
        return bool
    if isinstance(value, (int, float)):
        return Number
    return str | None if value is None else str if isinstance(value, str) else type(value)


def flat(config: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Dotted key -> value; an empty mapping is a value."""
    found: dict[str, Any] = {}
    for key, value in config.items():
        if isinstance(value, Mapping) and value:
            found |= flat(value, f"{prefix}{key}.")
        else:
            found[f"{prefix}{key}"] = value
    return found


def refuse_unknown(key: str, legal: Iterable[str]) -> None:
    """Raise UsageError, with the nearest legal key, unless the key is one of them."""
    known = set(legal)
    if key not in known:
        raise UsageError(f"unknown option '{key}'{nearest(key, known)}")


def set_value(config: dict[str, Any], key: str, value: Any) -> None:
    """Put a value where a dotted key says, in place."""
    *parents, last = key.split(".")
    for name in parents:
        config = config.setdefault(name, {})
    config[last] = value


def read_value(key: str, text: str, kind: Any) -> Any:
    """What was typed for a key, as what the key holds.

    Args:
        key: for the message.
        text: as typed.
        kind: a type: str, Path, int, float, bool, a Literal, a tuple of names, list, dict, one of these or None; Any
            for a key that nobody declared, whose text is read as a number, a truth value, a list or a mapping if it
            looks like one.

    Raises:
        UsageError: the text is not of that kind.
    """
    origin, options = typing.get_origin(kind), typing.get_args(kind)
    if kind == Number:
        return int(text) if _WHOLE.fullmatch(text.strip()) else _number(key, text)
    if origin in (types.UnionType, typing.Union):
        inner = next(option for option in options if option is not type(None))
        return None if text == "" or (text == "null" and inner not in (str, Path)) else read_value(key, text, inner)
    if origin is Literal:
        return next((option for option in options if str(option) == text), text)
    if kind is Any:
        return _undeclared(key, text)
    if origin is tuple and not text.lstrip().startswith("["):
        return [name.strip() for name in text.split(",") if name.strip()]
    if origin is tuple or kind in (list, dict):
        return _yaml(key, text)
    if kind is bool:
        if text.strip().lower() not in WORDS:
            raise _not(key, bool, text)
        return WORDS[text.strip().lower()]
    if kind is int:
        if not _WHOLE.fullmatch(text.strip()):
            raise _not(key, int, text)
        return int(text)
    if kind is float:
        return _number(key, text)
    return text


def build(schema: type[T], values: Mapping[str, Any], prefix: str = "") -> T:
    """A dataclass from plain values, each checked against the type of its field and converted to it.

    Raises:
        UsageError: a value of another type, refused by the dataclass, or missing; the message names the key.
    """
    hints = typing.get_type_hints(schema)
    arguments = {}
    for field in dataclasses.fields(schema):  # type: ignore[arg-type]
        if field.name in values or field.default is dataclasses.MISSING:
            key = f"{prefix}{field.name}"
            arguments[field.name] = _convert(hints[field.name], values.get(field.name, MISSING), key)
    try:
        return schema(**arguments)
    except ValueError as error:
        raise UsageError(one_line(error)) from None


def at_least(name: str, value: float, low: float) -> None:
    """Raise ValueError if `value` is below `low`: for a dataclass that checks itself."""
    if value < low:
        raise ValueError(f"{name} must be at least {low}, got {value}")


def between(name: str, value: float, low: float, high: float) -> None:
    """Raise ValueError unless `value` lies between `low` and `high`, neither included."""
    if not low < value < high:
        raise ValueError(f"{name} must be between {low:g} and {high:g}, got {value:g}")


def _convert(hint: Any, value: Any, key: str) -> Any:
    origin, options = typing.get_origin(hint), typing.get_args(hint)
    if value == MISSING:
        raise UsageError(f"{key}=... is missing")
    if dataclasses.is_dataclass(hint):
        return build(typing.cast(type, hint), value, f"{key}.")
    if origin in (types.UnionType, typing.Union):
        inner = next(option for option in options if option is not type(None))
        return None if value is None else _convert(inner, value, key)
    if origin is Literal:
        if value not in options:
            raise UsageError(f"{key} must be one of {', '.join(map(str, options))}, got {value!r}")
        return value
    if origin is tuple and isinstance(value, list) and all(isinstance(name, str) for name in value):
        return tuple(value)
    if hint is Path and isinstance(value, str) and value:
        return user_path(value)
    if hint is float and isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if isinstance(hint, type) and type(value) is hint and value != "":
        return value
    raise _not(key, hint, value)


def _number(key: str, text: str) -> float:
    if not _NUMBER.fullmatch(text.strip()):
        raise _not(key, float, text)
    return float(text)


def _undeclared(key: str, text: str) -> Any:
    if re.fullmatch(r"[+-]?(0|[1-9]\d*)", text):
        return int(text)
    if re.fullmatch(r"[+-]?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", text):
        return float(text)
    if text in ("true", "false", "null"):
        return {"true": True, "false": False, "null": None}[text]
    return _yaml(key, text) if text.startswith(("[", "{")) else text


def _yaml(key: str, text: str) -> Any:
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise UsageError(f"{key}: not YAML: {one_line(error)}") from None


def _not(key: str, kind: Any, value: Any) -> UsageError:
    expected = _EXPECTED.get(kind) or ("a name" if kind is str else "a list of names")
    return UsageError(f"{key} must be {expected}, got {value!r}")
