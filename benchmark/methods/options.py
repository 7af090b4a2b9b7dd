"""Checking a method's options: an unknown one is an error, never ignored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmark.core.errors import UsageError, nearest


def no_options(method: str, options: Mapping[str, Any]) -> None:
    """Refuse every option of a method that has none. Raises UsageError."""
    only_options(method, options, ())


def only_options(method: str, options: Mapping[str, Any], legal: tuple[str, ...]) -> None:
    """Refuse options that the method does not have. Raises UsageError that names the nearest."""
    for name in options:
        if name not in legal:
            hint = nearest(name, legal) if legal else "; it has none"
            raise UsageError(f"method '{method}' has no option '{name}'{hint}")
