"""C-MET's emotion judge: a ResNet-18, begun from Emotion-FAN's FER+ weights and fine-tuned on MEAD or on CREMA-D.

Sixteen aligned faces (`face_chips`), ImageNet's mean and deviation, plain mean of the logits over frames. `author`
variants see JPEG-coded frames and chips as the released evaluation does, the others the decoded frames. The
MEAD network has seven classes and no neutral; the CREMA-D one five.
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
from benchmark.extractors.face_chips import FACE_FRAMES, FILE_FRAMES, JPEG_CHIP, NORMALISED_CHIP, face_chips
from benchmark.extractors.facts import Frames, Picture
from benchmark.extractors.landmarks_pfld import PFLD
from benchmark.extractors.lazy_clip import LazyClip
from benchmark.media.onnx import open_session

if TYPE_CHECKING:
    from torch import Tensor

MEAD = Checkpoint(
    name="cmet_judge/emotion_resnet18_mead.pth",
    address="the emotion classifier for MEAD that https://github.com/ChanHyeok-Choi/C-MET releases with its "
    "evaluation (keys base_model.module.*, 7 classes)",
    sha256=None,
    size=None,
    licence="that of C-MET's repository (Apache-2.0); trained on MEAD, research only",
    belongs_to="C-MET's emotion judge for MEAD",
)
CREMA_D = Checkpoint(
    name="cmet_judge/emotion_resnet18_crema_d.pth",
    address="the emotion classifier for CREMA-D that https://github.com/ChanHyeok-Choi/C-MET releases with its "
    "evaluation (keys base_model.module.*, 5 classes)",
    sha256=None,
    size=None,
    licence="that of C-MET's repository (Apache-2.0); trained on CREMA-D (ODbL)",
    belongs_to="C-MET's emotion judge for CREMA-D",
)


class JudgeMead(BatchedExtractor):
    """Features: `logits` float32 (16, C), `mean` float64 (C,), mean of the logits; C as `classes`."""

    name: ClassVar[str] = "judge_mead"
    version: ClassVar[str] = "1"
    provides: ClassVar[tuple[str, ...]] = ("logits", "mean")
    checkpoints: ClassVar[tuple[Checkpoint, ...]] = (MEAD, PFLD)
    face_tracker: ClassVar[str] = "yunet"
    classes: ClassVar[tuple[str, ...]] = CLASSES["judge_mead"]
    frames: ClassVar[Frames] = FACE_FRAMES
    picture: ClassVar[Picture] = NORMALISED_CHIP
    jpeg: ClassVar[bool] = False

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Load the network, strictly. Raises MissingCheckpoint; CheckpointError also for other classes."""
        for record in self.checkpoints:
            locate(record, folders(options.get("weights")))

        from benchmark.extractors.loading import load_network
        from benchmark.networks.resnet18 import JUDGE_PREFIX, ResNet18

        network = ResNet18(len(self.classes))
        self._network = load_network(network, self.checkpoints[0], options, device, prefix=JUDGE_PREFIX)
        self._points = open_session(locate(PFLD, folders(options.get("weights"))))
        self.prepare(device, options)

    def inputs(self, footage: LazyClip) -> NDArray[np.uint8]:
        """Sixteen chips. Raises SampleError `no_face`, `several_faces`, `unreadable_video`."""
        return face_chips(footage, self._points, self.jpeg)

    def forward(self, batch: Tensor) -> Tensor:
        """uint8 (b, 224, 224, 3) -> logits (b, C)."""
        from benchmark.networks.resnet18 import imagenet_normalise

        logits: Tensor = self._network(imagenet_normalise(unit_pictures(batch)))
        return logits

    def features(self, rows: NDArray[np.float32], footage: LazyClip) -> Features:
        """Logits and their mean."""
        return {"logits": rows, "mean": rows.astype(np.float64).mean(axis=0)}


class JudgeMeadAuthor(JudgeMead):
    """As `JudgeMead`, of JPEG-coded frames and chips."""

    name: ClassVar[str] = "judge_mead_author"
    picture: ClassVar[Picture] = JPEG_CHIP
    jpeg: ClassVar[bool] = True
    frames: ClassVar[Frames] = FILE_FRAMES
    fps: ClassVar[float | None] = None


class JudgeCremaD(JudgeMead):
    """As `JudgeMead`, the network for CREMA-D."""

    name: ClassVar[str] = "judge_crema_d"
    checkpoints: ClassVar[tuple[Checkpoint, ...]] = (CREMA_D, PFLD)
    classes: ClassVar[tuple[str, ...]] = CLASSES["judge_crema_d"]


class JudgeCremaDAuthor(JudgeCremaD):
    """As `JudgeCremaD`, of JPEG-coded frames and chips."""

    name: ClassVar[str] = "judge_crema_d_author"
    picture: ClassVar[Picture] = JPEG_CHIP
    jpeg: ClassVar[bool] = True
    frames: ClassVar[Frames] = FILE_FRAMES
    fps: ClassVar[float | None] = None
