"""Converts records and tables of older versions to today's, one step a version; what an old one lacks stays empty."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from benchmark.core.status import OLD_WORDS, current_word


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
    counts = new.get("counts")
    failed = counts.get("failed") if isinstance(counts, dict) else None
    if isinstance(counts, dict) and isinstance(failed, dict) and OLD_WORDS.keys() & failed.keys():
        new["counts"] = counts | {"failed": _with_current_keys(failed)}
    return new


def with_current_words(table: pd.DataFrame) -> pd.DataFrame:
    """The table, its column `status` in today's words (`benchmark.core.status`); other words stay as they are."""
    if "status" in table and (old := table["status"].isin(list(OLD_WORDS))).any():
        table.loc[old, "status"] = table.loc[old, "status"].map(current_word)
    return table


def _with_current_keys(failed: Mapping[str, Any]) -> dict[str, Any]:
    """Counts by status, those of one condition under its one word."""
    found: dict[str, Any] = {}
    for word, count in failed.items():
        found[current_word(word)] = found.get(current_word(word), 0) + count
    return dict(sorted(found.items()))
