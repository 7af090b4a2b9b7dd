"""What the released SyncNet sees and hears in a real clip.

Weights: `syncnet_v2.model` of https://github.com/joonson/syncnet_python (MIT), Chung & Zisserman, ACCV-W 2016. The
crop is that of its `run_pipeline.py` on another detector's boxes (YuNet instead of S3FD): half side s = max(box) / 2,
centre and s median-filtered over 13 frames, from centre - s to centre + 1.8 s vertically and +-1.4 s horizontally,
gray 110 outside the picture, 224x224 bilinear. 25 frames per second by nearest frame, 16 kHz; no detour through JPEG
or XVID, no least length of 100 frames.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.signal import medfilt

from benchmark.checkpoints import folders, locate
from benchmark.errors import CheckpointError, SampleError, one_line
from benchmark.extractors.base import Extractor, Features, Footage
from media.faces import resize
from media.fps import nearest_frames
from weights.record import Checkpoint

SYNCNET = Checkpoint(
    name="syncnet/syncnet_v2.model",
    address="https://www.robots.ox.ac.uk/~vgg/software/lipsync/data/syncnet_v2.model",
    sha256="961e8696f888fce4f3f3a6c3d5b3267cf5b343100b238e79b2659bff2c605442",
    size=54573114,
    licence="MIT",
    belongs_to="SyncNet",
)
FPS = 25.0
MEDIAN = 13
MARGIN = 0.4
GRAY = 110
SIZE = 224


class SyncSyncNet(Extractor):
    """Features: `lip` float32 (T - 4, 1024), row i sees frames i to i + 4; `audio` float32 (A, 1024), 0.2 s a row."""

    name: ClassVar[str] = "sync_syncnet"
    version: ClassVar[str] = "1"
    provides: ClassVar[tuple[str, ...]] = ("lip", "audio")
    checkpoints: ClassVar[tuple[Checkpoint, ...]] = (SYNCNET,)
    face_tracker: ClassVar[str] = "yunet"

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Load the network, strictly. Raises MissingCheckpoint, CheckpointError."""
        path = locate(SYNCNET, folders(options.get("weights")))

        import torch

        from benchmark.networks.syncnet import SyncNet

        network = SyncNet()
        try:
            state = torch.load(path, map_location="cpu", weights_only=True)
            network.load_state_dict(state, strict=True)
        except Exception as error:
            raise CheckpointError(f"{path.name} does not fit SyncNet: {one_line(error)}") from error
        self._network = network.eval().to(device)
        self._batch_size = int(options.get("batch_size") or 32)

    def extract(self, footage: Footage) -> Features:
        """Embeddings. Raises SampleError `no_audio`, `too_short`, `no_face`, `several_faces`, `unreadable_video`."""
        import torch

        from benchmark.networks.mfcc import mfcc, to_int16
        from benchmark.networks.syncnet import embed_audio, embed_lips

        clip = footage.clip
        if clip.audio is None:
            raise SampleError("no_audio", f"{footage.path.name} has no sound, so lips can't be compared with it")
        count = round(len(clip.frames) * FPS / clip.fps)
        if count < 6 or len(clip.audio) < 6 * 640:
            raise SampleError("too_short", f"{footage.path.name} is shorter than 6 frames of picture and sound")
        chosen = nearest_frames(np.arange(len(clip.frames)) / clip.fps, FPS, count)
        crops = lower_faces(clip.frames, chosen, footage.faces.boxes_at(chosen))
        lip = embed_lips(self._network, torch.from_numpy(crops), self._batch_size)
        coefficients = torch.from_numpy(mfcc(to_int16(clip.audio))).float()
        audio = embed_audio(self._network, coefficients, chunk=self._batch_size)
        return {"lip": lip.cpu().numpy(), "audio": audio.cpu().numpy()}


def lower_faces(
    frames: NDArray[np.uint8], chosen: NDArray[np.integer], boxes: NDArray[np.float64]
) -> NDArray[np.uint8]:
    """The crops SyncNet was trained on.

    Args:
        frames: uint8 (T, H, W, 3), RGB.
        chosen: (F,), which frames.
        boxes: float64 (F, 4), face boxes of these frames.

    Returns:
        uint8 (F, 224, 224, 3), **BGR**.
    """
    half = _smooth((boxes[:, 2:] - boxes[:, :2]).max(axis=1) / 2)
    x = _smooth((boxes[:, 0] + boxes[:, 2]) / 2)
    y = _smooth((boxes[:, 1] + boxes[:, 3]) / 2)
    crops = []
    for index, s, cx, cy in zip(chosen, half, x, y, strict=True):
        edge = int(s * (1 + 2 * MARGIN))
        padded = np.pad(frames[index], ((edge, edge), (edge, edge), (0, 0)), constant_values=GRAY)
        top, bottom = int(cy + edge - s), int(cy + edge + s * (1 + 2 * MARGIN))
        left, right = int(cx + edge - s * (1 + MARGIN)), int(cx + edge + s * (1 + MARGIN))
        crops.append(resize(padded[max(top, 0) : bottom, max(left, 0) : right], SIZE)[..., ::-1])
    return np.stack(crops)


def _smooth(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Median over 13 frames; the ends repeat their value, so that short clips are not pulled towards zero."""
    edge = MEDIAN // 2
    return np.asarray(medfilt(np.pad(values, edge, mode="edge"), MEDIAN)[edge:-edge])
