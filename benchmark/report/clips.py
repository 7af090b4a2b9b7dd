"""Clips for the packet: small h264 files that every browser plays, and strips of frames to see them at a glance."""

from __future__ import annotations

import hashlib
import io
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmark.core.status import Status
from benchmark.media.clip import Clip
from benchmark.media.errors import MediaError
from benchmark.media.video import probe, read_clip, write_clip

SUFFIXES = frozenset({".mp4", ".webm", ".mov", ".mkv", ".avi", ".m4v"})
AS_IT_IS = 300_000
"""Bytes: a smaller h264 file goes in unchanged; others are made again for viewing."""
SIDE = 320
"""Longer side of a clip that is made again, pixels."""
SECONDS = 8.0
"""A longer clip is cut."""
CRF = 27
MOMENTS = (0.1, 0.37, 0.63, 0.9)
"""Frames of a strip: shares of the clip's length, the same for all clips of a sample."""
FRAME = 112
"""Height of a strip's frame, pixels."""


@dataclass(frozen=True)
class Viewing:
    """A clip ready to be embedded."""

    mp4: bytes
    strip: bytes
    """JPEG, the frames at `MOMENTS` side by side."""
    poster: bytes
    """JPEG of the middle frame."""
    width: int
    height: int
    sha256: str
    """Of the file as it lies on the disk."""
    note: str
    """What was changed for viewing; "" where the file went in as it is."""


def view(path: Path) -> Viewing:
    """Read a video for the packet.

    Raises:
        MediaError: `missing_file`, `not_a_video`, `unreadable_video`, ...
    """
    if path.suffix.lower() not in SUFFIXES:
        raise MediaError(Status.NOT_A_VIDEO, f"{path.name} is not a video file")
    clip = read_clip(path)
    raw = path.read_bytes()
    facts = probe(path)
    plays = facts.codec == "h264" and facts.pixel_format in ("yuv420p", "yuvj420p") and path.suffix.lower() == ".mp4"
    note = ""
    if plays and len(raw) <= AS_IT_IS:
        mp4 = raw
    else:
        mp4, note = _made_again(clip)
    last = len(clip.frames) - 1
    strip = np.concatenate([_small(clip.frames[round(moment * last)], FRAME) for moment in MOMENTS], axis=1)
    height, width = clip.frames.shape[1:3]
    poster = clip.frames[last // 2]
    poster = _small(poster, min(height, 224))
    return Viewing(mp4, _jpeg(strip), _jpeg(poster), width, height, hashlib.sha256(raw).hexdigest(), note)


def _made_again(clip: Clip) -> tuple[bytes, str]:
    height, width = clip.frames.shape[1:3]
    keep = max(1, min(len(clip.frames), round(SECONDS * clip.fps)))
    share = min(1.0, SIDE / max(height, width))
    frames = clip.frames[:keep]
    if share < 1.0:
        frames = np.stack([_small(frame, max(2, round(height * share))) for frame in frames])
    audio = None if clip.audio is None else clip.audio[: round(keep / clip.fps * clip.sample_rate)]
    note = "encoded again for viewing" + (f", reduced from {width}x{height}" if share < 1.0 else "")
    note += f", first {SECONDS:g} s of {clip.duration:.1f} s" if keep < len(clip.frames) else ""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        write_clip(path, replace(clip, frames=frames, audio=audio), crf=CRF)
        return path.read_bytes(), note


def _small(picture: NDArray[np.uint8], height: int) -> NDArray[np.uint8]:
    width = max(1, round(picture.shape[1] * height / picture.shape[0]))
    resized = Image.fromarray(picture).resize((width, height), Image.Resampling.LANCZOS)
    return np.asarray(resized, dtype=np.uint8)


def _jpeg(picture: NDArray[np.uint8]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, format="JPEG", quality=84, optimize=True)
    return buffer.getvalue()
