"""What the puppets' sync judge sees and hears in a clip."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from benchmark.core.errors import SampleError
from benchmark.core.status import Status
from benchmark.extractors.base import Extractor, Features
from benchmark.extractors.facts import AREA_OR_BILINEAR, BGR_BYTES, SOUND_RATE, Frames, Picture
from benchmark.extractors.lazy_clip import LazyClip
from benchmark.networks.judges import MOUTH_BOX, SIDES, judge_checkpoint, load_judge, mouths
from benchmark.networks.mfcc import mfcc, to_int16
from benchmark.networks.syncnet import WINDOW, SyncNet, embed_audio, embed_lips

LOWER_FACE = "{:g} to {:g} of the width and {:g} to {:g} of the height of the frame".format(
    *(MOUTH_BOX[edge] for edge in (0, 2, 1, 3))
)


class PuppetSync(Extractor):
    """Lip and audio embeddings of a clip's own sound at 25 frames a second.

    `lip`: float32 (T - 4, E), row i sees frames i to i + 4. `audio`: float32 (A, E), row v hears 0.2 s from frame v on.
    """

    name = "puppet_sync"
    version = "1"
    provides = ("lip", "audio")
    checkpoints = (judge_checkpoint("sync"),)
    frames = Frames(f"all, windows of {WINDOW}")
    picture = Picture(LOWER_FACE, (SIDES["sync"],), AREA_OR_BILINEAR, True, BGR_BYTES)
    sound_rate = SOUND_RATE

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """See `Extractor.load`."""
        network = load_judge("sync", device)
        assert isinstance(network, SyncNet)
        self.network = network
        self.batch = int(options.get("batch_size") or 64)

    def extract(self, footage: LazyClip) -> Features:
        """See `Extractor.extract`. Statuses: `no_audio`, `too_short`."""
        clip = footage.clip
        if clip.audio is None:
            raise SampleError(Status.NO_AUDIO, f"{footage.path.name} has no sound, so lips can't be compared with it")
        least = WINDOW + 1
        if len(clip.frames) < least or len(clip.audio) < least * 640:
            raise SampleError(
                Status.TOO_SHORT, f"{footage.path.name} is shorter than {least} frames of picture and sound"
            )
        coefficients = torch.from_numpy(mfcc(to_int16(clip.audio))).float()
        lip = embed_lips(self.network, torch.from_numpy(mouths(clip.frames)), self.batch)
        audio = embed_audio(self.network, coefficients, chunk=self.batch)
        return {"lip": lip.cpu().numpy(), "audio": audio.cpu().numpy()}
