"""What tests ask of a run of the toy world."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

EVERYTHING = "toy_level,toy_change,toy_error,toy_picky,toy_nowhere,toy_broken,toy_spread,psnr"
SAMPLE_METRICS = 7


def folder_of_run(root: Path, method: str = "toy") -> Path:
    """The folder of the only run of a method under a root."""
    (folder,) = (root / "results" / "toy" / "test" / method).iterdir()
    return folder


def statuses(scores: pd.DataFrame, metric: str) -> dict[str, str]:
    """Sample -> status of a metric."""
    rows = scores[scores["metric"] == metric]
    return dict(zip(rows["sample_id"], rows["status"], strict=True))
