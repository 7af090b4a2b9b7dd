"""`edtalk-audio`: EDTalk with the expression that a regression hears in the target emotional speech.

`python -m tools.train.edtalk_audio` trains it on the corpus of C-MET, at either size. Every recording of the cue
gives a code; the clip shows their mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from baselines.edtalk import EDTalk, card
from baselines.speech_to_expression import SpeechToExpression
from benchmark.checkpoints.shipped import load_shipped
from benchmark.core.errors import MissingCheckpoint, SampleError, UsageError, user_path
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.media.audio import read_audio
from benchmark.methods.base import MethodInfo
from cmet.face_method import missing_files
from cmet.inference.networks import PUPPETS
from cmet.inference.speech import load_speech_encoder

SHIPPED = PUPPETS / "speech_to_expression.safetensors"


class EDTalkAudio(EDTalk):
    """The emotion is heard. Options `speech_encoder`, and `regression`: `puppets` or a file of the trainer."""

    info: ClassVar[MethodInfo] = card("edtalk-audio", "EDTalk, audio", "audio", ("speech", "speech_to_expression"))
    legal: ClassVar[tuple[str, ...]] = ("weights", "speech_encoder", "regression")

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Load networks; see `EDTalk.load`. Raises UsageError if they do not fit together."""
        super().load(device, options)
        given = str(options.get("regression", "puppets"))
        path = SHIPPED if given == "puppets" else user_path(given)
        with missing_files():
            self.encoder = load_speech_encoder(options.get("speech_encoder", "puppets"), device)
            try:
                self.regression = load_shipped(SpeechToExpression, path).to(device)
            except (ValueError, KeyError) as error:
                raise MissingCheckpoint(f"{path.name} is not as its manifest.json says: {error}") from error
        heard, shown = self.regression.sizes
        if (heard, shown) != (self.encoder.dimension, self.renderer.generator.config.exp):
            raise UsageError(
                f"method.regression: {heard} -> {shown} numbers, but the speech encoder gives {self.encoder.dimension}"
                f" and the face model has {self.renderer.generator.config.exp} expression directions"
            )
        self.embeddings: dict[Path, NDArray[np.float32]] = {}

    @torch.no_grad()
    def expression(self, sample: Sample) -> Tensor:
        """Mean code of the cue's recordings, (1, n). Raises SampleError `no_emotional_speech`."""
        paths = sample.cues.emotional_speech
        if not paths:
            raise SampleError(Status.NO_EMOTIONAL_SPEECH, f"{sample.id} names no emotional speech")
        heard = torch.from_numpy(np.stack([self.embedding(path) for path in paths])).to(self.device)
        return torch.mean(self.regression(heard), dim=0, keepdim=True)

    def embedding(self, path: Path) -> NDArray[np.float32]:
        """Speech-emotion embedding of a recording; each file is embedded once."""
        if path not in self.embeddings:
            self.embeddings[path] = self.encoder.embed([read_audio(path)])[0]
        return self.embeddings[path]
