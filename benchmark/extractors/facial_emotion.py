"""What the three small facial-emotion classifiers share: their seven classes, the frames, the mean.

None of them knows contempt. Each gives probabilities of every sampled frame in the order `SEVEN`, and their mean.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from benchmark.checkpoints import folders, locate
from benchmark.extractors.base import Extractor, Features, Footage
from benchmark.extractors.sampling import SampledFaces, sampled_faces
from benchmark.types import BASIC_EMOTIONS
from media.faces import square_crop
from media.onnx import open_session, run_batched

SEVEN: tuple[str, ...] = tuple(emotion for emotion in BASIC_EMOTIONS if emotion != "contempt")
"""angry, disgusted, fear, happy, neutral, sad, surprised."""


class FacialEmotion(Extractor):
    """A classifier of single faces with a graph `input` -> `probs`.

    Features: `probs` float32 (S, 7), rows sum to one; `mean` float64 (7,); `frames` int64 (S,).
    """

    provides: ClassVar[tuple[str, ...]] = ("probs", "mean", "frames")
    face_tracker: ClassVar[str] = "yunet"
    classes: ClassVar[tuple[str, ...]]
    """The graph's order of the seven emotions, in our words."""

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Open the graph, always on the CPU. Raises MissingCheckpoint."""
        self._session = open_session(locate(self.checkpoints[0], folders(options.get("weights"))))
        self._batch_size = int(options.get("batch_size") or 32)

    def extract(self, footage: Footage) -> Features:
        """Probabilities of the sampled frames. Raises SampleError `no_face`, `several_faces`, `unreadable_video`."""
        faces = sampled_faces(footage)
        inputs = np.stack([self.prepare(crop) for crop in face_squares(faces)]).astype(np.float32)
        raw = run_batched(self._session, "probs", "input", inputs, self._batch_size)
        probs = raw[:, [self.classes.index(emotion) for emotion in SEVEN]]
        return {
            "probs": probs,
            "mean": probs.astype(np.float64).mean(axis=0),
            "frames": faces.indices.astype(np.int64),
        }

    @abstractmethod
    def prepare(self, crop: NDArray[np.uint8]) -> NDArray[np.floating]:
        """One input (C, size, size) of the graph from a face crop uint8 (h, w, 3), RGB."""


def face_squares(faces: SampledFaces) -> list[NDArray[np.uint8]]:
    """The squares that just hold the boxes, as far as they lie in the pictures."""
    return [square_crop(picture, box) for picture, box in zip(faces.pictures, faces.boxes, strict=True)]
