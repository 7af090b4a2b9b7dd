"""Pages about protocols, methods and datasets: the project's documents, and method cards from runs. No torch."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from leaderboard.data import FAMILIES, Board

DOCS = Path(__file__).parent.parent / "docs"

TOPICS: Mapping[str, str] = {
    "concepts/protocols.md": "What each number means",
    "concepts/statistics.md": "How sure it is",
    "guide/report.md": "Is one better than another",
    "concepts/metric_validation.md": "Can the metrics be trusted",
    "concepts/synthetic_corpus.md": "Dataset: puppets",
    "guide/prepare_data.md": "Datasets: MEAD, CREMA-D, extended emotions",
    "guide/evaluate_your_method.md": "Dataset: your own clips",
    "extend/method.md": "Add a method",
    "extend/metric.md": "Add a metric",
    "extend/dataset.md": "Add a dataset",
    "guide/leaderboard.md": "This leaderboard",
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
    """One card a method of the board, from its run that counts: what it says of itself, and what it was run on."""
    found: dict[str, dict[str, Any]] = {}
    for run in (run for selection in board.selections.values() for run in selection.runs):
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
