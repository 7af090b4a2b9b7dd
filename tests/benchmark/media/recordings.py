"""Recordings of every kind, made by PyAV: pictures that carry their number as a barcode, sound with clicks.

What a reader should find is known: which number is shown at which time, and when the clicks sound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.stream import Disposition
from numpy.typing import NDArray

HEIGHT, WIDTH = 96, 128
BITS, BLOCK = 8, 12
CLICKS = (0.5, 1.0, 1.5)
"""Seconds after the first picture."""
CLICK = 0.01
RATE = 48000
TICKS = 90_000
"""Units of a second in which times are written."""


@dataclass(frozen=True)
class Recording:
    """How a file is made; the defaults are the plain form: 50 pictures, 25 a second, one track of each kind."""

    times: tuple[float, ...] = tuple(index / 25 for index in range(50))
    """When picture 0, 1, ... is shown first, seconds."""
    stated: float = 25.0
    """Frames per second that the header states."""
    codec: str = "libx264"
    pixel_format: str = "yuv420p"
    aspect: Fraction = Fraction(1)
    """Width of a stored pixel by its height."""
    quarters: int = 0
    """Quarter turns counterclockwise that a player makes."""
    mirrored: bool = False
    full_range: bool = False
    interlaced: bool = False
    artwork: bool = False
    """Whether a still track comes first."""
    sound: str | None = "aac"
    sound_first: bool = False
    lead: float = 0.0
    """Seconds by which the sound track starts after the picture; below 0: before."""
    channels: tuple[float, ...] = (1.0,)
    """Factor of the sound in each channel."""
    lost: tuple[tuple[float, float], ...] = ()
    """Intervals of the sound, seconds after the first picture, whose packets are absent."""
    options: dict[str, str] = field(default_factory=dict)
    size: tuple[int, int] = (HEIGHT, WIDTH)


def numbered(number: int, size: tuple[int, int] = (HEIGHT, WIDTH)) -> NDArray[np.uint8]:
    """A picture uint8 (H, W, 3) with its number as black and white squares in the lower left corner."""
    height, width = size
    y, x = np.mgrid[:height, :width]
    picture = np.stack([60 + 100 * x / width, 60 + 80 * y / height, np.full((height, width), 90.0)], -1)
    for bit in range(BITS):
        left = BLOCK * bit
        picture[-BLOCK:, left : left + BLOCK] = 235 if number >> bit & 1 else 20
    return picture.round().astype(np.uint8)


def number_of(picture: NDArray[np.uint8]) -> int:
    """The number that a picture shows."""
    margin = BLOCK // 4
    squares = picture[-BLOCK + margin : -margin, : BITS * BLOCK].mean(axis=(0, 2)).reshape(BITS, BLOCK)
    return int(sum(1 << bit for bit, bright in enumerate(squares[:, margin:-margin].mean(axis=1)) if bright > 127))


def clicks_of(audio: NDArray[np.float32], rate: int = 16000) -> list[float]:
    """When clicks begin, seconds."""
    loud = np.flatnonzero(np.abs(audio) > 0.25 * np.abs(audio).max(initial=1e-3)) / rate
    return [float(time) for place, time in enumerate(loud) if place == 0 or time - loud[place - 1] > 0.1]


def clicking(seconds: float, start: float = 0.0) -> NDArray[np.float32]:
    """Sound from `start` to `seconds` after the first picture, float32 (N,), at 48 kHz."""
    time = np.arange(round(start * RATE), round(seconds * RATE)) / RATE
    sound = 0.01 * np.sin(2 * np.pi * 150 * time)
    for click in CLICKS:
        sound[(time >= click) & (time < click + CLICK)] = 0.8
    return sound.astype(np.float32)


def record(path: Path, made: Recording) -> None:
    """Write a recording."""
    length = made.times[-1] + 1 / 25
    with av.open(str(path), "w") as container:
        container.metadata["title"] = "recording"
        if made.sound is not None and made.sound_first:
            sound = container.add_stream(made.sound, rate=RATE, layout="mono" if len(made.channels) == 1 else "stereo")
        if made.artwork:
            art = container.add_stream("mjpeg", rate=25)
            art.width, art.height, art.pix_fmt = 64, 64, "yuvj420p"
            art.disposition = Disposition.attached_pic
        film = container.add_stream(made.codec, rate=Fraction(made.stated).limit_denominator(1001))
        if made.sound is not None and not made.sound_first:
            sound = container.add_stream(made.sound, rate=RATE, layout="mono" if len(made.channels) == 1 else "stereo")
        _set_up(film, made)
        packets: list[av.Packet] = []
        if made.artwork:
            still = av.VideoFrame.from_ndarray(np.full((64, 64, 3), 200, np.uint8), format="rgb24")
            still.pts = 0
            packets += [*art.encode(still), *art.encode()]
        for number, time in enumerate(made.times):
            packets += film.encode(_frame(number, time, made))
        packets += film.encode()
        if made.sound is not None:
            packets += _sound_packets(sound, made, length)
        for packet in sorted(packets, key=lambda one: float((one.dts or 0) * one.time_base)):
            container.mux(packet)


def _set_up(film: av.VideoStream, made: Recording) -> None:
    stored = _stored(numbered(0, made.size), made)
    film.height, film.width, film.pix_fmt = *stored.shape[:2], made.pixel_format
    if made.codec not in ("mpeg4", "mpeg2video"):  # these know steady rates only
        film.codec_context.time_base = Fraction(1, TICKS)
    film.codec_context.thread_count = 1
    film.disposition = Disposition.default
    film.options = made.options or (
        {"crf": "12", "preset": "ultrafast"} if made.codec == "libx264" else {"deadline": "realtime", "cpu-used": "8"}
    )
    if made.codec.startswith("libvpx") or made.codec == "mpeg4":
        film.bit_rate = 3_000_000
    if made.aspect != 1:
        film.codec_context.sample_aspect_ratio = made.aspect
    if made.full_range:
        film.codec_context.color_range = 2
    if made.quarters or made.mirrored:
        film.set_display_rotation(90 * made.quarters, hflip=made.mirrored)


def _stored(picture: NDArray[np.uint8], made: Recording) -> NDArray[np.uint8]:
    """What must be stored so that a player shows the picture."""
    if made.quarters or made.mirrored:  # a player turns first, then mirrors
        picture = np.rot90(picture[:, ::-1] if made.mirrored else picture, -made.quarters)
    height, width = picture.shape[:2]
    width, height = (round(width / made.aspect), height) if made.aspect > 1 else (width, round(height * made.aspect))
    resized = cv2.resize(np.ascontiguousarray(picture), (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(resized, np.uint8)


def _frame(number: int, time: float, made: Recording) -> av.VideoFrame:
    frame = av.VideoFrame.from_ndarray(_stored(numbered(number, made.size), made), format="rgb24")
    if made.full_range:
        frame = frame.reformat(format=made.pixel_format, dst_color_range="JPEG")
    frame.pts, frame.time_base = round((time + max(0.0, -made.lead)) * TICKS), Fraction(1, TICKS)
    return frame


def _sound_packets(stream: av.AudioStream, made: Recording, length: float) -> Sequence[av.Packet]:
    """The sound in packets, some of them left out; its track starts at time 0 or after."""
    wave = clicking(length, made.lead)
    offset = round(max(made.lead, 0.0) * RATE)
    packets: list[av.Packet] = []
    for start in range(0, len(wave), 960):
        piece = np.outer(made.channels, wave[start : start + 960]).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(piece), format="fltp", layout="mono" if len(piece) == 1 else "stereo"
        )
        frame.sample_rate, frame.pts, frame.time_base = RATE, offset + start, Fraction(1, RATE)
        packets += stream.encode(frame)
    packets += stream.encode()
    zero = min(made.lead, 0.0)

    def absent(packet: av.Packet) -> bool:
        time = float((packet.pts or 0) * packet.time_base) + zero
        return any(first <= time < last for first, last in made.lost)

    return [packet for packet in packets if not absent(packet)]
