"""The crop that a container states beside what the codec does: Matroska's PixelCrop, MP4's clean aperture.

FFmpeg's libraries read it, PyAV does not hand it over; so the few bytes are looked up here. Matroska: RFC 9559, section
5.1.4.1.28. MP4: ISO/IEC 14496-12, section 12.1.4. A file that is not as they say has no crop.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

SEGMENT, TRACKS, ENTRY, KIND, VIDEO = 0x18538067, 0x1654AE6B, 0xAE, 0x83, 0xE0
CLUSTER = 0x1F43B675
SIDES = {0x54CC: "left", 0x54BB: "top", 0x54DD: "right", 0x54AA: "bottom"}
BOXES = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd")
BEFORE_BOXES = 78
"""Bytes of a visual sample entry before the boxes in it."""
MOST = 64
"""Elements of one level that are looked at: a damaged file must not keep anybody."""


class Crop(NamedTuple):
    """Stored pixels that are not shown, at each side of the picture."""

    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0


WHOLE = Crop()


def crop_of(path: Path, form: str, index: int, width: int, height: int) -> Crop:
    """What the container crops from a track.

    Args:
        path: of the file.
        form: FFmpeg's name of its format.
        index: of the stream.
        width: of the stored picture.
        height: of the stored picture.
    """
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            if form.startswith("matroska"):
                crop = _of_matroska(file, size, index)
            elif form.startswith("mov") and _names_a_crop(file, size):
                crop = _of_mp4(file, size, index, width, height)
            else:
                return Crop()
    except (OSError, struct.error, ValueError, IndexError, ZeroDivisionError):
        return Crop()
    left, top, right, bottom = crop
    return crop if min(crop) >= 0 and left + right < width and top + bottom < height else Crop()


def _of_matroska(file: BinaryIO, size: int, index: int) -> Crop:
    for name, first, end in elements(file, 0, size):
        if name != SEGMENT:
            continue
        for kind, start, stop in elements(file, first, end):
            if kind == CLUSTER:
                return Crop()
            if kind != TRACKS:
                continue
            tracks = [(a, b) for track, a, b in elements(file, start, stop) if track == ENTRY]
            found = {}
            for inner, a, b in elements(file, *tracks[index]):
                for side, at, after in elements(file, a, b) if inner == VIDEO else ():
                    if side in SIDES:
                        file.seek(at)
                        found[SIDES[side]] = int.from_bytes(file.read(after - at), "big")
            return Crop(**found)
    return Crop()


def elements(file: BinaryIO, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """EBML elements between two places: name, first byte of the content, end."""
    for _ in range(MOST):
        if start >= end:
            return
        file.seek(start)
        head = file.read(12)
        name_length = 9 - head[0].bit_length()
        name = int.from_bytes(head[:name_length], "big")
        size_length = 9 - head[name_length].bit_length()
        size = int.from_bytes(head[name_length : name_length + size_length], "big") - (1 << 7 * size_length)
        first = start + name_length + size_length
        unknown = size == (1 << 7 * size_length) - 1  # of a live recording: up to the end
        start = end if unknown else first + size
        yield name, first, min(start, end)


def _names_a_crop(file: BinaryIO, size: int) -> bool:
    """Whether the box's name stands in MP4's header, so that few files need a closer look."""
    for kind, first, end in _boxes(file, 0, size):
        if kind == b"moov":
            file.seek(first)
            return b"clap" in file.read(end - first)
    return False


def _of_mp4(file: BinaryIO, size: int, index: int, width: int, height: int) -> Crop:
    places = [(0, size)]
    for depth, wanted in enumerate(BOXES):
        inside = [(a, b) for start, end in places for kind, a, b in _boxes(file, start, end) if kind == wanted]
        places = [inside[index]] if depth == 1 else inside
    start, end = places[0]
    for _, entry, stop in _boxes(file, start + 8, end):
        for kind, at, _ in _boxes(file, entry + BEFORE_BOXES, stop):
            if kind == b"clap":
                file.seek(at)
                n = struct.unpack(">8i", file.read(32))
                wide, high, right_by, down_by = (n[i] / n[i + 1] for i in range(0, 8, 2))
                left, top = (width - wide) / 2 + right_by, (height - high) / 2 + down_by
                return Crop(round(left), round(top), round(width - wide - left), round(height - high - top))
    return Crop()


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """MP4 boxes between two places: kind, first byte of the content, end."""
    for _ in range(MOST):
        if start + 8 > end:
            return
        file.seek(start)
        size, kind = struct.unpack(">I4s", file.read(8))
        first = start + 8
        if size == 1:
            (size,) = struct.unpack(">Q", file.read(8))
            first += 8
        stop = end if size == 0 else start + size
        if stop <= start:
            return
        yield kind, first, min(stop, end)
        start = stop
