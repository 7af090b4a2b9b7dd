"""Makes run folders for tests of reports: every grouping, judgements, wished failures, names and judges."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmark.results import store
from benchmark.results.judgements import write_judgements
from benchmark.results.schema import GROUPINGS, SCHEMA_VERSION
from benchmark.statistics.clustered import clustered_mean

EMOTIONS = ("angry", "happy", "sad")


def card(name: str, *, unit: str = "", higher: bool = True, level: str = "sample", **more: Any) -> dict[str, Any]:
    """A metric's card as run.json holds it."""
    title = name.replace("_", " ").capitalize()
    facts = {"name": name, "title": title, "unit": unit, "higher_is_better": higher, "level": level}
    return facts | {"protocol": "puppets-v1", "version": "1", "needs": ["output/judge.probs"], "caveat": ""} | more


CARDS = (
    card("emotion_accuracy", unit="%", needs=["output/judge.probs"]),
    card("unit_error", unit="% of full intensity", higher=False, caveat="counts a blink as surprise"),
    card("identity", unit="cosine"),
    card("frechet", higher=False, level="set"),
)


def write(
    root: Path,
    method: str,
    values: dict[str, Any] | None = None,
    *,
    title: str | None = None,
    speakers: int = 3,
    fails: int = 0,
    reason: str = "no face was found in frame 3",
    status: str = "no_face",
    cards: Sequence[dict[str, Any]] = CARDS,
    judge: str = "j1j1j1j1j1",
    run_id: str = "run",
    generation: str | None = None,
    split: str = "test",
    dataset: str = "puppets",
    mock: bool = False,
    skill: float = 0.5,
    each: int = 2,
    more: dict[str, Any] | None = None,
) -> Path:
    """Write one complete run.

    Args:
        root: `results` lies under it.
        method: its name.
        values: metric -> one value a sample, instead of random ones.
        title: of the method.
        speakers: how many.
        fails: that many first samples have no number.
        reason: why.
        status: the same in a word.
        cards: the metrics.
        judge: extraction key of the judge.
        run_id: folder of the run.
        generation: key of the videos; None: one of the method.
        split: name of the split.
        dataset: name of the dataset.
        mock: whether it is a mock run.
        skill: the greater, the better the random values, 0 to 1.
        each: samples of a speaker and emotion.
        more: further fields of run.json.
    """
    rng = np.random.default_rng([7, *method.encode()])
    samples = [(f"P{s}_{e}_{k}", f"P{s}", e, 1 + k % 3) for s in range(speakers) for e in EMOTIONS for k in range(each)]
    rows = []
    for metric in cards:
        given = (values or {}).get(metric["name"])
        for number, (sample, speaker, emotion, level) in enumerate(samples):
            if metric["level"] != "sample":
                continue
            value = float(given[number]) if given is not None else _value(metric, skill, rng)
            failed = number < fails or not np.isfinite(value)
            rows.append(
                {
                    "run_id": run_id, "method": method, "dataset": dataset, "split": split, "sample_id": sample,
                    "speaker": speaker, "emotion": emotion, "source_emotion": "neutral", "group": "basic",
                    "intensity": level, "metric": metric["name"], "protocol": metric["protocol"],
                    "unit": metric["unit"], "value": None if failed else value,
                    "status": status if failed else "ok", "reason": reason if failed else "",
                }
            )  # fmt: skip
    scores = pd.DataFrame(rows)
    folder = store.run_folder(root / "results", dataset, split, method, run_id)
    record = {
        "schema_version": SCHEMA_VERSION,
        "run_id": run_id,
        "status": "complete",
        "method": {"name": method, "title": title or method.replace("_", " ").title(), "version": "1", "cue": "audio"},
        "dataset": dataset,
        "split": split,
        "split_sha256": "5" * 64,
        "plan": {"seed": 0, "samples": [name for name, *_ in samples], "mock": mock, "dataset_version": "1"},
        "fingerprints": {
            "generation": generation or f"videos-{method}",
            "extraction": {"judge": judge},
            "scoring": run_id,
        },
        "metrics": list(cards),
        "counts": {"planned": len(samples), "generated": len(samples), "scored": len(samples) - fails, "failed": {}},
        "samples": [
            {
                "id": name, "source": f"cache/{name}_source.mp4", "target": f"cache/{name}_target.mp4",
                "output": f"cache/{method}/{name}.mp4" if number >= fails else None,
            }
            for number, (name, *_) in enumerate(samples)
        ],
        "timing": {"started": "2026-11-22T10:00:00Z", "finished": "2026-11-22T10:01:30Z"},
    }  # fmt: skip
    store.write_run(folder, record | (more or {}))
    store.write_scores(folder, scores)
    store.write_summary(folder, _summary(scores, cards, skill, len(samples), fails))
    write_judgements(folder, _judgements(scores))
    return folder


def _value(metric: dict[str, Any], skill: float, rng: np.random.Generator) -> float:
    if metric["unit"] == "%":
        return 100.0 * float(rng.random() < skill)
    noise = 0.05 * float(rng.normal())
    return float(np.clip(skill + noise, 0, 1)) if metric["higher_is_better"] else 10.0 * (1.2 - skill) + noise


def _summary(
    scores: pd.DataFrame, cards: Sequence[dict[str, Any]], skill: float, planned: int, fails: int
) -> pd.DataFrame:
    rows = []
    for metric in cards:
        part = scores[(scores["metric"] == metric["name"]) & (scores["protocol"] == metric["protocol"])]
        base = {"protocol": metric["protocol"], "unit": metric["unit"], "metric": metric["name"]}
        base |= {
            "method": scores["method"].iloc[0],
            "dataset": scores["dataset"].iloc[0],
            "split": scores["split"].iloc[0],
        }
        if metric["level"] == "set":
            value = 20.0 * (1.1 - skill)
            rows.append(
                base | {"group": "all", "group_value": "all", "value": value, "ci_low": None, "ci_high": None,
                        "ci_level": None, "ci_method": "", "n_scored": planned - fails, "n_planned": planned,
                        "clusters": scores["speaker"].nunique(), "status": "ok", "reason": ""}
            )  # fmt: skip
            continue
        for grouping in GROUPINGS:
            groups = [("all", part)] if grouping == "all" else part.groupby(grouping)
            for name, members in groups:
                ok = members[members["status"] == "ok"]
                mean = clustered_mean(ok["value"].to_numpy(np.float64), ok["speaker"].to_numpy())
                found = mean.interval(0.95)
                rows.append(
                    base
                    | {
                        "group": grouping, "group_value": str(name), "value": mean.mean if len(ok) else None,
                        "ci_low": found.low, "ci_high": found.high, "ci_level": 0.95 if found.defined else None,
                        "ci_method": "cr2_t" if found.defined else "", "n_scored": len(ok),
                        "n_planned": len(members), "clusters": mean.clusters,
                        "status": "ok" if len(ok) else members["status"].iloc[0],
                        "reason": "" if len(ok) else members["reason"].iloc[0],
                    }
                )  # fmt: skip
    return pd.DataFrame(rows)


def _judgements(scores: pd.DataFrame) -> pd.DataFrame:
    first = scores[scores["metric"] == scores["metric"].iloc[0]].drop_duplicates("sample_id")
    ok = first["status"] == "ok"
    seen = first["emotion"].where(first["value"] == 100.0, "neutral").where(ok, "")
    return first[["sample_id", "speaker", "emotion", "group", "intensity", "protocol", "status", "reason"]].assign(
        judge="puppets", seen=seen, probability=np.where(ok, 0.9, np.nan)
    )
