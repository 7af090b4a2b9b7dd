"""The clips behind numbers: which videos of a sample are here and may be shown, and why others are not."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from benchmark.analysis.failures import failed
from benchmark.analysis.roles import COMPETITOR, role_of
from benchmark.analysis.scores import TEXTS, read_scores
from benchmark.core.errors import user_path
from leaderboard.data import Board

MEDIA = "BENCHMARK_MEDIA"
"""Variable that names folders of videos that may be shown though they lie outside the results' root, ":" between."""


VIDEO_SUFFIXES = frozenset({".mp4", ".webm", ".mov", ".mkv", ".avi", ".m4v"})


@dataclass(frozen=True)
class View:
    """One clip beside others: a video, or the reason why there is none."""

    label: str
    video: Path | None
    reason: str = ""
    method: str = ""
    """Empty for source and target."""
    scores: pd.DataFrame = field(default_factory=pd.DataFrame)
    """This sample's rows of the method's scores table."""


def views_of(board: Board, rows: pd.DataFrame, sample_id: str, scores: pd.DataFrame | None = None) -> list[View]:
    """Source, target and the output of every method for one sample.

    Args:
        board: the board.
        rows: chosen summary rows of one dataset and split.
        sample_id: the sample.
        scores: of the runs that count, as `leaderboard.scores` reads them; None: read now.
    """
    runs = sorted(board.runs_of(rows), key=lambda run: role_of(run.record) != COMPETITOR)
    cards = {run.method: card for run in runs for card in run.record["samples"] if card["id"] == sample_id}
    if not cards:
        return []
    root = board.folder.parent
    if scores is None:
        scores = read_scores([run.folder for run in runs])
    own = scores[scores["sample_id"] == sample_id].astype({name: "str" for name in TEXTS})
    first = next(iter(cards.values()))
    views = [View(label, *video_of(root, first[label])) for label in ("source", "target") if first[label]]
    for run in runs:
        if run.method not in cards:
            views.append(View(run.method, None, "this run left the sample out", run.method))
            continue
        video, reason = video_of(root, cards[run.method]["output"])
        part = own[own["method"] == run.method].reset_index(drop=True)
        if part.empty:
            reason = reason or "its scores can't be read"
        missing = failed(part)
        if video is None and len(missing):
            reason = str(missing["reason"].iloc[0])
        views.append(View(run.method, video, reason, run.method, part))
    return views


def first_with_video(board: Board, rows: pd.DataFrame, names: Sequence[str]) -> str:
    """The first of some samples whose output of the first method lies here; the first of all where none does."""
    if runs := board.runs_of(rows):
        run = runs[0]
        outputs = {card["id"]: card["output"] for card in run.record["samples"]}
        for name in names:
            if outputs.get(name) and video_of(board.folder.parent, outputs[name])[0] is not None:
                return name
    return names[0]


def video_of(root: Path, written: object) -> tuple[Path | None, str]:
    """The file behind a path in run.json, relative to the results' root, and why it is not shown.

    Only videos are ever opened, and only below the root or a folder that `BENCHMARK_MEDIA` names: a run of somebody
    else can't show what lies elsewhere on this machine.
    """
    if not isinstance(written, str) or not written:
        return None, "there is none"
    path = root / written
    if path.suffix.lower() not in VIDEO_SUFFIXES:
        return None, "not a video file"
    try:
        if not path.is_file() or path.stat().st_size == 0:
            return None, "the file is not here"
        real = path.resolve()
    except (OSError, ValueError):
        return None, "the file is not here"
    if not any(real.is_relative_to(place.resolve()) for place in (root, *media_folders(os.environ))):
        return None, f"lies outside the results' root; {MEDIA} names folders that may be shown"
    return path, ""


def media_folders(environment: Mapping[str, str]) -> list[Path]:
    """Folders of videos that may be shown beside those of the results' root, such as a dataset's."""
    return [user_path(name) for name in environment.get(MEDIA, "").split(os.pathsep) if name]
