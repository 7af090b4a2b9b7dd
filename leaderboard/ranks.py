"""Rank ranges of the board's table.

The same tests as `benchmark.compare` (Student's t with a cluster-robust error over speakers), Holm over all pairs of
ranked methods and all per-sample metrics that the table shows: a wider table finds less. Set metrics have no test.
"""

from __future__ import annotations

import pandas as pd

from benchmark.analysis.roles import COMPETITOR
from benchmark.core.status import Status
from benchmark.results.schema import UNIT_RANGES
from benchmark.statistics.difference import UNBOUNDED
from benchmark.statistics.paired import holm
from benchmark.statistics.ranks import ranges_of_pairs, tests_of_pairs

ALPHA = 0.05


def rank_ranges(scores: pd.DataFrame, rows: pd.DataFrame) -> dict[tuple[str, str], str]:
    """(metric, method) -> "2" or "1-3"; only of ranked methods, and never of one alone.

    Args:
        scores: rows of scores tables of the chosen runs, cut to the table's group of samples.
        rows: the table's summary rows; a method is ranked by a metric if it is no frame, no mock, and scored on as many
            samples as the best covered row.
    """
    by_metric = dict(tuple(scores[scores["status"] == Status.OK].groupby(["metric", "protocol"])))
    tests: list[tuple[str, list[str], list[tuple[int, int]], list[float], bool]] = []
    p_values: list[float] = []
    for (metric, protocol), part in rows.groupby(["metric", "protocol"], sort=False):
        own = by_metric.get((metric, protocol))
        ranked = part[(part["role"] == COMPETITOR) & ~part["mock"] & part["value"].notna()]
        ranked = ranked[ranked["n_scored"] == part["n_scored"].max()]
        if own is None or len(ranked) < 2:
            continue
        table = own.pivot_table(index=["sample_id", "speaker"], columns="method", values="value")
        names = [name for name in ranked["method"] if name in table]
        if len(names) < 2:
            continue
        values, speakers = table[names].to_numpy(), table.index.get_level_values("speaker").to_numpy(dtype=str)
        ends = UNIT_RANGES.get(str(part["unit"].iloc[0]), UNBOUNDED)
        pairs, differences, p = tests_of_pairs(values, speakers, ends=ends)
        p_values += p
        tests.append((str(metric), names, pairs, differences, bool(part["higher_is_better"].iloc[0])))
    adjusted, found, start = holm(p_values), {}, 0
    for metric, names, pairs, differences, higher in tests:
        own_p = adjusted[start : start + len(pairs)]
        start += len(pairs)
        ranges = ranges_of_pairs(len(names), pairs, differences, own_p, range(len(names)), higher, ALPHA)
        found.update({(metric, name): str(one) for name, one in zip(names, ranges, strict=True) if one is not None})
    return found
