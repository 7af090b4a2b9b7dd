"""What a protocol fixes: one `Rule` for each quantity it measures, with everything that another lab has to copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Rule:
    """How one quantity is measured. "-" or None: does not apply."""

    metrics: tuple[str, ...]
    """Ids of the metrics that follow it, the main one first."""
    weights: tuple[str, ...] = ()
    """Names of the checkpoint records that are loaded; docs/concepts/protocols.md gives their hashes, run.json those
    of the files that were used."""
    frames: str = "-"
    """Which frames of which clips."""
    crop: str = "-"
    """What is cut out, and by whose box or points."""
    size: str = "-"
    """Of what the network sees, pixels (height x width)."""
    interpolation: str = "-"
    """Of the resize or warp."""
    antialiasing: bool | None = None
    colour: str = "-"
    """Order, range and normalisation."""
    fps: float | None = None
    """Frames per second that clips are brought to; None: their own."""
    audio_rate: int | None = None
    """Samples per second of the sound, Hz; None: no sound is heard."""
    speech: str = "-"
    """Which sound."""
    pooling: str = "-"
    """From frames to a clip, from clips to the number."""
    failures: str = "no number, counted: n scored and n planned stand beside the value"
    """What becomes of a clip that can't be made or measured."""
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
    """Quantity -> its rule. The same quantity has the same name in every protocol."""

    def rule_of(self, metric: str) -> tuple[str, Rule] | None:
        """The quantity and rule that a metric follows, None if it has none."""
        for quantity, rule in self.rules.items():
            if metric in rule.metrics:
                return quantity, rule
        return None
