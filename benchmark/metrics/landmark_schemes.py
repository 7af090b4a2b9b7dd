"""Which points of a landmark network mark eyes and lips."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Scheme:
    """The points of one network that mark eyes and lips."""

    extractor: str
    right_eye: tuple[int, ...]
    """Points whose mean is the centre of the eye."""
    left_eye: tuple[int, ...]
    upper_lip: int
    """The point in the middle of the inner lip."""
    lower_lip: int

    def eyes(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """From the right eye's centre to the left one's, (..., 2), of points (..., P, 2)."""
        left, right = (points[..., list(eye), :].mean(axis=-2) for eye in (self.left_eye, self.right_eye))
        return np.asarray(left - right, np.float64)


MESH = Scheme("landmarks_facemesh", right_eye=(33, 133), left_eye=(362, 263), upper_lip=13, lower_lip=14)
"""MediaPipe's numbering of the mesh; of an eye its outer and inner corners."""
POINTS_68 = Scheme("landmarks_pfld", tuple(range(36, 42)), tuple(range(42, 48)), upper_lip=62, lower_lip=66)
"""300-W's numbering."""
MESH_LIPS = np.array(
    [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409]
    + [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415]
)
"""Outer and inner lips (mediapipe `face_mesh_connections.py`, FACEMESH_LIPS)."""
