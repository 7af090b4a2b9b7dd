"""Checks `judgements.csv`, `timing.parquet`, and the hashes and keys that run.json states."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from benchmark.core.files import file_sha256
from benchmark.core.status import Status
from benchmark.results.check import check_columns, check_duplicates, faulty
from benchmark.results.judgements import JUDGEMENTS
from benchmark.results.timing import TIMING

_SHA256 = re.compile(r"[0-9a-f]{64}")


def audit_judgements(judged: pd.DataFrame, scores: pd.DataFrame) -> list[str]:
    """Problems of `judgements.csv`: by itself, and beside the scores."""
    problems = check_columns(judged, JUDGEMENTS, "judgements")
    if problems:
        return problems
    problems += check_duplicates(judged, ["judge", "sample_id"], "judgements")
    where = judged["judge"] + "/" + judged["sample_id"]
    ok = judged["status"] == Status.OK
    empty = (judged["seen"] == "") | judged["probability"].isna()
    problems += faulty(where[ok & empty], "judgements: status 'ok' without an answer")
    given = (judged["seen"] != "") | judged["probability"].notna()
    problems += faulty(where[~ok & given], "judgements: an answer beside a status other than 'ok'")
    problems += faulty(where[~ok & (judged["reason"] == "")], "judgements: no reason given")
    facts = ["speaker", "emotion", "group", "intensity"]
    planned = scores.drop_duplicates("sample_id").set_index("sample_id")
    if planned.empty:
        return problems
    for judge, rows in judged.groupby("judge"):
        problems += _covers(rows["sample_id"], planned.index, f"judgements: judge {judge}")
    known = judged[judged["sample_id"].isin(planned.index)]
    there = planned.loc[known["sample_id"], facts].reset_index(drop=True)
    differ = (known[facts].reset_index(drop=True).astype(str) != there.astype(str)).any(axis=1)
    names = known["sample_id"].reset_index(drop=True)[differ]
    return problems + faulty(names, "judgements: another speaker, emotion or level than in the scores")


def audit_timing(record: Mapping[str, Any], timing: pd.DataFrame) -> list[str]:
    """Problems of `timing.parquet`: by itself, and beside the record."""
    problems = check_columns(timing, TIMING, "timing", others=True)
    if problems:
        return problems
    problems += check_duplicates(timing, ["sample_id"], "timing")
    problems += _covers(timing["sample_id"], pd.Index([card["id"] for card in record["samples"]]), "timing:")
    made = int((timing["status"] == Status.OK).sum())
    if made != record["counts"]["generated"]:
        problems.append(f"timing: {made} outputs, run.json counts {record['counts']['generated']}")
    failed = timing["status"] != Status.OK
    problems += faulty(timing["sample_id"][failed & timing["seconds"].notna()], "timing: time of a failed sample")
    return problems


def audit_keys(record: Mapping[str, Any]) -> list[str]:
    """Whether the keys of run.json fit each other, and hashes are hashes."""
    problems = []
    keys, plan = record["fingerprints"], record["plan"]
    scoring = str(keys.get("scoring", ""))
    if not scoring.startswith(record["run_id"]):
        problems.append(f"run.json: run_id {record['run_id']} is not the beginning of fingerprints.scoring")
    for name in ("generation", "extraction", "scoring"):
        if name in plan and plan[name] != keys.get(name):
            problems.append(f"run.json: plan and fingerprints state another {name}")
    for name in ("dataset", "split", "split_sha256"):
        if name in plan and plan[name] != record.get(name):
            problems.append(f"run.json: plan and record state another {name}")
    if "samples" in plan and sorted(plan["samples"]) != sorted(card["id"] for card in record["samples"]):
        problems.append("run.json: the plan's samples are not those of the record")
    hashes = {f"weights {w.get('name')}": w.get("sha256") for w in record.get("weights", [])}
    hashes |= {"the split": record.get("split_sha256")}
    hashes |= {f"{card['id']}'s output": card.get("sha256") for card in record["samples"] if card.get("output")}
    for name, value in hashes.items():
        if value not in (None, "", "absent") and not (isinstance(value, str) and _SHA256.fullmatch(value)):
            problems.append(f"run.json: the hash of {name} is no sha256: {value!r}")
    return problems


def audit_files(folder: Path, record: Mapping[str, Any]) -> list[str]:
    """Whether every file of the folder is the one that the run left. Older runs state no hashes: nothing is checked."""
    stated = record.get("files")
    if stated is None:
        return []
    problems = []
    for name, value in sorted(stated.items()):
        path = folder / name
        if Path(name).name != name or not path.is_file():
            problems.append(f"{name}: run.json states its hash, there is no such file")
        elif (found := file_sha256(path)) != value:
            problems.append(
                f"{name}: not the file that the run left: sha256 {found[:12]}, run.json states {value[:12]}"
            )
    return problems


def audit_videos(folder: Path, record: Mapping[str, Any]) -> list[str]:
    """Whether every output is there and the one that was scored; paths are relative to four folders above."""
    root = folder.resolve().parents[4]
    problems, missing, other = [], [], []
    for card in record["samples"]:
        if not card.get("output"):
            continue
        path = root / card["output"]
        if not path.is_file():
            missing.append(card["id"])
        elif card.get("sha256") and file_sha256(path) != card["sha256"]:
            other.append(card["id"])
    problems += faulty(missing, "videos: the output is not there")
    problems += faulty(other, "videos: not the output that was scored")
    return problems


def _covers(found: pd.Series[str], planned: pd.Index[str], name: str) -> list[str]:
    missing, extra = sorted(set(planned) - set(found)), sorted(set(found) - set(planned))
    return faulty(missing, f"{name} no row for") + faulty(extra, f"{name} a row for what was not planned:")
