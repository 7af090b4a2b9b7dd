"""The mouth stands still in the middle of a talking face: the first frame's mouth is laid over the others.

Where the mouth is: the truth's landmarks where the dataset has them (puppets), else the corners that the face tracker
YuNet finds.
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from benchmark.core.types import Sample
from benchmark.media.clip import Clip
from benchmark.selftest.damage.base import Damage, find_recording

MOUTH = slice(48, 68)
"""Points of 300-W's 68."""


class MouthFrozen(Damage):
    """Strength: percent of the clip's frames, from its beginning on, that show the first frame's mouth."""

    name: ClassVar[str] = "mouth_frozen"
    title: ClassVar[str] = "Mouth frozen"
    unit: ClassVar[str] = "% of frames"
    strengths: ClassVar[tuple[float, ...]] = (0, 25, 50, 100)

    def apply(self, clip: Clip, sample: Sample, strength: float, rng: np.random.Generator) -> Clip:
        """See `Damage.apply`. Raises what the tracker raises where the clip shows no face."""
        centres, radius = _mouths(clip, sample)
        frames = clip.frames.copy()
        until = round(strength / 100 * len(frames))
        size = frames.shape[1:3]
        for index in range(1, until):
            moved = np.rint(centres[index] - centres[0]).astype(int)
            first = _shifted(clip.frames[0], moved)
            mask = _ellipse(size, centres[index], radius)[..., None]
            frames[index] = np.rint(mask * first + (1 - mask) * frames[index]).astype(np.uint8)
        return replace(clip, frames=frames)


def _mouths(clip: Clip, sample: Sample) -> tuple[NDArray[np.float64], tuple[float, float]]:
    """Centres (T, 2) of the mouth, and the half axes of the ellipse that holds it, pixels."""
    if sample.truth is not None and sample.truth.is_file() and find_recording(sample) == sample.target:
        with np.load(sample.truth, allow_pickle=False) as truth:
            points = np.asarray(truth["landmarks"], np.float64)
        if len(points) >= len(clip.frames):
            mouth = points[: len(clip.frames), MOUTH]
            spans = np.ptp(mouth, axis=1).max(axis=0)
            return mouth.mean(axis=1), (0.75 * float(spans[0]), 0.9 * float(max(spans[1], spans[0] / 2)))
    from benchmark.extractors import FACE_TRACKERS

    tracker = FACE_TRACKERS.get("yunet")()
    tracker.load("cpu", {})
    corners = np.asarray(tracker.track(clip).points_at(np.arange(len(clip.frames))), np.float64)[:, 3:5]
    width = float(np.linalg.norm(corners[:, 0] - corners[:, 1], axis=-1).max())
    return corners.mean(axis=1), (0.8 * width, 0.7 * width)


def _shifted(frame: NDArray[np.uint8], move: NDArray[np.integer]) -> NDArray[np.float64]:
    """The picture moved by whole pixels (x, y); its edge is repeated."""
    rows = np.clip(np.arange(frame.shape[0]) - int(move[1]), 0, frame.shape[0] - 1)
    columns = np.clip(np.arange(frame.shape[1]) - int(move[0]), 0, frame.shape[1] - 1)
    return np.asarray(frame[rows][:, columns], np.float64)


def _ellipse(size: tuple[int, ...], centre: NDArray[np.float64], radius: tuple[float, float]) -> NDArray[np.float64]:
    """1 inside, falling to 0 from 80 % of the radius on."""
    y, x = np.mgrid[: size[0], : size[1]]
    distance = np.hypot((x - centre[0]) / radius[0], (y - centre[1]) / radius[1])
    return np.asarray(np.clip((1.0 - distance) / 0.2, 0.0, 1.0), np.float64)
