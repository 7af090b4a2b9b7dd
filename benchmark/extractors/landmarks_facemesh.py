"""468 face points by MediaPipe's face mesh (Kartynnik et al., "Real-time facial surface geometry", 2019).

Weights: `blazeface_landmark.pth` of https://github.com/zmurez/MediaPipePyTorch (Apache-2.0) as an ONNX graph. Input RGB
192x192, x / 255: the square of side 1.5 max(box) about the box's centre, turned so that the eyes are level. Every one
of the first 150 frames with a face is looked at (6 s at 25 fps); boxes between the detector's frames lie on straight
lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from benchmark.checkpoints.locate import folders, locate
from benchmark.checkpoints.record import Checkpoint
from benchmark.extractors.base import Extractor, Features
from benchmark.extractors.facts import BLACK_OUTSIDE, RGB_UNIT, Frames, Picture
from benchmark.extractors.lazy_clip import LazyClip
from benchmark.extractors.sampling import FIRST_FACES, MOST, at_frames, frames_with_face
from benchmark.media.faces import STEP, warp_square
from benchmark.media.onnx import open_session, run_batched
from benchmark.media.similarity import apply

FACEMESH = Checkpoint(
    name="mediapipe_facemesh/mediapipe_facemesh_468.onnx",
    address="the weights blazeface_landmark.pth of https://github.com/zmurez/MediaPipePyTorch at commit "
    "b38dbe35a3879d6dae1348cf00fc004311b3fa41, converted to ONNX (docs/guide/evaluate_your_method.md)",
    sha256="cc9c751765b0d9e13839c6a70831b1ea11ce4d1a62e1a4a443251d468fb14ea1",
    size=2429720,
    licence="Apache-2.0",
    belongs_to="MediaPipe face mesh",
)
SIDE = 1.5


class LandmarksFaceMesh(Extractor):
    """Where the face's points are.

    Features: `points` float32 (F, 468, 2), pixels x, y of the clip, NaN in frames without a face; `score` float32 (F,),
    the network's confidence that there is a face, in [0, 1], NaN likewise; `left_out` int64 (), how many frames are
    without; `fps` float64 (), frames per second.
    """

    name: ClassVar[str] = "landmarks_facemesh"
    version: ClassVar[str] = "2"
    provides: ClassVar[tuple[str, ...]] = ("points", "score", "left_out", "fps")
    checkpoints: ClassVar[tuple[Checkpoint, ...]] = (FACEMESH,)
    face_tracker: ClassVar[str] = "yunet"
    frames: ClassVar[Frames] = FIRST_FACES
    picture: ClassVar[Picture] = Picture(
        f"square of {SIDE:g} times the box's longer side, turned so that the eyes are level",
        (192,),
        BLACK_OUTSIDE,
        False,
        RGB_UNIT,
    )

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Open the graph, always on the CPU. Raises MissingCheckpoint."""
        self._session = open_session(locate(FACEMESH, folders(options.get("weights"))))
        self._batch_size = int(options.get("batch_size") or 32)

    def extract(self, footage: LazyClip) -> Features:
        """Points of up to 150 frames. Raises SampleError `no_face`, `no_track`, `several_faces`, ..."""
        track, clip = footage.faces, footage.clip
        present = frames_with_face(track, footage.path.name, STEP * MOST)
        chosen = np.flatnonzero(present)
        boxes, points = track.boxes_at(chosen), track.points_at(chosen)
        crops, backs = [], []
        for index, box, five in zip(chosen, boxes, points, strict=True):
            across = five[1] - five[0]
            crop, back = warp_square(
                clip.frames[index],
                (box[:2] + box[2:]) / 2,
                SIDE * float((box[2:] - box[:2]).max()),
                self.picture.side,
                float(np.arctan2(across[1], across[0])),
            )
            crops.append(crop.transpose(2, 0, 1).astype(np.float32) / np.float32(255))
            backs.append(back)
        inputs = np.stack(crops)
        found, score = run_batched(self._session, ("landmarks", "score"), "input", inputs, self._batch_size)
        placed = [apply(back, mesh[:, :2]) for back, mesh in zip(backs, found, strict=True)]
        return {
            "points": at_frames(np.stack(placed).astype(np.float32), present),
            "score": at_frames(score.reshape(len(chosen)), present),
            "left_out": np.asarray(int((~present).sum())),
            "fps": np.asarray(clip.fps),
        }
