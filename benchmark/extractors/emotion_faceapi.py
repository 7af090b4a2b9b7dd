"""Facial emotion by face-api.js's expression network (https://github.com/justadudewhohacks/face-api.js, MIT).

Input RGB 0..255, 112x112; a crop that is not square, at the picture's edge, is padded with black. The graph holds the
weights of `weights/face_expression_model-shard1`, de-quantised, with mean subtraction and softmax inside.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from benchmark.checkpoints.record import Checkpoint
from benchmark.extractors.emotion_classes import CLASSES
from benchmark.extractors.facial_emotion import FACE_SQUARE, FacialEmotion
from benchmark.extractors.facts import BILINEAR, RGB_BYTES, Picture
from benchmark.media.faces import pad_to_square, resize

FACEAPI = Checkpoint(
    name="fer_faceapi/face_expression_faceapi.onnx",
    address="the weights weights/face_expression_model-shard1 of https://github.com/justadudewhohacks/face-api.js at "
    "commit a86f011d72124e5fb93e59d5c4ab98f699dd5c9c, converted to ONNX (docs/guide/evaluate_your_method.md)",
    sha256="e175dc05dc256fc8c4c3f1c677b48705823f4da58149db67a2b7e836c0cb5011",
    size=1300629,
    licence="MIT",
    belongs_to="face-api.js expression network",
)


class EmotionFaceApi(FacialEmotion):
    """Features as in `FacialEmotion`."""

    name: ClassVar[str] = "emotion_faceapi"
    version: ClassVar[str] = "1"
    checkpoints: ClassVar[tuple[Checkpoint, ...]] = (FACEAPI,)
    picture: ClassVar[Picture] = Picture(f"{FACE_SQUARE}, padded with black", (112,), BILINEAR, False, RGB_BYTES)
    classes: ClassVar[tuple[str, ...]] = CLASSES["emotion_faceapi"]
    graph_classes: ClassVar[tuple[str, ...]] = ("neutral", "happy", "sad", "angry", "fear", "disgusted", "surprised")

    def prepare(self, crop: NDArray[np.uint8]) -> NDArray[np.floating]:
        """(3, 112, 112), RGB, 0..255."""
        return resize(pad_to_square(crop), self.picture.side).transpose(2, 0, 1).astype(np.float32)
