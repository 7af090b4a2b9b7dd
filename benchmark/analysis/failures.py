"""Which rows of a scores table are failures: a number is missing, and the method or its input is to blame.

A metric that does not apply to a sample (an emotion that a judge has no class for, a corpus without the truth) leaves
no number either, and nobody failed.
"""

from __future__ import annotations

import pandas as pd

from benchmark.core.status import NOT_APPLICABLE, NOT_FAILED


def failed(scores: pd.DataFrame) -> pd.DataFrame:
    """The rows without a number that a metric applies to."""
    return scores[~scores["status"].isin(NOT_FAILED)]


def not_applicable(scores: pd.DataFrame) -> pd.DataFrame:
    """The rows of samples that their metric does not apply to."""
    return scores[scores["status"].isin(NOT_APPLICABLE)]
