"""Files that lie about themselves: each ends as one sentence, in time, and takes no other along."""

from __future__ import annotations

import struct
from pathlib import Path

import av
import numpy as np
import pytest

from benchmark.media.clip import Clip
from benchmark.media.video import write_clip
from benchmark.submission.limits import Limits
from benchmark.submission.look import Look, look_at
from tests.benchmark.media.recordings import Recording, record
from tests.benchmark.submission.made import LIMIT, clip


def one(path: Path, limit: Limits = LIMIT) -> Look:
    (look,) = look_at([path], limit)
    return look


def patched(path: Path, box: bytes, offset: int, value: bytes) -> Path:
    """Overwrite bytes behind the first box of a name."""
    content = bytearray(path.read_bytes())
    at = content.index(box) + 4 + offset
    content[at : at + len(value)] = value
    path.write_bytes(content)
    return path


def test_a_file_that_kills_the_decoder_takes_no_other_along(folder: Path) -> None:
    """With too little memory to start, every answer is a sentence; with enough, the neighbours are seen."""
    starved = look_at([folder / "s1.mp4", folder / "s2.mp4"], Limits(decode_mib=60, decode_seconds=5))
    assert all("MiB to decode, or crashed" in look.problem for look in starved)
    assert [look.frames for look in look_at([folder / "s1.mp4", folder / "s3.mp4"], LIMIT)] == [6, 6]


def motion_jpeg(path: Path, side: int) -> Path:
    """Three black pictures."""
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("mjpeg", rate=25)
        stream.width = stream.height = side
        stream.pix_fmt = "yuvj420p"
        for _ in range(3):
            picture = av.VideoFrame.from_ndarray(np.zeros((side, side, 3), np.uint8), format="rgb24")
            container.mux(stream.encode(picture.reformat(format="yuvj420p")))
        container.mux(stream.encode())
    return path


def test_pictures_that_are_too_large_or_claim_it_are_refused(tmp_path: Path) -> None:
    large, small = motion_jpeg(tmp_path / "large.mp4", 4112), motion_jpeg(tmp_path / "small.mp4", 64)
    assert one(large).problem == "4112x4112 px: no more than 4096 a side are taken"
    assert one(small).frames == 3
    content = small.read_bytes()
    start = b"\xff\xc0\x00\x11\x08"  # of a picture: length, bits, then height and width
    for side in (65_000, 20_000):
        small.write_bytes(content.replace(start + struct.pack(">HH", 64, 64), start + struct.pack(">HH", side, side)))
        problem = one(small).problem
        assert "no more than 4096 a side" in problem or "does not decode" in problem or "memory" in problem


@pytest.mark.parametrize(("size", "count"), [(0, 0xFFFFFFF0), (1, 0x0FFFFFF0), (1, 0x7FFFFFFF)])
def test_a_table_that_claims_milliards_of_frames_is_a_sentence(size: int, count: int, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    write_clip(path, clip(0))
    assert one(patched(path, b"stsz", 4, struct.pack(">II", size, count))).problem


def test_a_gap_in_the_clock_that_a_reader_would_fill_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    write_clip(path, clip(0))
    content = path.read_bytes()
    assert content.count(b"ctts") == 1, "pictures are reordered, so there is a table of delays"
    at = content.index(b"ctts")
    entries = struct.unpack(">I", content[at + 8 : at + 12])[0]
    late = patched(path, b"ctts", 8 + 8 * (entries - 1) + 4, struct.pack(">I", 0x3FFFFFFF))
    assert one(late).problem.startswith("uneven clock: frame ")


def test_sound_that_never_ends_or_begins_too_late_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w", format="mp4") as container:
        video, sound = container.add_stream("libx264", rate=25), container.add_stream("aac", rate=8000, layout="mono")
        video.width = video.height = 32
        for picture in clip(0).frames:
            container.mux(video.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")))
        container.mux(video.encode())
        for i in range(120):
            silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            silence.sample_rate, silence.pts = 8000, 1024 * i
            container.mux(sound.encode(silence))
        container.mux(sound.encode())
    assert one(path).problem == "its sound ends more than 10 s after its picture"


def test_sound_that_can_not_be_decoded_is_said_here_and_not_by_every_metric(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    noise = np.random.default_rng(0).uniform(-1, 1, 16_000 // 25 * 6).astype(np.float32)
    write_clip(path, Clip(clip(0).frames, 25.0, noise, 16_000))
    assert not one(path).problem
    with av.open(str(path)) as container:
        pieces = [(packet.pos, packet.size) for packet in container.demux(audio=0) if packet.size]
    content = bytearray(path.read_bytes())
    for at, size in pieces:
        content[at : at + size] = b"\xff" * size
    path.write_bytes(content)
    assert one(path).problem.startswith("does not decode")


def test_a_codec_that_is_not_known_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    write_clip(path, clip(0))
    path.write_bytes(path.read_bytes().replace(b"avc1", b"zzzz").replace(b"avcC", b"zzzC"))
    assert one(path).problem in (
        "is in a codec that is not known here",
        "does not decode: DecoderNotFoundError",
    )


def test_the_film_is_looked_at_and_not_its_cover(tmp_path: Path) -> None:
    record(tmp_path / "plain.mp4", Recording())
    record(tmp_path / "cover.mp4", Recording(artwork=True))
    plain, cover = one(tmp_path / "plain.mp4"), one(tmp_path / "cover.mp4")
    assert not plain.problem and plain.frames == 50
    assert cover == plain


def test_a_playlist_that_names_other_files_is_no_mp4(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_text("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n")
    assert one(path).problem == "not an mp4 (wrong first bytes)"
    path.write_text("....ftyp\nffconcat version 1.0\nfile /etc/passwd\n")
    assert one(path).problem.startswith("does not decode") or one(path).problem.startswith("holds no video")
