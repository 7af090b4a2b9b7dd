"""What FLOAT is shown of a sample: one square picture of the person, and the speech.

`crop: none` takes the first frame as it is, as the released `--no_crop`: the sources of the datasets are face crops.
`crop: face` cuts a square about the face, black beyond the picture, as the released code does by default. That code
takes S3FD's box, doubles of max(half width, half height) * 1.6 wide; here it is YuNet's box and 1.65, which gives the
square of the one picture that the authors show before and after cropping (sam_altman: half side 304 pixels, YuNet's box
184.3 half high; the centres lie 6 pixels apart).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from benchmark.core.errors import SampleError
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.media.audio import read_audio
from benchmark.media.errors import MediaError
from benchmark.media.faces import Detector, track_face
from benchmark.media.reference_frame import reference_frame
from benchmark.media.video import read_clip
from cmet.inference.editing import to_unit

Crop = Literal["none", "face"]
CROPS: tuple[Crop, ...] = ("none", "face")
MARGIN = 1.65
"""Half side of the square over the larger half side of YuNet's box."""


@dataclass(frozen=True)
class Scene:
    """A sample as FLOAT sees it."""

    picture: NDArray[np.uint8]
    """(S, S, 3), RGB."""
    speech: NDArray[np.float32]
    """(samples,) at 16 kHz."""

    def image(self, size: int) -> Tensor:
        """The picture as the network reads it: float32 (1, 3, size, size) in [-1, 1], resized by area."""
        picture = self.picture
        if len(picture) != size:
            picture = np.asarray(cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA), np.uint8)
        return to_unit(picture[None])


def read_scene(sample: Sample, detector: Detector | None) -> Scene:
    """Read a sample.

    Args:
        sample: its source's first good frame is the person; its speech, or else the source's sound, is spoken.
        detector: finds the face to cut; None: the frame is taken as it is.

    Raises:
        SampleError: `no_speech`; `wrong_size`: the frame is not square; `no_face`; a status of media.
    """
    try:
        source = read_clip(sample.source)
        speech = read_audio(sample.speech) if sample.speech else source.audio
        picture = source.frames[reference_frame(source.frames, detector)]
        if detector is not None:
            picture = face_square(picture, detector)
    except MediaError as error:
        raise SampleError(error.status, str(error)) from error
    if speech is None:
        raise SampleError(Status.NO_SPEECH, f"{sample.id}: the source has no sound and no other speech is given")
    height, width = picture.shape[:2]
    if height != width:
        hint = "method.crop=face finds and cuts the face"
        raise SampleError(Status.WRONG_SIZE, f"{sample.id}: the picture must be square, got {width} x {height}; {hint}")
    return Scene(picture, speech)


def face_square(picture: NDArray[np.uint8], detector: Detector) -> NDArray[np.uint8]:
    """The square about the largest face: uint8 (H, W, 3) -> (2r, 2r, 3), black beyond the picture.

    Raises:
        MediaError: `no_face`.
    """
    left, top, right, bottom = track_face(picture[None], detector, several="largest").boxes[0]
    radius = max(1, int(max(right - left, bottom - top) / 2 * MARGIN))
    x, y = int((left + right) / 2), int((top + bottom) / 2)
    wide = np.pad(picture, ((radius, radius), (radius, radius), (0, 0)))
    x, y = (min(max(centre, 0), extent) for centre, extent in ((x, picture.shape[1]), (y, picture.shape[0])))
    return np.ascontiguousarray(wide[y : y + 2 * radius, x : x + 2 * radius])
