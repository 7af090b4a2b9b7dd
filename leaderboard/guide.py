"""Pages about protocols, methods and datasets: the project's documents, and method cards from runs. No torch."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from leaderboard.choosing import newest_runs
from leaderboard.data import FAMILIES, Board

DOCS = Path(__file__).parent.parent / "docs"

TOPICS: Mapping[str, str] = {
    "protocol.md": "What each number means",
    "statistics.md": "How sure it is",
    "comparing.md": "Is one better than another",
    "selftest.md": "Self-test of the metrics",
    "sensitivity.md": "Sensitivity of the ranking",
    "levels.md": "Response to level",
    "proxy.md": "The proxy of extended emotions",
    "puppets.md": "Dataset: puppets",
    "datasets/mead.md": "Dataset: MEAD",
    "datasets/crema_d.md": "Dataset: CREMA-D",
    "datasets/extended.md": "Dataset: extended emotions",
    "datasets/clips.md": "Dataset: your own clips",
    "adding_a_method.md": "Add a method",
    "adding_a_metric.md": "Add a metric",
    "adding_a_dataset.md": "Add a dataset",
    "leaderboard.md": "This leaderboard",
}
"""Document -> title; those that are not there are left out."""


def topics() -> dict[str, str]:
    """The documents that are here."""
    return {name: title for name, title in TOPICS.items() if (DOCS / name).is_file()}


def document(name: str) -> str:
    """The text of a document of `TOPICS`, as Markdown without pictures; links to other files become plain words."""
    if name not in TOPICS:
        raise KeyError(name)
    words = (DOCS / name).read_text(encoding="utf-8")
    words = re.sub(r"<!--.*?-->", "", words, flags=re.S)
    words = re.sub(r"!\[([^\]]*)\]\((?!https?://)[^)]*\)", r"*Picture: \1*", words)
    return re.sub(r"(?<!!)\[([^\]]+)\]\((?!https?://)[^)]*\)", r"\1", words)


def cards(board: Board) -> list[dict[str, Any]]:
    """One card a method of the board, from its newest run: what it says of itself, and what it was run on."""
    found: dict[str, dict[str, Any]] = {}
    for run in newest_runs(board.runs):
        card = run.record["method"]
        one = found.setdefault(run.method, {"splits": []})
        one["splits"].append(f"{run.record['dataset']}/{run.record['split']}")
        one |= {
            "name": run.method,
            "title": str(card.get("title") or run.method),
            "family": FAMILIES.get(str(card.get("cue")), "unknown"),
            "version": str(card.get("version") or ""),
            "year": str(card.get("year") or ""),
            "paper": str(card.get("paper") or ""),
            "code": str(card.get("code") or ""),
            "licence": str(card.get("licence") or ""),
            "trained on": ", ".join(map(str, card.get("trained_on") or [])),
            "checkpoints": ", ".join(map(str, card.get("checkpoints") or [])),
            "warnings": " ".join(map(str, run.record.get("warnings") or [])),
        }
    return [found[name] for name in sorted(found)]
