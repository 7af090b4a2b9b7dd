"""68 face points in 300-W order by PFLD (X. Guo et al., "PFLD: A practical facial landmark detector", 2019).

Weights: `onnx/pfld.onnx` of https://github.com/cunjian/pytorch_face_landmark (no licence stated there). Input BGR
112x112, x / 255: the square of side 1.2 min(box width, box height) about the box's centre; output in fractions of it.
Every one of the first 150 frames with a face is looked at (6 s at 25 fps).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from benchmark.checkpoints.locate import folders, locate
from benchmark.checkpoints.record import Checkpoint
from benchmark.core.profiling import time_block
from benchmark.extractors.base import Extractor, Features
from benchmark.extractors.facts import BGR_UNIT, BLACK_OUTSIDE, Frames, Picture
from benchmark.extractors.lazy_clip import LazyClip
from benchmark.extractors.sampling import FIRST_FACES, MOST, at_frames, frames_with_face
from benchmark.media.faces import STEP, warp_square
from benchmark.media.onnx import open_session, run_batched
from benchmark.media.similarity import apply

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

PFLD = Checkpoint(
    name="pfld/pfld.onnx",
    address="https://raw.githubusercontent.com/cunjian/pytorch_face_landmark/"
    "6f34bf9f034aa2f521952f825e6ccc567deb42d6/onnx/pfld.onnx",
    sha256="7d7bbd5c6a1d9272e58d9773898284a1905d872eba9a662df9b5f20f1ba6f83e",
    size=2987921,
    licence="none stated",
    belongs_to="PFLD",
)
SIDE = 1.2
PFLD_PICTURE = Picture(f"square of {SIDE:g} times the box's shorter side", (112,), BLACK_OUTSIDE, False, BGR_UNIT)


class LandmarksPfld(Extractor):
    """Where the face's points are.

    Features: `points` float32 (F, 68, 2), pixels x, y of the clip, NaN in frames without a face; `left_out` int64 (),
    how many these are; `fps` float64 (), frames per second.
    """

    name: ClassVar[str] = "landmarks_pfld"
    version: ClassVar[str] = "3"
    provides: ClassVar[tuple[str, ...]] = ("points", "left_out", "fps")
    checkpoints: ClassVar[tuple[Checkpoint, ...]] = (PFLD,)
    face_tracker: ClassVar[str] = "yunet"
    frames: ClassVar[Frames] = FIRST_FACES
    picture: ClassVar[Picture] = PFLD_PICTURE

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Open the graph, always on the CPU. Raises MissingCheckpoint."""
        self._session = open_session(locate(PFLD, folders(options.get("weights"))))
        self._batch_size = int(options.get("batch_size") or 32)

    def extract(self, footage: LazyClip) -> Features:
        """Points of up to 150 frames. Raises SampleError `no_face`, `no_track`, `several_faces`, ..."""
        track, clip = footage.faces, footage.clip
        present = frames_with_face(track, footage.path.name, STEP * MOST)
        chosen = np.flatnonzero(present)
        pictures = [clip.frames[index] for index in chosen]
        points = pfld_points(self._session, pictures, track.boxes_at(chosen), self._batch_size)
        return {
            "points": at_frames(points, present),
            "left_out": np.asarray(int((~present).sum())),
            "fps": np.asarray(clip.fps),
        }


def pfld_points(
    session: InferenceSession, pictures: Sequence[NDArray[np.uint8]], boxes: NDArray[np.float64], batch_size: int
) -> NDArray[np.float32]:
    """The 68 points of some pictures.

    Args:
        session: the graph.
        pictures: F times uint8 (H, W, 3), RGB.
        boxes: float64 (F, 4), the face of each.
        batch_size: pictures at a time; one for a graph with a fixed batch.

    Returns:
        float32 (F, 68, 2), pixels x, y.
    """
    crops, backs = [], []
    for picture, box in zip(pictures, boxes, strict=True):
        side = SIDE * float((box[2:] - box[:2]).min())
        crop, back = warp_square(picture, (box[:2] + box[2:]) / 2, side, PFLD_PICTURE.side)
        crops.append(crop)
        backs.append(back)
    inputs = np.stack(crops)[..., ::-1].transpose(0, 3, 1, 2).astype(np.float32, order="C") / np.float32(255)
    at_once = 1 if session.get_inputs()[0].shape[0] == 1 else batch_size
    with time_block("forward"):
        (found,) = run_batched(session, ("output",), "input", inputs, at_once)
    found = found.reshape(len(crops), 68, 2) * PFLD_PICTURE.side
    return np.stack([apply(back, points) for back, points in zip(backs, found, strict=True)]).astype(np.float32)
