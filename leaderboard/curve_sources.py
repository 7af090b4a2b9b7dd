"""Where a curve over time comes from: for each kind the extractors that tell it, the best first, and how.

An extractor leaves arrays of one clip in the cache (see its docstring in `benchmark/extractors`); here they become
frame numbers and values. Nothing is loaded: the arrays are there, or the curve is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.core.action_units import ACTION_UNITS
from benchmark.core.types import BASIC_EMOTIONS, SEVEN_EMOTIONS

Arrays = Mapping[str, NDArray[Any]]
Read = Callable[[Arrays], tuple[NDArray[Any], NDArray[Any]]]
"""Arrays -> frames int (S,), values (S,) or (S, C). Raises KeyError, IndexError or ValueError for other arrays."""

MOUTH_UNITS = ("AU25", "AU26")
"""Lips part, jaw drop: the action units that open a mouth."""


@dataclass(frozen=True)
class Source:
    """One extractor that tells one kind of curve."""

    extractor: str
    title: str
    """Who says it, for the caption."""
    read: Read


def emotions_of(columns: int) -> tuple[str, ...]:
    """The names of a judge's columns. Raises ValueError for a judge of other classes."""
    known = {len(BASIC_EMOTIONS): BASIC_EMOTIONS, len(SEVEN_EMOTIONS): SEVEN_EMOTIONS}
    if columns not in known:
        raise ValueError(f"{columns} classes of emotion")
    return tuple(known[columns])


def every(name: str, stride: int) -> Read:
    """Rows of an array that come from every `stride`-th frame."""
    return lambda arrays: (np.arange(len(arrays[name])) * stride, arrays[name])


def sampled(name: str) -> Read:
    """Rows of an array that come from the frames in `frames`."""
    return lambda arrays: (arrays["frames"], arrays[name])


def puppet_mouth(arrays: Arrays) -> tuple[NDArray[Any], NDArray[Any]]:
    """Mean of AU25 and AU26, share of full intensity."""
    units = arrays["action_units"][:, [ACTION_UNITS.index(name) for name in MOUTH_UNITS]]
    return np.arange(len(units)), units.mean(axis=1)


def lips_apart(upper: int, lower: int, right_eye: int, left_eye: int) -> Read:
    """Distance of the inner lips, percent of that of the eyes' outer corners, in every frame with a face."""

    def read(arrays: Arrays) -> tuple[NDArray[Any], NDArray[Any]]:
        points = arrays["points"].astype(np.float64)
        gap, eyes = (
            np.linalg.norm(points[:, a] - points[:, b], axis=1) for a, b in ((upper, lower), (right_eye, left_eye))
        )
        seen = np.flatnonzero(np.isfinite(gap))
        return seen, 100.0 * gap[seen] / np.maximum(eyes[seen], 1e-6)

    return read


EMOTION = (
    Source("puppet_emotion", "the puppets' emotion judge", every("frame_probs", 2)),
    Source("emotion_hsemotion", "HSEmotion", sampled("probs")),
    Source("emotion_faceapi", "face-api.js", sampled("probs")),
    Source("emotion_xception119", "mini-Xception", sampled("probs")),
    Source("emotion_xception102", "mini-Xception", sampled("probs")),
)
MOUTH = (
    Source("puppet_face", "action units 25 and 26 of the puppets' face judge", puppet_mouth),
    Source("landmarks_facemesh", "MediaPipe's inner lips, % of the eyes' distance", lips_apart(13, 14, 33, 263)),
    Source("landmarks_pfld", "PFLD's inner lips, % of the eyes' distance", lips_apart(62, 66, 36, 45)),
)
"""Points of MediaPipe's mesh as in `benchmark/metrics/landmark_schemes.py`; PFLD's 68 in the order of iBUG 300-W."""
IDENTITY = (
    Source("puppet_identity", "the puppets' identity judge", every("frame_embeddings", 4)),
    Source("identity_arcface100", "ArcFace", sampled("embeddings")),
    Source("identity_arcface50", "ArcFace", sampled("embeddings")),
    Source("identity_mobilefacenet", "MobileFaceNet", sampled("embeddings")),
)
KINDS: Mapping[str, tuple[Source, ...]] = {"emotion": EMOTION, "mouth": MOUTH, "identity": IDENTITY}
