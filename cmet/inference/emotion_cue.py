"""Where an edit's emotion comes from: recordings of it and of neutral speech, and how far to trust their difference."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cmet.inference.feature_bank import NEUTRAL, Bank, trust
from cmet.inference.recorded_speech import Recordings
from cmet.model.vectors import Array, Kind, Reliability, choose_pair, difference

if TYPE_CHECKING:
    from cmet.inference.editing import Mode  # which needs torch


@dataclass(frozen=True)
class EmotionCue:
    """Two sides of speech; the edit goes from one to the other."""

    emotional: Recordings
    neutral: Recordings
    pool: tuple[Recordings, Recordings] | None = None
    """What both sides were drawn from, (emotional, neutral), and what the reliability is about; None: themselves."""

    def __post_init__(self) -> None:
        one, other = self.emotional.rows.shape[1], self.neutral.rows.shape[1]
        if one != other:
            raise ValueError(
                f"embeddings do not fit: {one} numbers of emotional speech, {other} of neutral speech; both must come"
                " from one speech encoder"
            )

    def vector(self, kind: Kind = "raw", intensity: float = 1.0) -> Array:
        """The emotion vector float32 (D,), see `cmet.model.vectors.difference`."""
        return difference(self.emotional.rows, self.neutral.rows, kind, intensity)

    @cached_property
    def reliability(self) -> Reliability:
        """How far the vector can be trusted."""
        return trust(*(self.pool or (self.emotional, self.neutral)))

    def sentence(self) -> str:
        """For messages: "29 emotional and 160 neutral recordings, cosine of halves 0.98, p = 0.0005: reliable"."""
        counts = f"{len(self.emotional.names)} emotional and {len(self.neutral.names)} neutral recordings"
        if self.pool is not None:
            counts += f" (of {len(self.pool[0].names)} and {len(self.pool[1].names)})"
        if self.reliability.half_size == 0:
            return f"{counts}: too few to tell whether it is reliable (two on each side are needed, twenty are enough)"
        return f"{counts}, {self.reliability.sentence()}"


def from_bank(bank: Bank, emotion: str, neutral: Recordings | None = None, mode: Mode = "clean") -> EmotionCue:
    """The cue that a bank holds.

    Args:
        bank: of embeddings.
        emotion: its name in the bank.
        neutral: the other side; None: the bank's `neutral`.
        mode: `clean`: all recordings; `paper`: ten of each, drawn as the reference draws them (from sorted names).

    Raises:
        ValueError: no such emotion, or in paper mode fewer than ten recordings.
    """
    emotional = bank.of(emotion)
    others = neutral or bank.of(NEUTRAL)
    if mode == "clean":
        return EmotionCue(emotional, others)
    drawn, drawn_neutral = choose_pair(emotional.names, others.names, "seeded")
    return EmotionCue(emotional.of(drawn), others.of(drawn_neutral), (emotional, others))
