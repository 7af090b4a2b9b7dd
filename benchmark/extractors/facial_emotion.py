"""What the facial-emotion classifiers of single frames share: the frames, the crop, the order of emotions, the mean.

Each gives probabilities of every sampled frame, in the order of its `classes`. The three small ones know no contempt.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from benchmark.checkpoints.locate import folders, locate
from benchmark.extractors.base import Extractor, Features
from benchmark.extractors.facts import Frames, Picture
from benchmark.extractors.lazy_clip import LazyClip
from benchmark.extractors.sampling import SAMPLED_FRAMES, SampledFaces, sample_faces
from benchmark.media.faces import square_crop
from benchmark.media.onnx import open_session, run_batched

FACE_SQUARE = "square of side max(w, h) about the box"


class FacialEmotion(Extractor):
    """A classifier of single faces.

    Features: `probs` float32 (S, C), rows sum to one; `mean` float64 (C,); `frames` int64 (S,). C is 7, or 8 for a
    network that knows contempt.
    """

    provides: ClassVar[tuple[str, ...]] = ("probs", "mean", "frames")
    face_tracker: ClassVar[str] = "yunet"
    frames: ClassVar[Frames] = SAMPLED_FRAMES
    graph_classes: ClassVar[tuple[str, ...]]
    """The emotions in the order of the graph's outputs, in our words."""
    picture: ClassVar[Picture]
    graph_output: str = "probs"

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Open the graph, always on the CPU. Raises MissingCheckpoint."""
        self._session = open_session(locate(self.checkpoints[0], folders(options.get("weights"))))
        self._batch_size = int(options.get("batch_size") or 32)

    def extract(self, footage: LazyClip) -> Features:
        """Probabilities of the sampled frames. Raises SampleError `no_face`, `several_faces`, `unreadable_video`."""
        faces = sample_faces(footage)
        inputs = np.stack([self.prepare(crop) for crop in face_squares(faces)]).astype(np.float32)
        (raw,) = run_batched(self._session, (self.graph_output,), "input", inputs, self._batch_size)
        probs = self.probabilities(raw)[:, [self.graph_classes.index(emotion) for emotion in self.classes]]
        return {
            "probs": probs,
            "mean": probs.astype(np.float64).mean(axis=0),
            "frames": faces.indices.astype(np.int64),
        }

    @abstractmethod
    def prepare(self, crop: NDArray[np.uint8]) -> NDArray[np.floating]:
        """One input (C, size, size) of the graph from a face crop uint8 (h, w, 3), RGB."""

    def probabilities(self, raw: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities (S, C) from what the graph gives; here the graph gives them."""
        return raw


def face_squares(faces: SampledFaces) -> list[NDArray[np.uint8]]:
    """The squares that just hold the boxes, as far as they lie in the pictures."""
    return [square_crop(picture, box) for picture, box in zip(faces.pictures, faces.boxes, strict=True)]
