"""Raters whose answers say little: who miss known answers, answer faster than the clips play, or press one side.

Flagged raters are named and left out of the result by rule, never by hand; the rule is here.
"""

from __future__ import annotations

import pandas as pd
from scipy import stats

from leaderboard.votes.agreement import chosen_method

MISSED_SHARE = 0.34
"""More than a third of at least three attention checks missed: careless."""
FAST_SECONDS = 2.0
"""Median seconds for a pair below this: fast. Two clips can't be looked at in less."""
SIDE_P = 0.001
"""Two-sided binomial probability of as uneven sides: one-sided. Sides are random, so preference can't explain it."""


def rater_table(votes: pd.DataFrame) -> pd.DataFrame:
    """One row a rater: pairs, checks, missed, seconds (median), left (share of left among left and right), flags."""
    rows = []
    for rater, own in votes.groupby("rater"):
        checks = own[own["expected"] != ""]
        missed = int((chosen_method(checks) != checks["expected"]).sum())
        sides = own[own["choice"] != "same"]
        left = int((sides["choice"] == "left").sum())
        seconds = float(own.drop_duplicates("pair")["seconds"].median())
        flags = []
        if len(checks) >= 3 and missed > MISSED_SHARE * len(checks):
            flags.append("careless")
        if seconds < FAST_SECONDS:
            flags.append("fast")
        if len(sides) and stats.binomtest(left, len(sides)).pvalue < SIDE_P:
            flags.append("one-sided")
        rows.append(
            {
                "rater": rater,
                "pairs": own["pair"].nunique(),
                "checks": len(checks),
                "missed": missed,
                "seconds": seconds,
                "left": left / len(sides) if len(sides) else float("nan"),
                "flags": ", ".join(flags),
            }
        )
    return pd.DataFrame(rows, columns=["rater", "pairs", "checks", "missed", "seconds", "left", "flags"])


def trusted(votes: pd.DataFrame) -> pd.DataFrame:
    """The votes of raters without a flag, without attention checks: what the result rests on."""
    table = rater_table(votes)
    good = table.loc[table["flags"] == "", "rater"]
    return votes[votes["rater"].isin(good) & (votes["expected"] == "")]
