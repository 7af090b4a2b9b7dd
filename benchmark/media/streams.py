"""Which streams of a file are the film and its sound: those that a player starts with.

Cover artwork and thumbnails are no film. Of several tracks the one marked as default counts, then the first; a track of
one picture is artwork that nobody marked. Sound for people who hear or see badly is left to them.
"""

from __future__ import annotations

from fractions import Fraction

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from benchmark.core.status import Status
from benchmark.media.clock import STILL_FPS
from benchmark.media.errors import MediaError

ARTWORK = Disposition.attached_pic | Disposition.timed_thumbnails
SPECIAL = Disposition.hearing_impaired | Disposition.visual_impaired | Disposition.comment
ALPHA = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
"""Codecs whose transparency FFmpeg's own decoders do not read, and those that do."""
STRANGEST_PIXEL = 8
"""No display has pixels that are longer than so many times their other side; a header that says so is not believed."""


def film_of(container: InputContainer, name: str) -> VideoStream:
    """The video stream that is the film.

    Args:
        container: opened.
        name: of the file, for the errors.

    Raises:
        MediaError: `unreadable_video`: there is none, or its codec is not known here.
    """
    if not container.streams.video:
        raise MediaError(Status.UNREADABLE_VIDEO, f"{name} holds no video")
    known = [stream for stream in container.streams.video if stream.codec_context is not None]
    if not known:
        raise MediaError(Status.UNREADABLE_VIDEO, f"{name} is in a codec that is not known here")
    films = [stream for stream in known if not stream.disposition & ARTWORK]
    if not films:
        raise MediaError(Status.UNREADABLE_VIDEO, f"{name} holds no video, only artwork")
    if len(films) == 1:
        return films[0]
    moving = _moving(container, films) or films
    return min(moving, key=lambda stream: (not stream.disposition & Disposition.default, stream.index))


def sound_of(container: InputContainer) -> AudioStream | None:
    """The sound that a player starts with; None if there is none."""
    known = [stream for stream in container.streams.audio if stream.codec_context is not None]

    def rank(stream: AudioStream) -> tuple[bool, bool, int]:
        special, default = stream.disposition & SPECIAL, stream.disposition & Disposition.default
        return bool(special), not default, stream.index

    return min(known, key=rank, default=None)


def stated_rates(stream: VideoStream) -> tuple[float, ...]:
    """Frames per second as the header states and FFmpeg guesses them, the most trusted first; at least one."""
    rates = (stream.average_rate, stream.guessed_rate, stream.base_rate)
    stated = tuple(float(Fraction(int(rate.numerator), int(rate.denominator))) for rate in rates if rate)
    return stated or (STILL_FPS,)


def shown_size(stream: VideoStream, width: int, height: int) -> tuple[int, int]:
    """Width and height of stored pixels as a player shows them: the longer side of a pixel grows, nothing is lost."""
    aspect = stream.sample_aspect_ratio
    if not aspect or not 1 / STRANGEST_PIXEL <= aspect <= STRANGEST_PIXEL:
        return width, height
    if aspect > 1:
        return max(1, round(width * float(aspect))), height
    return width, max(1, round(height / float(aspect)))


def decoder_of(stream: VideoStream) -> av.VideoCodecContext | None:
    """A decoder that reads the transparency of this stream; None if the stream's own one does."""
    if stream.metadata.get("alpha_mode") != "1" or stream.codec_context.name not in ALPHA:
        return None
    context = av.CodecContext.create(ALPHA[stream.codec_context.name], "r")
    assert isinstance(context, av.VideoCodecContext)
    return context


def _moving(container: InputContainer, streams: list[VideoStream]) -> list[VideoStream]:
    """The streams of more than one picture; the file is read as far as that takes, in a pass of its own."""
    packets = {stream.index: 0 for stream in streams}
    with av.open(container.name, format=container.format.name.split(",")[0]) as again:  # and never as another
        for packet in again.demux([again.streams[index] for index in packets]):
            packets[packet.stream.index] += packet.size > 0
            if min(packets.values()) > 1:
                break
    return [stream for stream in streams if packets[stream.index] > 1]
