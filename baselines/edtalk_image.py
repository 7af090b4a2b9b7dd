"""`edtalk-image`: EDTalk with the expression of a reference image or video.

`over: frames` shows the reference's expression frame by frame, as EDTalk does with a driving video; `over: mean` holds
its mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from baselines.edtalk import EDTalk, card
from benchmark.core.errors import SampleError, UsageError
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.media.errors import MediaError
from benchmark.media.video import read_clip
from benchmark.methods.base import MethodInfo
from cmet.face_method import resized
from cmet.inference.editing import to_unit

OVER = ("frames", "mean")
IMAGES = (".png", ".jpg", ".jpeg", ".bmp", ".webp")


class EDTalkImage(EDTalk):
    """The emotion is seen on somebody else. Option `over`: `frames` or `mean`."""

    info: ClassVar[MethodInfo] = card("edtalk-image", "EDTalk, reference video", "image")
    legal: ClassVar[tuple[str, ...]] = ("weights", "over")

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Load networks; see `EDTalk.load`."""
        super().load(device, options)
        self.over = options.get("over", "frames")
        if self.over not in OVER:
            raise UsageError(f"method.over must be one of {', '.join(OVER)}, got {self.over!r}")

    def expression(self, sample: Sample) -> Tensor:
        """What the encoder reads off the reference, (N, n). Raises SampleError `no_reference`, `wrong_size`."""
        path = sample.cues.reference
        if path is None:
            raise SampleError(Status.NO_REFERENCE, f"{sample.id} names no image or video of the emotion")
        frames = read_pictures(path)
        height, width = frames.shape[1:3]
        if height != width:
            raise SampleError(
                Status.WRONG_SIZE, f"{sample.id}: a face crop must be square, {path.name} is {width} x {height}"
            )
        pictures = to_unit(resized(frames, self.renderer.generator.config.size)).to(self.device)
        codes = self.renderer.motion_codes(pictures).exp
        return torch.mean(codes, dim=0, keepdim=True) if self.over == "mean" else codes


def read_pictures(path: Path) -> NDArray[np.uint8]:
    """RGB frames uint8 (T, H, W, 3) of a video, or the one of an image. Raises SampleError if it can't be read."""
    if path.suffix.lower() not in IMAGES:
        try:
            return read_clip(path).frames
        except MediaError as error:
            raise SampleError(error.status, str(error)) from error
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:
        raise SampleError(Status.UNREADABLE_IMAGE, f"{path.name} is not an image that can be read")
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)[None]
