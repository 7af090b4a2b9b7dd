"""One rectangle for the face of a whole clip.

As the authors of C-MET cut theirs: the union of the face's boxes over the frames, enlarged by a tenth on every side, as
a square.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmark.core.status import Status
from benchmark.media.errors import MediaError
from benchmark.media.faces import FaceTrack, square
from benchmark.media.yunet import intersection_over_union

CROP_SCALE = 1.2
"""A tenth on every side (`preprocess` of the C-MET repository)."""
SAME_FACE = 0.25
"""Boxes of one face overlap the typical box of the clip by so much (IoU), as in the authors' tracks."""


class Region(NamedTuple):
    """A rectangle of whole pixels inside the frame; right and bottom are the first ones outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Pixels."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Pixels."""
        return self.bottom - self.top


def region_of(track: FaceTrack, width: int, height: int, *, clamped: bool = False) -> Region:
    """The rectangle of a clip's face.

    Args:
        track: of the largest face.
        width: of the frames.
        height: of the frames.
        clamped: cut the square off at the frame's edge, as the authors do, instead of moving it inside.

    Raises:
        MediaError: `no_face`; `moving_face`: the largest face is somewhere else in more than half of the frames.
    """
    boxes = boxes_of_one_face(track)
    union = np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])
    return _clamped(union, width, height) if clamped else _moved_inside(union, width, height)


def boxes_of_one_face(track: FaceTrack) -> NDArray[np.float64]:
    """The boxes that overlap the clip's median box: not those of somebody else who walks by."""
    overlap = intersection_over_union(np.median(track.boxes, axis=0), track.boxes)
    same = overlap > SAME_FACE
    if same.sum() * 2 < len(same):
        raise MediaError(
            Status.MOVING_FACE,
            f"the largest face stays at one place in only {int(same.sum())} of {len(same)} frames looked at; cut the"
            " clip so that one face is shown in one shot",
        )
    return track.boxes[same]


def _clamped(box: NDArray[np.float64], width: int, height: int) -> Region:
    left, top, right, bottom = square(box, CROP_SCALE)
    region = Region(max(0, round(left)), max(0, round(top)), min(width, round(right)), min(height, round(bottom)))
    if region.width < 1 or region.height < 1:
        raise MediaError(Status.NO_FACE, "the face lies outside the picture")
    return region


def _moved_inside(box: NDArray[np.float64], width: int, height: int) -> Region:
    left, top, right, _ = square(box, CROP_SCALE)
    side = min(round(right - left), width, height)
    centre_x, centre_y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    x = min(max(0, round(centre_x - side / 2)), width - side)
    y = min(max(0, round(centre_y - side / 2)), height - side)
    return Region(x, y, x + side, y + side)
