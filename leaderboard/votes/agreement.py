"""Krippendorff's alpha for nominal answers: how far raters agree beyond chance (Krippendorff, Content Analysis, 2004).

1 is perfect agreement, 0 what chance gives. Raters need not have answered everything; a unit with fewer than two
answers tells nothing. Formula: alpha = 1 - (n - 1) * sum(o_ck, c != k) / sum(n_c n_k, c != k), o the coincidences.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable

import pandas as pd


def nominal_alpha(units: Iterable[Iterable[Hashable]]) -> float:
    """Alpha of answers; each unit holds the answers it got. NaN where there is nothing to compare."""
    totals: Counter[Hashable] = Counter()
    disagreement = 0.0
    for answers in units:
        counts = Counter(answers)
        size = sum(counts.values())
        if size < 2:
            continue
        totals.update(counts)
        disagreement += (size * size - sum(c * c for c in counts.values())) / (size - 1)
    n = sum(totals.values())
    expected = n * n - sum(c * c for c in totals.values())
    if n < 2 or expected == 0:
        return math.nan
    return 1.0 - (n - 1) * disagreement / expected


def alpha_of_votes(votes: pd.DataFrame, question: str) -> float:
    """Alpha of the chosen method (or "same") over pairs; attention checks are left out."""
    part = votes[(votes["question"] == question) & (votes["expected"] == "")]
    return nominal_alpha(list(chosen_method(group)) for _, group in part.groupby("pair"))


def chosen_method(votes: pd.DataFrame) -> pd.Series:
    """The method that each vote chose, or "same"."""
    chosen = votes["left_method"].where(votes["choice"] == "left", votes["right_method"])
    return chosen.where(votes["choice"] != "same", "same")
