"""Checks a run's record and tables against the schema; every problem is one plain sentence, an empty list is good."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from benchmark.core.status import Status
from benchmark.core.types import EXTENDED_EMOTIONS
from benchmark.results.schema import (
    LEFT_OUT_WORDS,
    METRIC_CARD,
    RUN,
    SAMPLE_CARD,
    SCORES,
    SCORES_KEY,
    SUMMARY,
    SUMMARY_KEY,
    UNIT_RANGES,
    Column,
)

_SHOWN = 3


def check_run(record: Mapping[str, Any]) -> list[str]:
    """Problems of a `run.json`."""
    problems = []
    for field in RUN:
        if field.name not in record:
            if field.required:
                problems.append(f"run.json: field '{field.name}' is missing ({field.meaning})")
            continue
        value = record[field.name]
        kinds = field.kind if isinstance(field.kind, tuple) else (field.kind,)
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            expected = " or ".join(kind.__name__ for kind in kinds)
            problems.append(f"run.json: field '{field.name}' must be {expected}, got {type(value).__name__}")
        elif field.legal and value not in field.legal:
            problems.append(f"run.json: field '{field.name}' is {value!r}, allowed: {words(field.legal)}")
    if problems:
        return problems
    try:
        json.dumps(record, allow_nan=False)
    except ValueError:
        problems.append("run.json: holds NaN or infinity")
    if not isinstance(record["method"].get("name"), str):
        problems.append("run.json: method.name is missing")
    problems += _check_cards(record["metrics"], METRIC_CARD, "metrics")
    problems += _check_cards(record["samples"], SAMPLE_CARD, "samples")
    counts = record["counts"]
    for name in ("planned", "generated", "scored"):
        if not isinstance(counts.get(name), int) or counts[name] < 0:
            problems.append(f"run.json: counts.{name} must be a whole number, got {counts.get(name)!r}")
    if not isinstance(counts.get("failed", {}), dict):
        problems.append("run.json: counts.failed must map a status to a number of samples")
    return problems


def check_scores(frame: pd.DataFrame) -> list[str]:
    """Problems of a scores table: columns, types, legal values, duplicates, ranges, rows without value or reason."""
    problems = check_columns(frame, SCORES, "scores")
    if problems:
        return problems
    for name in ("run_id", "method", "dataset", "split"):
        if frame[name].nunique() > 1:
            problems.append(f"scores: column '{name}' must be the same in every row, got {words(frame[name].unique())}")
    problems += check_duplicates(frame, SCORES_KEY, "scores")
    ok = frame["status"] == Status.OK
    present = frame["value"].notna()
    where = frame["sample_id"].astype(str) + "/" + frame["metric"].astype(str)
    problems += faulty(where[ok & ~present], "scores: status 'ok' without a value")
    problems += faulty(where[~ok & present], "scores: a value beside a status other than 'ok'")
    problems += faulty(where[~ok & (frame["reason"] == "")], "scores: no reason given")
    said = (frame["reason"] != "") & ~frame["reason"].str.startswith(LEFT_OUT_WORDS)
    problems += faulty(where[ok & said], "scores: a reason beside the status 'ok'")
    problems += faulty(where[np.isinf(frame["value"].to_numpy(dtype=float))], "scores: infinite value")
    extended = frame["emotion"].isin(EXTENDED_EMOTIONS)
    problems += faulty(where[extended != (frame["group"] == "extended")], "scores: group does not fit the emotion")
    problems += _check_ranges(frame, where, ("value",), "scores")
    facts = frame.groupby("sample_id")[["speaker", "emotion", "source_emotion", "intensity"]].nunique()
    problems += faulty(facts.index[(facts > 1).any(axis=1)], "scores: a sample's rows disagree on speaker or emotion")
    sizes = frame.groupby(frame["metric"] + " (" + frame["protocol"] + ")")["sample_id"].nunique()
    planned = frame["sample_id"].nunique()
    for metric, size in sizes[sizes != planned].items():
        problems.append(f"scores: metric {metric} has rows for {size} of {planned} samples")
    return problems


def check_summary(frame: pd.DataFrame) -> list[str]:
    """Problems of a summary table: columns, types, duplicates, and that intervals and counts are possible."""
    problems = check_columns(frame, SUMMARY, "summary")
    if problems:
        return problems
    problems += check_duplicates(frame, SUMMARY_KEY, "summary")
    where = frame["metric"].astype(str) + "/" + frame["group"].astype(str) + "=" + frame["group_value"].astype(str)
    low, high, value = (frame[name].to_numpy(dtype=float) for name in ("ci_low", "ci_high", "value"))
    empty = np.isnan(low) & np.isnan(high)
    problems += faulty(where[np.isnan(low) != np.isnan(high)], "summary: only one end of the interval is given")
    problems += faulty(where[low > high], "summary: the interval's ends are in the wrong order")
    problems += faulty(where[~empty & (frame["clusters"] < 2)], "summary: an interval from fewer than two speakers")
    problems += faulty(where[~empty & frame["ci_level"].isna()], "summary: an interval without its level")
    problems += faulty(where[~empty & (frame["ci_method"] == "")], "summary: an interval without its method")
    problems += faulty(where[frame["n_scored"] > frame["n_planned"]], "summary: more samples scored than planned")
    problems += faulty(where[frame["clusters"] > frame["n_scored"]], "summary: more speakers than scored samples")
    problems += faulty(where[(frame["n_scored"] == 0) & ~np.isnan(value)], "summary: a value from no sample")
    ok = frame["status"] == Status.OK
    problems += faulty(where[ok == np.isnan(value)], "summary: status 'ok' must come with a value, any other without")
    problems += faulty(where[~ok & (frame["reason"] == "")], "summary: no reason given")
    problems += faulty(where[np.isinf(value) | np.isinf(low) | np.isinf(high)], "summary: infinite number")
    problems += _check_ranges(frame, where, ("value",), "summary")
    return problems


def check_columns(frame: pd.DataFrame, columns: Sequence[Column], table: str, others: bool = False) -> list[str]:
    """Columns that are missing, of another type, or hold illegal values. `others`: whether further ones are allowed."""
    names = [column.name for column in columns]
    problems = [f"{table}: column '{name}' is missing" for name in names if name not in frame]
    if not others:
        problems += [f"{table}: column '{name}' is not in the schema" for name in frame if name not in names]
    for column in columns:
        if column.name in frame:
            problems += _check_column(frame[column.name], column, table)
    return problems


def _check_column(series: pd.Series, column: Column, table: str) -> list[str]:
    label = f"{table}: column '{column.name}'"
    if not column.nullable and series.isna().any():
        return [f"{label} has {int(series.isna().sum())} empty cells and allows none"]
    fits = {
        "string": lambda: isinstance(series.dtype, pd.StringDtype) or all(isinstance(value, str) for value in series),
        "int64": lambda: pd.api.types.is_integer_dtype(series),
        "float64": lambda: pd.api.types.is_float_dtype(series),
    }
    if len(series) and not fits[column.kind]():
        return [f"{label} must be {column.kind}, got {series.dtype}"]
    wrong: list[Any] = []
    if column.legal:
        wrong = [value for value in series.unique() if value not in column.legal]
    elif column.pattern is not None:
        wrong = [value for value in series.unique() if not column.pattern.fullmatch(value)]
    elif column.low is not None or column.high is not None:
        low = -math.inf if column.low is None else column.low
        high = math.inf if column.high is None else column.high
        wrong = [value for value in series.dropna().unique() if not low <= value <= high]
    return [f"{label} holds {words(wrong)}, which the schema does not allow"] if wrong else []


def _check_ranges(frame: pd.DataFrame, where: pd.Series, names: Sequence[str], table: str) -> list[str]:
    problems = []
    for unit, (low, high) in UNIT_RANGES.items():
        for name in names:
            outside = (frame["unit"] == unit) & ((frame[name] < low - 1e-9) | (frame[name] > high + 1e-9))
            problems += faulty(where[outside], f"{table}: {name} outside {low:g} to {high:g} {unit}")
    return problems


def check_duplicates(frame: pd.DataFrame, key: Sequence[str], table: str) -> list[str]:
    """Rows whose key occurs before."""
    twice = frame[frame.duplicated(list(key))]
    rows = ["/".join(str(value) for value in row) for row in twice[list(key)].itertuples(index=False)]
    return faulty(rows, f"{table}: rows given twice")


def _check_cards(cards: Sequence[Any], names: Sequence[str], field: str) -> list[str]:
    problems = []
    for i, card in enumerate(cards):
        missing = [name for name in names if not isinstance(card, dict) or name not in card]
        if missing:
            problems.append(f"run.json: {field}[{i}] lacks {words(missing)}")
    return problems


def faulty(rows: Sequence[str] | pd.Series | pd.Index, problem: str) -> list[str]:
    """One sentence for all rows that share a problem, naming the first few."""
    if len(rows) == 0:
        return []
    return [f"{problem}: {words(rows)}"]


def words(values: Any) -> str:
    """The first few values, and how many more there are."""
    shown = [str(value) for value in list(values)[:_SHOWN]]
    more = len(values) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")
