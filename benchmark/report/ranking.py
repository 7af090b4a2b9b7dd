"""Who may be ranked in a column, and who is best and second.

Ranked is a method that has a number for every sample that the metric applies to; floor and ceiling frame the table, a
mock means nothing, and a row without full coverage averages over other samples: they are shown and not ranked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from benchmark.analysis.failures import not_applicable as not_applicable_rows
from benchmark.core.status import Status
from benchmark.report.evidence import Entry, Evidence, Facts
from benchmark.results.schema import GROUPINGS


def not_applicable(evidence: Evidence) -> Counter[tuple[str, str, str, str]]:
    """Samples that a metric does not apply to: (measure, method, grouping, group) -> how many."""
    scores = not_applicable_rows(evidence.scores)
    found: Counter[tuple[str, str, str, str]] = Counter()
    for grouping in GROUPINGS:
        values = ["all"] * len(scores) if grouping == "all" else [str(value) for value in scores[grouping]]
        found.update(zip(scores["measure"], scores["method"], [grouping] * len(scores), values, strict=True))
    return found


def unranked(facts: Facts, entry: Entry, row: Mapping[str, object], exempt: int, most: int) -> str:
    """Why a method is not ranked in a column; "" if it is.

    Args:
        facts: the column.
        entry: the method.
        row: its summary row.
        exempt: samples that the metric does not apply to (per-sample metrics; others leave no trace of them).
        most: most samples that any method of the column was scored on.
    """
    if entry.role:
        return entry.role
    if entry.mock:
        return "mock"
    if row["status"] != Status.OK:
        return str(row["status"])
    scored, planned = int(str(row["n_scored"])), int(str(row["n_planned"]))
    if facts.level == "sample":
        planned -= exempt
    elif scored < planned and scored == most and all(card["output"] for card in entry.samples.values()):
        planned = most  # samples that the metric does not apply to, the same for everybody
    return "" if scored >= planned else f"scored on {scored} of {planned}"


def places(values: Mapping[str, float], higher_is_better: bool) -> dict[str, int]:
    """1 for the best of the ranked methods, 2 for the second; equal values share a place. Nobody is best alone."""
    if len(values) < 2:
        return {}
    best = sorted(set(values.values()), reverse=higher_is_better)[:2]
    return {method: best.index(value) + 1 for method, value in values.items() if value in best}
