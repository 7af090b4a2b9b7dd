"""Video with its sound: read, write, probe.

Reading gives RGB frames on a constant clock and the sound of exactly the same interval: a clip of T frames has
`round(T / fps * audio_rate)` samples, sample 0 sounds when frame 0 is shown. What is shown, and when, is what a player
shows of the file: docs/reference/what_a_clip_is.md. Writing gives h264 (yuv420p, which every browser plays) and aac in
an mp4 whose bytes are the same from run to run: one encoder thread, no times, no names.
"""

from __future__ import annotations

import errno
import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from benchmark.core.file_names import as_file
from benchmark.core.files import replace_file
from benchmark.core.status import Status
from benchmark.media.audio import MAX_SOUND_BYTES, shifted
from benchmark.media.clip import Clip
from benchmark.media.clock import STILL_FPS, Clock, in_order, regular
from benchmark.media.container_crop import crop_of
from benchmark.media.encode import encode
from benchmark.media.errors import MediaError, out_of_memory, too_large, why
from benchmark.media.image import is_image, read_image
from benchmark.media.picture import Projector, Shown
from benchmark.media.pictures import Pictures
from benchmark.media.resample import fit_length, resample
from benchmark.media.sound_track import RawSound, decode_sound
from benchmark.media.streams import decoder_of, film_of, shown_size, sound_of, stated_rates

MAX_DECODED_BYTES = 2 << 30
"""Frames of one clip may take 2 GiB decoded: four minutes of 256x256 at 25 fps fit eight times."""
ANIMATED = ("gif", "apng", "webp_pipe")
"""Formats that state for each picture how long it is shown."""
AFTER = 10.0
"""Seconds of sound that are decoded beyond the last picture: resampling looks ahead, stamps tremble."""


@dataclass(frozen=True)
class VideoInfo:
    """What header and packets of a video say; nothing is decoded."""

    width: int
    """Square pixels before the picture is laid upright; of a video that is shown turned by 90 degrees, the height as
    read."""
    height: int
    fps: float
    """Frames per second of the clip that is read; 25 where the file has no times."""
    frames: int
    """Number of frames of the clip that is read, as far as packets tell it; 0 if they do not."""
    duration: float
    """Seconds; 0 if neither header nor packets say it."""
    codec: str
    pixel_format: str
    audio_rate: int | None
    """Samples per second of the sound, None without sound."""


def probe(path: Path | str) -> VideoInfo:
    """Read the header of a video, and the times of its packets where the header contradicts itself.

    Raises:
        MediaError: `missing_file`, `unreadable_video`.
    """
    path = _existing(path)
    try:
        with av.open(as_file(path)) as container:
            stream = film_of(container, path.name)
            rates = stated_rates(stream)
            frames, fps = stream.frames, rates[0]
            seconds = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0
            if not (frames and seconds) or max(rates) > 1.01 * min(rates):
                clock = _clock_of_packets(container, stream, rates)
                if clock is not None:
                    frames, fps = len(clock.shown), clock.fps
                    seconds = frames / fps
            context = stream.codec_context
            crop = crop_of(path, container.format.name, stream.index, context.width, context.height)
            width, height = shown_size(
                stream, context.width - crop.left - crop.right, context.height - crop.top - crop.bottom
            )
            sound = sound_of(container)
            return VideoInfo(
                width=width,
                height=height,
                fps=fps,
                frames=frames,
                duration=seconds,
                codec=context.name,
                pixel_format=str(context.pix_fmt),
                audio_rate=None if sound is None else int(sound.codec_context.sample_rate),
            )
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise MediaError(Status.UNREADABLE_VIDEO, f"{path.name} does not open: {why(error)}") from error


def read_clip(
    path: Path | str,
    *,
    audio_rate: int = 16000,
    max_frames: int | None = None,
    seconds: float | None = None,
    max_bytes: int = MAX_DECODED_BYTES,
) -> Clip:
    """Decode a video and the sound that belongs to it.

    Args:
        path: any video or image that FFmpeg's libraries decode.
        audio_rate: samples per second of the clip's sound, Hz.
        max_frames: read no more than the first so many frames; None: all.
        seconds: read no more than the frames that begin within so many seconds; None: all.
        max_bytes: refuse a clip whose frames take more.

    Returns:
        The clip: frames uint8 (T, H, W, 3), T >= 1; audio float32 (round(T / fps * audio_rate),), None without sound.

    Raises:
        MediaError: `missing_file`, `unreadable_video` (damaged, or no video at all), `unreadable_image`, `no_frames`,
            `too_large`, `out_of_memory`.
    """
    path = _existing(path)
    try:
        if is_image(path):
            return _still(path, audio_rate, max_bytes)
        with av.open(as_file(path)) as container:
            film = _decoded(container, path.name, max_frames, seconds, max_bytes)
        sound = _sound_of(path, film.end() + AFTER)
        clock = film.clock(-math.inf if sound is None else sound.start + len(sound.samples) / sound.rate)
        frames = film.pictures.spread(clock.shown)
    except MemoryError as error:
        raise out_of_memory(path.name) from error
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise MediaError(Status.UNREADABLE_VIDEO, f"{path.name} does not decode: {why(error)}") from error
    audio = None
    if sound is not None:
        audio = resample(shifted(sound, sound.start - clock.start), sound.rate, audio_rate)
        audio = fit_length(audio, round(len(frames) / clock.fps * audio_rate))
    return Clip(frames=frames, fps=clock.fps, audio=audio, sample_rate=audio_rate)


def write_clip(path: Path | str, clip: Clip, *, crf: int = 18) -> None:
    """Write a clip as mp4, in one step.

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
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    try:
        with (
            replace_file(path) as temporary,
            av.open(as_file(temporary), "w", format="mp4", container_options=options) as container,
        ):
            encode(container, clip, crf)
    except av.error.FFmpegError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise OSError(error.errno, os.strerror(error.errno), str(path)) from error
        raise MediaError(Status.UNWRITABLE_VIDEO, f"{path.name} can't be encoded: {why(error)}") from error


def _still(path: Path, audio_rate: int, max_bytes: int) -> Clip:
    picture = read_image(path)
    if picture.nbytes > max_bytes:
        raise too_large(path.name, max_bytes)
    return Clip(frames=picture[None], fps=STILL_FPS, audio=None, sample_rate=audio_rate)


def _existing(path: Path | str) -> Path:
    path = Path(path)
    if not path.is_file():
        raise MediaError(Status.MISSING_FILE, f"no such file: {path.name}")
    return path


def _clock_of_packets(container: InputContainer, stream: VideoStream, rates: tuple[float, ...]) -> Clock | None:
    """The clock of a film, told by its packets; None if they have no times."""
    stamps = {
        packet.pts: packet.duration or 0
        for packet in container.demux(stream)
        if packet.pts is not None and packet.size and not packet.is_discard
    }
    if not stamps or stream.time_base is None:
        return None
    unit = float(stream.time_base)
    last = stamps[max(stamps)] * unit if container.format.name in ANIMATED else 0.0
    return regular([pts * unit for pts in sorted(stamps)], rates, last)


@dataclass
class _Film:
    """Decoded pictures and what is known of their times."""

    pictures: Pictures
    rates: tuple[float, ...]
    max_frames: int | None
    seconds: float | None
    times: list[float | None] = field(default_factory=list)
    stamps: list[int | None] = field(default_factory=list)
    """Decoding stamps, in units of `unit`."""
    unit: float = 1.0
    last: float = 0.0
    """For how long the last picture is shown, seconds; 0 where the file does not say."""
    told: bool = False
    """Whether that is sure: the next picture's time is known, or the format states it for every picture."""

    def take(self, shown: Sequence[Shown]) -> bool:
        """Add pictures with their times, as far as they are to be read. False: that is all."""
        for picture, time, stamp in shown:
            if self.max_frames is not None and len(self.times) >= self.max_frames:
                return False
            if self.seconds is not None and _apart(self.times, time) >= self.seconds:
                self.last, self.told = _apart(self.times[-1:], time), True
                return False
            self.pictures.add(picture)
            self.times.append(time)
            self.stamps.append(stamp)
        return True

    def end(self) -> float:
        """When the last picture ends, at the latest, seconds."""
        known = [time for time in self.times if time is not None]
        return max(known, default=len(self.times) / min(self.rates)) + self.last

    def clock(self, sound_ends: float) -> Clock:
        """When each tick shows which picture.

        Writers put any number behind the last picture. It is believed where there is sound to go with it.
        """
        last = self.last if self.told or sound_ends >= self.end() - 0.5 * self.last else 0.0
        clock = regular(in_order(self.times, self.stamps, self.unit), self.rates, last)
        most = len(clock.shown) if self.max_frames is None else self.max_frames
        if self.seconds is not None:
            most = min(most, max(1, math.ceil(self.seconds * clock.fps - 1e-6)))
        return clock._replace(shown=clock.shown[:most])


def _decoded(
    container: InputContainer, name: str, max_frames: int | None, seconds: float | None, max_bytes: int
) -> _Film:
    """Decode the pictures that are to be read."""
    stream = film_of(container, name)
    expected = stream.frames if max_frames is None else min(stream.frames, max_frames)
    film = _Film(Pictures(name, max_bytes, expected), stated_rates(stream), max_frames, seconds)
    film.unit = float(stream.time_base or 1)
    context = stream.codec_context
    place = Path(container.name)
    projector = Projector(
        stream, name, crop_of(place, container.format.name, stream.index, context.width, context.height)
    )
    frame: av.VideoFrame | None = None
    for frame in _frames(container, stream):
        if not film.take(projector.show(frame)):
            break
    else:
        film.take(projector.rest())
        if frame is not None and frame.duration and frame.time_base:
            film.last, film.told = float(frame.duration * frame.time_base), container.format.name in ANIMATED
    if not film.times:
        raise MediaError(Status.NO_FRAMES, f"{name} holds no frame")
    return film


def _frames(container: InputContainer, stream: VideoStream) -> Iterator[av.VideoFrame]:
    other = decoder_of(stream)
    if other is None:
        return container.decode(stream)
    return (frame for packet in container.demux(stream) for frame in other.decode(packet))


def _apart(times: list[float | None], time: float | None) -> float:
    """Seconds from the first of `times` to `time`; 0 where one of them is not known."""
    return 0.0 if not times or times[0] is None or time is None else time - times[0]


def _sound_of(path: Path, until: float) -> RawSound | None:
    """The sound of a video, read in a pass of its own so that neither track has to be kept packed in memory."""
    with av.open(as_file(path)) as container:
        return decode_sound(container, until=until, max_bytes=MAX_SOUND_BYTES)
