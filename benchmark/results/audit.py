"""Checks a whole run: each file against the schema, and the files against each other.

The summary is recomputed from the scores and resamples, so a number that was changed by hand, or made otherwise, is
found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmark.core.status import Status
from benchmark.results.audit_details import audit_files, audit_judgements, audit_keys, audit_timing, audit_videos
from benchmark.results.audit_evidence import audit_intervals, audit_means, audit_ranges, audit_resamples
from benchmark.results.check import check_run, check_scores, check_summary
from benchmark.results.evidence import INTERVALS_FILE, RESAMPLES_FILE, read_intervals, read_resamples
from benchmark.results.judgements import JUDGEMENTS_FILE, read_judgements
from benchmark.results.store import ResultsError, check_place, load_run, load_scores, load_summary
from benchmark.results.timing import TIMING_FILE, read_timing

TOLERANCE = 1e-9
"""Largest relative difference between a summary's mean and the mean of the scores: float64, summed in another order."""


def audit_run(folder: Path, videos: bool = False) -> list[str]:
    """Problems of a run folder, each one plain sentence; an empty list is good. A run that did not finish is one.

    Args:
        folder: the run's.
        videos: whether the outputs are looked at too.
    """
    try:
        record = load_run(folder)
    except ResultsError as error:
        return [str(error)]
    problems = check_run(record)
    if problems:
        return problems
    problems = check_place(folder, record)
    if record["status"] != "complete":
        because = f": {record['error']}" if record.get("error") else ""
        return [*problems, f"run.json: the run is not complete but {record['status']}{because}"]
    tables: list[pd.DataFrame] = []
    for load, check in ((load_scores, check_scores), (load_summary, check_summary)):
        try:
            table = load(folder)
        except ResultsError as error:
            problems.append(str(error))
            continue
        faults = check(table)
        problems += faults
        if not faults:
            tables.append(table)
    problems += audit_keys(record) + audit_files(folder, record)
    if videos:
        problems += audit_videos(folder, record)
    if len(tables) == 2:
        problems += _belongs(record, tables[0], "scores") + _belongs(record, tables[1], "summary")
        problems += _coverage(record, tables[0])
        problems += _agreement(tables[0], tables[1])
        problems += audit_ranges(record, tables[0], "scores") + audit_ranges(record, tables[1], "summary")
        problems += audit_means(record, tables[0], tables[1])
        problems += _evidence(folder, record, tables[0], tables[1])
    return problems


def _evidence(folder: Path, record: Mapping[str, Any], scores: pd.DataFrame, summary: pd.DataFrame) -> list[str]:
    """The tables beside the two. A table that the run's version did not have yet may be absent."""
    problems: list[str] = []
    checks: dict[str, Callable[[], list[str]]] = {
        INTERVALS_FILE: lambda: audit_intervals(read_intervals(folder), scores, summary),
        RESAMPLES_FILE: lambda: audit_resamples(record, read_resamples(folder), summary),
        JUDGEMENTS_FILE: lambda: audit_judgements(read_judgements(folder), scores),
        TIMING_FILE: lambda: audit_timing(record, read_timing(folder)),
    }
    for name, check in checks.items():
        if not (folder / name).is_file():
            if "files" in record:
                problems.append(f"{name}: missing although the run is complete")
            continue
        try:
            problems += check()
        except ResultsError as error:
            problems.append(str(error))
    return problems


def _belongs(record: Mapping[str, Any], table: pd.DataFrame, name: str) -> list[str]:
    expected = {"method": record["method"]["name"], "dataset": record["dataset"], "split": record["split"]}
    if "run_id" in table:
        expected["run_id"] = record["run_id"]
    problems = []
    for column, value in expected.items():
        others = sorted(set(table[column]) - {value})
        if others:
            problems.append(f"{name}: column '{column}' holds {others[0]}, run.json says {value}")
    known = {(card["name"], card["protocol"]) for card in record["metrics"]}
    for metric, protocol in sorted(set(zip(table["metric"], table["protocol"], strict=True)) - known):
        problems.append(f"{name}: metric {metric} ({protocol}) is not among the metrics of run.json")
    return problems


def _coverage(record: Mapping[str, Any], scores: pd.DataFrame) -> list[str]:
    """Every planned sample must have a row for every per-sample metric of the run."""
    problems = []
    planned = [card["id"] for card in record["samples"]]
    if len(set(planned)) != len(planned):
        problems.append("run.json: a sample is planned twice")
    if record["counts"]["planned"] != len(planned):
        problems.append(f"run.json: counts.planned is {record['counts']['planned']}, samples are {len(planned)}")
    for card in record["metrics"]:
        if card["level"] != "sample":
            continue
        rows = scores[(scores["metric"] == card["name"]) & (scores["protocol"] == card["protocol"])]
        missing = sorted(set(planned) - set(rows["sample_id"]))
        extra = sorted(set(rows["sample_id"]) - set(planned))
        if missing:
            problems.append(
                f"scores: {card['name']} has no row for {missing[0]} ({len(missing)} of {len(planned)} missing)"
            )
        if extra:
            problems.append(f"scores: {card['name']} has a row for {extra[0]}, which was not planned")
    return problems


def _agreement(scores: pd.DataFrame, summary: pd.DataFrame) -> list[str]:
    """Every mean and count of the summary must follow from the scores."""
    problems = []
    levels = set(scores["metric"])
    for row in summary[summary["metric"].isin(levels)].to_dict("records"):
        part = scores[(scores["metric"] == row["metric"]) & (scores["protocol"] == row["protocol"])]
        if row["group"] != "all":
            part = part[part[row["group"]].astype(str) == row["group_value"]]
        ok = part[part["status"] == Status.OK]
        name = f"summary: {row['metric']}, {row['group']} {row['group_value']}"
        counts = {"n_planned": len(part), "n_scored": len(ok), "clusters": ok["speaker"].nunique()}
        for column, count in counts.items():
            if row[column] != count:
                problems.append(f"{name}: {column} is {row[column]}, the scores hold {count}")
        if len(ok):
            mean = float(ok["value"].mean())
            if not np.isclose(row["value"], mean, rtol=TOLERANCE, atol=TOLERANCE):
                problems.append(f"{name}: value is {row['value']:.9g}, the mean of the scores {mean:.9g}")
    return problems
