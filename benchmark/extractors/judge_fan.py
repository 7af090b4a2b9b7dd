"""Emotion-FAN as judge: frame attention over sixteen aligned faces, the eight classes of EAT's checkpoint for MEAD.

The network is that of Meng et al. (ICIP 2019); EAT's evaluation (Gan et al., ICCV 2023) fine-tuned it on MEAD. Its
input is RGB 0 to 1 without ImageNet's normalisation. `relation` is the published evaluation formula, which leaves a
factor out; `consistent` is the formula that was trained (see `benchmark/networks/emotion_fan.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from benchmark.checkpoints.locate import folders, locate
from benchmark.checkpoints.record import Checkpoint
from benchmark.extractors.base import Features
from benchmark.extractors.batched import BatchedExtractor, unit_pictures
from benchmark.extractors.emotion_classes import CLASSES
from benchmark.extractors.face_chips import CHIP, FACE_FRAMES, face_chips
from benchmark.extractors.facts import Frames, Picture
from benchmark.extractors.landmarks_pfld import PFLD
from benchmark.extractors.lazy_clip import LazyClip
from benchmark.media.onnx import open_session

if TYPE_CHECKING:
    from torch import Tensor

FAN8 = Checkpoint(
    name="emotion_fan/emotion_fan_mead8.pth.tar",
    address="the Emotion-FAN checkpoint for MEAD of https://github.com/yuangan/evaluation_eat (state_dict, keys "
    "module.*, 8 classes)",
    sha256=None,
    size=None,
    licence="none stated; trained on MEAD, research only",
    belongs_to="Emotion-FAN, 8 classes",
)


class JudgeFan(BatchedExtractor):
    """Features: `relation` and `consistent` float64 (8,), logits of the video in the order of `classes`."""

    name: ClassVar[str] = "judge_fan"
    version: ClassVar[str] = "1"
    provides: ClassVar[tuple[str, ...]] = ("relation", "consistent")
    checkpoints: ClassVar[tuple[Checkpoint, ...]] = (FAN8, PFLD)
    face_tracker: ClassVar[str] = "yunet"
    frames: ClassVar[Frames] = FACE_FRAMES
    picture: ClassVar[Picture] = CHIP
    classes: ClassVar[tuple[str, ...]] = CLASSES["judge_fan"]

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Load the network, strictly. Raises MissingCheckpoint; CheckpointError also for other classes."""
        for record in self.checkpoints:
            locate(record, folders(options.get("weights")))

        from benchmark.extractors.loading import load_network
        from benchmark.networks.emotion_fan import IGNORED_KEYS, EmotionFAN

        network = EmotionFAN(len(self.classes))
        self._network = load_network(network, FAN8, options, device, prefix="module.", ignore=IGNORED_KEYS)
        self._points = open_session(locate(PFLD, folders(options.get("weights"))))
        self.prepare(device, options)

    def inputs(self, footage: LazyClip) -> NDArray[np.uint8]:
        """Sixteen chips. Raises SampleError `no_face`, `several_faces`, `unreadable_video`."""
        return face_chips(footage, self._points, jpeg=False)

    def forward(self, batch: Tensor) -> Tensor:
        """uint8 (b, 224, 224, 3) -> features of frames (b, 512)."""
        return self._network.features(unit_pictures(batch))

    def features(self, rows: NDArray[np.float32], footage: LazyClip) -> Features:
        """Attention over the clip's frames."""
        import torch

        with torch.inference_mode():
            scores = self._network.attend(torch.from_numpy(rows).to(self._device), [len(rows)])
        parts = {"relation": scores.relation, "consistent": scores.relation_consistent}
        return {name: value[0].double().cpu().numpy() for name, value in parts.items()}
