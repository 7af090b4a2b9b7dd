"""Tables as pure functions of summary rows: which run counts, who is best, and how a cell is written."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from benchmark.results.schema import FRAMES
from benchmark.results.store import StoredRun
from leaderboard.data import Board

_DIGITS = {"%": 1, "% of eye distance": 2, "points": 1, "dB": 2, "px": 2, "frames": 2, "s": 2, "fps": 1}
"""Units that are written behind the number, and the digits after its point."""


@dataclass(frozen=True)
class Cell:
    """One number of the overview."""

    value: float | None
    low: float | None
    high: float | None
    n_scored: int
    n_planned: int
    unit: str
    status: str
    reason: str
    place: int | None = None
    """1 best, 2 second; None otherwise or not ranked."""
    ranked: bool = True
    """False: a frame, a mock, or not scored on every sample that others were."""
    rank: str = ""
    """Best to worst rank that the tests leave open, such as "1-3"; empty where there is none."""


@dataclass(frozen=True)
class Line:
    """One method of the overview."""

    method: str
    title: str
    role: str
    """"floor", "ceiling", or ""."""
    mock: bool
    finished: str
    cells: tuple[Cell | None, ...]
    verified: bool = False
    facts: str = ""
    """Family, year and licence."""


@dataclass(frozen=True)
class Head:
    """One column of the overview."""

    metric: str
    protocol: str
    title: str
    unit: str
    higher_is_better: bool


@dataclass(frozen=True)
class Absent:
    """A metric that no method has a number of, and why."""

    head: Head
    reason: str


@dataclass(frozen=True)
class Overview:
    """Methods by metrics, floor first, ceiling last."""

    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    absent: tuple[Absent, ...] = ()
    """Metrics without any number; they are no columns, but never left unsaid."""


def newest(rows: pd.DataFrame) -> pd.DataFrame:
    """One row for each method, metric, protocol and group: of the run that planned most samples, then of the newest."""
    key = ["dataset", "split", "method", "metric", "protocol", "group", "group_value"]
    ordered = rows.sort_values(["n_planned", "finished", "run_id"], ascending=[False, False, True], kind="stable")
    return ordered.drop_duplicates(key).sort_index()


def newest_runs(runs: Sequence[StoredRun]) -> list[StoredRun]:
    """The complete run of each dataset, split and method that counts: with most samples, then the newest; by name."""
    best: dict[tuple[str, str, str], StoredRun] = {}
    for run in sorted(runs, key=lambda run: str(run.record["run_id"]), reverse=True):
        key = (str(run.record["dataset"]), str(run.record["split"]), run.method)
        if run.complete and (key not in best or _weight(run) >= _weight(best[key])):
            best[key] = run
    return [best[key] for key in sorted(best)]


def _weight(run: StoredRun) -> tuple[int, str]:
    return int(run.record["counts"]["planned"]), str((run.record.get("timing") or {}).get("finished") or "")


def choose_split(rows: pd.DataFrame, dataset: str, split: str) -> pd.DataFrame:
    """All rows of a split, every group of samples."""
    return rows[(rows["dataset"] == dataset) & (rows["split"] == split)]


def choose(
    rows: pd.DataFrame,
    dataset: str,
    split: str,
    grouping: tuple[str, str] = ("all", "all"),
    methods: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Rows of one dataset, split and group of samples. Floor and ceiling stay whatever methods are chosen."""
    mask = (rows["dataset"] == dataset) & (rows["split"] == split)
    mask &= (rows["group"] == grouping[0]) & (rows["group_value"] == grouping[1])
    if methods is not None:
        mask &= rows["method"].isin([*methods, *FRAMES])
    return rows[mask]


def groupings(rows: pd.DataFrame) -> list[tuple[str, str]]:
    """Groups of samples that occur, in reading order: all, basic and extended, emotions, intensities; not speakers."""
    order = {"all": 0, "group": 1, "emotion": 2, "intensity": 3}
    found = {(str(g), str(v)) for g, v in zip(rows["group"], rows["group_value"], strict=True) if g in order}
    return sorted(found, key=lambda pair: (order[pair[0]], pair[1]))


def overview(
    rows: pd.DataFrame,
    metrics: Sequence[str] | None = None,
    *,
    ranks: Mapping[tuple[str, str], str] | None = None,
    sort: str = "",
    search: str = "",
) -> Overview:
    """Lay chosen rows (one group of samples) out as methods by metrics, and mark best and second of each column.

    Args:
        rows: chosen summary rows.
        metrics: names; None: all.
        ranks: (metric, method) -> rank range.
        sort: a metric, best first, methods without a number last; empty: by title.
        search: only methods whose name, title, family or licence holds this text; floor and ceiling stay.
    """
    heads, absent = [], []
    numbers = set(rows.loc[rows["value"].notna(), ["metric", "protocol"]].itertuples(index=False, name=None))
    for row in rows.drop_duplicates(["metric", "protocol"]).to_dict("records"):
        if metrics is None or row["metric"] in metrics:
            higher = bool(row["higher_is_better"])
            head = Head(row["metric"], row["protocol"], row["metric_title"], row["unit"], higher)
            if (head.metric, head.protocol) in numbers:
                heads.append(head)
            else:
                absent.append(Absent(head, row["reason"]))
    columns = [_column(rows, head, ranks or {}) for head in heads]
    lines = []
    for method, part in rows.groupby("method", sort=False):
        cells = tuple(column.get(str(method)) for column in columns)
        if heads and not any(cells):
            continue
        first = part.sort_values("finished").iloc[-1]
        name = str(method)
        role = FRAMES.get(name, "")
        facts = ", ".join(str(first[what]) for what in ("family", "year", "licence") if first[what] != "unknown")
        if not role and search.strip().lower() not in f"{name} {first['title']} {facts}".lower():
            continue
        mock, sure = bool(first["mock"]), bool(first["verified"])
        lines.append(Line(name, first["title"], role, mock, first["finished"], cells, sure, facts))
    rank = {"floor": 0, "": 1, "ceiling": 2}
    at = next((i for i, head in enumerate(heads) if head.metric == sort), None)

    def place(line: Line) -> tuple[int, float, str]:
        cell = line.cells[at] if at is not None else None
        number = math.inf
        if at is not None and cell is not None and cell.value is not None:
            number = -cell.value if heads[at].higher_is_better else cell.value
        return rank[line.role], number, line.title.lower()

    lines.sort(key=place)
    return Overview(tuple(heads), tuple(lines), tuple(absent))


def _column(rows: pd.DataFrame, head: Head, ranks: Mapping[tuple[str, str], str]) -> dict[str, Cell]:
    """Cells of one metric by method. Ranked: scored on as many samples as the best covered row of the column."""
    part = rows[(rows["metric"] == head.metric) & (rows["protocol"] == head.protocol)]
    most = int(part["n_scored"].max()) if len(part) else 0
    open_to_rank = (
        ~part["method"].isin(list(FRAMES)) & ~part["mock"] & part["value"].notna() & (part["n_scored"] == most)
    )
    best = sorted(part.loc[open_to_rank, "value"].unique(), reverse=head.higher_is_better)[:2]
    cells = {}
    for row, ranked in zip(part.to_dict("records"), open_to_rank.tolist(), strict=True):
        value = _number(row["value"])
        cells[str(row["method"])] = Cell(
            value=value,
            low=_number(row["ci_low"]),
            high=_number(row["ci_high"]),
            n_scored=int(row["n_scored"]),
            n_planned=int(row["n_planned"]),
            unit=str(row["unit"]),
            status=str(row["status"]),
            reason=str(row["reason"]),
            place=best.index(value) + 1 if ranked and value in best else None,
            ranked=ranked,
            rank=ranks.get((head.metric, str(row["method"])), "") if ranked else "",
        )
    return cells


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


def written(value: float | None, unit: str) -> str:
    """A number as people read it: "83.3 %", "0.912", "31.20 dB"; "-" for none."""
    if value is None:
        return "–"
    return f"{digits(value, unit)} {unit}" if unit in _DIGITS else digits(value, unit)


def digits(value: float, unit: str) -> str:
    """A number without its unit, with the digits that unit deserves; others get three significant ones or more."""
    if unit in _DIGITS:
        return f"{value:.{_DIGITS[unit]}f}"
    if value != 0 and not 1e-3 <= abs(value) < 1e5:
        return f"{value:.2e}"
    return f"{value:.{0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2 if abs(value) >= 10 else 3}f}"


def day(finished: str) -> str:
    """The date of an ISO 8601 time, "" if there is none."""
    return finished[:10]


def group_name(grouping: str, value: str) -> str:
    """A group of samples in words."""
    if grouping == "all":
        return "all emotions"
    if grouping == "group":
        return f"{value} emotions"
    return f"level {value}" if grouping == "intensity" else value


def _number(value: object) -> float | None:
    number = float(value)  # type: ignore[arg-type]
    return None if math.isnan(number) else number
