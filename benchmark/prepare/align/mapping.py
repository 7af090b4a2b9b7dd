"""The mapping file: which clip of the release is which clip of the paper. Facts only; files are never renamed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmark.core.errors import UsageError, one_line
from benchmark.core.files import write_text
from benchmark.prepare.align.match import Decision

VERSION = 1


def write_mapping(
    path: Path, decided: Mapping[str, Sequence[Decision]], *, trusted: Sequence[str], recogniser: str
) -> None:
    """Write the decisions of all folders (`M003/front/angry/level_1` -> decisions), in one step."""
    content = {
        "version": VERSION,
        "recogniser": recogniser,
        "trusted": sorted(trusted),
        "folders": {
            folder: {
                d.number: {
                    "sentence": d.sentence or None,
                    "why": d.why,
                    "confidence": d.confidence,
                    "error_rate": d.cost,
                    "margin": d.margin,
                    "heard": d.heard,
                }
                for d in decisions
            }
            for folder, decisions in sorted(decided.items())
        },
    }
    write_text(path, json.dumps(content, indent=1, ensure_ascii=False) + "\n")


@dataclass(frozen=True)
class Renumbering:
    """What a mapping says."""

    clips: Mapping[str, str]
    """Clip id in the paper's numbering -> clip id in the release, for every clip that was recognised."""
    folders: frozenset[str]
    """Folders that it speaks of: what it does not recognise there is in quarantine."""


def read_mapping(path: Path) -> Renumbering:
    """Read a mapping file.

    Raises:
        UsageError: no such file, or it is no mapping.
    """
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
        if content["version"] != VERSION:
            raise UsageError(f"{path}: a mapping of version {content['version']}, this program reads {VERSION}")
        found: dict[str, str] = {}
        for folder, clips in content["folders"].items():
            for number, decision in clips.items():
                if decision["sentence"]:
                    clip = f"{folder}/{decision['sentence']}"
                    if clip in found:
                        raise UsageError(f"{path}: {clip} is given twice")
                    found[clip] = f"{folder}/{number}"
        return Renumbering(found, frozenset(content["folders"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{path}: not a mapping of `prepare align`: {one_line(error)}") from error
