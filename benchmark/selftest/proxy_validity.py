"""How well a proxy agrees with the truth: rank correlation, and right against wrong. Pure functions of a table.

With four speakers no interval of these holds what it promises, so the lowest and the highest of the speakers' own
values stand beside each.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class OverSpeakers:
    """A value of all speakers together, and the lowest and highest of each alone."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f})"


def correlation(table: pd.DataFrame, proxy: str, truth: str) -> OverSpeakers:
    """Spearman's correlation of two columns over all rows; NaN where one is constant."""

    def rank(part: pd.DataFrame) -> float:
        return float(part[proxy].corr(part[truth], method="spearman"))

    alone = [rank(part) for _, part in table.groupby("speaker")]
    return OverSpeakers(rank(table), *_ends(alone))


def correlation_within(table: pd.DataFrame, proxy: str, truth: str) -> float:
    """Mean over methods of Spearman's correlation within each; what one method's samples alone can show."""
    found = [part[proxy].corr(part[truth], method="spearman") for _, part in table.groupby("method")]
    return float(np.nanmean(found)) if np.isfinite(found).any() else math.nan


def right_against_wrong(table: pd.DataFrame, proxy: str) -> OverSpeakers:
    """AUC: the chance that a face scores higher with its own emotion's speech than with another's; ties count half.

    Args:
        table: rows with `method`, `sample_id`, `speaker`, `emotion` (of the face), `speech` (whose emotion is heard)
            and the proxy; a face without its own or without another speech is left out.
        proxy: the column; higher is better.

    Returns:
        0 to 1, 0.5 is chance: the mean over faces of the share of other speeches that score lower.
    """
    rows = []
    for _, face in table.groupby(["method", "sample_id"]):
        own = face.loc[face["speech"] == face["emotion"], proxy].to_numpy(np.float64)
        others = face.loc[face["speech"] != face["emotion"], proxy].to_numpy(np.float64)
        if len(own) == 1 and len(others):
            rows.append((face["speaker"].iloc[0], ((own > others) + 0.5 * (own == others)).mean()))
    shares = pd.DataFrame(rows, columns=["speaker", "share"])
    return OverSpeakers(float(shares["share"].mean()), *_ends(shares.groupby("speaker")["share"].mean().tolist()))


def _ends(values: list[float]) -> tuple[float, float]:
    there = [value for value in values if math.isfinite(value)]
    return (min(there), max(there)) if there else (math.nan, math.nan)
