"""Who the puppets' identity judge sees in a clip."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch.nn import functional as F

from benchmark.extractors.base import Extractor, Features
from benchmark.extractors.facts import AREA_OR_BILINEAR, RGB_SIGNED, WHOLE_FRAMES, Picture, every_nth
from benchmark.extractors.lazy_clip import LazyClip
from benchmark.networks.judges import SIDES, judge_checkpoint, load_judge, normalised, whole_faces

STRIDE = 4
"""Every fourth frame: identity does not change within a clip."""


class PuppetIdentity(Extractor):
    """Who is seen.

    `embedding`: float32 (64,), mean of the frames' unit-length embeddings, unit length again.
    `frame_embeddings`: float32 (T', 64), unit length, of every fourth frame.
    """

    name = "puppet_identity"
    version = "2"
    provides = ("embedding", "frame_embeddings")
    checkpoints = (judge_checkpoint("identity"),)
    frames = every_nth(STRIDE)
    picture = Picture(WHOLE_FRAMES, (SIDES["identity"],), AREA_OR_BILINEAR, True, RGB_SIGNED)

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """See `Extractor.load`."""
        self.network = load_judge("identity", device)
        self.device = device
        self.batch = int(options.get("batch_size") or 64)

    def extract(self, footage: LazyClip) -> Features:
        """See `Extractor.extract`."""
        images = normalised(
            whole_faces(footage.clip.frames[self.frames.choose(len(footage.clip.frames))], self.picture.side)
        )
        with torch.inference_mode():
            rows = torch.cat([self.network(part.to(self.device)) for part in images.split(self.batch)])
            each = F.normalize(rows, dim=1)
            mean = F.normalize(each.mean(dim=0), dim=0)
        return {"embedding": mean.cpu().numpy(), "frame_embeddings": each.cpu().numpy()}
