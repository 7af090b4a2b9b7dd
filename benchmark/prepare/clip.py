"""One clip: read, found, cut, brought to 25 frames a second and 256 pixels, written. A pure function of its bytes."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmark.core.errors import one_line
from benchmark.core.files import write_bytes
from benchmark.core.status import Status
from benchmark.media.audio import read_audio, write_wav
from benchmark.media.clip import Clip
from benchmark.media.errors import MediaError
from benchmark.media.face_region import Region, region_of
from benchmark.media.faces import Detector, track_face
from benchmark.media.fps import to_fps
from benchmark.media.resample import fit_length
from benchmark.media.video import read_clip, write_clip
from benchmark.prepare.job import POINTER, Job, Outcome

SIZE, FPS, RATE = 256, 25.0, 16000
THUMBNAIL = 96


@dataclass(frozen=True)
class Recipe:
    """How clips are made."""

    crop: str = "face"
    """`face`: find it and cut it out; `whole`: the frames show the face only and are resized."""
    size: int = SIZE


def make_clip(job: Job, out: Path, recipe: Recipe, detector: Detector | None) -> Outcome:
    """Make all files of a clip, or say why not.

    Args:
        job: what to make.
        out: the prepared corpus.
        recipe: how.
        detector: for `crop: face`.

    Returns:
        The outcome; on any status but `ok` nothing is left in `out`.
    """
    outcome = Outcome(job.clip, Status.OK)
    try:
        outcome = replace(outcome, source_state=tuple(tuple(state) for state in job.state()))
        with tempfile.TemporaryDirectory(prefix="prepare-") as folder:
            return _made(job, out, recipe, detector, Path(folder), outcome)
    except MediaError as error:
        return replace(outcome, status=error.status, reason=one_line(error))
    except OSError as error:
        return replace(outcome, status=Status.UNREADABLE_FILE, reason=one_line(error))


def _made(job: Job, out: Path, recipe: Recipe, detector: Detector | None, folder: Path, outcome: Outcome) -> Outcome:
    if job.video is None:
        assert job.sound is not None
        data = job.sound.read()
        outcome = replace(outcome, source_sha256=hashlib.sha256(data).hexdigest(), sound_from="file")
        path = _spill(folder / f"sound{job.sound.kind}", data)
        write_wav(folder / "made.wav", read_audio(path, RATE), RATE)
        return _placed(job, out, folder, outcome)
    data = job.video.read()
    outcome = replace(outcome, source_sha256=hashlib.sha256(data).hexdigest())
    clip = to_fps(read_clip(_spill(folder / f"video{job.video.kind}", data), audio_rate=RATE), FPS)
    audio, origin = clip.audio, "video"
    if audio is None and job.sound is not None:
        # the recording of the same take: both begin together, and the sound ends with the picture
        sound = read_audio(_spill(folder / f"sound{job.sound.kind}", job.sound.read()), RATE)
        audio, origin = fit_length(sound, round(len(clip.frames) / FPS * RATE)), "file"
    if audio is None:
        raise MediaError(Status.NO_AUDIO, "neither the video nor a file beside it has sound")
    frames, region, share = cropped(clip.frames, recipe, detector)
    write_wav(folder / "made.wav", audio, RATE)
    write_clip(folder / "made.mp4", Clip(frames, FPS, audio, RATE))
    thumbnail(frames[len(frames) // 2], folder / "made.jpg")
    box = "" if region is None else " ".join(map(str, region))
    return _placed(
        job, out, folder, replace(outcome, frames=len(frames), face_share=share, region=box, sound_from=origin)
    )


def cropped(
    frames: NDArray[np.uint8], recipe: Recipe, detector: Detector | None
) -> tuple[NDArray[np.uint8], Region | None, float]:
    """The face of every frame: uint8 (T, H, W, 3) -> (T, size, size, 3), where it was, share of frames with a face.

    Raises:
        MediaError: `no_face`, `several_faces`, `moving_face`; `not_square` for a whole frame that is no face crop.
    """
    height, width = frames.shape[1:3]
    if recipe.crop == "whole":
        if height != width:
            raise MediaError(Status.NOT_SQUARE, f"frames of {width}x{height} are no face crops: use --crop face")
        return resized(frames, recipe.size), None, 1.0
    assert detector is not None
    track = track_face(frames, detector, several="refuse")
    region = region_of(track, width, height)
    inside = frames[:, region.top : region.bottom, region.left : region.right]
    return resized(inside, recipe.size), region, round(track.found_share, 4)


def resized(frames: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Frames at another size: averaged down, or enlarged by cubic interpolation."""
    if frames.shape[1:3] == (side, side):
        return np.ascontiguousarray(frames)
    mode = cv2.INTER_AREA if side < frames.shape[1] else cv2.INTER_CUBIC
    return np.stack([np.asarray(cv2.resize(frame, (side, side), interpolation=mode), np.uint8) for frame in frames])


def thumbnail(frame: NDArray[np.uint8], path: Path) -> None:
    """Write a small JPEG of an RGB frame."""
    small = cv2.resize(frame, (THUMBNAIL, THUMBNAIL), interpolation=cv2.INTER_AREA)
    done, data = cv2.imencode(".jpg", small[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])
    if not done:
        raise MediaError(Status.UNWRITABLE_THUMBNAIL, "the thumbnail could not be encoded")
    path.write_bytes(data.tobytes())


def _spill(path: Path, data: bytes) -> Path:
    """Bytes as a file that decoders can open."""
    if data.startswith(POINTER):
        raise MediaError(Status.LFS_POINTER, "a Git LFS pointer lies in place of the media: run `git lfs pull` there")
    path.write_bytes(data)
    return path


def _placed(job: Job, out: Path, folder: Path, outcome: Outcome) -> Outcome:
    """Move what was made into place, the video last."""
    made = {"sound": folder / "made.wav", "thumbnail": folder / "made.jpg", "video": folder / "made.mp4"}
    hashes, sizes = {}, []
    for kind, target in job.outputs(out).items():
        data = made[kind].read_bytes()
        hashes[kind] = hashlib.sha256(data).hexdigest()
        sizes.append(len(data))
        write_bytes(target, data)
    return replace(
        outcome,
        video_sha256=hashes.get("video", ""),
        sound_sha256=hashes.get("sound", ""),
        sizes=tuple(sizes),
    )
