"""What the released SyncNet sees and hears in a real clip.

Weights: `syncnet_v2.model` of https://github.com/joonson/syncnet_python (MIT), Chung & Zisserman, ACCV-W 2016. The
crop is that of its `run_pipeline.py` on another detector's boxes (YuNet instead of S3FD): half side s = max(box) / 2,
centre and s median-filtered over 13 frames, from centre - s to centre + 1.8 s vertically and +-1.4 s horizontally,
gray 110 outside the picture, 224x224 bilinear. 25 frames per second as all clips, 16 kHz; no detour through JPEG
or XVID, no least length of 100 frames.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakKeyDictionary

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmark.checkpoints.locate import folders, locate
from benchmark.checkpoints.record import Checkpoint
from benchmark.core.errors import SampleError
from benchmark.core.profiling import time_block
from benchmark.core.status import Status
from benchmark.extractors.base import Extractor, Features
from benchmark.extractors.facts import BGR_BYTES, SOUND_RATE, Frames, Picture
from benchmark.extractors.lazy_clip import LazyClip
from benchmark.media.faces import resize

if TYPE_CHECKING:
    from benchmark.networks.syncnet import FlatTrunk, SyncNet

SYNCNET = Checkpoint(
    name="syncnet/syncnet_v2.model",
    address="https://www.robots.ox.ac.uk/~vgg/software/lipsync/data/syncnet_v2.model",
    sha256="961e8696f888fce4f3f3a6c3d5b3267cf5b343100b238e79b2659bff2c605442",
    size=54573114,
    licence="MIT",
    belongs_to="SyncNet",
)
MEDIAN = 13
MARGIN = 0.4
GRAY = 110
WINDOW_FRAMES = Frames("all, windows of 5")
LOWER_FACE = Picture(
    "syncnet_python's run_pipeline.py on the track's boxes: half side s, from centre - s to centre + "
    f"{1 + 2 * MARGIN:g} s, +-{1 + MARGIN:g} s across, median over {MEDIAN} frames",
    (224,),
    f"bilinear, gray {GRAY} outside the picture",
    False,
    BGR_BYTES,
)


class SyncSyncNet(Extractor):
    """Features: `lip` float32 (T - 4, 1024), row i sees frames i to i + 4; `audio` float32 (A, 1024), 0.2 s a row."""

    name: ClassVar[str] = "sync_syncnet"
    version: ClassVar[str] = "1"
    provides: ClassVar[tuple[str, ...]] = ("lip", "audio")
    checkpoints: ClassVar[tuple[Checkpoint, ...]] = (SYNCNET,)
    face_tracker: ClassVar[str] = "yunet"
    frames: ClassVar[Frames] = WINDOW_FRAMES
    picture: ClassVar[Picture] = LOWER_FACE
    sound_rate: ClassVar[int] = SOUND_RATE

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Load the network, strictly. Raises MissingCheckpoint, CheckpointError."""
        self._network = load_syncnet(device, options)
        self._batch_size = int(options.get("batch_size") or 32)

    def extract(self, footage: LazyClip) -> Features:
        """Embeddings. Raises SampleError `no_audio`, `too_short`, `no_face`, `several_faces`, `unreadable_video`."""
        import torch

        from benchmark.networks.mfcc import mfcc, to_int16
        from benchmark.networks.syncnet import embed_audio

        clip = footage.clip
        if clip.audio is None:
            raise SampleError(Status.NO_AUDIO, f"{footage.path.name} has no sound, so lips can't be compared with it")
        if len(clip.frames) < 6 or len(clip.audio) < 6 * 640:
            raise SampleError(Status.TOO_SHORT, f"{footage.path.name} is shorter than 6 frames of picture and sound")
        lip = lip_embeddings(footage, self._network, self._batch_size)
        coefficients = torch.from_numpy(mfcc(to_int16(clip.audio))).float()
        with time_block("forward"):
            audio = embed_audio(self._network, coefficients, chunk=self._batch_size).cpu().numpy()
        return {"lip": lip, "audio": audio}


def load_syncnet(device: str, options: Mapping[str, Any]) -> SyncNet:
    """The network, loaded strictly. Raises MissingCheckpoint, CheckpointError."""
    locate(SYNCNET, folders(options.get("weights")))  # before torch is imported

    from benchmark.extractors.loading import load_network
    from benchmark.networks.syncnet import SyncNet

    return load_network(SyncNet(), SYNCNET, options, device)


def lip_embeddings(footage: LazyClip, network: SyncNet, batch_size: int) -> NDArray[np.float32]:
    """What SyncNet sees in every window of five frames, float32 (F - 4, 1024); computed once for all extractors."""
    import torch

    from benchmark.networks.syncnet import embed_lips

    def look() -> NDArray[np.float32]:
        chosen = np.arange(len(footage.clip.frames))
        crops = lower_faces(footage.clip.frames, chosen, footage.faces.boxes_at(chosen))
        with time_block("forward"):
            return embed_lips(network, torch.from_numpy(crops), batch_size, trunk_of(network)).cpu().numpy()

    return footage.shared("syncnet/lip", look)


_trunks: WeakKeyDictionary[SyncNet, FlatTrunk] = WeakKeyDictionary()
_making = threading.Lock()


def trunk_of(network: SyncNet) -> FlatTrunk:
    """The folded visual trunk of a network whose weights no longer change, made once."""
    import torch

    from benchmark.networks.syncnet import FlatTrunk

    with _making, torch.inference_mode():
        if network not in _trunks:
            _trunks[network] = FlatTrunk(network)
        return _trunks[network]


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
        edge = int(s * (1 + 2 * MARGIN))  # the published code pads by so much before it cuts and truncates
        top, bottom = int(cy + edge - s) - edge, int(cy + edge + s * (1 + 2 * MARGIN)) - edge
        left, right = int(cx + edge - s * (1 + MARGIN)) - edge, int(cx + edge + s * (1 + MARGIN)) - edge
        crop = resize(_cut(frames[index], top, bottom, left, right, edge), LOWER_FACE.side)
        crops.append(np.asarray(cv2.cvtColor(crop, cv2.COLOR_RGB2BGR), np.uint8))
    return np.stack(crops)


def _cut(picture: NDArray[np.uint8], top: int, bottom: int, left: int, right: int, reach: int) -> NDArray[np.uint8]:
    """A rectangle of a picture, gray up to `reach` pixels outside of it and nothing beyond."""
    height, width = picture.shape[:2]
    top, bottom = max(top, -reach), min(bottom, height + reach)
    left, right = max(left, -reach), min(right, width + reach)
    inside = picture[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
    above, before = min(max(-top, 0), bottom - top), min(max(-left, 0), right - left)
    below = bottom - top - above - len(inside)
    after = right - left - before - inside.shape[1]
    return np.pad(inside, ((above, below), (before, after), (0, 0)), constant_values=GRAY)


def _smooth(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Median over 13 frames; the ends repeat their value, so that short clips are not pulled towards zero."""
    from scipy.signal import medfilt  # a second to import, which lists and checks need not wait for

    edge = MEDIAN // 2
    return np.asarray(medfilt(np.pad(values, edge, mode="edge"), MEDIAN)[edge:-edge])
