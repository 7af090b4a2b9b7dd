"""What a method is: two members, `load` and `edit`, and the facts that go with it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

from benchmark.checkpoints.record import Checkpoint
from benchmark.core import entries
from benchmark.core.registry import Registry
from benchmark.core.types import Sample
from benchmark.media.clip import Clip

CueKind = Literal["none", "label", "audio", "image"]

FAMILIES: dict[CueKind, str] = {
    "none": "needs no cue",
    "label": "label-driven",
    "audio": "audio-driven",
    "image": "image-driven",
}


@dataclass(frozen=True)
class MethodInfo:
    """The method card."""

    name: str
    title: str
    version: str
    """Moves when the method's output moves; part of the generation key."""
    cue: CueKind
    """Which cue tells the method the emotion."""
    paper: str = ""
    year: int | None = None
    code: str = ""
    licence: str = ""
    checkpoints: tuple[Checkpoint, ...] = ()
    family: str = ""
    """What kind of method it is, in words; empty: as its cue says (`FAMILIES`)."""
    trained_on: tuple[str, ...] = ()
    """Corpora, splits or speakers seen in training: "mead", "puppets/train", "mead/M003". Runs on them warn."""

    @property
    def kind(self) -> str:
        """The family, in words."""
        return self.family or FAMILIES[self.cue]


class Method(ABC):
    """An editing method. One instance serves many samples; nothing may depend on the order of calls."""

    info: ClassVar[MethodInfo]

    @classmethod
    def inputs(cls, sample: Sample, options: Mapping[str, Any]) -> tuple[Path, ...]:
        """Files that this sample's output depends on beyond those the sample names, e.g. a video made elsewhere.

        Their content is part of what decides whether a stored output is still right; they need not exist.
        """
        return ()

    @classmethod
    def output_options(cls, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """The options that change the output. All, unless a method says that some only tell where files lie."""
        return options

    @classmethod
    def program_hash(cls, options: Mapping[str, Any]) -> str | None:
        """A hash of the program that makes the outputs, where it is not the code of this package; None: it is.

        It is part of the key under which outputs are kept, so that another state of the program is another run.
        """
        return None

    @classmethod
    def missing(cls, options: Mapping[str, Any]) -> str | None:
        """What this machine lacks for the method to run at all, and where to get it, in one line; None: nothing.

        For what is neither a checkpoint of the card nor an option that must be given, e.g. somebody's program.
        """
        return None

    def load(self, device: str, options: Mapping[str, Any]) -> None:  # noqa: B027 - a method without weights has none
        """Prepare networks on `device` ("cpu", "cuda", "cuda:1"). `options`: the method's own config values.

        Raises:
            MissingRequirement: a checkpoint or package is not here.
            UsageError: an option is unknown.
        """

    def begin(self, samples: Sequence[Sample], seed: int, folder: Path) -> None:  # noqa: B027 - most need none
        """Called once after `load`, before the first `edit`, with all samples that will be asked for, in order.

        For a method that works on many at once. `folder` is its own, the same when an interrupted run is repeated with
        the same samples still to do; its subfolder `output` is removed when all have been asked for.
        """

    @abstractmethod
    def edit(self, sample: Sample, seed: int) -> Clip | Path:
        """Edit one sample. Same sample and seed: same clip.

        Returns:
            The edited clip, or the path of a finished video, which is then taken byte for byte.

        Raises:
            SampleError: this sample can't be edited; the run goes on.
        """

    def remarks(self, sample: Sample) -> Mapping[str, float | bool | str]:
        """What a reader should know about the edit of a sample that was just made; kept beside its scores.

        The key `warning` is a sentence: run.json and the end of the run say it. Values are finite.
        """
        return {}


METHODS: Registry[type[Method]] = Registry("method", "emotion_edit_benchmark.methods", entries.METHODS)
