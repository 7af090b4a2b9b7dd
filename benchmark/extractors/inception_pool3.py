"""Features of the FID: pool3 of the 2015 Inception network on whole frames.

Weights: `pt_inception-2015-12-05-6726825d.pth` of https://github.com/mseitzer/pytorch-fid (Apache-2.0). Sixteen frames
spread over the clip, so that long clips do not dominate a pooled distance; RGB 0 to 1, resized inside the network.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from benchmark.checkpoints import folders, locate
from benchmark.errors import CheckpointError, one_line
from benchmark.extractors.base import Extractor, Features, Footage
from weights.record import Checkpoint

INCEPTION = Checkpoint(
    name="inception/pt_inception-2015-12-05-6726825d.pth",
    address="https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/pt_inception-2015-12-05-6726825d.pth",
    sha256="6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2",
    size=95628359,
    licence="Apache-2.0",
    belongs_to="FID Inception",
)
FRAMES = 16


class InceptionPool3(Extractor):
    """Features: `pool3` float32 (16, 2048); a clip of fewer frames repeats some."""

    name: ClassVar[str] = "inception_pool3"
    version: ClassVar[str] = "1"
    provides: ClassVar[tuple[str, ...]] = ("pool3",)
    checkpoints: ClassVar[tuple[Checkpoint, ...]] = (INCEPTION,)

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Load the network, strictly. Raises MissingCheckpoint, CheckpointError."""
        path = locate(INCEPTION, folders(options.get("weights")))

        import torch

        from benchmark.networks.inception import Inception

        network = Inception()
        try:
            network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True), strict=True)
        except Exception as error:
            raise CheckpointError(f"{path.name} does not fit Inception: {one_line(error)}") from error
        self._network = network.eval().to(device)
        self._device = device
        self._batch_size = int(options.get("batch_size") or 32)

    def extract(self, footage: Footage) -> Features:
        """Of sixteen frames. Raises SampleError `unreadable_video`, ..."""
        import torch

        frames = footage.clip.frames
        chosen = frames[np.linspace(0, len(frames) - 1, FRAMES).round().astype(int)]
        parts = []
        with torch.inference_mode():
            for start in range(0, FRAMES, self._batch_size):
                part = torch.from_numpy(np.ascontiguousarray(chosen[start : start + self._batch_size]))
                images = part.to(self._device).permute(0, 3, 1, 2).float() / 255
                parts.append(self._network(images).pool3.cpu().numpy())
        return {"pool3": np.concatenate(parts)}
