"""Core types: small frozen dataclasses that check themselves. `Sample` is one line of a split.

Its siblings live further down: `benchmark.media.clip.Clip` (the only thing that crosses the border of a method) and
`benchmark.checkpoints.record.Checkpoint`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from benchmark.core.errors import ManifestError, nearest
from benchmark.core.file_names import NAME, name_problem

BASIC_EMOTIONS: tuple[str, ...] = ("angry", "contempt", "disgusted", "fear", "happy", "neutral", "sad", "surprised")
"""The eight emotions of MEAD, in the order of C-MET's labels (0 to 7)."""

SEVEN_EMOTIONS: tuple[str, ...] = tuple(emotion for emotion in BASIC_EMOTIONS if emotion != "contempt")
"""The emotions that classifiers without contempt know: angry, disgusted, fear, happy, neutral, sad, surprised."""

EXTENDED_EMOTIONS: tuple[str, ...] = ("charismatic", "desirous", "empathetic", "envious", "romantic", "sarcastic")
"""The six emotions that C-MET edits without having seen a face show them."""

EMOTIONS: tuple[str, ...] = BASIC_EMOTIONS + EXTENDED_EMOTIONS

SAMPLE_ID = NAME
"""Ids of samples name files: the rule of all such names."""


def check_emotion(name: str) -> str:
    """Return `name` if it is one of the fourteen emotions, else raise a ManifestError with the nearest legal name."""
    if name not in EMOTIONS:
        raise ManifestError(f"unknown emotion '{name}'{nearest(name, EMOTIONS)}")
    return name


@dataclass(frozen=True)
class Cues:
    """What tells a method which emotion to show. Every family gets the same cue for the same sample."""

    label: str | None = None
    """The emotion's name that a label-driven method gets (for extended emotions: the speech-recognised basic one)."""
    emotional_speech: tuple[Path, ...] = ()
    """Recordings of the target emotion, for audio-driven methods."""
    neutral_speech: tuple[Path, ...] = ()
    """Recordings of the source emotion, whose mean is subtracted."""
    reference: Path | None = None
    """Image or video that shows the target emotion, for image-driven methods."""
    level: int | None = None
    """Level 1 to 3 that goes with the label; None: the sample's."""


@dataclass(frozen=True)
class Sample:
    """One line of a split: edit this source to that emotion."""

    id: str
    """Unique in its split; letters, digits, `_`, `-`, `.`; names every file that comes from it."""
    dataset: str
    split: str
    speaker: str
    """Who is seen. The cluster of every interval."""
    sentence: str
    """What is said: the corpus's sentence number or the text."""
    source: Path
    """Video to edit."""
    source_emotion: str
    emotion: str
    """Target emotion."""
    intensity: int
    """Level 1, 2 or 3 of the target emotion; 0 where the corpus has none."""
    speech: Path | None
    """wav that the lips must follow in the output; None: the source's own sound."""
    cues: Cues = field(default_factory=Cues)
    target: Path | None = None
    """Video of the same speaker saying the same with the target emotion, where the corpus has one."""
    truth: Path | None = None
    """npz with the target's known action units, landmarks and pose (puppets only)."""

    def __post_init__(self) -> None:
        for what, name in (("sample id", self.id), ("split", self.split), ("dataset", self.dataset)):
            if problem := name_problem(what, name):
                raise ManifestError(problem)
        check_emotion(self.emotion)
        check_emotion(self.source_emotion)
        if self.intensity not in (0, 1, 2, 3):
            raise ManifestError(f"sample {self.id}: intensity must be 0, 1, 2 or 3, got {self.intensity}")
