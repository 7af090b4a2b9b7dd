"""Any image classifier of the transformers hub as an emotion judge, from a folder on this machine.

Put the model's folder (`config.json`, `model.safetensors`, `preprocessor_config.json`, as `huggingface-cli download`
leaves them) at `hub_judge/` in the checkpoint folder. Its labels must name emotions (`EMOTION_WORDS`); others are left
out. Size, mean and deviation come from its own `preprocessor_config.json`; the resize is Pillow's antialiased bilinear.
It sees the squares about the face in up to thirty frames, and its probabilities are averaged. Nothing is downloaded,
no code of the model's folder is run.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from benchmark.checkpoints.locate import folders, locate
from benchmark.checkpoints.record import Checkpoint
from benchmark.core.errors import CheckpointError, MissingRequirement, one_line
from benchmark.core.types import BASIC_EMOTIONS
from benchmark.extractors.base import Features
from benchmark.extractors.batched import BatchedExtractor
from benchmark.extractors.emotion_classes import CLASSES
from benchmark.extractors.facial_emotion import FACE_SQUARE, face_squares
from benchmark.extractors.facts import Frames, Picture
from benchmark.extractors.lazy_clip import LazyClip
from benchmark.extractors.sampling import SAMPLED_FRAMES, sample_faces

if TYPE_CHECKING:
    from torch import Tensor


def _part(file: str) -> Checkpoint:
    return Checkpoint(
        name=f"hub_judge/{file}",
        address="any image classifier of https://huggingface.co/models whose labels are emotions; put its folder at "
        "hub_judge/",
        sha256=None,
        size=None,
        licence="of the model you choose",
        belongs_to="a judge of your own choice",
    )


PARTS = (_part("config.json"), _part("model.safetensors"), _part("preprocessor_config.json"))
EMOTION_WORDS: Mapping[str, str] = {
    **{emotion: emotion for emotion in BASIC_EMOTIONS},
    "anger": "angry",
    "disgust": "disgusted",
    "afraid": "fear",
    "fearful": "fear",
    "happiness": "happy",
    "joy": "happy",
    "sadness": "sad",
    "surprise": "surprised",
}
"""How models call the eight emotions."""


class JudgeHub(BatchedExtractor):
    """Features: `mean` float64 (8,), probability of each of `BASIC_EMOTIONS`, NaN for those the model has no label for.

    The probabilities of the known labels are scaled to sum to one.
    """

    name: ClassVar[str] = "judge_hub"
    version: ClassVar[str] = "1"
    provides: ClassVar[tuple[str, ...]] = ("mean",)
    checkpoints: ClassVar[tuple[Checkpoint, ...]] = PARTS
    face_tracker: ClassVar[str] = "yunet"
    frames: ClassVar[Frames] = SAMPLED_FRAMES
    picture: ClassVar[Picture] = Picture(
        FACE_SQUARE, (), "bilinear (Pillow), to the model's size", True, "RGB, the model's mean and deviation"
    )
    classes: ClassVar[tuple[str, ...]] = CLASSES["judge_hub"]

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Open the folder. Raises MissingCheckpoint; MissingRequirement (no transformers); CheckpointError."""
        paths = [locate(part, folders(options.get("weights"))) for part in PARTS]
        try:
            from safetensors import SafetensorError
            from transformers import AutoModelForImageClassification
        except ImportError as error:
            raise MissingRequirement(
                "judge_hub needs transformers: pip install 'emotion-edit-benchmark[speech]'"
            ) from error
        try:
            model = AutoModelForImageClassification.from_pretrained(
                paths[0].parent, local_files_only=True, use_safetensors=True, trust_remote_code=False
            )
        except (OSError, ValueError, RuntimeError, SafetensorError) as error:
            raise CheckpointError(f"{paths[0].parent.name} is no image classifier: {one_line(error)}") from error
        self._model = model.eval().to(device)
        self._columns = emotion_columns(model.config.id2label)
        self._size, self._mean, self._deviation = preprocessing(paths[2])
        self.prepare(device, options)

    def inputs(self, footage: LazyClip) -> NDArray[np.uint8]:
        """uint8 (S, h, w, 3). Raises SampleError `no_face`, `several_faces`, `unreadable_video`."""
        from benchmark.networks.resnet18 import resize_antialiased

        squares = face_squares(sample_faces(footage))
        return np.concatenate([resize_antialiased(square[None], self._size) for square in squares])

    def forward(self, batch: Tensor) -> Tensor:
        """uint8 (b, h, w, 3) -> probabilities (b, labels)."""
        pictures = batch.permute(0, 3, 1, 2).float() / 255
        mean, deviation = (pictures.new_tensor(v).view(3, 1, 1) for v in (self._mean, self._deviation))
        logits: Tensor = self._model(pixel_values=(pictures - mean) / deviation).logits
        return logits.softmax(dim=-1)

    def features(self, rows: NDArray[np.float32], footage: LazyClip) -> Features:
        """The mean over frames, in our order."""
        found = np.full(len(BASIC_EMOTIONS), np.nan)
        probabilities = rows.astype(np.float64).mean(axis=0)
        for emotion, columns in self._columns.items():
            found[BASIC_EMOTIONS.index(emotion)] = probabilities[columns].sum()
        return {"mean": found / np.nansum(found)}


def emotion_columns(labels: Mapping[int, str]) -> dict[str, list[int]]:
    """Which of a model's outputs mean which emotion. Raises CheckpointError if fewer than two emotions are known."""
    found: dict[str, list[int]] = {}
    for index, label in labels.items():
        emotion = EMOTION_WORDS.get(str(label).strip().lower())
        if emotion is not None:
            found.setdefault(emotion, []).append(int(index))
    if len(found) < 2:
        known = ", ".join(sorted(EMOTION_WORDS))
        raise CheckpointError(
            f"the model's labels are no emotions: {', '.join(map(str, labels.values()))}; known: {known}"
        )
    return found


def preprocessing(path: Path) -> tuple[tuple[int, int], list[float], list[float]]:
    """Size (height, width), mean and deviation of a `preprocessor_config.json`. Raises CheckpointError."""
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
        size = settings["size"]
        if isinstance(size, int):
            height = width = size
        elif "height" in size:
            height, width = int(size["height"]), int(size["width"])
        else:
            height = width = int(size["shortest_edge"])
        mean, deviation = ([float(v) for v in settings[key]] for key in ("image_mean", "image_std"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(f"{path.name} holds no size, image_mean and image_std: {one_line(error)}") from error
    if settings.get("do_normalize") is False:
        mean, deviation = [0.0] * 3, [1.0] * 3
    if min(height, width) < 1 or len(mean) != 3 or len(deviation) != 3 or min(deviation) <= 0:
        raise CheckpointError(f"{path.name}: size, image_mean or image_std is not that of a colour picture")
    return (height, width), mean, deviation
