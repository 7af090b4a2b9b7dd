"""Plain tables for reading and download: all numbers, runs, what can't be read."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from benchmark.results.store import StoredRun
from leaderboard.data import Board
from leaderboard.wording import day, group_name


def long_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Chosen rows as a plain table for reading and download, names for people, numbers as numbers."""
    dates = [day(finished) for finished in rows["finished"]]
    table = pd.DataFrame(
        {
            "dataset": rows["dataset"],
            "split": rows["split"],
            "method": rows["method"],
            "metric": rows["metric_title"],
            "group": [group_name(g, v) for g, v in zip(rows["group"], rows["group_value"], strict=True)],
            "value": rows["value"],
            "low": rows["ci_low"],
            "high": rows["ci_high"],
            "unit": rows["unit"],
            "scored": rows["n_scored"],
            "planned": rows["n_planned"],
            "speakers": rows["clusters"],
            "status": rows["status"],
            "reason": rows["reason"],
            "protocol": rows["protocol"],
            "judge": rows["judge"],
            "verified": rows["verified"],
            "interval": rows["ci_method"],
            "date": dates,
            "run": rows["run_id"],
        }
    )
    return table.reset_index(drop=True)


def run_table(runs: Sequence[StoredRun]) -> pd.DataFrame:
    """Runs for reading, newest first: what, when, how far, with what."""
    rows = []
    for run in runs:
        record = run.record
        counts, timing, code = (record.get(name) or {} for name in ("counts", "timing", "code"))
        failed = ", ".join(f"{count} {status}" for status, count in (counts.get("failed") or {}).items())
        rows.append(
            {
                "dataset": record["dataset"],
                "split": record["split"],
                "method": run.method,
                "version": str(record["method"].get("version", "")),
                "status": record["status"],
                "planned": counts["planned"],
                "generated": counts["generated"],
                "scored": counts["scored"],
                "failed": failed or str(record.get("error") or ""),
                "finished": str(timing.get("finished") or "")[:19].replace("T", " "),
                "commit": str(code.get("commit") or "")[:10] + ("+" if code.get("dirty") else ""),
                "run": record["run_id"],
            }
        )
    table = pd.DataFrame(rows)
    return table.sort_values("finished", ascending=False, ignore_index=True) if rows else table


def broken_table(board: Board) -> pd.DataFrame:
    """Folders that can't be read, relative to the results, and why."""
    return pd.DataFrame(
        {
            "folder": [run.folder.relative_to(board.folder).as_posix() for run in board.broken],
            "problem": [run.problem.replace(f"{board.folder}/", "") for run in board.broken],
        }
    )
