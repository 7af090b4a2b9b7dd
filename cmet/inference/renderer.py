"""Draw a face with given expression codes: what every method on EDTalk's face model has in common.

Who is shown, head pose and lips are settled here; a method only says which expression codes to show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cmet.edtalk.generator import Codes, Generator
from cmet.inference.editing import Mode, choose_frames, to_pixels
from cmet.inference.memory import retry_with_smaller_batch
from cmet.inference.optimized import InferenceOptions, OptimizedGenerator
from cmet.model.audio2lip import Audio2Lip, lip_codes

CPU_MAP_BYTES = 2**24
"""Largest map, in bytes, that a batch makes on the CPU: that of one frame at 256 pixels.

glibc gives blocks above 32 MiB back to the system after every operation and gets them anew, page by page (mallopt(3),
M_MMAP_THRESHOLD): four frames of 256 pixels at a time cost 1.3 to 1.5 times as much as one by one."""

Progress = Callable[[int, int], None]
"""Called with the frames drawn so far and the frames in all."""


class Edit(NamedTuple):
    """An edited clip of L frames."""

    frames: NDArray[np.uint8]
    """(L, S, S, 3)."""
    expression: Tensor
    """(L, exp) expression codes shown."""


@dataclass(frozen=True)
class FaceRenderer:
    """The face model and audio-to-lip, on one device, in eval mode."""

    generator: Generator
    """EDTalk's face model."""
    audio2lip: Audio2Lip
    """Speech to lip codes."""
    options: InferenceOptions = InferenceOptions()
    """How the face model runs."""

    def __post_init__(self) -> None:
        if self.audio2lip.mapping.out_features != self.generator.config.lip:
            raise ValueError(
                f"the networks do not fit: the face model has {self.generator.config.lip} lip directions,"
                f" audio-to-lip gives {self.audio2lip.mapping.out_features}"
            )
        for network in (self.generator, self.audio2lip):
            network.eval()

    @torch.no_grad()
    def render(
        self,
        identity: Tensor,
        codes: Codes,
        expression: Tensor,
        speech: NDArray[np.float32] | None,
        mode: Mode = "clean",
        batch: int = 8,
        progress: Progress | None = None,
    ) -> Edit:
        """Draw a clip.

        Args:
            identity: (1, 3, S, S) in [-1, 1], who is shown.
            codes: of the driving clip's N frames: pose, and without speech the lips.
            expression: (N', exp) codes to show in place of the clip's own.
            speech: float32 (samples,) at 16 kHz that the lips follow and that decides the length; None: the clip's.
            mode: `clean`, or `paper` with the reference's quirks, see `cmet.inference.editing`.
            batch: most frames at a time, see `max_batch`; fewer where a GPU's memory is short.
            progress: called after every batch.

        Returns:
            As many frames as there are lip codes: samples // 640, or N without speech.
        """

        def render(size: int) -> Edit:
            return self._render(identity, codes, expression, speech, mode, size, progress)

        return retry_with_smaller_batch(render, batch)

    def _render(
        self,
        identity: Tensor,
        codes: Codes,
        expression: Tensor,
        speech: NDArray[np.float32] | None,
        mode: Mode,
        batch: int,
        progress: Progress | None,
    ) -> Edit:
        fast = self.optimize(batch)
        source = fast.encode(identity)
        basis = fast.directions()
        lips = codes.lip
        if speech is not None:
            lips = lip_codes(self.audio2lip, speech, ends="damp" if mode == "paper" else "replicate")

        shown = choose_frames(len(lips), len(codes.pose), len(expression), mode)
        pose = codes.pose[torch.from_numpy(shown.pose)]
        expression = expression[torch.from_numpy(shown.expression)]

        # In paper mode the pixels depend on the whole clip's range, else a batch can become pixels at once.
        floats: list[Tensor] = []
        pixels: list[NDArray[np.uint8]] = []
        for part in batches(len(lips), self.max_batch(batch)):
            video = fast.decode(source, lips[part], pose[part], expression[part], basis)
            if mode == "paper":
                floats.append(video.clamp(-1.0, 1.0).cpu())
            else:
                pixels.append(to_pixels(video))
            if progress:
                progress(min(part.stop, len(lips)), len(lips))
        return Edit(to_pixels(torch.cat(floats), mode) if mode == "paper" else np.concatenate(pixels), expression)

    @torch.no_grad()
    def motion_codes(self, frames: Tensor, batch: int = 8, progress: Progress | None = None) -> Codes:
        """Lip, pose and expression codes of all frames (N, 3, S, S): (N, n) each."""
        return retry_with_smaller_batch(lambda size: self._motion_codes(frames, size, progress), batch)

    def _motion_codes(self, frames: Tensor, batch: int, progress: Progress | None) -> Codes:
        fast = self.optimize(batch)
        parts: list[Codes] = []
        for part in batches(len(frames), self.max_batch(batch)):
            parts.append(fast.codes(fast.latent(frames[part])))
            if progress:
                progress(min(part.stop, len(frames)), len(frames))
        return Codes(*(torch.cat(column) for column in zip(*parts, strict=True)))

    def optimize(self, batch: int) -> OptimizedGenerator:
        """The face model as the options say, for batches of `max_batch(batch)`; made once."""
        size = self.max_batch(batch)
        if size not in self._optimized:
            self._optimized[size] = OptimizedGenerator(self.generator, self.options, size)
        return self._optimized[size]

    @cached_property
    def _optimized(self) -> dict[int, OptimizedGenerator]:
        return {}

    def max_batch(self, batch: int) -> int:
        """How many frames to draw at a time where `batch` are allowed; at least 1."""
        if next(self.generator.parameters()).device.type != "cpu":
            return batch
        largest = max(4 * channels * size**2 for size, channels in self.generator.config.channel_table.items())
        return max(1, min(batch, CPU_MAP_BYTES // largest))


def batches(count: int, size: int) -> Iterator[slice]:
    """Consecutive slices of at most `size`."""
    return (slice(start, start + size) for start in range(0, count, size))
