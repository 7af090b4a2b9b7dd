"""What differs between two runs of one plan: the circumstances in words, the numbers one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from benchmark.results.schema import SCORES_KEY, SUMMARY_KEY

NUMBERS = ("value", "ci_low", "ci_high")
FOUND = ("table", "metric", "protocol", "what", "column", "first", "second", "difference")


def circumstances(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[str]:
    """Sentences on what was not the same when two runs were made: code, packages, machine, weights, plan.

    Args:
        first: a run.json.
        second: another.
    """
    said: list[str] = []

    def unequal(name: str, one: Any, other: Any) -> None:
        if one != other:
            said.append(f"{name}: {one} and {other}")

    for name in ("commit", "version", "dirty"):
        unequal(f"code {name}", *(record.get("code", {}).get(name) for record in (first, second)))
    for name in ("python", "platform"):
        unequal(name, *(record.get("environment", {}).get(name) for record in (first, second)))
    packages = [record.get("environment", {}).get("packages", {}) for record in (first, second)]
    for name in sorted({*packages[0], *packages[1]}):
        unequal(name, *(found.get(name) for found in packages))
    for name in ("device", "batch_size"):
        unequal(name, *(record.get("machine", {}).get(name) for record in (first, second)))
    unequal("GPUs", *(record.get("provenance", {}).get("gpu") for record in (first, second)))
    unequal("method version", *(record["method"].get("version") for record in (first, second)))
    for name in ("generation", "scoring"):
        unequal(f"{name} key", *(record["fingerprints"].get(name) for record in (first, second)))
    readers = [record["fingerprints"].get("extraction") or {} for record in (first, second)]
    for name in sorted({*readers[0], *readers[1]}):
        unequal(f"extraction key of {name}", *(found.get(name) for found in readers))
    weights = [{w["name"]: w.get("sha256") for w in record.get("weights", [])} for record in (first, second)]
    for name in sorted({*weights[0], *weights[1]}):
        unequal(f"weights {name}", *(found.get(name) for found in weights))
    unequal("split", *(record.get("split_sha256") for record in (first, second)))
    cards = [{c["name"]: f"{c['protocol']}@{c['version']}" for c in record["metrics"]} for record in (first, second)]
    for name in sorted({*cards[0], *cards[1]}):
        unequal(f"metric {name}", *(found.get(name) for found in cards))
    return said


def differing_scores(first: pd.DataFrame, second: pd.DataFrame, leave_out: Sequence[str] = ()) -> pd.DataFrame:
    """Per-sample rows whose value or status differs, with the columns `FOUND`; values are compared bit by bit."""
    return _differing("scores", first, second, SCORES_KEY, ("value",), leave_out, "sample_id")


def differing_summary(first: pd.DataFrame, second: pd.DataFrame, leave_out: Sequence[str] = ()) -> pd.DataFrame:
    """Summary rows whose value, interval or status differs, likewise."""
    key = tuple(name for name in SUMMARY_KEY if name != "method")
    return _differing("summary", first, second, key, NUMBERS, leave_out, "group_value")


def _differing(
    table: str,
    first: pd.DataFrame,
    second: pd.DataFrame,
    key: Sequence[str],
    columns: Sequence[str],
    leave_out: Sequence[str],
    what: str,
) -> pd.DataFrame:
    kept = [one[~one["metric"].isin(leave_out)] for one in (first, second)]
    both = kept[0].merge(kept[1], on=list(key), how="outer", suffixes=("_first", "_second"))
    rows: list[dict[str, Any]] = []
    for row in both.to_dict("records"):
        for column in (*columns, "status"):
            one, other = row[f"{column}_first"], row[f"{column}_second"]
            if one == other or (pd.isna(one) and pd.isna(other)):
                continue
            numbers = column != "status" and not pd.isna(one) and not pd.isna(other)
            rows.append(
                {
                    "table": table,
                    "metric": row["metric"],
                    "protocol": row["protocol"],
                    "what": row[what],
                    "column": column,
                    "first": None if pd.isna(one) else one,
                    "second": None if pd.isna(other) else other,
                    "difference": float(other) - float(one) if numbers else np.nan,
                }
            )
    return pd.DataFrame(rows, columns=list(FOUND))
