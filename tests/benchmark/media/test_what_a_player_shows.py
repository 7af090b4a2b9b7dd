"""A face looks the same as in a player: the right stream, its proportions, upright, not mirrored, over black."""

from __future__ import annotations

import struct
from fractions import Fraction
from itertools import product
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from av.stream import Disposition

from benchmark.media.container_crop import ENTRY, SEGMENT, SIDES, TRACKS, VIDEO, WHOLE, crop_of, elements
from benchmark.media.errors import MediaError
from benchmark.media.image import read_image
from benchmark.media.picture import over_black
from benchmark.media.video import probe, read_clip
from tests.benchmark.media.recordings import Recording, number_of, numbered, record

SHORT = tuple(index / 25 for index in range(6))


def numbers(frames: np.ndarray) -> list[int]:
    return [number_of(frame) for frame in frames]


@pytest.mark.parametrize(("quarters", "mirrored"), [*product(range(4), (False, True))])
def test_a_picture_is_laid_as_the_display_matrix_says(tmp_path: Path, quarters: int, mirrored: bool) -> None:
    record(tmp_path / "a.mp4", Recording(times=SHORT, quarters=quarters, mirrored=mirrored, options={"crf": "4"}))
    frames = read_clip(tmp_path / "a.mp4").frames
    assert numbers(frames) == list(range(6))
    assert np.abs(frames[3].astype(int) - numbered(3)).mean() < 3


@pytest.mark.parametrize("aspect", [Fraction(2), Fraction(1, 2), Fraction(4, 3), Fraction(16, 15)])
@pytest.mark.parametrize("quarters", [0, 1])
def test_pixels_that_are_not_square_become_square(tmp_path: Path, aspect: Fraction, quarters: int) -> None:
    size = (96, 128) if quarters == 0 else (128, 96)
    record(tmp_path / "a.mp4", Recording(times=SHORT, aspect=aspect, quarters=quarters, size=size))
    frames = read_clip(tmp_path / "a.mp4").frames
    assert frames.shape[1:3] == size and numbers(frames) == list(range(6))
    facts = probe(tmp_path / "a.mp4")
    assert (facts.height, facts.width) == (size if quarters == 0 else size[::-1])


def test_a_pixel_shape_that_no_display_has_is_not_believed(tmp_path: Path) -> None:
    record(tmp_path / "a.mp4", Recording(times=SHORT))
    with av.open(str(tmp_path / "b.mp4"), "w") as container:
        film = container.add_stream("libx264", rate=25)
        film.width, film.height, film.pix_fmt = 64, 48, "yuv420p"
        film.codec_context.sample_aspect_ratio = Fraction(200, 1)
        for packet in [*film.encode(av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8))), *film.encode()]:
            container.mux(packet)
    assert read_clip(tmp_path / "b.mp4").frames.shape[1:3] == (48, 64)


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_artwork_is_not_the_film(tmp_path: Path, name: str) -> None:
    record(tmp_path / name, Recording(times=SHORT, artwork=True))
    assert numbers(read_clip(tmp_path / name).frames) == list(range(6))
    assert probe(tmp_path / name).width == 128


def write_tracks(path: Path, *tracks: tuple[int, int, bool]) -> None:
    """Video tracks one behind the other: the number of their first picture, how many pictures, whether default."""
    with av.open(str(path), "w") as container:
        streams = []
        for _, _, default in tracks:
            stream = container.add_stream("libx264", rate=25)
            stream.width, stream.height, stream.pix_fmt = 128, 96, "yuv420p"
            stream.options = {"crf": "10"}
            stream.disposition = Disposition.default if default else Disposition(0)
            streams.append(stream)
        packets = []
        for stream, (first, count, _) in zip(streams, tracks, strict=True):
            for index in range(count):
                frame = av.VideoFrame.from_ndarray(numbered(first + index), format="rgb24")
                frame.pts, frame.time_base = index, Fraction(1, 25)
                packets += stream.encode(frame)
            packets += stream.encode()
        for packet in sorted(packets, key=lambda one: float(one.dts * one.time_base)):
            container.mux(packet)


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
@pytest.mark.parametrize(
    ("tracks", "first"),
    [
        (((10, 5, False), (20, 5, True)), 20),
        (((10, 5, True), (20, 5, False)), 10),
        (((10, 5, False), (20, 5, False)), 10),
        (((10, 1, True), (20, 5, False)), 20),  # one picture is artwork, whatever its flag says
    ],
)
def test_of_several_tracks_the_default_one_is_the_film(
    tmp_path: Path, name: str, tracks: tuple[tuple[int, int, bool], ...], first: int
) -> None:
    write_tracks(tmp_path / name, *tracks)
    assert number_of(read_clip(tmp_path / name).frames[0]) == first


def test_a_song_with_a_cover_is_no_film(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "song.m4a"), "w", format="mp4") as container:
        art = container.add_stream("mjpeg", rate=25)
        art.width, art.height, art.pix_fmt, art.disposition = 64, 64, "yuvj420p", Disposition.attached_pic
        sound = container.add_stream("aac", rate=16000, layout="mono")
        still = av.VideoFrame.from_ndarray(np.full((64, 64, 3), 200, np.uint8), format="rgb24")
        container.mux([*art.encode(still), *art.encode()])
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 4096), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 16000
        container.mux([*sound.encode(frame), *sound.encode()])
    for read in (probe, read_clip):
        with pytest.raises(MediaError, match="only artwork") as caught:
            read(tmp_path / "song.m4a")
        assert caught.value.status == "unreadable_video"


@pytest.mark.parametrize(
    ("name", "codec", "pixel_format"),
    [
        ("a.webm", "libvpx-vp9", "yuva420p"),
        ("a.webm", "libvpx", "yuva420p"),
        ("a.mov", "qtrle", "argb"),
        ("a.mov", "png", "rgba"),
        ("a.mkv", "ffv1", "yuva420p"),
    ],
)
def test_what_is_transparent_is_black(tmp_path: Path, name: str, codec: str, pixel_format: str) -> None:
    layer = np.full((96, 128, 4), 200, np.uint8)
    layer[:, :64, 3], layer[:, 64:, 3] = 0, 255
    with av.open(str(tmp_path / name), "w") as container:
        film = container.add_stream(codec, rate=25)
        film.width, film.height, film.pix_fmt = 128, 96, pixel_format
        if codec.startswith("libvpx"):
            film.options = {"auto-alt-ref": "0", "deadline": "realtime"}
        for index in range(3):
            frame = av.VideoFrame.from_ndarray(layer, format="rgba").reformat(format=pixel_format)
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(film.encode(frame))
        container.mux(film.encode())
    frames = read_clip(tmp_path / name).frames
    assert len(frames) == 3
    assert frames[:, :, :56].max() <= 3 and np.abs(frames[:, :, 72:].astype(int) - 200).max() <= 6


def test_half_of_a_light_is_half_as_bright() -> None:
    layer = np.array([[[200, 100, 51, 128], [255, 255, 255, 255], [255, 255, 255, 0]]], np.uint8)
    assert over_black(layer).tolist() == [[[100, 50, 26], [255, 255, 255], [0, 0, 0]]]


@pytest.mark.parametrize("suffix", [".png", ".webp"])
def test_a_still_image_lies_over_black_too(tmp_path: Path, suffix: str) -> None:
    layer = np.full((32, 48, 4), 180, np.uint8)
    layer[:, :24, 3], layer[:, 24:, 3] = 0, 255
    cv2.imwrite(str(tmp_path / f"a{suffix}"), layer, [cv2.IMWRITE_WEBP_QUALITY, 101])
    picture = read_image(tmp_path / f"a{suffix}")
    assert picture.shape == (32, 48, 3) and not picture[:, :24].any() and (picture[:, 24:] == 180).all()


@pytest.mark.parametrize(
    ("codec", "pixel_format", "full_range", "name"),
    [
        ("libx264", "yuv420p", True, "a.mp4"),
        ("libx264", "yuv420p10le", False, "a.mp4"),
        ("libx264", "yuv422p10le", True, "a.mkv"),
        ("libx264", "yuv444p", True, "a.mp4"),
        ("libvpx-vp9", "yuv420p", True, "a.webm"),
    ],
)
def test_black_is_black_in_every_pixel_format(
    tmp_path: Path, codec: str, pixel_format: str, full_range: bool, name: str
) -> None:
    form = Recording(times=SHORT, codec=codec, pixel_format=pixel_format, full_range=full_range, sound=None)
    record(tmp_path / name, form)
    for number, frame in enumerate(read_clip(tmp_path / name).frames):
        apart = np.abs(frame.astype(int) - numbered(number))
        assert np.median(apart) <= 4 and apart.mean() < 5


def test_a_crop_that_the_codec_states_is_cut(tmp_path: Path) -> None:
    record(tmp_path / "a.mp4", Recording(times=SHORT, size=(90, 118)))  # coded as 96 x 128
    frames = read_clip(tmp_path / "a.mp4").frames
    assert frames.shape[1:3] == (90, 118) and numbers(frames) == list(range(6))


@pytest.mark.parametrize("first", ["tff", "bff"])
def test_an_interlaced_film_has_no_comb(tmp_path: Path, first: str) -> None:
    """A bar moves four pixels from field to field; woven together, every second line of its edge is torn."""
    fields = [np.full((96, 128, 3), 40, np.uint8) for _ in range(24)]
    for index, field in enumerate(fields):
        field[:, 8 + 4 * index : 24 + 4 * index] = 220
    with av.open(str(tmp_path / "a.mkv"), "w") as container:
        film = container.add_stream("libx264", rate=25)
        film.width, film.height, film.pix_fmt = 128, 96, "yuv420p"
        film.options = {"crf": "4", "x264-params": f"{first}=1"}
        for index in range(12):
            woven, later = fields[2 * index].copy(), slice(first == "tff", None, 2)
            woven[later] = fields[2 * index + 1][later]
            frame = av.VideoFrame.from_ndarray(woven, format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(film.encode(frame))
        container.mux(film.encode())
    clip = read_clip(tmp_path / "a.mkv")
    assert len(clip.frames) == 12 and clip.fps == 25.0
    for index, frame in enumerate(clip.frames[2:-2], 2):
        comb = np.abs(np.diff(frame[8:-8].mean(axis=2), axis=0)).max()
        assert comb < 40, "lines of two times lie side by side"
        assert np.abs(frame.astype(int) - fields[2 * index]).mean() < 6, "the first field is what is shown at that time"


def test_a_film_in_two_resolutions_is_shown_in_the_first(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "a.mkv"), "w") as container:  # as a browser's recorder does when the network recovers
        film = container.add_stream("mjpeg", rate=25)
        film.width, film.height, film.pix_fmt = 128, 96, "yuvj420p"
        for index, (height, width) in enumerate([(96, 128)] * 3 + [(192, 256)] * 3):
            coder = av.CodecContext.create("mjpeg", "w")
            coder.width, coder.height, coder.pix_fmt, coder.time_base = width, height, "yuvj420p", Fraction(1, 25)
            picture = cv2.resize(numbered(index), (width, height), interpolation=cv2.INTER_NEAREST)
            for packet in coder.encode(av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuvj420p")):
                packet.stream, packet.pts, packet.dts, packet.time_base = film, index, index, Fraction(1, 25)
                container.mux(packet)
    frames = read_clip(tmp_path / "a.mkv").frames
    assert frames.shape == (6, 96, 128, 3) and numbers(frames) == list(range(6))


def with_clean_aperture(content: bytes, width: int, height: int, right_by: int, down_by: int) -> bytes:
    """An mp4 whose sample entry says which part is shown; `moov` must stand last, as nothing else may move."""
    box = struct.pack(">I4s8i", 40, b"clap", width, 1, height, 1, right_by, 1, down_by, 1)
    data = bytearray(content)
    end = data.index(b"avc1", data.index(b"stsd")) - 4
    end += struct.unpack_from(">I", data, end)[0]
    for name in (b"avc1", b"stsd", b"stbl", b"minf", b"mdia", b"trak", b"moov"):
        place = data.rindex(name, 0, end) - 4
        struct.pack_into(">I", data, place, struct.unpack_from(">I", data, place)[0] + len(box))
    data[end:end] = box
    return bytes(data)


@pytest.mark.parametrize("aspect", [Fraction(1), Fraction(2)])
def test_a_crop_that_an_mp4_states_is_cut(tmp_path: Path, aspect: Fraction) -> None:
    path = tmp_path / "a.mp4"
    record(path, Recording(times=SHORT, sound=None, aspect=aspect, size=(120, 160), options={"crf": "4"}))
    stored = 160 // aspect
    # 8 pixels off at the left, 16 at the top, 24 at the right, 8 at the bottom, as shown
    path.write_bytes(with_clean_aperture(path.read_bytes(), int(stored - 32 / aspect), 96, int(-8 / aspect), 4))
    frames = read_clip(path).frames
    assert frames.shape == (6, 96, 128, 3)
    assert np.abs(frames[2].astype(int) - numbered(2, (120, 160))[16:112, 8:136]).mean() < 4
    assert (probe(path).width, probe(path).height) == (128, 96)


def test_a_crop_that_a_matroska_states_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "a.mkv"
    record(path, Recording(times=SHORT, sound=None, size=(120, 160), options={"crf": "4"}))
    data = bytearray(path.read_bytes())
    crop = b"".join(struct.pack(">HBB", name, 0x81, cut) for name, cut in zip(SIDES, (8, 16, 24, 8), strict=True))
    with path.open("rb") as file:
        ((segment, end),) = [(a, b) for name, a, b in elements(file, 0, len(data)) if name == SEGMENT]
        ((tracks, after),) = [(a, b) for name, a, b in elements(file, segment, end) if name == TRACKS]
        ((entry, stop),) = [(a, b) for name, a, b in elements(file, tracks, after) if name == ENTRY]
        ((video, last),) = [(a, b) for name, a, b in elements(file, entry, stop) if name == VIDEO]
    for first in (segment, tracks, entry, video):  # the length before each content grows; its last byte is enough
        assert data[first - 1] + len(crop) < 256
        data[first - 1] += len(crop)
    data[last:last] = crop
    path.write_bytes(data)
    frames = read_clip(path).frames
    assert frames.shape == (6, 96, 128, 3)
    assert np.abs(frames[2].astype(int) - numbered(2, (120, 160))[16:112, 8:136]).mean() < 4


def test_bytes_that_are_no_container_have_no_crop(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for number in range(200):
        (tmp_path / "a").write_bytes(b"clap" + rng.bytes(int(rng.integers(0, 300))))
        for form in ("matroska,webm", "mov,mp4", "avi"):
            assert crop_of(tmp_path / "a", form, number % 3, 64, 48) == WHOLE
