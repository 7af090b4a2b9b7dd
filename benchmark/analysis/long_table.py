"""The table for programs: one row a number, with all its digits and what belongs to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from benchmark.analysis.table import Column, Table

LONG_COLUMNS = (
    "dataset split method title role mock metric metric_title protocol version judges unit higher_is_better group "
    "group_value value ci_low ci_high ci_level ci_method n_scored n_planned clusters status reason primary ranked "
    "why_not_ranked place p_best p_holm rank_best rank_worst run_id finished"
).split()


def long_frame(table: Table) -> pd.DataFrame:
    """One row a number, all digits, rows in the order of the table; what is missing is NaN."""
    return pd.DataFrame(list(long_rows(table, table.columns)), columns=LONG_COLUMNS)


def long_rows(table: Table, columns: Sequence[Column]) -> Iterator[dict[str, Any]]:
    """The cells of columns one by one, with the names of `LONG_COLUMNS`."""
    for column in columns:
        facts, measure = column.facts, column.facts.measure
        for entry in table.entries:
            cell = column.cells.get(entry.method)
            if cell is None:
                continue
            yield {
                "dataset": table.dataset,
                "split": table.split,
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
                "ci_level": table.level if cell.low is not None else None,
                "ci_method": cell.ci_method,
                "n_scored": cell.n_scored,
                "n_planned": cell.n_planned,
                "clusters": cell.clusters,
                "status": cell.status,
                "reason": cell.reason,
                "primary": column.primary,
                "ranked": cell.ranked,
                "why_not_ranked": cell.unranked,
                "place": cell.place,
                "p_best": cell.p_best,
                "p_holm": cell.p_holm,
                "rank_best": cell.rank.best if cell.rank else None,
                "rank_worst": cell.rank.worst if cell.rank else None,
                "run_id": cell.run_id,
                "finished": entry.finished,
            }
