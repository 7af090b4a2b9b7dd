"""Facial emotion by two mini-Xceptions trained on FER2013 (https://github.com/oarriaga/face_classification, MIT).

O. Arriaga, M. Valdenegro-Toro, P. Ploeger, "Real-time convolutional neural networks for emotion and gender
classification", 2017. Input gray, scaled to [-1, 1], of 64x64 (epoch 102) and 48x48 (epoch 119); the crop is made gray
first, then resized, whatever its shape. The graphs hold the Keras weights of those names, softmax inside.
"""

from __future__ import annotations

from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmark.checkpoints.record import Checkpoint
from benchmark.extractors.emotion_classes import CLASSES
from benchmark.extractors.facial_emotion import FACE_SQUARE, FacialEmotion
from benchmark.extractors.facts import BILINEAR, Colour, Picture

_ORIGIN = "of https://github.com/oarriaga/face_classification at commit b861d21b0e76ca5514cdeb5b56a689b7318584f4, "
FER2013_CLASSES = ("angry", "disgusted", "fear", "happy", "sad", "surprised", "neutral")

XCEPTION_102 = Checkpoint(
    name="fer_mini_xception/fer2013_mini_xception_102.onnx",
    address="the weights trained_models/emotion_models/fer2013_mini_XCEPTION.102-0.66.hdf5 "
    + _ORIGIN
    + "converted to ONNX (docs/guide/evaluate_your_method.md)",
    sha256="0c114f2b072e7a79520b41f16b02cbd34399fff8e8d96e14eca445b175224440",
    size=240090,
    licence="MIT",
    belongs_to="mini-Xception, epoch 102",
)
XCEPTION_119 = Checkpoint(
    name="fer_mini_xception/fer2013_mini_xception_119.onnx",
    address="the weights trained_models/fer2013_mini_XCEPTION.119-0.65.hdf5 "
    + _ORIGIN
    + "converted to ONNX (docs/guide/evaluate_your_method.md)",
    sha256="f2c1ae217df91036897c209f66d87dbb8e2f20e1f67e6046a3312ed8b21918ff",
    size=238958,
    licence="MIT",
    belongs_to="mini-Xception, epoch 119",
)


def _picture(side: int) -> Picture:
    return Picture(FACE_SQUARE, (side,), BILINEAR, False, Colour("gray", -1, 1))


class EmotionXception102(FacialEmotion):
    """Features as in `FacialEmotion`. States 66 % on FER2013."""

    name: ClassVar[str] = "emotion_xception102"
    version: ClassVar[str] = "1"
    checkpoints: ClassVar[tuple[Checkpoint, ...]] = (XCEPTION_102,)
    classes: ClassVar[tuple[str, ...]] = CLASSES["emotion_xception102"]
    graph_classes: ClassVar[tuple[str, ...]] = FER2013_CLASSES
    picture: ClassVar[Picture] = _picture(64)

    def prepare(self, crop: NDArray[np.uint8]) -> NDArray[np.floating]:
        """(1, side, side), gray, in [-1, 1]."""
        gray = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
        small = cv2.resize(gray, (self.picture.side, self.picture.side), interpolation=cv2.INTER_LINEAR)
        return (np.asarray(small, np.float32)[None] / np.float32(255) - np.float32(0.5)) * np.float32(2)


class EmotionXception119(EmotionXception102):
    """Features as in `FacialEmotion`. States 65 % on FER2013."""

    name: ClassVar[str] = "emotion_xception119"
    checkpoints: ClassVar[tuple[Checkpoint, ...]] = (XCEPTION_119,)
    classes: ClassVar[tuple[str, ...]] = CLASSES["emotion_xception119"]
    picture: ClassVar[Picture] = _picture(48)
