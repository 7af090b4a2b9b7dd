"""Features of the FID: pool3 of the 2015 Inception network on whole frames.

Weights: `pt_inception-2015-12-05-6726825d.pth` of https://github.com/mseitzer/pytorch-fid (Apache-2.0). RGB 0 to 1,
resized to 299 x 299 inside the network: bilinear, half-pixel centres, no antialiasing, aspect not kept.

Two choices of frames: `inception_pool3` takes sixteen, spread over the clip, as decoded, so that long clips do not
dominate a pooled distance; `inception_jpeg` takes all of them after a detour through JPEG, as C-MET's released
evaluation does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from benchmark.checkpoints.record import Checkpoint
from benchmark.extractors.base import Features
from benchmark.extractors.batched import BatchedExtractor, unit_pictures
from benchmark.extractors.facts import RGB_SIGNED, WHOLE_FRAMES, FrameChoice, Picture, all_frames, spread_rounded
from benchmark.extractors.jpeg import MJPEG, through_mjpeg
from benchmark.extractors.lazy_clip import LazyClip

if TYPE_CHECKING:
    from torch import Tensor

INCEPTION = Checkpoint(
    name="inception/pt_inception-2015-12-05-6726825d.pth",
    address="https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/"
    "pt_inception-2015-12-05-6726825d.pth",
    sha256="6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2",
    size=95628359,
    licence="Apache-2.0",
    belongs_to="FID Inception",
)
SIDE = 299
"""The network resizes to it itself."""


class InceptionPool3(BatchedExtractor):
    """Features: `pool3` float32 (16, 2048); a clip of fewer frames repeats some."""

    name: ClassVar[str] = "inception_pool3"
    version: ClassVar[str] = "2"
    provides: ClassVar[tuple[str, ...]] = ("pool3",)
    checkpoints: ClassVar[tuple[Checkpoint, ...]] = (INCEPTION,)
    frames: ClassVar[FrameChoice] = spread_rounded(16)
    picture: ClassVar[Picture] = Picture(
        WHOLE_FRAMES, (SIDE,), "bilinear, half-pixel centres, aspect not kept", False, RGB_SIGNED
    )

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Load the network, strictly. Raises MissingCheckpoint, CheckpointError."""
        from benchmark.checkpoints.locate import folders, locate

        locate(INCEPTION, folders(options.get("weights")))  # before torch is imported

        from benchmark.extractors.loading import load_network
        from benchmark.networks.inception import Inception

        self._network = load_network(Inception(size=SIDE), INCEPTION, options, device)
        self.prepare(device, options)

    def inputs(self, footage: LazyClip) -> NDArray[np.uint8]:
        """Sixteen frames. Raises SampleError `unreadable_video`, ..."""
        frames = footage.clip.frames
        chosen: NDArray[np.uint8] = frames[self.frames.choose(len(frames))]
        return chosen

    def forward(self, batch: Tensor) -> Tensor:
        """uint8 (b, H, W, 3) -> (b, 2048)."""
        pooled: Tensor = self._network(unit_pictures(batch)).pool3
        return pooled

    def features(self, rows: NDArray[np.float32], footage: LazyClip) -> Features:
        """As they are."""
        return {"pool3": rows}


class InceptionFrames(InceptionPool3):
    """Features: `pool3` float32 (T, 2048), one row a frame, as decoded. For `benchmark.parity.fid`; no run uses it."""

    name: ClassVar[str] = "inception_frames"
    fps: ClassVar[float | None] = None
    frames: ClassVar[FrameChoice] = all_frames()

    def inputs(self, footage: LazyClip) -> NDArray[np.uint8]:
        """All frames. Raises SampleError `unreadable_video`, ..."""
        return footage.recorded.frames


class InceptionJpeg(InceptionPool3):
    """Features: `pool3` float32 (T, 2048), one row a frame."""

    name: ClassVar[str] = "inception_jpeg"
    version: ClassVar[str] = "2"
    fps: ClassVar[float | None] = None
    frames: ClassVar[FrameChoice] = all_frames()
    picture: ClassVar[Picture] = replace(InceptionPool3.picture, detour=MJPEG)

    def inputs(self, footage: LazyClip) -> NDArray[np.uint8]:
        """All frames, JPEG-coded as FFmpeg does by default. Raises SampleError `unreadable_video`, ..."""
        return footage.shared("mjpeg", lambda: through_mjpeg(footage.recorded.frames, footage.recorded.fps))
