"""Reads records of older schema versions as if they were of today's: one step a version, which invents nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def _from_1(record: dict[str, Any]) -> dict[str, Any]:
    """Version 2 added `provenance`, `intervals.csv`, `resamples.parquet`; what an old run did not note is unknown."""
    return {"provenance": {}, **record}


STEPS: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _from_1}
"""Version -> how a record of it becomes one of the next."""


def migrate(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record in the newest version it can be brought to; `migrated_from` says where it came from.

    A version that is unknown (newer, or no number) is left as it is, for the check to refuse.
    """
    new = dict(record)
    start = new.get("schema_version")
    while type(new.get("schema_version")) is int and new["schema_version"] in STEPS:
        version = new["schema_version"]
        new = STEPS[version](new) | {"schema_version": version + 1}
    if new.get("schema_version") != start:
        new.setdefault("migrated_from", start)
    return new
