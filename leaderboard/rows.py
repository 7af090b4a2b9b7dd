"""Which rows a reader has chosen; pure functions of summary rows."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from benchmark.analysis.roles import COMPETITOR, in_order


def choose(
    rows: pd.DataFrame,
    dataset: str,
    split: str,
    grouping: tuple[str, str] = ("all", "all"),
    methods: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Rows of one dataset, split and group of samples. Floor and ceiling stay whatever methods are chosen."""
    mask = (rows["dataset"] == dataset) & (rows["split"] == split)
    mask &= (rows["group"] == grouping[0]) & (rows["group_value"] == grouping[1])
    if methods is not None:
        mask &= rows["method"].isin(list(methods)) | (rows["role"] != COMPETITOR)
    return rows[mask]


def groupings(rows: pd.DataFrame) -> list[tuple[str, str]]:
    """Groups of samples that occur, in reading order: all, basic and extended, emotions, intensities; not speakers."""
    order = {"all": 0, "group": 1, "emotion": 2, "intensity": 3}
    found = {(str(g), str(v)) for g, v in zip(rows["group"], rows["group_value"], strict=True) if g in order}
    return sorted(found, key=lambda pair: (order[pair[0]], pair[1]))


def best_methods(rows: pd.DataFrame, most: int) -> list[str]:
    """The methods with the best values of one metric, at most so many, and floor and ceiling.

    Args:
        rows: chosen rows of one metric and one group of samples.
        most: methods that compete.
    """
    own = rows[(rows["role"] == COMPETITOR) & rows["value"].notna()]
    higher = bool(rows["higher_is_better"].iloc[0]) if len(rows) else True
    best = own.sort_values(["value", "method"], ascending=[not higher, True])["method"].head(most)
    references = [name for name, role in roles_of(rows).items() if role != COMPETITOR]
    return [*map(str, best), *in_order(references, roles_of(rows))]


def roles_of(rows: pd.DataFrame) -> dict[str, str]:
    """Method -> its role."""
    return dict(zip(rows["method"].astype(str), rows["role"].astype(str), strict=True))


def competing(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of methods that are neither floor nor ceiling."""
    return rows[rows["role"] == COMPETITOR]
