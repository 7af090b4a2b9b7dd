"""One clip of the corpus as a value: who, what emotion, how strong, which words."""

from __future__ import annotations

from dataclasses import dataclass

from benchmark.core.types import BASIC_EMOTIONS

MOVED: tuple[str, ...] = tuple(name for name in BASIC_EMOTIONS if name != "neutral")
"""The basic emotions that an edit can lead to."""


@dataclass(frozen=True, order=True)
class ClipPlan:
    """One clip: who, what emotion, how strong, which words."""

    identity: str
    emotion: str
    level: int
    sentence: str

    @property
    def id(self) -> str:
        """`P25_happy_level_2_s31`; names the clip's files."""
        return f"{self.identity}_{self.emotion}_level_{self.level}_{self.sentence}"
