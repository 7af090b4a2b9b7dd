"""Identity: MobileFaceNet embeddings of aligned faces.

Weights: https://github.com/foamliu/MobileFaceNet (Apache-2.0); network: S. Chen et al., "MobileFaceNets", CCBR 2018.
Input RGB 112x112, five-point alignment, ImageNet mean and standard deviation; the embedding of a picture is that of it
plus that of its mirror image, scaled to length one. Two faces are compared by the cosine: on LFW pairs the same person
has 0.61 on average, another person 0.08.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from benchmark.checkpoints.locate import folders, locate
from benchmark.checkpoints.record import Checkpoint
from benchmark.extractors.base import Extractor, Features
from benchmark.extractors.facts import BLACK_OUTSIDE, IMAGENET, Frames, Picture
from benchmark.extractors.lazy_clip import LazyClip
from benchmark.extractors.sampling import ARCFACE_CROP, SAMPLED_FRAMES, sample_faces, thin_out
from benchmark.media.faces import ALIGNED_SIZE, aligned_crop
from benchmark.media.onnx import open_session, run_batched

MOBILEFACENET = Checkpoint(
    name="mobilefacenet/MobileFaceNet.onnx",
    address="https://raw.githubusercontent.com/foamliu/MobileFaceNet/"
    "a6cc9032a659b615f477833e1a70b5e7931bcccc/weights/MobileFaceNet.onnx",
    sha256="b7120c095d60094f28a4a54ba6a8bf51b297a6273fb40ef6350dfec1f63d9507",
    size=3998070,
    licence="Apache-2.0",
    belongs_to="MobileFaceNet",
)
FRAMES_OF_MEAN = 6
"""About so many frames, spread over the clip, make its mean embedding."""


class IdentityMobileFaceNet(Extractor):
    """Who is seen.

    Features: `embeddings` float32 (S, 128), unit length; `mean` float32 (128,), unit length; `frames` int64 (S,), which
    frames they come from.
    """

    name: ClassVar[str] = "identity_mobilefacenet"
    version: ClassVar[str] = "1"
    provides: ClassVar[tuple[str, ...]] = ("embeddings", "mean", "frames")
    checkpoints: ClassVar[tuple[Checkpoint, ...]] = (MOBILEFACENET,)
    face_tracker: ClassVar[str] = "yunet"
    frames: ClassVar[Frames] = Frames(f"about {FRAMES_OF_MEAN} of {SAMPLED_FRAMES}")
    picture: ClassVar[Picture] = Picture(ARCFACE_CROP, (ALIGNED_SIZE,), BLACK_OUTSIDE, False, IMAGENET)

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Open the graph, always on the CPU. Raises MissingCheckpoint."""
        self._session = open_session(locate(MOBILEFACENET, folders(options.get("weights"))))

    def extract(self, footage: LazyClip) -> Features:
        """Embeddings of about six frames. Raises SampleError `no_face`, `several_faces`, `unreadable_video`, ..."""
        faces = thin_out(sample_faces(footage), FRAMES_OF_MEAN)
        crops = np.stack([aligned_crop(p, points) for p, points in zip(faces.pictures, faces.points, strict=True)])
        embeddings = self.embed(crops)
        return {
            "embeddings": embeddings,
            "mean": scale_to_unit(embeddings.mean(axis=0)),
            "frames": faces.indices.astype("i8"),
        }

    def embed(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Embeddings (S, 128), of unit length, of aligned faces uint8 (S, 112, 112, 3), RGB."""
        scaled = (
            ((crops / 255.0 - np.array(IMAGENET.mean)) / np.array(IMAGENET.deviation))
            .transpose(0, 3, 1, 2)
            .astype(np.float32)
        )
        (upright,) = run_batched(self._session, ("output0",), "input0", scaled, 1)
        (mirrored,) = run_batched(self._session, ("output0",), "input0", scaled[..., ::-1], 1)
        return scale_to_unit(upright + mirrored)


def scale_to_unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale vectors (..., D) to length one."""
    scaled: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return scaled
