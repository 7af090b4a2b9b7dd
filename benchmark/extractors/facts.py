"""What an extractor declares about what it sees and hears: it computes with it, and the protocols page prints it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from benchmark.checkpoints.record import Checkpoint
from benchmark.formulas.frame_sampling import spread_frames_repeating

SOUND_RATE = 16000
"""Samples per second of all sound, Hz."""
CLOCK = 25.0
"""Frames per second of every clip that an extractor looks at: the one clock to which compared clips are brought."""


@dataclass(frozen=True)
class Frames:
    """Which frames of a clip are looked at, in words: it depends on more than their number."""

    text: str
    """The words of the protocol page."""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class FrameChoice(Frames):
    """Which frames of a clip are looked at, by their number alone."""

    choose: Callable[[int], NDArray[np.int64]]
    """Number of frames of a clip -> indices of those looked at, int64 (n,) or (windows, n)."""


def all_frames() -> FrameChoice:
    """Every frame."""
    return FrameChoice("all", lambda count: np.arange(count))


def every_nth(step: int) -> FrameChoice:
    """Frames 0, step, 2 step, ..."""
    return FrameChoice(f"0, {step}, {2 * step}, ...", lambda count: np.arange(0, count, step))


def spread_truncated(number: int) -> FrameChoice:
    """So many from first to last, positions truncated; a shorter clip repeats its last frame."""
    return FrameChoice(
        f"{number} at truncated linspace(0, T - 1, {number}); a shorter clip repeats its last",
        lambda count: spread_frames_repeating(count, number),
    )


def spread_rounded(number: int) -> FrameChoice:
    """So many from first to last, positions rounded; a shorter clip repeats some."""
    return FrameChoice(
        f"{number} at rounded linspace(0, T - 1, {number})",
        lambda count: np.linspace(0, count - 1, number).round().astype(np.int64),
    )


def successive_windows(length: int, most: int) -> FrameChoice:
    """Windows of successive frames, the first at the clip's start, the last at its end, none twice."""

    def choose(count: int) -> NDArray[np.int64]:
        last = max(0, count - length)
        number = min(most, max(1, count // length))
        starts = np.linspace(0, last, number).round().astype(np.int64)
        return np.asarray(np.minimum(starts[:, None] + np.arange(length), count - 1), np.int64)

    text = f"up to {most} windows of {length} successive frames, spread over the clip; a shorter clip repeats its last"
    return FrameChoice(text, choose)


@dataclass(frozen=True)
class Colour:
    """How the values of a picture enter a network or a formula."""

    order: Literal["RGB", "BGR", "gray"]
    low: float
    """The value of black."""
    high: float
    """The value of white."""
    mean: tuple[float, ...] = ()
    """What is taken off each channel, after scaling to `low` and `high`; (): nothing."""
    deviation: tuple[float, ...] = ()
    """What each channel is divided by afterwards; (): nothing."""
    normalised_as: str = ""
    """How this mean and deviation are known, e.g. "ImageNet mean and deviation"."""

    def __str__(self) -> str:
        text = f"{self.order}, {self.low:g} to {self.high:g}"
        return f"{text}, {self.normalised_as}" if self.normalised_as else text


RGB_BYTES = Colour("RGB", 0, 255)
RGB_UNIT = Colour("RGB", 0, 1)
RGB_SIGNED = Colour("RGB", -1, 1)
BGR_BYTES = Colour("BGR", 0, 255)
BGR_UNIT = Colour("BGR", 0, 1)
IMAGENET = Colour("RGB", 0, 1, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225), "ImageNet mean and deviation")

WHOLE_FRAMES = "none, whole frames"
BILINEAR = "bilinear"
BLACK_OUTSIDE = "bilinear, black outside the picture"
AREA_OR_BILINEAR = "averages of areas when smaller, bilinear when larger"


@dataclass(frozen=True)
class Picture:
    """What a network or a formula sees of a frame."""

    crop: str
    """What is cut out, and by whose box or points."""
    sides: tuple[int, ...]
    """Side of the square that it is brought to, pixels; several: one after the other; (): as it is stored."""
    interpolation: str
    """How it is resized or warped; "": not at all."""
    antialiasing: bool | None
    """Whether fine detail is averaged away before it is left out; None: nothing is resized."""
    colour: Colour | str
    detour: str = ""
    """What decoded frames go through before they are looked at, e.g. JPEG; "": nothing."""

    @property
    def side(self) -> int:
        """Side of the square in the end, pixels."""
        return self.sides[-1]

    @property
    def size(self) -> str:
        """The sides in words."""
        return ", then ".join(f"{side} x {side}" for side in self.sides) or "as stored"


class Declared:
    """What every extractor and face tracker says about itself."""

    name: ClassVar[str]
    """Registry name, e.g. "puppet_emotion"."""
    version: ClassVar[str]
    """Moves when a feature moves; part of the key under which features are stored."""
    checkpoints: ClassVar[tuple[Checkpoint, ...]] = ()
    """Weights it loads; their hashes are part of the key, and a missing one becomes the status of its rows."""
    frames: ClassVar[Frames | None] = None
    """Which frames it looks at; None: it looks at none."""
    picture: ClassVar[Picture | None] = None
    """What it sees of each; None: it says nothing of it, or sees nothing."""
    fps: ClassVar[float | None] = CLOCK
    """Frames per second that clips are brought to, by nearest frames, so that frames are paired by time; None: their
    own, frames are paired by number."""
    sound_rate: ClassVar[int | None] = None
    """Samples per second of the mono sound that it hears, Hz; None: it hears none."""
    classes: ClassVar[tuple[str, ...]] = ()
    """The emotions that it tells apart, in the order of its features; () if it classifies no emotion."""
