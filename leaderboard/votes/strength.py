"""Bradley-Terry strengths of methods from pairwise votes, with intervals from a bootstrap over raters.

P(i beats j) = p_i / (p_i + p_j); "same" is half a win each. Fitted by the minorise-maximise step of Hunter, "MM
algorithms for generalized Bradley-Terry models", Ann. Stat. 32, 2004. Half a vote is added between every two methods
that met, so that a method that never lost stays finite. Strengths are logs with mean 0.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from leaderboard.votes.agreement import chosen_method

PRIOR = 0.25
"""Wins added to each side of every pair of methods that met."""


def fit(wins: NDArray[np.float64], steps: int = 2000, tolerance: float = 1e-10) -> NDArray[np.float64]:
    """Log strengths (M,), mean 0, of a matrix (M, M) whose entry ij is how often i beat j."""
    games = wins + wins.T
    won = wins.sum(axis=1)
    p = np.ones(len(wins))
    for _ in range(steps):
        new = won / np.maximum((games / (p[:, None] + p[None, :])).sum(axis=1), 1e-300)
        new /= np.exp(np.log(np.maximum(new, 1e-300)).mean())
        if np.abs(np.log(new) - np.log(p)).max() < tolerance:
            break
        p = new
    return np.asarray(np.log(p) - np.log(p).mean())


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

    With fewer than two raters the interval is empty.
    """
    part = votes[votes["question"] == question]
    methods = sorted(set(part["left_method"]) | set(part["right_method"]))
    columns = ["method", "strength", "low", "high", "votes", "raters"]
    if not methods:
        return pd.DataFrame(columns=columns)
    each = np.stack([wins_of(own, methods) for _, own in part.groupby("rater")])
    total = each.sum(axis=0)
    prior = PRIOR * ((total + total.T) > 0)
    value = fit(total + prior)
    low = high = np.full(len(methods), np.nan)
    if len(each) >= 2:
        rng = np.random.default_rng(seed)
        drawn = [fit(each[rng.integers(len(each), size=len(each))].sum(axis=0) + prior, 200) for _ in range(resamples)]
        low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    counts = (total + total.T).sum(axis=1).astype(int)
    table = pd.DataFrame(
        {"method": methods, "strength": value, "low": low, "high": high, "votes": counts, "raters": len(each)}
    )
    return table.sort_values("strength", ascending=False, ignore_index=True)


def with_metrics(table: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Spearman's rho of every automatic metric with the votes; its sign is turned where lower is better.

    Args:
        table: `strengths`.
        rows: summary rows of one group of samples.

    Returns:
        metric, rho, methods; only metrics with at least three methods.
    """
    from scipy import stats

    known = dict(zip(table["method"], table["strength"], strict=True))
    found = []
    for (metric, higher), part in rows[rows["value"].notna()].groupby(["metric_title", "higher_is_better"]):
        both = part[part["method"].isin(known)].drop_duplicates("method")
        if len(both) < 3 or both["value"].nunique() < 2:
            continue
        rho = stats.spearmanr(both["value"], both["method"].map(known)).statistic
        found.append({"metric": metric, "rho": float(rho if higher else -rho), "methods": len(both)})
    return pd.DataFrame(found, columns=["metric", "rho", "methods"]).sort_values("rho", ascending=False)
