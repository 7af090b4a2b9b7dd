"""The pictures that all small networks learn from: made by `python -m tools.train.make_frames --out DIR`.

Two banks, `train` and `test`, of frames with everything that is known about them. Training frames show training
identities only, in the eight basic emotions, or posing random action units without any emotion; the extended emotions
are in neither bank. Pictures are rendered, not decoded: no compression.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmark.core.files import replace_file, write_json
from benchmark.networks.judges import whole_faces
from benchmark.puppets.corpus import DATA_VERSION
from tools.train.codes import CodeBook

__all__ = ["DATA_VERSION", "FrameBank"]

COLUMNS = ("action_units", "visemes", "pose", "eyes", "identity", "emotion", "level", "clip")


@dataclass(frozen=True)
class FrameBank:
    """Frames and their truth; arrays of one length N."""

    folder: Path
    images: NDArray[np.uint8]
    """uint8 (N, S, S, 3) RGB, memory-mapped."""
    action_units: NDArray[np.float32]
    """float32 (N, 21)."""
    visemes: NDArray[np.float32]
    """float32 (N, 6)."""
    pose: NDArray[np.float32]
    """float32 (N, 6)."""
    eyes: NDArray[np.float32]
    """float32 (N, 3)."""
    identity: NDArray[np.int64]
    """Number of the speaker."""
    emotion: NDArray[np.int64]
    """Index into BASIC_EMOTIONS; -1 for posed frames."""
    level: NDArray[np.int64]
    """1 to 3; 0 for posed frames."""
    clip: NDArray[np.int64]
    """Number of the spoken clip whose frames stand here in order; -1 for single frames."""
    sound: NDArray[np.int16]
    """int16, the spoken clips' sound one after the other, 16 kHz, 640 samples a frame."""

    @staticmethod
    def open(folder: Path) -> FrameBank:
        """Open a bank. Raises FileNotFoundError with the command that makes it."""
        if not (folder / "done.json").exists():
            raise FileNotFoundError(
                f"no frame bank in {folder}: make it with python -m tools.train.make_frames --out ..."
            )
        images = np.load(folder / "images.npy", mmap_mode="r")
        columns = {name: np.load(folder / f"{name}.npy") for name in COLUMNS}
        return FrameBank(folder=folder, images=images, sound=np.load(folder / "sound.npy"), **columns)

    def save(self, version: str) -> None:
        """Write everything but the pictures; the bank is complete when `done.json` is there."""
        for name in COLUMNS:
            np.save(self.folder / f"{name}.npy", getattr(self, name))
        np.save(self.folder / "sound.npy", self.sound)
        write_json(self.folder / "done.json", {"frames": len(self.images), "data_version": version})

    def small_images(self, side: int) -> NDArray[np.uint8]:
        """All pictures as the judges read them, uint8 (N, side, side, 3); kept beside the bank."""
        path = self.folder / f"small{side}.npy"
        if not path.exists():
            starts = range(0, len(self.images), 512)
            small = np.concatenate([whole_faces(self.images[i : i + 512], side) for i in starts])
            with replace_file(path) as temporary, temporary.open("wb") as file:
                np.save(file, small)
        images: NDArray[np.uint8] = np.load(path, mmap_mode="r")
        return images

    def codes(self, book: CodeBook) -> NDArray[np.float32]:
        """Motion codes of all frames, float32 (N, 36)."""
        return book.encode(self.action_units, self.visemes, self.pose, self.eyes)

    def pairs(self, rng: np.random.Generator, speakers: int, drivers: int) -> tuple[np.ndarray, np.ndarray]:
        """Rows of one source frame and `drivers` driving frames for each of some speakers.

        Returns:
            source rows (speakers,), driving rows (speakers * drivers,), grouped by speaker.
        """
        rows_of = self._rows_of
        sources, driving = [], []
        for who in rng.choice(len(rows_of), speakers, replace=False):
            rows = rows_of[who]
            calm = rows[self.emotion[rows] == 5]
            sources.append(rng.choice(calm if len(calm) and rng.random() < 0.5 else rows))
            driving.append(rng.choice(rows, drivers, replace=False))
        return np.array(sources), np.concatenate(driving)

    @property
    def _rows_of(self) -> list[np.ndarray]:
        if "rows" not in self.__dict__:
            order = np.argsort(self.identity, kind="stable")
            bounds = np.flatnonzero(np.diff(self.identity[order])) + 1
            self.__dict__["rows"] = np.split(order, bounds)
        rows: list[np.ndarray] = self.__dict__["rows"]
        return rows

    def spoken_clips(self) -> Iterator[tuple[np.ndarray, NDArray[np.int16]]]:
        """Frame rows and sound of every spoken clip."""
        spoken = np.flatnonzero(self.clip >= 0)
        bounds = np.flatnonzero(np.diff(self.clip[spoken])) + 1
        start = 0
        for rows in np.split(spoken, bounds):
            yield rows, self.sound[start : start + 640 * len(rows)]
            start += 640 * len(rows)
