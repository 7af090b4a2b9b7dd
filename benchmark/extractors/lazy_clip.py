"""A clip as extractors get it, and the face tracker that looks at it once for all of them."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from benchmark.core.errors import SampleError
from benchmark.core.profiling import time_block
from benchmark.extractors.facts import CLOCK, SOUND_RATE, Declared
from benchmark.media.clip import Clip
from benchmark.media.errors import MediaError

if TYPE_CHECKING:
    from benchmark.media.faces import FaceTrack

V = TypeVar("V")


class FaceTracker(Declared, ABC):
    """Finds the face in every frame. One pass per clip, shared by all extractors: the one alignment of all metrics."""

    def load(self, device: str, options: Mapping[str, Any]) -> None:  # noqa: B027 - a tracker without weights has none
        """Prepare the detector. Arguments and errors as in `Extractor.load`."""

    @abstractmethod
    def track(self, clip: Clip) -> FaceTrack:
        """The face of that clip. Raises MediaError (`no_face`, `several_faces`)."""


class LazyClip:
    """One clip on disk as all extractors see it: decoded once, at 25 frames per second, faces found once.

    Frame i of any clip is what is seen at i / 25 s, so frames of equal numbers belong together and a number of frames
    is a time. A protocol that chooses frames by their number in the file (C-MET's own) looks at `recorded`.

    Errors are kept too: a file that does not decode is not tried again by the next extractor.

    Args:
        path: a video file.
        trackers: loaded face trackers by name; the mapping may still grow.
    """

    def __init__(self, path: Path, trackers: Mapping[str, FaceTracker] | None = None) -> None:
        self.path = path
        self._trackers = trackers if trackers is not None else {}
        self._known: dict[str, Any] = {}
        self._on_clock = False
        self._lock = threading.RLock()

    @property
    def clip(self) -> Clip:
        """The decoded clip at 25 frames per second: of a file with another rate, the frame nearest to each tick.

        Raises:
            SampleError: with the status of the media error, e.g. `unreadable_video`.
        """

        def decode() -> Clip:
            from benchmark.media.fps import to_fps

            recorded = self._decode()
            timed = to_fps(recorded, CLOCK)
            self._on_clock = timed is recorded
            return timed

        return self.shared("clip", decode)

    @property
    def recorded(self) -> Clip:
        """The decoded clip at its own rate. Raises SampleError as `clip`."""
        clip = self.clip
        return clip if self._on_clock else self.shared("recorded", self._decode)

    def _decode(self) -> Clip:
        from benchmark.media.video import read_clip

        with time_block("decode"):
            return read_clip(self.path)

    @property
    def sound(self) -> NDArray[np.float32]:
        """The sound alone, mono, 16 kHz, also of a file without picture. Raises SampleError, e.g. `no_audio`."""

        def decode() -> NDArray[np.float32]:
            from benchmark.media.audio import read_audio

            with time_block("decode"):
                return read_audio(self.path, SOUND_RATE)

        return self.shared("sound", decode)

    @property
    def faces(self) -> FaceTrack:
        """The face track of the default tracker, "yunet". Raises SampleError `no_face`, `several_faces`."""
        return self.track("yunet")

    def track(self, tracker: str) -> FaceTrack:
        """The face track of a named tracker; the extractor that asks for it names it in `face_tracker`."""
        if tracker not in self._trackers:
            raise RuntimeError(f"no face tracker '{tracker}' was loaded: name it in the extractor's `face_tracker`")
        return self.shared(f"faces/{tracker}", lambda: self._track(tracker))

    def _track(self, tracker: str) -> FaceTrack:
        clip = self.clip
        with time_block("faces"):
            return self._trackers[tracker].track(clip)

    def shared(self, name: str, compute: Callable[[], V]) -> V:
        """`compute()`, done once per clip under that name for all extractors, e.g. "mfcc/16000".

        Raises:
            SampleError: `compute` raised a MediaError or SampleError, now or before.
        """
        with self._lock:  # two pairs may share a source: the second waits for what the first computes
            if name not in self._known:
                try:
                    self._known[name] = compute()
                except MediaError as error:
                    self._known[name] = SampleError(error.status, str(error))
                except SampleError as error:
                    self._known[name] = error
            value = self._known[name]
        if isinstance(value, SampleError):
            raise SampleError(value.status, str(value))
        return value  # type: ignore[no-any-return]
