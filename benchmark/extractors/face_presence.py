"""In how many of the looked-at frames a face was found. No network but the shared face tracker's, whose facts hold."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from benchmark.extractors.base import Extractor, Features
from benchmark.extractors.lazy_clip import LazyClip


class FacePresence(Extractor):
    """Features: `share` float64 (), 0 < share <= 1; `looked_at` int64 ()."""

    name: ClassVar[str] = "face_presence"
    version: ClassVar[str] = "1"
    provides: ClassVar[tuple[str, ...]] = ("share", "looked_at")
    face_tracker: ClassVar[str] = "yunet"

    def extract(self, footage: LazyClip) -> Features:
        """From the track. Raises SampleError `no_face`, `several_faces`, `unreadable_video`."""
        track = footage.faces
        return {"share": np.asarray(track.found_share), "looked_at": np.asarray(track.looked_at)}
