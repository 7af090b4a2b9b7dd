"""Which basic emotion, at which level, a judge hears in the speech of an extended emotion.

It is what a label- or image-driven method is given for an extended emotion, as in C-MET's extended test list, where the
authors' speech-emotion classifier names one of MEAD's emotions. The judge (`judge` in recognised.json) was trained on
the training identities and on basic emotions only; it heard the ten recordings that audio-driven methods are given
(corpus seed 0). `python -m tools.train.recognised_labels` makes the file.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from benchmark.core.types import BASIC_EMOTIONS

FILE = Path(__file__).with_name("recognised.json")


TABLES = {1: "heard", 2: "heard_second_cast"}
"""The file's entry of each cast."""


class Heard(NamedTuple):
    """What the judge heard."""

    label: str
    """Basic emotion: the highest mean probability over the recordings."""
    level: int
    """1 to 3: the level of that emotion whose affect state is nearest to the mean state heard."""


@cache
def record() -> dict[str, Any]:
    """The file: `judge`, its sha256, `command`, and `TABLES`: emotion -> level -> label, level, probability, votes."""
    content: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return content


def heard(emotion: str, level: int, cast: int = 1) -> Heard:
    """The judge's answer for a target emotion; a basic emotion at its own level is given, not recognised.

    Args:
        emotion: of the target.
        level: of the target.
        cast: 1 or 2: whose recordings it heard.
    """
    if emotion in BASIC_EMOTIONS:
        return Heard(emotion, level)
    entry = record()[TABLES[cast]][emotion][str(level)]
    return Heard(str(entry["label"]), int(entry["level"]))
