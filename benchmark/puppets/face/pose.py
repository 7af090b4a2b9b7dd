"""Turning the head: from canonical positions to the picture, with the parallax of depth.

Signs, as seen in the picture: positive yaw turns the nose to the right, positive pitch lifts it, positive roll tilts
the crown to the right (clockwise); positive `shift_x` moves to the right, positive `shift_y` upwards, as gaze does.
Projection is orthographic: a talking-head crop is filmed from far away. Below the chin the turn fades out, so that
the shoulders follow the head only in part.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmark.puppets.face.style import FaceStyle

Array = NDArray[np.float64]

PIVOT_Y = 0.60
"""Height of the point around which the head turns."""
PIVOT_Z = 0.085
"""Depth of that point; the face lies in front of it, ears and hair behind."""


@dataclass(frozen=True)
class HeadPose:
    """One frame's rigid motion of the head."""

    matrix: Array
    """(2, 3): what x, y and z contribute to the picture's x and y."""
    shift: Array
    """(2,) in picture sides, y downwards."""

    @staticmethod
    def of(pose: NDArray[np.float32]) -> HeadPose:
        """The pose of one frame.

        Args:
            pose: float32 (6,), columns as POSE: degrees, degrees, degrees, sides, sides, log scale.
        """
        yaw, pitch, roll = (math.radians(float(angle)) for angle in pose[:3])
        size = math.exp(float(pose[5]))
        sin_y, cos_y, sin_p, cos_p = math.sin(yaw), math.cos(yaw), math.sin(pitch), math.cos(pitch)
        # y points down, so that lifting the nose (z towards the viewer) lowers y.
        turned = ((cos_y, 0.0, sin_y), (sin_y * sin_p, cos_p, -cos_y * sin_p))
        sin_r, cos_r = math.sin(roll), math.cos(roll)
        rows = [
            [size * (cos_r * a - sin_r * b) for a, b in zip(*turned, strict=True)],
            [size * (sin_r * a + cos_r * b) for a, b in zip(*turned, strict=True)],
        ]
        return HeadPose(np.array(rows), np.array([float(pose[3]), -float(pose[4])]))

    def project(self, style: FaceStyle, points: Array, z: Array) -> Array:
        """Where canonical points are in the picture.

        Args:
            style: whose chin tells where the neck begins.
            points: (..., 2) x and y.
            z: (...) depth of each point.

        Returns:
            (..., 2) x and y in canonical units.
        """
        x, y = points[..., 0], points[..., 1] - PIVOT_Y
        z = z - PIVOT_Z
        (a, b, c), (d, e, f) = self.matrix.tolist()
        head = neck_share(style, points[..., 1])
        out = np.empty_like(points)
        out[..., 0] = x + head * (a * x + b * y + c * z - x) + float(self.shift[0])
        out[..., 1] = y + head * (d * x + e * y + f * z - y) + (PIVOT_Y + float(self.shift[1]))
        return out


def neck_share(style: FaceStyle, y: Array) -> Array:
    """How much a point at height y follows the head: 1 on the head, falling smoothly to 0.25 at the shoulders."""
    along = np.clip((y - style.chin_y - 0.01) / 0.26, 0.0, 1.0)
    return np.asarray(1.0 - 0.75 * along * along * (3.0 - 2.0 * along))
