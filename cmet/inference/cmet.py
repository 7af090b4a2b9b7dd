"""C-MET: edit the emotion of a talking-face clip with an emotion vector made of speech.

    model = CMet(generator, audio2lip, connector)
    frames = model.edit(identity, driving, speech, vector).frames

The whole method is `CMet.edit`; every line of it is a file of this package.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cmet.edtalk.generator import Codes, Generator
from cmet.inference.editing import Mode, edit_codes
from cmet.inference.optimized import InferenceOptions
from cmet.inference.renderer import Edit, FaceRenderer, Progress
from cmet.model.audio2lip import Audio2Lip
from cmet.model.transformer import Connector


@dataclass(frozen=True)
class CMet:
    """The three networks, on one device, in eval mode."""

    generator: Generator
    """EDTalk's face model."""
    audio2lip: Audio2Lip
    """Speech to lip codes."""
    connector: Connector
    """The cross-modal transformer."""
    options: InferenceOptions = InferenceOptions()
    """How the face model runs; the transformer stays as it is."""

    def __post_init__(self) -> None:
        sizes = self.generator.config
        lip, exp = self.audio2lip.mapping.out_features, self.connector.config.expression
        if (lip, exp) != (sizes.lip, sizes.exp):
            raise ValueError(
                f"the networks do not fit: the face model has {sizes.lip} lip and {sizes.exp} expression directions,"
                f" audio-to-lip gives {lip}, the transformer {exp}"
            )
        for network in (self.generator, self.audio2lip, self.connector):
            network.eval()

    @torch.no_grad()
    def edit(
        self,
        identity: Tensor,
        driving: Tensor,
        speech: NDArray[np.float32] | None,
        vector: Tensor,
        mode: Mode = "clean",
        batch: int = 8,
        progress: Progress | None = None,
        reading: Progress | None = None,
    ) -> Edit:
        """Edit a clip.

        Args:
            identity: (1, 3, S, S) in [-1, 1], who is shown. Its own expression is never read: the edit is applied to
                the driving clip's expression, as in the paper.
            driving: (N, 3, S, S) in [-1, 1], face crops at 25 frames a second: pose, expression, and without speech
                the lips.
            speech: float32 (samples,) at 16 kHz that the lips follow and that decides the length; None: the lips are
                those of the clip.
            vector: (D,) emotion vector, see `cmet.model.vectors`.
            mode: `clean`, or `paper` with the reference's quirks, see `cmet.inference.editing`.
            batch: frames at a time; bounds memory and does not change the result beyond rounding. On the CPU fewer
                are taken where that is faster, see `cmet.inference.renderer.CPU_MAP_BYTES`.
            progress: called after every batch that was drawn.
            reading: called after every batch of the driving clip that was encoded, with its frames.

        Returns:
            As many frames as there are lip codes: samples // 640, or N without speech.
        """
        self.check(identity, driving, vector)
        codes = self.motion_codes(driving, batch, reading)
        edited = edit_codes(lambda *x: self.connector(*x).direction, vector[None, None], codes.exp, mode=mode)
        return self.renderer.render(identity, codes, edited.codes, speech, mode, batch, progress)

    @cached_property
    def renderer(self) -> FaceRenderer:
        """What draws, without the transformer."""
        return FaceRenderer(self.generator, self.audio2lip, self.options)

    def motion_codes(self, frames: Tensor, batch: int = 8, progress: Progress | None = None) -> Codes:
        """Lip, pose and expression codes of all frames (N, 3, S, S): (N, n) each."""
        return self.renderer.motion_codes(frames, batch, progress)

    def max_batch(self, batch: int) -> int:
        """How many frames to draw at a time where `batch` are allowed; at least 1."""
        return self.renderer.max_batch(batch)

    def check(self, identity: Tensor, driving: Tensor, vector: Tensor) -> None:
        """Raise ValueError if shapes do not fit the networks."""
        size, speech = self.generator.config.size, self.connector.config.speech
        for name, got, want in (
            ("identity", tuple(identity.shape), (1, 3, size, size)),
            ("driving", tuple(driving.shape), (max(1, len(driving)), 3, size, size)),
            ("vector", tuple(vector.shape), (speech,)),
        ):
            if got != want:
                raise ValueError(f"{name} must be {want}, got {got}")
