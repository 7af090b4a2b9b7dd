"""What there is to vote on: samples whose clips are here, and where the votes of a split are kept."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from benchmark.analysis.roles import CEILING, COMPETITOR, FLOOR, role_of
from leaderboard.clips import video_of
from leaderboard.data import Board
from leaderboard.votes.store import VoteStore

ENVIRONMENT = "BENCHMARK_VOTES"
"""Variable that names the folder of votes."""
COUNT = 18
"""Pairs that a rater is asked, checks among them: about five minutes."""
RATER = re.compile(r"[0-9a-f]{12}")


@dataclass
class Study:
    """The clips of one split."""

    pairs_of: dict[str, list[str]] = field(default_factory=dict)
    """Sample -> methods whose clip of it is here, where there are two or more."""
    checks: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Sample whose source and real target are both here and show different emotions -> the ceiling's and the floor's
    method."""
    emotions: dict[str, str] = field(default_factory=dict)
    videos: dict[tuple[str, str], Path] = field(default_factory=dict)


def votes_store(results: Path, dataset: str, split: str) -> VoteStore:
    """The file of votes: in $BENCHMARK_VOTES, else beside the results; those that ship are kept under ./votes."""
    from leaderboard.places import SEEDED

    named = os.environ.get(ENVIRONMENT)
    folder = (
        Path(named) if named else Path("votes") if results.resolve() == SEEDED.resolve() else results.parent / "votes"
    )
    return VoteStore(folder / f"{dataset}_{split}.sqlite")


def study_of(board: Board, rows: pd.DataFrame) -> Study:
    """Look which clips are here.

    Args:
        board: the board.
        rows: chosen summary rows of one split.
    """
    study = Study()
    methods: dict[str, dict[str, str]] = {}  # sample -> method -> role
    root = board.folder.parent
    for run in board.runs_of(rows):
        for card in run.record["samples"]:
            video, _ = video_of(root, card.get("output"))
            if video is None:
                continue
            sample, emotion = str(card["id"]), str(card.get("emotion") or "")
            study.videos[sample, run.method] = video
            study.emotions[sample] = emotion or study.emotions.get(sample, "the target emotion")
            methods.setdefault(sample, {})[run.method] = role_of(run.record)
    for sample, found in methods.items():
        own = sorted(name for name, role in found.items() if role == COMPETITOR)
        if len(own) >= 2:
            study.pairs_of[sample] = own
        by_role = {role: name for name, role in sorted(found.items(), reverse=True)}
        if CEILING in by_role and FLOOR in by_role and study.emotions[sample] != "neutral":
            study.checks[sample] = by_role[CEILING], by_role[FLOOR]
    return study
