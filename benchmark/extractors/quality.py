"""Picture quality of an output beside another clip of the same length, frame by frame, without any network.

Frame t at 25 per second is compared with frame t over the frames that both have: right for reconstruction and for a
target that is the same take (as in the embedded corpus), not for another take of a real actor.
"""

from __future__ import annotations

import numpy as np

from benchmark.core.errors import SampleError
from benchmark.core.status import Status
from benchmark.extractors.base import Features, PairExtractor
from benchmark.extractors.facts import RGB_BYTES, WHOLE_FRAMES, Frames, Picture
from benchmark.extractors.lazy_clip import LazyClip
from benchmark.formulas.ssim import ssim_frames

LENGTHS_MAY_DIFFER = 0.1
"""Share of the longer clip that may be without a partner; beyond it the two are not the same take."""


class Quality(PairExtractor):
    """`mse`: float64 (T,), mean squared error of 8-bit values. `ssim`: float64 (T,), 7 x 7 windows, RGB, -1 to 1."""

    name = "quality"
    version = "2"
    provides = ("mse", "ssim")
    frames = Frames("all that both clips have, frame t with frame t")
    picture = Picture(WHOLE_FRAMES, (), "", None, RGB_BYTES)

    def extract_pair(self, output: LazyClip, other: LazyClip) -> Features:
        """Compare frame by frame. Raises SampleError `size_differs`, `length_differs`."""
        a, b = output.clip, other.clip
        if a.frames.shape[1:] != b.frames.shape[1:]:
            raise SampleError(Status.SIZE_DIFFERS, f"output is {_size(a.frames)}, the other clip {_size(b.frames)}")
        shorter, longer = sorted((len(a.frames), len(b.frames)))
        if longer - shorter > LENGTHS_MAY_DIFFER * longer:
            raise SampleError(
                Status.LENGTH_DIFFERS, f"output has {len(a.frames)} frames, the other clip {len(b.frames)}"
            )
        x, y = a.frames[:shorter], b.frames[:shorter]
        errors = [np.mean((p.astype(np.float64) - q.astype(np.float64)) ** 2) for p, q in zip(x, y, strict=True)]
        return {"mse": np.array(errors), "ssim": ssim_frames(x, y)}


def _size(frames: np.ndarray) -> str:
    return f"{frames.shape[2]}x{frames.shape[1]}"
