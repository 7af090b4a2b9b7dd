"""A made results folder of the size of MEAD's test split: 1,143 samples, ten methods, without bootstraps."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from benchmark.core.types import BASIC_EMOTIONS
from benchmark.results import store
from tests.made_runs import CARDS, record_of


def write_large(root: Path, samples: int = 1143, methods: int = 10) -> Path:
    """Write the runs; return the results folder."""
    rng = np.random.default_rng(0)
    names = ["source_copy", "ground_truth", *(f"method{i:02d}" for i in range(methods - 2))]
    emotions = [BASIC_EMOTIONS[i % 8] for i in range(samples)]
    facts = pd.DataFrame(
        {
            "sample_id": [f"M{i % 7:03d}_{emotion}_{i:04d}" for i, emotion in enumerate(emotions)],
            "speaker": [f"M{i % 7:03d}" for i in range(samples)],
            "emotion": emotions,
            "source_emotion": "neutral",
            "group": "basic",
            "intensity": [1 + i % 3 for i in range(samples)],
        }
    )
    for number, method in enumerate(names):
        run_id = f"run{number:05d}"
        tables = [
            facts.assign(
                run_id=run_id, method=method, dataset="mead", split="test", metric=card["name"],
                protocol=card["protocol"], unit=card["unit"], status="ok", reason="",
                value=np.clip(rng.normal(0.5 + 0.02 * number, 0.1, samples), 0, 1),
            )
            for card in CARDS
        ]  # fmt: skip
        scores = pd.concat(tables, ignore_index=True)
        rows = []
        for card, table in zip(CARDS, tables, strict=True):
            groups = [("all", "all", table), *(("emotion", str(e), t) for e, t in table.groupby("emotion"))]
            for group, value, part in groups:
                mean = float(part["value"].mean())
                rows.append(
                    {
                        "method": method, "dataset": "mead", "split": "test", "metric": card["name"],
                        "protocol": card["protocol"], "unit": card["unit"], "group": group, "group_value": value,
                        "value": mean, "ci_low": mean - 0.02, "ci_high": mean + 0.02, "ci_level": 0.95,
                        "ci_method": "made", "n_scored": len(part), "n_planned": len(part),
                        "clusters": part["speaker"].nunique(), "status": "ok", "reason": "",
                    }
                )  # fmt: skip
        folder = store.run_folder(root / "results", "mead", "test", method, run_id)
        store.write_run(folder, record_of(method, dataset="mead", split="test", run_id=run_id, scores=scores))
        store.write_scores(folder, scores)
        store.write_summary(folder, pd.DataFrame(rows))
    return root / "results"
