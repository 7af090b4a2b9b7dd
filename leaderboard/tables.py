"""Plain tables for reading and download: all numbers, runs, what can't be read."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

from benchmark.analysis import format
from benchmark.analysis.long_table import long_frame
from benchmark.analysis.table import Table
from benchmark.results.store import StoredRun
from leaderboard.data import Board


def numbers(table: Table, verified: Collection[str]) -> pd.DataFrame:
    """The table as it is shown, one row a number with all its digits, for reading and download.

    Args:
        table: what is shown.
        verified: methods whose run can be traced.
    """
    frame = long_frame(table)
    return frame.assign(
        verified=frame["method"].isin(list(verified)), date=[format.day(at) for at in frame["finished"]]
    )


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
