"""Identity by ArcFace: iResNet-50 and iResNet-100 embeddings of aligned faces.

Deng et al., "ArcFace", CVPR 2019; layout and weights of insightface's `arcface_torch`. Input: the face turned upright
by its five points to 112 px, RGB, (value - 127.5) / 127.5. Every fifth frame with a face, at most thirty (`sampling`).
The level of the cosine depends on the network and its training data, so each has a name of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from benchmark.checkpoints.locate import folders, locate
from benchmark.checkpoints.record import Checkpoint
from benchmark.extractors.base import Features
from benchmark.extractors.batched import BatchedExtractor
from benchmark.extractors.facts import BLACK_OUTSIDE, RGB_SIGNED, Frames, Picture
from benchmark.extractors.lazy_clip import LazyClip
from benchmark.extractors.sampling import ARCFACE_CROP, SAMPLED_FRAMES, sample_faces
from benchmark.media.faces import ALIGNED_SIZE, aligned_crop

if TYPE_CHECKING:
    from torch import Tensor


def _record(depth: int) -> Checkpoint:
    return Checkpoint(
        name=f"arcface/ms1mv3_arcface_r{depth}_fp16.pth",
        address=f"backbone.pth of ms1mv3_arcface_r{depth}_fp16, linked from recognition/arcface_torch of "
        "https://github.com/deepinsight/insightface; save it under this name",
        sha256=None,
        size=None,
        licence="non-commercial research (insightface's models)",
        belongs_to=f"ArcFace iResNet-{depth}",
    )


ARCFACE_50, ARCFACE_100 = _record(50), _record(100)


class IdentityArcface50(BatchedExtractor):
    """Features: `embeddings` float32 (S, 512), not normalised; `frames` int64 (S,), which frames they come from."""

    name: ClassVar[str] = "identity_arcface50"
    version: ClassVar[str] = "1"
    provides: ClassVar[tuple[str, ...]] = ("embeddings", "frames")
    checkpoints: ClassVar[tuple[Checkpoint, ...]] = (ARCFACE_50,)
    face_tracker: ClassVar[str] = "yunet"
    frames: ClassVar[Frames] = SAMPLED_FRAMES
    picture: ClassVar[Picture] = Picture(ARCFACE_CROP, (ALIGNED_SIZE,), BLACK_OUTSIDE, False, RGB_SIGNED)
    depth: ClassVar[int] = 50

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Load the network, strictly. Raises MissingCheckpoint, CheckpointError."""
        locate(self.checkpoints[0], folders(options.get("weights")))

        from benchmark.extractors.loading import load_network
        from benchmark.networks.iresnet import IResNet

        self._network = load_network(IResNet(self.depth), self.checkpoints[0], options, device)
        self.prepare(device, options)

    def inputs(self, footage: LazyClip) -> NDArray[np.uint8]:
        """uint8 (S, 112, 112, 3). Raises SampleError `no_face`, `several_faces`, `unreadable_video`."""

        def cut() -> NDArray[np.uint8]:
            faces = sample_faces(footage)
            return np.stack([aligned_crop(p, five) for p, five in zip(faces.pictures, faces.points, strict=True)])

        return footage.shared("aligned/112", cut)

    def forward(self, batch: Tensor) -> Tensor:
        """uint8 (b, 112, 112, 3) -> (b, 512)."""
        embeddings: Tensor = self._network((batch.permute(0, 3, 1, 2).float() - 127.5) / 127.5)
        return embeddings

    def features(self, rows: NDArray[np.float32], footage: LazyClip) -> Features:
        """As they are, with their frames."""
        return {"embeddings": rows, "frames": sample_faces(footage).indices.astype(np.int64)}


class IdentityArcface100(IdentityArcface50):
    """As `IdentityArcface50`, the deeper network."""

    name: ClassVar[str] = "identity_arcface100"
    checkpoints: ClassVar[tuple[Checkpoint, ...]] = (ARCFACE_100,)
    depth: ClassVar[int] = 100
