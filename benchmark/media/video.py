"""Video with its sound: read, write, probe.

Reading gives RGB frames on a constant clock and the sound of exactly the same interval: a clip of T frames has
`round(T / fps * audio_rate)` samples, sample 0 sounds when frame 0 is shown. Full-range and limited-range files, 4:2:0
and 4:4:4, still images (one frame), video that a phone stores lying, and odd rates are all read. Writing gives h264
(yuv420p, which every browser plays) and aac in an mp4 whose bytes are the same from run to run: one encoder thread, no
times, no names.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer, OutputContainer
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream
from numpy.typing import NDArray

from benchmark.media.audio import RawSound, decode_sound, fit_length, resample, why
from benchmark.media.clip import Clip
from benchmark.media.errors import MediaError
from benchmark.media.fps import nearest_frames
from benchmark.media.image import is_image, read_image

MAX_DECODED_BYTES = 2 << 30
"""Frames of one clip may take 2 GiB decoded: four minutes of 256x256 at 25 fps fit eight times."""
STILL_FPS = 25.0
"""Frame rate that a still image, or a file that states none, is given."""
AAC_BIT_RATE = 96_000
AAC_FRAME = 1024


@dataclass(frozen=True)
class VideoInfo:
    """What the header of a video says; nothing is decoded."""

    width: int
    """Pixels as stored; of a video that is shown turned by 90 degrees, the height as read."""
    height: int
    fps: float
    """Frames per second; 25 where the file states none."""
    frames: int
    """Number of frames the header claims; 0 if it does not say."""
    duration: float
    """Seconds; 0 if the header does not say."""
    codec: str
    pixel_format: str
    audio_rate: int | None
    """Samples per second of the sound, None without sound."""


def probe(path: Path | str) -> VideoInfo:
    """Read the header of a video.

    Raises:
        MediaError: `missing_file`, `unreadable_video`.
    """
    path = _existing(path)
    try:
        with av.open(str(path)) as container:
            stream = _video_stream(container, path)
            seconds = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0
            sounds = [sound for sound in container.streams.audio if sound.codec_context is not None]
            return VideoInfo(
                width=stream.codec_context.width,
                height=stream.codec_context.height,
                fps=_stated_fps(stream),
                frames=stream.frames,
                duration=seconds,
                codec=stream.codec_context.name,
                pixel_format=str(stream.codec_context.pix_fmt),
                audio_rate=int(sounds[0].codec_context.sample_rate) if sounds else None,
            )
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise MediaError("unreadable_video", f"{path.name} does not open: {why(error)}") from error


def read_clip(
    path: Path | str,
    *,
    audio_rate: int = 16000,
    max_frames: int | None = None,
    max_bytes: int = MAX_DECODED_BYTES,
) -> Clip:
    """Decode a video and the sound that belongs to it.

    Args:
        path: any video or image that FFmpeg's libraries decode.
        audio_rate: samples per second of the clip's sound, Hz.
        max_frames: read no more than the first so many frames; None: all.
        max_bytes: refuse a clip whose decoded frames take more.

    Returns:
        The clip: frames uint8 (T, H, W, 3), T >= 1; audio float32 (round(T / fps * audio_rate),), None without sound.

    Raises:
        MediaError: `missing_file`, `unreadable_video` (damaged, or no video at all), `unreadable_image`, `no_frames`,
            `too_large`.
    """
    path = _existing(path)
    if is_image(path):
        return _still(path, audio_rate, max_bytes)
    try:
        with av.open(str(path)) as container:
            stream = _video_stream(container, path)
            fps = _stated_fps(stream)
            frames, times = _decode_frames(container, stream, path, max_frames, max_bytes)
        sound = _sound_of(path)
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise MediaError("unreadable_video", f"{path.name} does not decode: {why(error)}") from error
    pictures, first = _on_constant_clock(frames, times, fps)
    audio = None
    if sound is not None:
        audio = _cut_to(sound, first, len(pictures) / fps, audio_rate)
    return Clip(frames=pictures, fps=fps, audio=audio, sample_rate=audio_rate)


def write_clip(path: Path | str, clip: Clip, *, crf: int = 18) -> None:
    """Write a clip as mp4, to a temporary name first, then moved.

    Args:
        path: where to; its folder is made if need be.
        clip: what to write. Its sound is cut or filled to the duration of its frames.
        crf: quality of x264, 0 to 51, less is better. 0 keeps every pixel exactly (h264 in RGB: for fixtures, most
            browsers refuse it). Above 0 the picture is yuv420p, and an odd width or height repeats its last line.

    Raises:
        MediaError: `unwritable_video`.
        OSError: the disk is full, or can't be written to: not the clip's fault.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with av.open(
            str(temporary), "w", format="mp4", container_options={"movflags": "+faststart", "fflags": "+bitexact"}
        ) as container:
            _encode(container, clip, crf)
        os.replace(temporary, path)
    except av.error.FFmpegError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise OSError(error.errno, os.strerror(error.errno), str(path)) from error
        raise MediaError("unwritable_video", f"{path.name} can't be encoded: {why(error)}") from error
    finally:
        temporary.unlink(missing_ok=True)


def _still(path: Path, audio_rate: int, max_bytes: int) -> Clip:
    picture = read_image(path)
    if picture.nbytes > max_bytes:
        raise MediaError("too_large", f"{path.name} takes more than {max_bytes / 2**20:.0f} MiB decoded")
    return Clip(frames=picture[None], fps=STILL_FPS, audio=None, sample_rate=audio_rate)


def _existing(path: Path | str) -> Path:
    path = Path(path)
    if not path.is_file():
        raise MediaError("missing_file", f"no such file: {path.name}")
    return path


def _video_stream(container: InputContainer, path: Path) -> VideoStream:
    if not container.streams.video:
        raise MediaError("unreadable_video", f"{path.name} holds no video")
    known = [stream for stream in container.streams.video if stream.codec_context is not None]
    if not known:
        raise MediaError("unreadable_video", f"{path.name} is in a codec that is not known here")
    return known[0]


def _stated_fps(stream: VideoStream) -> float:
    for rate in (stream.average_rate, stream.guessed_rate, stream.base_rate):
        if rate:
            return float(Fraction(int(rate.numerator), int(rate.denominator)))
    return STILL_FPS


def _decode_frames(
    container: InputContainer, stream: VideoStream, path: Path, max_frames: int | None, max_bytes: int
) -> tuple[list[NDArray[np.uint8]], list[float | None]]:
    frames: list[NDArray[np.uint8]] = []
    times: list[float | None] = []
    taken = 0
    convert = VideoReformatter()  # one for all frames: making one takes longer than using it
    for frame in container.decode(stream):
        if max_frames is not None and len(frames) >= max_frames:
            break
        taken += frame.width * frame.height * 3
        if taken > max_bytes:
            raise MediaError("too_large", f"{path.name} takes more than {max_bytes / 2**20:.0f} MiB decoded")
        picture = upright(np.asarray(convert.reformat(frame, format="rgb24").to_ndarray(), np.uint8), frame.rotation)
        if frames and picture.shape != frames[0].shape:
            raise MediaError("unreadable_video", f"{path.name} changes its size at frame {len(frames)}")
        frames.append(picture)
        times.append(None if frame.time is None else float(frame.time))
    if not frames:
        raise MediaError("no_frames", f"{path.name} holds no frame")
    return frames, times


def upright(picture: NDArray[np.uint8], degrees: float) -> NDArray[np.uint8]:
    """A picture (H, W, 3) as players show it: phones store upright video lying, with a turn counterclockwise."""
    turns = round(degrees / 90) % 4
    return np.ascontiguousarray(np.rot90(picture, turns)) if turns else picture


def _sound_of(path: Path) -> RawSound | None:
    """The sound of a video, read in a pass of its own so that neither track has to be kept packed in memory."""
    with av.open(str(path)) as container:
        return decode_sound(container)


def _on_constant_clock(
    frames: list[NDArray[np.uint8]], times: list[float | None], fps: float
) -> tuple[NDArray[np.uint8], float]:
    """The frames stacked, by nearest time if the file's clock is uneven, and the time of the first."""
    stated = [time for time in times if time is not None]
    if len(stated) < len(frames):
        return np.stack(frames), stated[0] if stated else 0.0
    clock = np.asarray(stated)
    clock = clock - clock[0]
    even = np.abs(clock - np.arange(len(frames)) / fps).max() <= 0.5 / fps
    if even or (np.diff(clock) <= 0).any():
        return np.stack(frames), stated[0]
    count = max(1, round(float(clock[-1]) * fps) + 1)
    return np.stack([frames[index] for index in nearest_frames(clock, fps, count)]), stated[0]


def _cut_to(sound: RawSound, first_picture: float, seconds: float, rate: int) -> NDArray[np.float32]:
    """The sound of `seconds` from the first picture on, at `rate`; silence where the file has none."""
    samples = sound.samples
    lead = round((sound.start - first_picture) * sound.rate)
    samples = np.pad(samples, (lead, 0)) if lead > 0 else samples[-lead:]
    return fit_length(resample(samples, sound.rate, rate), round(seconds * rate))


def _encode(container: OutputContainer, clip: Clip, crf: int) -> None:
    rate = Fraction(clip.fps).limit_denominator(1001)
    lossless = crf == 0
    frames = clip.frames if lossless else _even_sides(clip.frames)
    video = container.add_stream("libx264rgb" if lossless else "libx264", rate=rate)
    video.height, video.width = frames.shape[1:3]
    video.pix_fmt = "rgb24" if lossless else "yuv420p"
    # Without mbtree: with AVX-512 x264 (core 165) writes other bytes at every run when it is on and the width in
    # macroblocks is no multiple of eight.
    video.options = {"qp": "0"} if lossless else {"crf": str(crf), "x264-params": "mbtree=0"}
    video.codec_context.thread_count = 1  # the bytes depend on the number of threads
    pieces: Iterator[tuple[float, av.AudioFrame]] = iter(())
    sound = None
    if clip.audio is not None:
        sound = container.add_stream("aac", rate=clip.sample_rate, layout="mono")
        sound.bit_rate = AAC_BIT_RATE
        pieces = _audio_frames(clip)
    waiting = next(pieces, None)
    for index, picture in enumerate(frames):
        while waiting is not None and sound is not None and waiting[0] * clip.fps <= index:
            container.mux(sound.encode(waiting[1]))
            waiting = next(pieces, None)
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
        frame.pts, frame.time_base = index, 1 / rate
        container.mux(video.encode(frame))
    while waiting is not None and sound is not None:
        container.mux(sound.encode(waiting[1]))
        waiting = next(pieces, None)
    container.mux(video.encode())
    if sound is not None:
        container.mux(sound.encode())


def _audio_frames(clip: Clip) -> Iterator[tuple[float, av.AudioFrame]]:
    """The sound in pieces of one aac frame, each with its time in seconds."""
    if clip.audio is None:
        return
    audio = fit_length(np.clip(clip.audio, -1.0, 1.0), round(clip.duration * clip.sample_rate))
    for start in range(0, len(audio), AAC_FRAME):
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(audio[None, start : start + AAC_FRAME]), format="fltp", layout="mono"
        )
        frame.sample_rate = clip.sample_rate
        frame.pts, frame.time_base = start, Fraction(1, clip.sample_rate)
        yield start / clip.sample_rate, frame


def _even_sides(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Repeat the last line or column of odd pictures: yuv420p halves both sides."""
    height, width = frames.shape[1:3]
    if height % 2 == 0 and width % 2 == 0:
        return frames
    return np.pad(frames, ((0, 0), (0, height % 2), (0, width % 2), (0, 0)), mode="edge")
