"""Facial emotion in eight classes, contempt among them, by HSEmotion's EfficientNet-B0 (AffectNet).

A. V. Savchenko, "Facial expression and attributes recognition based on multi-task learning of lightweight neural
networks", SISY 2021; https://github.com/av-savchenko/face-emotion-recognition (Apache-2.0). Input RGB 224x224 of the
face square, bilinear, ImageNet mean and standard deviation; the graph gives logits in the alphabetical order of its
classes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from benchmark.checkpoints.record import Checkpoint
from benchmark.core.types import BASIC_EMOTIONS
from benchmark.extractors.emotion_classes import CLASSES
from benchmark.extractors.facial_emotion import FACE_SQUARE, FacialEmotion
from benchmark.extractors.facts import BILINEAR, IMAGENET, Picture
from benchmark.media.faces import resize

HSEMOTION = Checkpoint(
    name="hsemotion/enet_b0_8_best_vgaf.onnx",
    address="https://raw.githubusercontent.com/av-savchenko/hsemotion-onnx/"
    "bd500bd3a685013d18883c349e8940d020cacd98/models/affectnet_emotions/onnx/enet_b0_8_best_vgaf.onnx",
    sha256="00085f9a8ef0bf8fc24a645550185703768951a53aff9f141c8637529eba1840",
    size=None,
    licence="Apache-2.0",
    belongs_to="HSEmotion EfficientNet-B0",
)


class EmotionHSEmotion(FacialEmotion):
    """Features as in `FacialEmotion`, eight classes."""

    name: ClassVar[str] = "emotion_hsemotion"
    version: ClassVar[str] = "1"
    checkpoints: ClassVar[tuple[Checkpoint, ...]] = (HSEMOTION,)
    picture: ClassVar[Picture] = Picture(FACE_SQUARE, (224,), BILINEAR, False, IMAGENET)
    classes: ClassVar[tuple[str, ...]] = CLASSES["emotion_hsemotion"]
    graph_classes: ClassVar[tuple[str, ...]] = BASIC_EMOTIONS
    """Anger, Contempt, Disgust, Fear, Happiness, Neutral, Sadness, Surprise: the same order as ours."""

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Open the graph, always on the CPU. Raises MissingCheckpoint."""
        super().load(device, options)
        self.graph_output = self._session.get_outputs()[0].name

    def prepare(self, crop: NDArray[np.uint8]) -> NDArray[np.floating]:
        """(3, 224, 224), RGB, normalised."""
        normalised: NDArray[np.floating] = (
            resize(crop, self.picture.side) / 255.0 - np.array(IMAGENET.mean)
        ) / np.array(IMAGENET.deviation)
        return normalised.transpose(2, 0, 1)

    def probabilities(self, raw: NDArray[np.float32]) -> NDArray[np.float32]:
        """Softmax of the logits (S, 8)."""
        powers = np.exp(raw - raw.max(axis=1, keepdims=True))
        result: NDArray[np.float32] = powers / powers.sum(axis=1, keepdims=True)
        return result
