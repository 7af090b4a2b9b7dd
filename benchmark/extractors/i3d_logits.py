"""What the Frechet video distances see of a clip: I3D's 400 class scores, averaged over time.

Weights: the TensorFlow authors' Kinetics-400 network (Carreira & Zisserman, CVPR 2017) as a torch state dict. Two
chains from frames to input (`benchmark/networks/i3d_input.py`): `i3d_author` is C-MET's released evaluation, fifteen
frames over the whole clip, 64 px in between; `i3d_window` is the usual one: windows of sixteen successive frames at the
clip's own rate, one half-pixel resize to 224. The released evaluation copies its clip sixteen times; equal rows give
equal scores, so it is looked at once.
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
from benchmark.extractors.facts import (
    CLOCK,
    RGB_SIGNED,
    WHOLE_FRAMES,
    FrameChoice,
    Picture,
    spread_truncated,
    successive_windows,
)
from benchmark.extractors.lazy_clip import LazyClip

if TYPE_CHECKING:
    from torch import Tensor

I3D_400 = Checkpoint(
    name="i3d/i3d_pretrained_400.pt",
    address="fvd/videogpt/i3d_pretrained_400.pt of https://github.com/JunyaoHu/common_metrics_on_video_quality "
    "(plain state dict, 344 entries, git blob a867b87ac3a9097d200598b1d48a1b890d8ec744; or the equal file of VideoGPT)",
    sha256=None,
    size=None,
    licence="Apache-2.0 (the network's authors); research only (Kinetics)",
    belongs_to="I3D, Kinetics-400",
)


class I3DAuthor(BatchedExtractor):
    """Features: `logits` float32 (400,)."""

    name: ClassVar[str] = "i3d_author"
    version: ClassVar[str] = "2"
    provides: ClassVar[tuple[str, ...]] = ("logits",)
    checkpoints: ClassVar[tuple[Checkpoint, ...]] = (I3D_400,)
    frames: ClassVar[FrameChoice] = spread_truncated(15)
    fps: ClassVar[float | None] = None
    picture: ClassVar[Picture] = Picture(
        WHOLE_FRAMES, (64, 224), "OpenCV's bilinear, then TensorFlow 1's (no half-pixel shift)", False, RGB_SIGNED
    )
    rows_at_once = 8

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Load the network, strictly. Raises MissingCheckpoint, CheckpointError."""
        locate(I3D_400, folders(options.get("weights")))

        from benchmark.extractors.loading import load_network
        from benchmark.networks.i3d import I3D

        self._network = load_network(I3D(), I3D_400, options, device)
        self.prepare(device, options)

    def inputs(self, footage: LazyClip) -> NDArray[Any]:
        """uint8 (1, 15, 64, 64, 3). Raises SampleError `unreadable_video`."""
        from benchmark.networks.i3d_input import reduce_frames

        frames = footage.recorded.frames
        return reduce_frames(frames[self.frames.choose(len(frames))], self.picture.sides[0])[None]

    def forward(self, batch: Tensor) -> Tensor:
        """uint8 (b, 15, 64, 64, 3), enlarged on the device -> (b, 400)."""
        import torch

        from benchmark.networks.i3d_input import enlarge

        scores: Tensor = self._network(torch.stack([enlarge(clip, self.picture.side) for clip in batch]))
        return scores

    def features(self, rows: NDArray[np.float32], footage: LazyClip) -> Features:
        """The mean over the clip's windows (one here)."""
        return {"logits": rows.astype(np.float64).mean(axis=0).astype(np.float32)}


class I3DWindow(I3DAuthor):
    """As `I3DAuthor`, mean over up to four windows of sixteen frames, spread over the clip.

    A clip with fewer than sixteen frames has one window, which repeats its last frame.
    """

    name: ClassVar[str] = "i3d_window"
    version: ClassVar[str] = "2"
    frames: ClassVar[FrameChoice] = successive_windows(16, 4)
    fps: ClassVar[float | None] = CLOCK
    picture: ClassVar[Picture] = Picture(
        "centre square after the shorter side is 224", (224,), "bilinear, half-pixel centres", False, RGB_SIGNED
    )

    def inputs(self, footage: LazyClip) -> NDArray[Any]:
        """uint8 (V, 16, H, W, 3), V 1 to 4. Raises SampleError `unreadable_video`."""
        frames = footage.clip.frames
        return frames[self.frames.choose(len(frames))]

    def forward(self, batch: Tensor) -> Tensor:
        """uint8 (b, 16, H, W, 3), resized on the device -> (b, 400)."""
        import torch

        from benchmark.networks.i3d_input import half_pixel

        scores: Tensor = self._network(torch.stack([half_pixel(clip, self.picture.side) for clip in batch]))
        return scores
