"""What is to be made of one clip, and what came of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from benchmark.core.status import current_word

POINTER = b"version https://git-lfs.github.com/spec/"
"""How a file begins that Git LFS left in place of the media (https://git-lfs.com, pointer file version 1)."""


@dataclass(frozen=True)
class Piece:
    """Bytes on disk: a file, or a member of a tar archive."""

    path: Path
    offset: int | None = None
    """Where a tar's member begins; None: the whole file."""
    size: int | None = None
    suffix: str = ""
    """The ending of a tar's member, e.g. ".mp4"."""

    def read(self) -> bytes:
        """The bytes. Raises OSError."""
        if self.offset is None:
            return self.path.read_bytes()
        with self.path.open("rb") as file:
            file.seek(self.offset)
            return file.read(self.size)

    def state(self) -> list[int]:
        """What changes when the bytes do: size and time of the file, place in it. Raises OSError."""
        stat = self.path.stat()
        return [stat.st_size, stat.st_mtime_ns, self.offset or 0, self.size or 0]

    @property
    def kind(self) -> str:
        """File suffix of the bytes."""
        return self.suffix or self.path.suffix

    def is_pointer(self) -> bool:
        """Whether Git LFS left a pointer here. Raises OSError."""
        with self.path.open("rb") as file:
            file.seek(self.offset or 0)
            return file.read(len(POINTER)) == POINTER


@dataclass(frozen=True)
class Job:
    """One clip to make."""

    clip: str
    """Clip id, as in the split files; names the output."""
    video: Piece | None
    """None: only sound is made (speech of the extended emotions)."""
    sound: Piece | None = None
    """Sound that is taken where the video has none."""
    folder: str = ""
    """Folder under OUT that the clip id is relative to, e.g. `FPS25`."""

    def outputs(self, out: Path) -> dict[str, Path]:
        """The files that are made, by kind; the video is written last."""
        base = out / self.folder / self.clip
        sound = {"sound": base.with_name(base.name + ".wav")}
        if self.video is None:
            return sound
        return sound | {"thumbnail": base.with_name(base.name + ".jpg"), "video": base.with_name(base.name + ".mp4")}

    def state(self) -> list[list[int]]:
        """State of all its sources. Raises OSError."""
        return [piece.state() for piece in (self.video, self.sound) if piece is not None]


@dataclass(frozen=True)
class Outcome:
    """What came of a clip: a row of the ledger."""

    clip: str
    status: str
    """`ok`, or why there is no clip: `no_face`, `unreadable_video`, `lfs_pointer`, `no_audio`, `crashed` ..."""
    reason: str = ""
    frames: int = 0
    """How many frames the clip has at 25 a second."""
    face_share: float = 0.0
    """Share of the frames looked at in which a face was found."""
    region: str = ""
    """What was cut from the source: left, top, right, bottom, pixels."""
    sound_from: str = ""
    """`video`, or `file` where the video has no sound."""
    source_sha256: str = ""
    video_sha256: str = ""
    sound_sha256: str = ""
    sizes: tuple[int, ...] = ()
    """Bytes of the outputs, in the order of `Job.outputs`."""
    source_state: tuple[tuple[int, ...], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """In JSON's types."""
        return asdict(self)

    @staticmethod
    def from_json(data: dict[str, Any]) -> Outcome:
        """Raises KeyError, TypeError, ValueError for anything else."""
        known = {field.name for field in fields(Outcome)}
        if set(data) != known:
            raise ValueError("not an outcome")
        state = tuple(tuple(int(x) for x in piece) for piece in data["source_state"])
        status = current_word(str(data["status"]))
        return Outcome(
            **{**data, "status": status, "sizes": tuple(int(x) for x in data["sizes"]), "source_state": state}
        )
