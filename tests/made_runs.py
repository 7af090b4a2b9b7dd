"""Makes run folders for tests, through the store, with invented scores of a small invented world.

Speakers P1 to P3, each with a few samples of two basic and one extended emotion; `source_copy` scores low on emotion
and high on identity, `ground_truth` the other way round, other methods in between. One sample of every method but
those two fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmark.results import store
from benchmark.results.schema import SCHEMA_VERSION
from benchmark.statistics.bootstrap import Interval
from benchmark.statistics.bootstrap_table import bootstrap_table

CARDS: list[dict[str, Any]] = [
    {
        "name": "emotion_accuracy",
        "title": "Emotion accuracy",
        "unit": "%",
        "higher_is_better": True,
        "level": "sample",
        "protocol": "puppets-v1",
        "version": "1",
        "needs": ["output/judge.seen"],
    },
    {
        "name": "identity",
        "title": "Identity similarity",
        "unit": "cosine",
        "higher_is_better": True,
        "level": "sample",
        "protocol": "puppets-v1",
        "version": "1",
        "needs": ["output/judge.seen"],
    },
    {
        "name": "au_error",
        "title": "Action-unit error",
        "unit": "",
        "higher_is_better": False,
        "level": "sample",
        "protocol": "puppets-v1",
        "version": "1",
        "needs": ["output/judge.seen"],
    },
]
SKILL = {"source_copy": 0.1, "ground_truth": 1.0, "cmet": 0.8, "edtalk": 0.5}
EMOTIONS = (("happy", "basic"), ("angry", "basic"), ("sarcastic", "extended"))


def sample_rows(speakers: int = 3, each: int = 2) -> list[dict[str, Any]]:
    """One dict a sample: id, speaker, emotion, group, intensity."""
    return [
        {
            "sample_id": f"P{s + 1}_{emotion}_{i + 1}",
            "speaker": f"P{s + 1}",
            "emotion": emotion,
            "source_emotion": "neutral",
            "group": group,
            "intensity": 1 + (i % 3),
        }
        for s in range(speakers)
        for emotion, group in EMOTIONS
        for i in range(each)
    ]


def scores_of(
    method: str, *, dataset: str, split: str, run_id: str, seed: int = 0, fails: int | None = None
) -> pd.DataFrame:
    """An invented scores table. `fails`: number of samples without a face; None: 1, or 0 for floor and ceiling."""
    rng = np.random.default_rng([seed, *method.encode()])
    skill = SKILL.get(method, 0.4)
    failures = (0 if method in ("source_copy", "ground_truth") else 1) if fails is None else fails
    rows = []
    for number, sample in enumerate(sample_rows()):
        for card in CARDS:
            value: float | None
            if card["name"] == "emotion_accuracy":
                value = 100.0 * float(rng.random() < skill)
            elif card["name"] == "identity":
                value = float(np.clip(1.0 - 0.3 * skill + 0.02 * rng.normal(), -1, 1))
            else:
                value = float(0.3 * (1.0 - skill) + 0.02 * rng.random())
            failed = number < failures
            rows.append(
                {
                    **sample,
                    "run_id": run_id,
                    "method": method,
                    "dataset": dataset,
                    "split": split,
                    "metric": card["name"],
                    "protocol": card["protocol"],
                    "unit": card["unit"],
                    "value": None if failed else value,
                    "status": "no_face" if failed else "ok",
                    "reason": "no face was found in frame 3" if failed else "",
                }
            )
    return pd.DataFrame(rows)


def interval_of(rows: pd.DataFrame) -> Interval:
    """The interval of the mean of some rows, over speakers."""
    speakers, method = list(rows["speaker"]), "cluster_bootstrap_percentile"
    if rows.empty:
        return Interval(np.nan, np.nan, 0.95, method, 0)
    ends = bootstrap_table(rows[["value"]].to_numpy(), speakers, seed=0, n_resamples=200)[method][0]
    return Interval(float(ends[0]), float(ends[1]), 0.95, method, len(set(speakers)))


def summary_of(scores: pd.DataFrame) -> pd.DataFrame:
    """The summary of a scores table, with the groupings `all`, `group` and `emotion`."""
    rows = []
    for (metric, protocol, unit), part in scores.groupby(["metric", "protocol", "unit"], sort=False):
        groups = [("all", "all", part)]
        for grouping in ("group", "emotion"):
            groups += [(grouping, str(name), sub) for name, sub in part.groupby(grouping)]
        for group, group_value, sub in groups:
            ok = sub[sub["status"] == "ok"]
            interval = interval_of(ok)
            rows.append(
                {
                    "method": sub["method"].iloc[0],
                    "dataset": sub["dataset"].iloc[0],
                    "split": sub["split"].iloc[0],
                    "metric": metric,
                    "protocol": protocol,
                    "unit": unit,
                    "group": group,
                    "group_value": group_value,
                    "value": ok["value"].mean() if len(ok) else None,
                    "ci_low": interval.low,
                    "ci_high": interval.high,
                    "ci_level": interval.level if interval.defined else None,
                    "ci_method": interval.method if interval.defined else "",
                    "n_scored": len(ok),
                    "n_planned": len(sub),
                    "clusters": interval.clusters,
                    "status": "ok" if len(ok) else sub["status"].iloc[0],
                    "reason": "" if len(ok) else sub["reason"].iloc[0],
                }
            )
    return pd.DataFrame(rows)


def record_of(
    method: str, *, dataset: str, split: str, run_id: str, scores: pd.DataFrame, seed: int = 0
) -> dict[str, Any]:
    """A run.json that fits the scores."""
    failed = scores.loc[scores["status"] != "ok"].drop_duplicates("sample_id")["status"].value_counts()
    ids = list(dict.fromkeys(scores["sample_id"]))
    return {
        "schema_version": SCHEMA_VERSION,
        "run_id": run_id,
        "status": "complete",
        "method": {
            "name": method,
            "title": method.replace("_", " ").title(),
            "version": "1",
            "cue": "audio",
            "year": 2026,
        },
        "dataset": dataset,
        "split": split,
        "plan": {"seed": seed, "samples": ids},
        "fingerprints": {"generation": f"gen{run_id}", "extraction": {"judge": "judge1"}, "scoring": run_id},
        "metrics": CARDS,
        "counts": {
            "planned": len(ids),
            "generated": len(ids),
            "scored": len(ids) - int(failed.sum()),
            "failed": {str(status): int(count) for status, count in failed.items()},
        },
        "samples": [
            {
                "id": name,
                "source": f"cache/corpus/{name}_source.mp4",
                "target": f"cache/corpus/{name}_target.mp4",
                "output": f"cache/videos/gen{run_id}/{name}.mp4",
            }
            for name in ids
        ],
        "timing": {"started": "2026-11-22T10:00:00Z", "finished": "2026-11-22T10:01:30Z"},
    }


def write_one(
    root: Path,
    method: str = "cmet",
    *,
    dataset: str = "puppets",
    split: str = "test",
    run_id: str | None = None,
    seed: int = 0,
    fails: int | None = None,
) -> Path:
    """Write one complete run under `root/results` and return its folder."""
    run_id = run_id or f"{method[:4]}{seed:04d}"
    scores = scores_of(method, dataset=dataset, split=split, run_id=run_id, seed=seed, fails=fails)
    folder = store.run_folder(root / "results", dataset, split, method, run_id)
    store.write_run(folder, record_of(method, dataset=dataset, split=split, run_id=run_id, scores=scores, seed=seed))
    store.write_scores(folder, scores)
    store.write_summary(folder, summary_of(scores))
    return folder


def write_world(root: Path, methods: Sequence[str] = ("source_copy", "ground_truth", "cmet", "edtalk")) -> Path:
    """Write a run of each method; return the results folder."""
    for method in methods:
        write_one(root, method)
    return root / "results"
