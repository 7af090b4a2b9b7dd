"""The face tracker of the real evaluators: YuNet on every fifth frame, one face to a clip."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from benchmark.checkpoints.locate import folders, locate
from benchmark.checkpoints.record import Checkpoint
from benchmark.extractors.facts import BGR_BYTES, WHOLE_FRAMES, Frames, Picture, every_nth
from benchmark.extractors.lazy_clip import FaceTracker
from benchmark.media.clip import Clip
from benchmark.media.faces import STEP, FaceTrack, track_face
from benchmark.media.yunet import LONGEST_SIDE, YUNET, YuNet


class YuNetTracker(FaceTracker):
    """The largest face of each looked-at frame; a clip that mostly shows two is refused (`several_faces`)."""

    name: ClassVar[str] = "yunet"
    version: ClassVar[str] = "2"
    checkpoints: ClassVar[tuple[Checkpoint, ...]] = (YUNET,)
    frames: ClassVar[Frames] = every_nth(STEP)
    picture: ClassVar[Picture] = Picture(
        WHOLE_FRAMES, (), f"bilinear, longer side at most {LONGEST_SIDE}", False, BGR_BYTES
    )

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Open the graph, always on the CPU. Raises MissingCheckpoint."""
        self._detector = YuNet(locate(YUNET, folders(options.get("weights"))))

    def track(self, clip: Clip) -> FaceTrack:
        """The face of that clip. Raises MediaError `no_face`, `several_faces`."""
        return track_face(clip.frames, self._detector)
