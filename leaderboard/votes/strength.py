"""Bradley-Terry strengths of methods from pairwise votes, with intervals from a bootstrap over raters.

The model is `benchmark.statistics.bradley_terry`; "same" is half a win each. Half a vote, a tie, is added between
every two methods that met, so that a method that never lost stays finite.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmark.statistics.bradley_terry import bradley_terry_intervals, linked_groups
from leaderboard.votes.agreement import chosen_method

PRIOR = 0.5
"""Imagined ties of every pair of methods that met."""


def wins_of(votes: pd.DataFrame, methods: list[str]) -> NDArray[np.float64]:
    """Wins (M, M); "same" counts half for both."""
    place = {name: i for i, name in enumerate(methods)}
    wins = np.zeros((len(methods), len(methods)))
    for left, right, chosen in zip(votes["left_method"], votes["right_method"], chosen_method(votes), strict=True):
        i, j = place[left], place[right]
        wins[i, j] += 0.5 if chosen == "same" else float(chosen == left)
        wins[j, i] += 0.5 if chosen == "same" else float(chosen == right)
    return wins


def strengths(votes: pd.DataFrame, question: str, *, resamples: int = 500, seed: int = 0) -> pd.DataFrame:
    """One row a method, strongest first: method, strength, low, high (95 %, over raters), votes, raters.

    With fewer than two raters the interval is empty. Methods that no chain of votes links to the largest group have no
    strength: there is nothing to hold them against.
    """
    part = votes[votes["question"] == question]
    methods = sorted(set(part["left_method"]) | set(part["right_method"]))
    columns = ["method", "strength", "low", "high", "votes", "raters"]
    if not methods:
        return pd.DataFrame(columns=columns)
    each = np.stack([wins_of(own, methods) for _, own in part.groupby("rater")])
    total = each.sum(axis=0)
    games = total + total.T
    linked = list(linked_groups(games)[0])
    chosen = np.ix_(linked, linked)
    of_linked = np.stack([own[chosen] for own in each])
    found = bradley_terry_intervals(
        of_linked, rng=np.random.default_rng(seed), n_resamples=resamples, prior=PRIOR * (games[chosen] > 0)
    )
    table = pd.DataFrame({"method": methods, "votes": games.sum(axis=1).astype(int), "raters": len(each)})
    for name, values in (("strength", found.values), ("low", found.low), ("high", found.high)):
        table[name] = pd.Series(values, index=linked)
    return table[columns].sort_values("strength", ascending=False, ignore_index=True)


def with_metrics(table: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Spearman's rho of every automatic metric with the votes; its sign is turned where lower is better.

    Args:
        table: `strengths`.
        rows: summary rows of one group of samples.

    Returns:
        metric, rho, methods; only metrics with at least three methods.
    """
    from scipy import stats

    linked = table[table["strength"].notna()]
    known = dict(zip(linked["method"], linked["strength"], strict=True))
    found = []
    for (metric, higher), part in rows[rows["value"].notna()].groupby(["metric_title", "higher_is_better"]):
        both = part[part["method"].isin(known)].drop_duplicates("method")
        if len(both) < 3 or both["value"].nunique() < 2:
            continue
        rho = stats.spearmanr(both["value"], both["method"].map(known)).statistic
        found.append({"metric": metric, "rho": float(rho if higher else -rho), "methods": len(both)})
    return pd.DataFrame(found, columns=["metric", "rho", "methods"]).sort_values("rho", ascending=False)
