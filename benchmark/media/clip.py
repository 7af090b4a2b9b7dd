"""A decoded piece of talking-face video with its sound."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmark.core.status import Status
from benchmark.media.errors import MediaError


@dataclass(frozen=True)
class Clip:
    """A piece of talking-face video with its sound, decoded."""

    frames: NDArray[np.uint8]
    """uint8 (T, H, W, 3), RGB, T >= 1."""
    fps: float
    """Frames per second, > 0."""
    audio: NDArray[np.float32] | None = None
    """float32 (N,), mono, in [-1, 1]; None if the file has no sound."""
    sample_rate: int = 16000
    """Samples per second of `audio`, Hz."""

    def __post_init__(self) -> None:
        if self.frames.dtype != np.uint8 or self.frames.ndim != 4 or self.frames.shape[-1] != 3:
            raise MediaError(
                Status.BAD_CLIP,
                f"frames must be uint8 (T, H, W, 3), got {self.frames.dtype} {tuple(self.frames.shape)}",
            )
        if len(self.frames) == 0:
            raise MediaError(Status.BAD_CLIP, "a clip needs at least one frame, got none")
        if not (np.isfinite(self.fps) and self.fps > 0):
            raise MediaError(Status.BAD_CLIP, f"frames per second must be above 0, got {self.fps}")
        if self.audio is not None and (self.audio.dtype != np.float32 or self.audio.ndim != 1):
            raise MediaError(
                Status.BAD_CLIP, f"audio must be float32 (N,), got {self.audio.dtype} {tuple(self.audio.shape)}"
            )
        if self.sample_rate <= 0:
            raise MediaError(Status.BAD_CLIP, f"sample rate must be above 0, got {self.sample_rate}")

    @property
    def duration(self) -> float:
        """Length of the picture track in seconds."""
        return len(self.frames) / self.fps
