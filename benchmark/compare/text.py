"""The report of a comparison for the terminal and, as plain values, for JSON."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any

from benchmark.analysis import format
from benchmark.analysis.comparison import Comparisons
from benchmark.analysis.pairwise import Comparison
from benchmark.analysis.text_table import aligned

NOTES = (
    "difference: first minus second. Holm: p adjusted over the split's family, all pairs of ranked methods by its",
    "primary metric, whatever is compared here; the verdict goes by it. Other tests are exploratory, with their own p.",
    "shown from: smallest true difference that this split shows with a power of 80 %, before Holm.",
    "flips: permutation of whole speakers, of differences (right or wrong: clustered McNemar) and of ranks (clustered",
    "Wilcoxon). Wilcoxon, McNemar: over samples, true of these speakers only.",
    "d_z: mean over standard deviation of the differences. Set metrics (FID) have an interval and no test.",
)


def lines(found: Comparisons) -> str:
    """The report for the terminal: verdicts, the other tests, ranks, notes, and a sentence a pair."""
    parts = [_verdict_table(found), "", _tests_table(found), ""]
    if ranks := _ranks_table(found):
        parts += [ranks, ""]
    parts += [
        *NOTES,
        *(f"left out: {sentence}" for sentence in found.left_out),
        "",
        f"{format.plural(found.tests, 'test')} adjusted together (Holm)",
        *(summary(found, first, second) for first, second in combinations(found.methods, 2)),
    ]
    return "\n".join(parts)


def summary(found: Comparisons, first: str, second: str) -> str:
    """By which metrics one of two methods is better, in one sentence."""
    pairs = [one for one in found.comparisons if (one.first, one.second) == (first, second)]
    parts = []
    for what, tested in (
        ("primary", [one for one in pairs if math.isfinite(one.p_holm)]),
        ("exploratory", [one for one in pairs if one.exploratory]),
    ):
        better = {name: [one.metric for one in tested if one.verdict(found.level) == name] for name in (first, second)}
        better = {name: metrics for name, metrics in better.items() if metrics}
        count = format.plural(len(tested), f"{what} metric")
        if better:
            parts.append(f"of {count}, " + "; ".join(f"{n} is better by {', '.join(by)}" for n, by in better.items()))
        elif tested:
            parts.append(f"no significant difference by {count}")
    return f"{first} and {second}: {'; '.join(parts) or 'no test'}"


def _verdict_table(found: Comparisons) -> str:
    head = (*_pair_head(found), "difference", f"{found.level:.0%} interval", "p", "Holm", "shown from", "better")
    rows: list[tuple[str, ...]] = [head]
    for one in found.comparisons:
        values = f"{format.significant(one.first_value)} / {format.significant(one.second_value)}"
        low, high = format.significant(one.ci_low), format.significant(one.ci_high)
        verdict = one.verdict(found.level) + (" (exploratory)" if one.exploratory else "")
        tests = (format.p_value(one.p), format.p_value(one.p_holm), format.significant(one.detectable), verdict)
        interval = f"{low} to {high}" if math.isfinite(one.ci_low) else "-"
        rows.append((*_named(found, one), values, format.significant(one.difference), interval, *tests))
    return aligned(rows)


def _tests_table(found: Comparisons) -> str:
    head = (*_pair_head(found)[:-1], "flips", "of ranks", "Wilcoxon", "McNemar", "d_z", "samples", "speakers")
    rows: list[tuple[str, ...]] = [head]
    for one in found.comparisons:
        if one.level == "sample":
            p_values = (one.p_permutation, one.p_wilcoxon_speakers, one.p_wilcoxon, one.p_mcnemar)
            cells = (*map(format.p_value, p_values), format.significant(one.effect))
            rows.append((*_named(found, one), *cells, format.coverage(one.n, one.planned), str(one.clusters)))
    return aligned(rows)


def _pair_head(found: Comparisons) -> tuple[str, ...]:
    """Two methods stand in the head, more in columns of their own."""
    if len(found.methods) == 2:
        return "metric", "", " / ".join(found.methods)
    return "metric", "", "first", "second", "values"


def _ranks_table(found: Comparisons) -> str:
    """Ranks by the primary metrics; "" where there is none."""
    rows = [
        (found.of(metric)[0].title, *(found.rank(metric, method) for method in found.methods))
        for metric in found.metrics
        if found.keys[metric] in found.standings.primary
    ]
    head = ("ranks on the split; who shares a letter is tied", *found.methods)
    return aligned([head, *rows]) if rows else ""


def _named(found: Comparisons, one: Comparison) -> tuple[str, ...]:
    title = f"{one.title} [{one.unit}]" if one.unit else one.title
    pair = () if len(found.methods) == 2 else (one.first, one.second)
    return title, "↑" if one.higher_is_better else "↓", *pair


def plain(found: Comparisons) -> dict[str, Any]:
    """The comparisons as JSON: no NaN."""
    rows = [
        {key: None if isinstance(value, float) and not math.isfinite(value) else value for key, value in row.items()}
        for row in found.table().to_dict("records")
    ]
    return {
        "methods": found.methods,
        "level": found.level,
        "tests": found.tests,
        "primary": found.standings.primary,
        "comparisons": rows,
        "ranks": [_rank(found, metric, method) for metric in found.metrics for method in found.methods],
        "left_out": found.left_out,
    }


def _rank(found: Comparisons, metric: str, method: str) -> dict[str, Any]:
    key = found.keys[metric]
    rank = found.standings.rank(key, method)
    return {
        "metric": metric,
        "method": method,
        "best": rank.best if rank else None,
        "worst": rank.worst if rank else None,
        "letters": found.standings.letters[key][method] if rank else "",
        "not_ranked": "" if rank else found.rank(metric, method),
    }
