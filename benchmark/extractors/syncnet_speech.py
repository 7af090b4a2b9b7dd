"""SyncNet's two towers apart: the lips of a clip, and the sound that they should follow, from whatever file holds it.

`syncnet_lips` looks at the output, `syncnet_sound` hears the sample's speech (role `speech`), so an output's own sound,
which an encoder or a method may have changed, plays no part. Weights, crop and rates as in `sync_syncnet`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from benchmark.checkpoints.record import Checkpoint
from benchmark.core.errors import SampleError
from benchmark.core.profiling import time_block
from benchmark.core.status import Status
from benchmark.extractors.base import Extractor, Features
from benchmark.extractors.facts import SOUND_RATE, Frames, Picture
from benchmark.extractors.lazy_clip import LazyClip
from benchmark.extractors.sync_syncnet import (
    LOWER_FACE,
    SYNCNET,
    WINDOW_FRAMES,
    lip_embeddings,
    load_syncnet,
)

SAMPLES_PER_FRAME = 640
LEAST_SAMPLES = 5 * SAMPLES_PER_FRAME


class SyncnetLips(Extractor):
    """What SyncNet sees.

    Features: `lip` float32 (F - 4, 1024), row i sees frames i to i + 4 at 25 per second; `frames` int64 (), F;
    `seen` int64 (), F times the share of the looked-at frames in which a face was found, rounded.
    """

    name: ClassVar[str] = "syncnet_lips"
    version: ClassVar[str] = "2"
    provides: ClassVar[tuple[str, ...]] = ("lip", "frames", "seen")
    checkpoints: ClassVar[tuple[Checkpoint, ...]] = (SYNCNET,)
    face_tracker: ClassVar[str] = "yunet"
    frames: ClassVar[Frames] = WINDOW_FRAMES
    picture: ClassVar[Picture] = LOWER_FACE

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Load the network, strictly. Raises MissingCheckpoint, CheckpointError."""
        self._network = load_syncnet(device, options)
        self._batch_size = int(options.get("batch_size") or 32)

    def extract(self, footage: LazyClip) -> Features:
        """Embeddings. Raises SampleError `too_short` (under 5 frames), `no_face`, `several_faces`, ..."""
        frames = len(footage.clip.frames)
        if frames < 5:
            raise SampleError(Status.TOO_SHORT, f"{footage.path.name} has fewer than 5 frames at 25 per second")
        return {
            "lip": lip_embeddings(footage, self._network, self._batch_size),
            "frames": np.asarray(frames),
            "seen": np.asarray(round(frames * footage.faces.found_share)),
        }


class SyncnetSound(Extractor):
    """What SyncNet hears. Features: `audio` float32 (A, 1024), row i hears 0.2 s from frame i; `samples` int64 ()."""

    name: ClassVar[str] = "syncnet_sound"
    version: ClassVar[str] = "2"
    provides: ClassVar[tuple[str, ...]] = ("audio", "samples")
    checkpoints: ClassVar[tuple[Checkpoint, ...]] = (SYNCNET,)
    sound_rate: ClassVar[int] = SOUND_RATE

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Load the network, strictly. Raises MissingCheckpoint, CheckpointError."""
        self._network = load_syncnet(device, options)
        self._batch_size = int(options.get("batch_size") or 32)

    def extract(self, footage: LazyClip) -> Features:
        """Embeddings. Raises SampleError `no_audio`, `unreadable_audio`, `too_short` (under 0.2 s)."""
        import torch

        from benchmark.networks.mfcc import mfcc, to_int16
        from benchmark.networks.syncnet import embed_audio

        sound = footage.sound
        if len(sound) < LEAST_SAMPLES:
            raise SampleError(Status.TOO_SHORT, f"{footage.path.name} has less than 0.2 s of sound")
        coefficients = torch.from_numpy(mfcc(to_int16(sound))).float()
        with time_block("forward"):
            audio = embed_audio(self._network, coefficients, chunk=max(256, self._batch_size)).cpu().numpy()
        return {"audio": audio, "samples": np.asarray(len(sound))}
