"""The report for programs: one long CSV of all numbers, or one JSON of everything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pandas as pd

from benchmark.report import words
from benchmark.report.failures import failures
from benchmark.report.papers import MARK, paper_tables
from benchmark.report.provenance import provenance
from benchmark.report.tables import Column, Tables

FORMAT = 1
"""Version of the JSON's layout; moves when a field changes its meaning or goes."""


def to_csv(tables: Tables) -> str:
    """One line a number: method, measure, group of samples; all digits; empty where there is none."""
    table = pd.DataFrame(list(_rows(tables)), columns=list(_COLUMNS))
    return table.to_csv(index=False, lineterminator="\n")


def to_json(tables: Tables) -> str:
    """Everything of the report but pictures. A missing number is null."""
    evidence = tables.evidence
    document = {
        "format": FORMAT,
        "dataset": evidence.dataset,
        "split": evidence.split,
        "tests": tables.tests,
        "caption": words.caption(tables, tables.overall),
        "methods": [
            {"method": e.method, "title": e.title, "role": e.role, "mock": e.mock, "card": dict(e.card)}
            for e in evidence.entries
        ],
        "numbers": list(_rows(tables)),
        "paper_reported": [
            {
                "paper": p.paper,
                "table": p.table,
                "protocol": p.protocol,
                "source": p.source,
                "rows": [
                    {"method": method.removesuffix(MARK), "cue": cue}
                    | {name: float(text) if text else None for name, text in zip(p.metrics, numbers, strict=True)}
                    for method, cue, numbers in p.rows
                ],
            }
            for p in paper_tables(evidence.dataset)
        ],
        "absent": [{"measure": a.facts.measure.key, "title": a.facts.title, "reason": a.reason} for a in tables.absent],
        "confusion": [
            {
                "method": c.entry.method,
                "judge": c.judge,
                "protocol": c.protocol,
                "wanted": list(c.counts.index),
                "seen": list(c.counts.columns),
                "counts": c.counts.to_numpy().tolist(),
                "without_answer": c.missing,
            }
            for c in tables.confusions
        ],
        "failures": [
            {
                "method": f.method,
                "status": f.status,
                "reason": f.reason,
                "metrics": list(f.metrics),
                "samples": list(f.samples),
            }
            for f in failures(evidence)
        ],
        "provenance": [
            {"method": run.method, "facts": dict(run.facts), "weights": [dict(w) for w in run.weights]}
            for run in provenance(evidence)
        ],
        "left_out": list(evidence.left_out),
    }
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False, default=str) + "\n"


_COLUMNS = (
    "method title role mock metric metric_title protocol version judges unit higher_is_better group group_value value "
    "ci_low ci_high ci_level ci_method n_scored n_planned clusters status reason ranked why_not_ranked place p_best "
    "p_holm rank_best rank_worst"
).split()


def _rows(tables: Tables) -> Iterator[dict[str, Any]]:
    columns = [*tables.overall, *(c for grouped in tables.groups.values() for group in grouped for c in group)]
    for column in columns:
        yield from _cells(tables, column)


def _cells(tables: Tables, column: Column) -> Iterator[dict[str, Any]]:
    facts, measure = column.facts, column.facts.measure
    for entry in tables.entries:
        cell = column.cells.get(entry.method)
        if cell is None:
            continue
        yield {
            "method": entry.method,
            "title": entry.title,
            "role": entry.role,
            "mock": entry.mock,
            "metric": measure.metric,
            "metric_title": facts.title,
            "protocol": measure.protocol,
            "version": measure.version,
            "judges": measure.judges,
            "unit": facts.unit,
            "higher_is_better": facts.higher_is_better,
            "group": column.group,
            "group_value": column.group_value,
            "value": cell.value,
            "ci_low": cell.low,
            "ci_high": cell.high,
            "ci_level": tables.evidence.level if cell.low is not None else None,
            "ci_method": cell.ci_method,
            "n_scored": cell.n_scored,
            "n_planned": cell.n_planned,
            "clusters": cell.clusters,
            "status": cell.status,
            "reason": cell.reason,
            "ranked": not cell.unranked,
            "why_not_ranked": cell.unranked,
            "place": cell.place,
            "p_best": cell.p_best,
            "p_holm": cell.p_holm,
            "rank_best": cell.rank.best if cell.rank else None,
            "rank_worst": cell.rank.worst if cell.rank else None,
        }
