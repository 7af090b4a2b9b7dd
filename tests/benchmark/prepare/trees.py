"""Makes trees shaped like MEAD's and CREMA-D's releases out of puppets' clips, some of them broken on purpose."""

from __future__ import annotations

import io
import struct
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import av
import cv2
import numpy as np

from benchmark.media.audio import write_wav
from benchmark.media.clip import Clip
from benchmark.media.video import write_clip
from benchmark.prepare.job import POINTER
from benchmark.puppets.corpus import perform
from benchmark.puppets.face.render import FaceStyle, render
from benchmark.puppets.plan import ClipPlan
from benchmark.puppets.sentences import SENTENCES

SPEAKERS = ("P25", "P26", "P27", "P28")
SIZE = 160
POINTER_FILE = POINTER + b"v1\noid sha256:" + b"0" * 64 + b"\nsize 123456\n"


@dataclass(frozen=True)
class Take:
    """A puppet's clip as files' bytes, and what it says."""

    video: bytes
    """mp4 with sound, 30 frames a second, 160 px."""
    mute: bytes
    """The same without sound."""
    flv: bytes
    """The same as flash video, without sound."""
    wav: bytes
    text: str
    frames: int
    """At 25 a second."""


@cache
def take(number: int, sentence: str) -> Take:
    """One of a few distinct clips."""
    import tempfile

    plan = ClipPlan(SPEAKERS[number % 4], ("neutral", "happy", "angry")[number % 3], 1 + number % 3, sentence)
    acted = perform(plan)
    faces = render(FaceStyle.of(plan.identity, 0), acted.motion, 128)
    wide = np.full((len(faces), SIZE, SIZE + 32, 3), 90, np.uint8)  # a picture around the face
    wide[:, 16 : 16 + 128, 40 : 40 + 128] = faces
    later = np.minimum((np.arange(int(len(faces) * 1.2)) / 1.2).astype(int), len(faces) - 1)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        write_clip(place / "a.mp4", Clip(wide[later], 30.0, acted.speech.audio))
        write_clip(place / "b.mp4", Clip(wide[later], 30.0))
        write_wav(place / "a.wav", acted.speech.audio)
        flash(place / "a.flv", wide[later], 30)
        data = [(place / name).read_bytes() for name in ("a.mp4", "b.mp4", "a.flv", "a.wav")]
    return Take(*data, text=SENTENCES[sentence], frames=len(faces))


def flash(path: Path, frames: np.ndarray, rate: int) -> None:
    """Write a Flash video as CREMA-D's are: `flv1`, no sound."""
    with av.open(str(path), "w", format="flv") as container:
        stream = container.add_stream("flv", rate=rate)
        stream.width, stream.height, stream.pix_fmt = frames.shape[2], frames.shape[1], "yuv420p"
        stream.bit_rate = 2_000_000
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, "rgb24")))
        container.mux(stream.encode())


def unlike(data: bytes, number: int) -> bytes:
    """Other bytes that decode the same: an unused box at the end of an mp4."""
    return data + struct.pack(">I4sQ", 16, b"free", number)


def faceless(data: bytes, folder: Path) -> bytes:
    """A clip with the same sound and no face."""
    from benchmark.media.video import read_clip

    (folder / "in.mp4").write_bytes(data)
    clip = read_clip(folder / "in.mp4")
    plain = np.stack([cv2.blur(frame, (61, 61)) * 0 + 90 for frame in clip.frames])
    write_clip(folder / "out.mp4", Clip(plain, clip.fps, clip.audio))
    return (folder / "out.mp4").read_bytes()


def silent(data: bytes, folder: Path) -> bytes:
    """The same pictures with silence."""
    from benchmark.media.video import read_clip

    (folder / "in.mp4").write_bytes(data)
    clip = read_clip(folder / "in.mp4")
    assert clip.audio is not None
    write_clip(folder / "out.mp4", Clip(clip.frames, clip.fps, clip.audio * 0))
    return (folder / "out.mp4").read_bytes()


def mead_tree(root: Path, clips: Mapping[str, bytes], sounds: Mapping[str, bytes] | None = None) -> Path:
    """A MEAD Part 0: clip id `M003/front/angry/level_1/001` -> mp4 bytes, in one video.tar for each identity."""
    for kind, files, suffix in (("video", clips, "mp4"), ("audio", sounds or {}, "m4a")):
        by_identity: dict[str, list[tuple[str, bytes]]] = {}
        for clip, data in files.items():
            who, _, rest = clip.partition("/front/")
            name = f"video/front/{rest}.{suffix}" if kind == "video" else f"audio/{rest}.{suffix}"
            by_identity.setdefault(who, []).append((name, data))
        for who, members in by_identity.items():
            (root / who).mkdir(parents=True, exist_ok=True)
            with tarfile.open(root / who / f"{kind}.tar", "w") as tar:
                for name, data in members:
                    info = tarfile.TarInfo(name)
                    info.size = len(data)
                    tar.addfile(info, io.BytesIO(data))
    return root


def crema_tree(root: Path, clips: Sequence[str], takes: Sequence[Take], pointers: bool = False) -> Path:
    """A CREMA-D: VideoFlash/*.flv without sound, AudioWAV/*.wav."""
    for folder in ("VideoFlash", "AudioWAV"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    for number, clip in enumerate(clips):
        one = takes[number % len(takes)]
        (root / "VideoFlash" / f"{clip}.flv").write_bytes(POINTER_FILE if pointers else one.flv)
        (root / "AudioWAV" / f"{clip}.wav").write_bytes(one.wav)
    return root
