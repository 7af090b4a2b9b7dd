"""A results folder with very many summary rows: invented methods with many metrics, through the store."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from benchmark.results import store
from tests.made_runs import CARDS, record_of, scores_of, summary_of

METRICS = 17
ROWS = METRICS * 6
"""Of one method: all, two groups, three emotions."""


def write_many(root: Path, methods: int) -> Path:
    """Write `methods` runs of `ROWS` summary rows each; return the results folder."""
    cards = [CARDS[1] | {"name": f"metric{k:02d}", "title": f"Metric {k}"} for k in range(METRICS)]
    facts = {"dataset": "puppets", "split": "test"}
    base = scores_of("base", **facts, run_id="base", fails=0)
    base = base[base["metric"] == "identity"]
    scores = pd.concat([base.assign(metric=card["name"]) for card in cards], ignore_index=True)
    summary = summary_of(scores)
    for number in range(methods):
        name, run_id = f"method{number:03d}", f"many{number:04d}"
        shift = 1e-3 * number
        folder = store.run_folder(root / "results", facts["dataset"], facts["split"], name, run_id)
        own = scores.assign(method=name, run_id=run_id, value=scores["value"] - shift)
        record = record_of(name, **facts, run_id=run_id, scores=own) | {"metrics": cards}
        store.write_run(folder, record)
        store.write_scores(folder, own)
        moved = {column: summary[column] - shift for column in ("value", "ci_low", "ci_high")}
        store.write_summary(folder, summary.assign(method=name, **moved))
    return root / "results"
