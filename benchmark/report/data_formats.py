"""The report for programs: one long CSV of all numbers, or one JSON of everything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pandas as pd

from benchmark.analysis import words
from benchmark.analysis.long_table import LONG_COLUMNS, long_rows
from benchmark.analysis.papers import MARK, paper_tables
from benchmark.report.failures import failures
from benchmark.report.provenance import provenance
from benchmark.report.tables import Tables

FORMAT = 2
"""Version of the JSON's layout; moves when a field changes its meaning or goes."""


def to_csv(tables: Tables) -> str:
    """One line a number: method, measure, group of samples; all digits; empty where there is none."""
    table = pd.DataFrame(list(_rows(tables)), columns=LONG_COLUMNS)
    return table.to_csv(index=False, lineterminator="\n")


def to_json(tables: Tables) -> str:
    """Everything of the report but pictures. A missing number is null."""
    evidence = tables.evidence
    document = {
        "format": FORMAT,
        "dataset": evidence.dataset,
        "split": evidence.split,
        "tests": tables.table.tests,
        "caption": words.caption(tables.table),
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
                "expected": list(c.counts.index),
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


def _rows(tables: Tables) -> Iterator[dict[str, Any]]:
    groups = [column for grouped in tables.groups.values() for group in grouped for column in group]
    return long_rows(tables.table, [*tables.overall, *groups])
