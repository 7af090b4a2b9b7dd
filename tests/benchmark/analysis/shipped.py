"""Copies of the results that ship, changed as people change theirs: trial runs, other names, fewer methods."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from benchmark.results import store
from benchmark.results.judgements import read_judgements, write_judgements
from leaderboard.places import SEEDED


def copy_results(root: Path, split: str = "test") -> Path:
    """The runs of one shipped split below `root/results`; returns that folder."""
    shutil.copytree(SEEDED / "puppets" / split, root / "results" / "puppets" / split)
    return root / "results"


def folder_of(results: Path, method: str, split: str = "test") -> Path:
    """The one run of a method."""
    (folder,) = (results / "puppets" / split / method).iterdir()
    return folder


def add_trial(results: Path, method: str, limit: int, finished: str = "2027-01-01T00:00:00+00:00") -> str:
    """Add a later run on the first `limit` samples only, as `--limit` leaves one; returns its id."""
    full = folder_of(results, method)
    run_id = "f" * 16
    trial = full.with_name(run_id)
    record = store.read_run(full)
    kept = record["plan"]["samples"][:limit]
    scores = store.read_scores(full)
    scores = scores[scores["sample_id"].isin(kept)].assign(run_id=run_id)
    summary = store.read_summary(full)
    summary = summary[summary["group"] == "all"]
    counted = summary["n_scored"].clip(upper=limit)
    store.write_scores(trial, scores)
    store.write_summary(trial, summary.assign(n_planned=limit, n_scored=counted))
    judged = read_judgements(full)
    write_judgements(trial, judged[judged["sample_id"].isin(kept)])
    plan = record["plan"] | {"samples": kept, "limit": limit}
    cards = [card for card in record["samples"] if card["id"] in kept]
    counts = record["counts"] | {"planned": limit, "generated": limit, "scored": limit}
    timing = record["timing"] | {"finished": finished}
    changed = {"run_id": run_id, "plan": plan, "samples": cards, "counts": counts, "timing": timing, "files": {}}
    store.write_run(trial, record | changed)
    return run_id


def rename(results: Path, method: str, label: str, split: str = "test") -> None:
    """Give a method's run another name, as `method.label=` does; its adapter stays."""
    old = folder_of(results, method, split)
    new = old.parent.with_name(label) / old.name
    new.parent.mkdir()
    old.rename(new)
    old.parent.rmdir()
    record = json.loads((new / store.RUN_FILE).read_text())
    record["method"] |= {"name": label, "title": label, "adapter": method}
    record["files"] = {}
    store.write_run(new, record)
    store.write_scores(new, store.read_scores(new).assign(method=label))
    store.write_summary(new, store.read_summary(new).assign(method=label))
