"""What an extractor is: a network (or a plain computation) that turns one clip into named features.

Features are computed once per clip and stored by the clip's content, so a new metric re-uses all of them and a source
or target clip is looked at once for every method. An extractor declares what it provides; a metric names what it
needs as "role/extractor.feature" (see `benchmark.metrics.base`).

    class Brightness(Extractor):
        name, version, provides, frames = "brightness", "1", ("mean",), all_frames()

        def extract(self, footage):
            return {"mean": footage.clip.frames.mean(axis=(1, 2, 3))}
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray

from benchmark.core import entries
from benchmark.core.errors import SampleError
from benchmark.core.profiling import time_block
from benchmark.core.registry import Registry
from benchmark.extractors.facts import CLOCK, SOUND_RATE, Declared
from benchmark.media.clip import Clip
from benchmark.media.errors import MediaError

if TYPE_CHECKING:
    from benchmark.media.faces import FaceTrack

Features = dict[str, NDArray[Any]]
"""Feature name -> array. No object arrays; NaN only where the extractor's docstring says what it means."""

V = TypeVar("V")


class FaceTracker(Declared, ABC):
    """Finds the face in every frame. One pass per clip, shared by all extractors: the one alignment of all metrics."""

    def load(self, device: str, options: Mapping[str, Any]) -> None:  # noqa: B027 - a tracker without weights has none
        """Prepare the detector. Arguments and errors as in `Extractor.load`."""

    @abstractmethod
    def track(self, clip: Clip) -> FaceTrack:
        """The face of that clip. Raises MediaError (`no_face`, `several_faces`)."""


class Footage:
    """One clip on disk as all extractors see it: decoded once, at 25 frames per second, faces found once.

    Frame i of any clip is what is seen at i / 25 s, so frames of equal numbers belong together and a number of frames
    is a time. A protocol that chooses frames by their number in the file (C-MET's own) looks at `recorded`.

    Errors are remembered too: a file that does not decode is not tried again by the next extractor.

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


class Extractor(Declared, ABC):
    """Turns one clip into features. One instance serves many clips; nothing may depend on the order of calls."""

    provides: ClassVar[tuple[str, ...]]
    """Names of the features it returns."""
    face_tracker: ClassVar[str] = ""
    """Name of the face tracker it uses ("yunet"), or "" if it looks at whole frames or at sound."""

    def load(self, device: str, options: Mapping[str, Any]) -> None:  # noqa: B027 - a plain computation has none
        """Prepare networks.

        Args:
            device: "cpu", "cuda" or "cuda:1".
            options: what the machine decides and no number depends on: `weights` (folder of checkpoints, Path or
                None), `batch_size` (int).

        Raises:
            MissingCheckpoint: a weights file is absent; every row that needs this extractor says so.
            MissingRequirement: a package is not here.
        """

    @abstractmethod
    def extract(self, footage: Footage) -> Features:
        """The features named in `provides`, same for any batch size.

        Raises:
            SampleError: the clip has none, e.g. `no_face`, `no_audio`, `unreadable_video`.
        """

    def extract_many(self, footages: Sequence[Footage]) -> list[Features | Exception]:
        """The features of several clips, or for each of them the exception that says why it has none.

        One after the other, unless a network gains by seeing frames of several clips at once (`BatchedExtractor`).
        """
        answers: list[Features | Exception] = []
        for footage in footages:
            try:
                answers.append(self.extract(footage))
            except Exception as error:  # whoever asks sorts them: of the clip, or of the extractor
                answers.append(error)
        return answers


class PairExtractor(Declared, ABC):
    """Compares an output with another clip of the same sample, e.g. its target. Attributes as in `Extractor`."""

    provides: ClassVar[tuple[str, ...]]
    face_tracker: ClassVar[str] = ""

    def load(self, device: str, options: Mapping[str, Any]) -> None:  # noqa: B027 - a plain computation has none
        """Prepare networks, as in `Extractor.load`."""

    @abstractmethod
    def extract_pair(self, output: Footage, other: Footage) -> Features:
        """The features named in `provides` of this pair. Raises SampleError where the pair has none."""


class SetExtractor(Declared, ABC):
    """Looks at several files that stand for one thing, e.g. all recordings of a cue. Attributes as in `Extractor`."""

    provides: ClassVar[tuple[str, ...]]
    face_tracker: ClassVar[str] = ""

    def load(self, device: str, options: Mapping[str, Any]) -> None:  # noqa: B027 - a plain computation has none
        """Prepare networks, as in `Extractor.load`."""

    @abstractmethod
    def extract_set(self, footages: Sequence[Footage]) -> Features:
        """The features named in `provides` of all files together. Raises SampleError where they have none."""


AnyExtractor = Extractor | PairExtractor | SetExtractor
EXTRACTORS: Registry[type[AnyExtractor]] = Registry(
    "extractor", "emotion_edit_benchmark.extractors", entries.EXTRACTORS
)
FACE_TRACKERS: Registry[type[FaceTracker]] = Registry(
    "face tracker", "emotion_edit_benchmark.face_trackers", entries.FACE_TRACKERS
)


def no_object_arrays(features: Mapping[str, np.ndarray], provides: tuple[str, ...], extractor: str) -> None:
    """Check what an extractor returned. Raises ValueError naming the extractor and what is wrong."""
    if set(features) != set(provides):
        raise ValueError(f"extractor '{extractor}' provides {sorted(provides)} but returned {sorted(features)}")
    for name, values in features.items():
        if not isinstance(values, np.ndarray) or values.dtype.hasobject:
            raise ValueError(f"extractor '{extractor}': feature '{name}' must be a plain array, got {type(values)}")
