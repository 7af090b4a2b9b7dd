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

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from benchmark.core import entries
from benchmark.core.registry import Registry
from benchmark.extractors.facts import Declared
from benchmark.extractors.lazy_clip import FaceTracker, LazyClip

Features = dict[str, NDArray[Any]]
"""Feature name -> array. No object arrays; NaN only where the extractor's docstring says what it means."""


class BaseExtractor(Declared):
    """What extractors of one clip, of a pair and of a set share."""

    provides: ClassVar[tuple[str, ...]]
    """Names of the features it returns."""
    face_tracker: ClassVar[str] = ""
    """Name of the face tracker it uses ("yunet"), or "" if it looks at whole frames or at sound."""

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Prepare networks; a plain computation has none.

        Args:
            device: "cpu", "cuda" or "cuda:1".
            options: what the machine decides and no number depends on: `weights` (folder of checkpoints, Path or
                None), `batch_size` (int).

        Raises:
            MissingCheckpoint: a weights file is absent; every row that needs this extractor says so.
            MissingRequirement: a package is not here.
        """


class Extractor(BaseExtractor, ABC):
    """Turns one clip into features. One instance serves many clips; nothing may depend on the order of calls."""

    @abstractmethod
    def extract(self, footage: LazyClip) -> Features:
        """The features named in `provides`, same for any batch size.

        Raises:
            SampleError: the clip has none, e.g. `no_face`, `no_audio`, `unreadable_video`.
        """

    def extract_many(self, footages: Sequence[LazyClip]) -> list[Features | Exception]:
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


class PairExtractor(BaseExtractor, ABC):
    """Compares an output with another clip of the same sample, e.g. its target."""

    @abstractmethod
    def extract_pair(self, output: LazyClip, other: LazyClip) -> Features:
        """The features named in `provides` of this pair. Raises SampleError where the pair has none."""


class SetExtractor(BaseExtractor, ABC):
    """Looks at several files that stand for one thing, e.g. all recordings of a cue."""

    @abstractmethod
    def extract_set(self, footages: Sequence[LazyClip]) -> Features:
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
