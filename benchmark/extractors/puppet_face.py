"""What the puppets' face judge sees in a clip: action units, and features for the Frechet distance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import torch

from benchmark.checkpoints.record import Checkpoint
from benchmark.extractors.base import Extractor, Features
from benchmark.extractors.facts import AREA_OR_BILINEAR, RGB_SIGNED, WHOLE_FRAMES, Frames, Picture, all_frames
from benchmark.extractors.lazy_clip import LazyClip
from benchmark.networks.judges import SIDES, judge_checkpoint, load_judge, normalised, whole_faces
from benchmark.networks.resnet18 import ResNet18


class PuppetFace(Extractor):
    """Action units and pooled features of every frame.

    `action_units`: float32 (T, 21), columns as `benchmark.puppets.parameters.ACTION_UNITS`, nominally 0 to 1.
    `features`: float32 (T, 128), the network's pooled features, not negative.
    """

    name: ClassVar[str] = "puppet_face"
    version: ClassVar[str] = "1"
    provides: ClassVar[tuple[str, ...]] = ("action_units", "features")
    checkpoints: ClassVar[tuple[Checkpoint, ...]] = (judge_checkpoint("face"),)
    frames: ClassVar[Frames] = all_frames()
    picture: ClassVar[Picture] = Picture(WHOLE_FRAMES, (SIDES["face"],), AREA_OR_BILINEAR, True, RGB_SIGNED)

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """See `Extractor.load`."""
        network = load_judge("face", device)
        assert isinstance(network, ResNet18)
        self.network = network
        self.device = device
        self.batch = int(options.get("batch_size") or 64)

    def extract(self, footage: LazyClip) -> Features:
        """See `Extractor.extract`."""
        return footage.shared("puppet_face", lambda: self._look(footage))

    def _look(self, footage: LazyClip) -> Features:
        images = normalised(whole_faces(footage.clip.frames, self.picture.side))
        units, pooled = [], []
        with torch.inference_mode():
            for part in images.split(self.batch):
                features = self.network.features(part.to(self.device))
                pooled.append(features.cpu())
                units.append(self.network.fc(features).cpu())
        return {"action_units": torch.cat(units).numpy(), "features": torch.cat(pooled).numpy()}
