"""What the puppets' emotion judge sees in a clip."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from benchmark.extractors.base import Extractor, Features
from benchmark.extractors.emotion_classes import CLASSES
from benchmark.extractors.facts import AREA_OR_BILINEAR, RGB_SIGNED, WHOLE_FRAMES, Picture, every_nth
from benchmark.extractors.lazy_clip import LazyClip
from benchmark.networks.judges import SIDES, judge_checkpoint, load_judge, normalised, whole_faces

STRIDE = 2
"""Every second frame is judged: neighbouring frames at 25 a second say the same."""


class PuppetEmotion(Extractor):
    """Emotion probabilities of a clip.

    `probs`: float32 (8,), order of `classes`, softmax of the mean logits over every second frame.
    `frame_probs`: float32 (T', 8), the same for each judged frame.
    """

    name = "puppet_emotion"
    version = "1"
    provides = ("probs", "frame_probs")
    checkpoints = (judge_checkpoint("emotion"),)
    frames = every_nth(STRIDE)
    picture = Picture(WHOLE_FRAMES, (SIDES["emotion"],), AREA_OR_BILINEAR, True, RGB_SIGNED)
    classes = CLASSES["puppet_emotion"]

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """See `Extractor.load`."""
        self.network = load_judge("emotion", device)
        self.device = device
        self.batch = int(options.get("batch_size") or 64)

    def extract(self, footage: LazyClip) -> Features:
        """See `Extractor.extract`."""
        images = normalised(
            whole_faces(footage.clip.frames[self.frames.choose(len(footage.clip.frames))], self.picture.side)
        )
        with torch.inference_mode():
            logits = torch.cat([self.network(part.to(self.device)) for part in images.split(self.batch)]).cpu()
        probs = torch.softmax(logits.mean(dim=0), dim=0)
        return {"probs": probs.numpy(), "frame_probs": torch.softmax(logits, dim=1).numpy()}
