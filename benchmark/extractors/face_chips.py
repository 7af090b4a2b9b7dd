"""The face crop of the emotion judges: dlib's five-point chip of 224 px, of sixteen frames of the clip.

dlib's `get_face_chip` (dlib/image_transforms/interpolation.h, `get_face_chip_details` for five parts, padding 0.25)
puts the corners of both eyes and the base of the nose where they lie in its mean face. The points here are those of
PFLD's 68 (same scheme) on the boxes of the shared face track, instead of dlib's own detector and predictor, so that all
metrics see one face pass; the chip is warped bilinearly at once, where dlib halves a large face first.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmark.extractors.facts import BILINEAR, CLOCK, IMAGENET, RGB_UNIT, Frames, Picture, spread_truncated
from benchmark.extractors.jpeg import QUALITY, through_jpeg
from benchmark.extractors.landmarks_pfld import pfld_points
from benchmark.extractors.lazy_clip import LazyClip
from benchmark.extractors.sampling import frames_with_face
from benchmark.formulas.frame_sampling import spread_frames, stride_frames
from benchmark.media.similarity import similarity

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

CHIPS = 16
"""Chips of a clip."""
PADDING = 0.25
PARTS = [45, 42, 36, 39, 33]
"""Outer and inner corner of the eye at the right of the picture, of the eye at its left, base of the nose."""
MEAN_FACE = np.array(
    [
        [0.8595674595992, 0.2134981538014],
        [0.6460604764104, 0.2289674387677],
        [0.1205750620789, 0.2137274526848],
        [0.3340850613712, 0.2290642403242],
        [0.4901123135679, 0.6277975316475],
    ]
)
"""Where these lie in dlib's mean face, fractions of the unpadded chip."""
FILE_FRAMES = spread_truncated(CHIPS)
"""What the released evaluation looks at, a face or not."""
FACE_FRAMES = Frames(f"{FILE_FRAMES}; T counts the frames that show a face")
CHIP = Picture(f"dlib's five-point chip, padding {PADDING:g}, on PFLD's points", (224,), BILINEAR, False, RGB_UNIT)
NORMALISED_CHIP = replace(CHIP, colour=IMAGENET)
JPEG_CHIP = replace(NORMALISED_CHIP, detour=f"JPEG of quality {QUALITY}, the chip once more")


def face_chips(footage: LazyClip, session: InferenceSession, jpeg: bool) -> NDArray[np.uint8]:
    """Sixteen aligned faces of a clip, made once for all judges.

    Frames at truncated linspace(0, T - 1, 16); a shorter clip repeats its last frame. With the detour, T counts the
    frames of the file, as the released evaluation does; else those at 25 per second that show a face.

    Args:
        footage: the clip.
        session: PFLD.
        jpeg: whether frames and chips take the detour through JPEG of C-MET's released evaluation (quality 95).

    Returns:
        uint8 (16, 224, 224, 3), RGB.

    Raises:
        SampleError: `no_face`, `several_faces`, `unreadable_video`.
    """

    def cut() -> NDArray[np.uint8]:
        track, clip = footage.faces, footage.recorded if jpeg else footage.clip
        frames = clip.frames
        among = np.arange(len(frames)) if jpeg else np.flatnonzero(frames_with_face(track, footage.path.name))
        chosen = among[spread_frames(len(among), CHIPS)]
        pictures = [through_jpeg(frames[i]) if jpeg else frames[i] for i in chosen]
        points = pfld_points(session, pictures, track.boxes_at(chosen * (CLOCK / clip.fps)), len(pictures))
        chips = [face_chip(picture, p) for picture, p in zip(pictures, points, strict=True)]
        chips = [through_jpeg(chip) for chip in chips] if jpeg else chips
        return np.stack(chips)[stride_frames(len(chips), CHIPS)]

    return footage.shared(f"face_chips/{'jpeg' if jpeg else 'decoded'}", cut)


def face_chip(picture: NDArray[np.uint8], points: NDArray[np.floating], size: int = CHIP.side) -> NDArray[np.uint8]:
    """dlib's aligned chip.

    Args:
        picture: uint8 (H, W, 3).
        points: (68, 2), x, y, 300-W order.
        size: side of the chip, pixels.

    Returns:
        uint8 (size, size, 3), black outside the picture.
    """
    expected = (PADDING + MEAN_FACE) / (2 * PADDING + 1) * size
    matrix = similarity(np.asarray(points)[PARTS], expected)
    return np.asarray(cv2.warpAffine(picture, matrix, (size, size), flags=cv2.INTER_LINEAR), np.uint8)
