"""What a protocol adds to the facts that metrics and extractors declare themselves.

A metric says which features it reads, its extractors say which frames, crop, size, colour, sound and weights they use
(`benchmark/extractors/facts.py`). What is left for the protocol is how frames become a clip and clips become a number,
what a clip without a number counts, where it departs from the publication, and what is known to bias it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MEAN_OVER_VIDEOS = "mean over videos"
COUNTED = "no number; how many are scored and planned stands beside the value"


@dataclass(frozen=True)
class Rule:
    """How one quantity is measured, beside what its metrics and extractors declare."""

    pooling: str
    """How frames become the number of a clip, and clips the number of a method."""
    failures: str = ""
    """What becomes of a clip that can't be generated or measured; "": as everywhere in the protocol."""
    differs: str = ""
    """Where it departs from the published evaluation that it stands for."""
    bias: str = ""
    """What is known to move the number beside what it is meant to measure, and what is done about it."""


@dataclass(frozen=True)
class Protocol:
    """A family of numbers that may stand in one table."""

    id: str
    title: str
    text: str
    """What is done, so that somebody else could do it."""
    rules: Mapping[str, Rule] = field(default_factory=dict)
    """Quantity -> its rule. The same quantity has the same name in every protocol. A quantity without one is measured
    as its metrics' formulas say."""
    failures: str = COUNTED
    """What becomes of a clip that can't be generated or measured, where a rule says nothing else."""
