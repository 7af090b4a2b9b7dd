"""What methods on EDTalk's face model share as methods of the benchmark: their inputs, outputs and weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from benchmark.checkpoints.errors import WeightsError
from benchmark.core.errors import MissingCheckpoint, SampleError, UsageError, nearest, user_path
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.media.audio import read_audio
from benchmark.media.blank import nearest_seen
from benchmark.media.clip import Clip
from benchmark.media.errors import MediaError
from benchmark.media.fps import to_fps
from benchmark.media.reference_frame import reference_frame
from benchmark.media.video import read_clip
from cmet.inference.editing import to_unit
from cmet.inference.networks import PUPPETS, RELEASED, shipped_records
from cmet.inference.optimized import InferenceOptions

FPS = 25.0
"""Frames a second at which EDTalk's codes, audio-to-lip and C-MET's windows are made."""
WEIGHT_SUFFIXES = (".pt", ".pth", ".safetensors", ".npy", ".npz", ".json")
INFERENCE_OPTIONS = ("precision", "channels_last", "compiled", "graphs")
"""Options of every method on the face model, see `cmet.inference.optimized.InferenceOptions`."""


@dataclass(frozen=True)
class Shot:
    """A sample's source, and the speech that the lips follow."""

    frames: NDArray[np.uint8]
    """(T, S, S, 3), at 25 a second; in place of a blank frame the nearest one that is not."""
    speech: NDArray[np.float32]
    """(samples,) at 16 kHz."""
    reference: int = 0
    """The frame that stands for the person: the first, or the first that shows the face."""

    def pictures(self, size: int) -> Tensor:
        """The frames as the face model reads them: float32 (T, 3, size, size) in [-1, 1]."""
        return to_unit(resized(self.frames, size))

    def clip(self, frames: NDArray[np.uint8]) -> Clip:
        """Drawn frames (L, s, s, 3) at the source's size, with their speech."""
        return Clip(resized(frames, self.frames.shape[1]), FPS, self.speech[: 640 * len(frames)])


def read_shot(sample: Sample) -> Shot:
    """Read what is to be edited, at 25 frames a second.

    Raises:
        SampleError: `no_speech`, `wrong_size`, `no_face` (no frame shows a picture), or a status of media.
    """
    try:
        source = to_fps(read_clip(sample.source), FPS)
        speech = read_audio(sample.speech) if sample.speech else source.audio
        reference = reference_frame(source.frames)
    except MediaError as error:
        raise SampleError(error.status, str(error)) from error
    if speech is None:
        raise SampleError(Status.NO_SPEECH, f"{sample.id}: the source has no sound and no other speech is given")
    height, width = source.frames.shape[1:3]
    if height != width:
        raise SampleError(
            Status.WRONG_SIZE, f"{sample.id}: a face crop must be square, the source is {width} x {height}"
        )
    return Shot(source.frames[nearest_seen(source.frames)], speech, reference)


def reference_remark(reference: int) -> dict[str, float | bool | str]:
    """What a method says of the frame that stands for the person: nothing where it is the first."""
    return {"reference_frame": float(reference)} if reference else {}


def resized(frames: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Square frames uint8 (T, S, S, 3) -> (T, side, side, 3): averaged down, or enlarged by cubic interpolation."""
    if frames.shape[1] == side:
        return frames
    mode = cv2.INTER_AREA if side < frames.shape[1] else cv2.INTER_CUBIC
    return np.stack([np.asarray(cv2.resize(f, (side, side), interpolation=mode), np.uint8) for f in frames])


def known_options(method: str, options: Mapping[str, Any], legal: Sequence[str]) -> None:
    """Raise UsageError for an option that the method does not have."""
    for name in options:
        if name not in legal:
            raise UsageError(f"method '{method}' has no option '{name}'{nearest(name, legal)}")


def chosen_files(options: Mapping[str, Any], names: Sequence[str]) -> tuple[Path, ...]:
    """The files behind options that name one, or a folder of weights, in place of what ships.

    When one of them changes, stored outputs are no longer right. Names that are no path (`puppets`, an encoder of a
    hub) have none.
    """
    found: list[Path] = []
    for name in names:
        path = user_path(options.get(name, "puppets"))
        if path.is_dir():
            found += sorted(file for file in path.iterdir() if file.suffix in WEIGHT_SUFFIXES)
        elif path.suffix in WEIGHT_SUFFIXES:
            found.append(path)
    return tuple(found)


def inference_options(method: str, options: Mapping[str, Any]) -> InferenceOptions:
    """The options that say how the face model runs. Raises UsageError for a wrong value."""
    try:
        return InferenceOptions.of(options)
    except ValueError as error:
        raise UsageError(f"method '{method}': {error}") from error


@contextmanager
def missing_files() -> Iterator[None]:
    """Turn an absent or wrong weights file into MissingCheckpoint, with where to get it."""
    try:
        yield
    except FileNotFoundError as error:
        name = Path(str(error.filename or error)).name
        raise MissingCheckpoint(f"missing checkpoint: {name}, get it from {_address(name)}") from error
    except WeightsError as error:
        raise MissingCheckpoint(str(error)) from error


def _address(name: str) -> str:
    """Where a weights file comes from."""
    shipped = shipped_records(sorted(path.stem for path in PUPPETS.glob("*.safetensors")))
    for record in (*shipped, *RELEASED):
        if Path(record.name).stem == Path(name).stem:
            return record.address
    return "the project's repository"
