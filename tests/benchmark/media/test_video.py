"""Reading and writing video: what goes in comes out, at the same time, whatever the file is like."""

from __future__ import annotations

import struct
import tracemalloc
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from benchmark.media.clip import Clip
from benchmark.media.errors import MediaError
from benchmark.media.pictures import Pictures
from benchmark.media.video import probe, read_clip, write_clip
from tests.benchmark.media.made import made_clip, made_frames, made_sound
from tests.benchmark.media.recordings import CLICKS, Recording, clicks_of, number_of, record
from tests.shared_files import MEDIA, needs_media


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    return float(10 * np.log10(255**2 / np.mean((a.astype(float) - b) ** 2)))


def write_raw(path: Path, times: list[float], rate: int = 25, pixel_format: str = "yuv420p") -> None:
    """A video whose frames are shown at the given times."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = 64, 48, pixel_format
        stream.codec_context.time_base = Fraction(1, 1000)
        for picture, time in zip(made_frames(len(times)), times, strict=True):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = round(time * 1000), Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def test_a_lossless_clip_comes_back_exactly(tmp_path: Path) -> None:
    clip = made_clip()
    write_clip(tmp_path / "a.mp4", clip, crf=0)
    assert np.array_equal(read_clip(tmp_path / "a.mp4").frames, clip.frames)


def test_an_ordinary_clip_comes_back_nearly_and_in_time(tmp_path: Path) -> None:
    clip = made_clip(40)
    write_clip(tmp_path / "a.mp4", clip)
    back = read_clip(tmp_path / "a.mp4")
    assert back.fps == 25.0 and back.frames.shape == clip.frames.shape
    assert psnr(clip.frames, back.frames) > 30
    assert back.audio is not None and clip.audio is not None
    assert len(back.audio) == round(40 / 25 * 16000) == len(clip.audio)
    middle = clip.audio[8000:16000]
    lags = [float(np.dot(middle, back.audio[8000 + lag : 16000 + lag])) for lag in range(-200, 201)]
    assert int(np.argmax(lags)) - 200 == 0


def test_the_same_clip_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.mp4", "b.mp4"):
        write_clip(tmp_path / name, made_clip())
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4", "b.mp4"]  # no temporary file is left


@pytest.mark.parametrize(("height", "width"), [(48, 64), (144, 176), (96, 90)])
def test_the_bytes_are_the_same_again_at_any_size(tmp_path: Path, height: int, width: int) -> None:
    # x264 with AVX-512 and mbtree writes other bytes at every run at these sizes
    clip = made_clip(15, sound=False, height=height, width=width)
    files = []
    for number in range(4):
        write_clip(tmp_path / f"{number}.mp4", clip)
        files.append((tmp_path / f"{number}.mp4").read_bytes())
    assert len(set(files)) == 1


def test_browsers_can_start_to_play_before_the_end(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.mp4", made_clip())
    data = (tmp_path / "a.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    assert probe(tmp_path / "a.mp4").pixel_format == "yuv420p"


@pytest.mark.parametrize("fps", [12.5, 24.0, 30000 / 1001, 30.0, 50.0, 60.0])
def test_the_frame_rate_is_kept(tmp_path: Path, fps: float) -> None:
    write_clip(tmp_path / "a.mp4", made_clip(12, fps))
    back = read_clip(tmp_path / "a.mp4")
    assert back.fps == pytest.approx(fps, rel=1e-9) and len(back.frames) == 12
    assert back.audio is not None and len(back.audio) == round(12 / fps * 16000)


def test_one_frame_is_a_clip(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.mp4", made_clip(1))
    back = read_clip(tmp_path / "a.mp4")
    assert len(back.frames) == 1 and back.audio is not None and len(back.audio) == 640


def test_a_clip_without_sound_has_none(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.mp4", made_clip(sound=False))
    assert read_clip(tmp_path / "a.mp4").audio is None
    assert probe(tmp_path / "a.mp4").audio_rate is None


def test_odd_sides_repeat_the_last_line(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.mp4", made_clip(3, height=47, width=63))
    assert read_clip(tmp_path / "a.mp4").frames.shape == (3, 48, 64, 3)
    write_clip(tmp_path / "b.mp4", made_clip(3, height=47, width=63), crf=0)
    assert read_clip(tmp_path / "b.mp4").frames.shape == (3, 47, 63, 3)


def test_sound_is_cut_or_filled_to_the_pictures(tmp_path: Path) -> None:
    frames = made_frames(25)
    for name, seconds in (("long", 3.0), ("short", 0.4)):
        write_clip(tmp_path / f"{name}.mp4", Clip(frames, 25.0, made_sound(seconds)))
        audio = read_clip(tmp_path / f"{name}.mp4").audio
        assert audio is not None and len(audio) == 16000
    assert np.abs(audio[8000:]).max() < 0.01  # silence where the short one has ended


def test_sound_of_another_rate_is_resampled(tmp_path: Path) -> None:
    clip = Clip(made_frames(25), 25.0, made_sound(1.0, 44100), 44100)
    write_clip(tmp_path / "a.mp4", clip)
    assert probe(tmp_path / "a.mp4").audio_rate == 44100
    for rate in (16000, 22050):
        back = read_clip(tmp_path / "a.mp4", audio_rate=rate)
        assert back.sample_rate == rate and back.audio is not None and len(back.audio) == rate


def test_only_the_first_frames_are_read_when_asked(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.mp4", made_clip(30))
    back = read_clip(tmp_path / "a.mp4", max_frames=7)
    assert len(back.frames) == 7 and back.audio is not None and len(back.audio) == round(7 / 25 * 16000)


@pytest.mark.parametrize(
    ("matrix", "turns"), [((0, 1, -1, 0), 3), ((-1, 0, 0, -1), 2), ((0, -1, 1, 0), 1), ((1, 0, 0, 1), 0)]
)
def test_a_video_stored_lying_is_read_upright(tmp_path: Path, matrix: tuple[int, ...], turns: int) -> None:
    """QuickTime's track header: (x, y) is shown at (a x + c y, b x + d y), y pointing down."""
    path = tmp_path / "phone.mp4"
    write_clip(path, made_clip(3, sound=False), crf=0)
    content = bytearray(path.read_bytes())
    a, b, c, d = (65536 * value for value in matrix)
    struct.pack_into(">9i", content, content.index(b"tkhd") + 44, a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(content)
    np.testing.assert_array_equal(read_clip(path).frames, np.rot90(made_frames(3), turns, axes=(1, 2)))


def test_an_uneven_clock_becomes_even_and_every_picture_stays_until_the_next(tmp_path: Path) -> None:
    write_raw(tmp_path / "a.mp4", [0.0, 0.04, 0.08, 0.12, 0.32, 0.36, 0.40])  # picture 3 stays on for 0.2 s
    back = read_clip(tmp_path / "a.mp4")
    shown = back.frames[:, ::8, ::8].astype(float)
    originals = made_frames(7)[:, ::8, ::8].astype(float)
    nearest = [int(np.abs(originals - frame).mean(axis=(1, 2, 3)).argmin()) for frame in shown]
    assert back.fps == 25.0 and nearest == [0, 1, 2, 3, 3, 3, 3, 3, 4, 5, 6]
    facts = probe(tmp_path / "a.mp4")
    assert (facts.frames, facts.fps, facts.duration) == (11, 25.0, pytest.approx(0.44))


def test_full_range_444_is_read_as_opencv_reads_it(tmp_path: Path) -> None:
    write_raw(tmp_path / "a.mp4", [t / 25 for t in range(5)], pixel_format="yuvj444p")
    capture = cv2.VideoCapture(str(tmp_path / "a.mp4"))
    ours = read_clip(tmp_path / "a.mp4").frames
    for frame in ours:
        there, picture = capture.read()
        assert there and np.abs(frame.astype(int) - picture[..., ::-1]).max() <= 3
    assert ours[..., 0].max() > 220 and ours[..., 0].min() < 35  # the range of made_frames, not squeezed


def test_a_picture_is_a_clip_of_one_frame(tmp_path: Path) -> None:
    picture = made_frames(1)[0]
    cv2.imwrite(str(tmp_path / "a.png"), picture[..., ::-1])
    clip = read_clip(tmp_path / "a.png")
    assert np.array_equal(clip.frames, picture[None]) and clip.audio is None


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("absent.mp4", "missing_file"),
        ("empty.mp4", "unreadable_video"),
        ("noise.mp4", "unreadable_video"),
        ("half.mp4", "unreadable_video"),
        ("header.mp4", "no_frames"),
        ("sound.mp4", "unreadable_video"),
        ("noise.png", "unreadable_image"),
        ("empty.jpg", "unreadable_image"),
    ],
)
def test_a_bad_file_has_a_status_and_no_path(tmp_path: Path, name: str, status: str) -> None:
    write_clip(tmp_path / "good.mp4", made_clip(50))
    good = (tmp_path / "good.mp4").read_bytes()
    noise = np.random.default_rng(0).bytes(4000)
    (tmp_path / "empty.mp4").write_bytes(b"")
    (tmp_path / "empty.jpg").write_bytes(b"")
    (tmp_path / "noise.mp4").write_bytes(noise)
    (tmp_path / "noise.png").write_bytes(noise)
    (tmp_path / "half.mp4").write_bytes(good[: len(good) // 2])
    with av.open(str(tmp_path / "header.mp4"), "w", options={"movflags": "frag_keyframe+empty_moov"}) as container:
        silent = container.add_stream("mpeg4", rate=25)
        silent.width, silent.height, silent.pix_fmt = 64, 48, "yuv420p"
        container.start_encoding()
    with av.open(str(tmp_path / "sound.mp4"), "w") as container:
        stream = container.add_stream("aac", rate=16000, layout="mono")
        frame = av.AudioFrame.from_ndarray(made_sound(1.0)[None], format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 16000, 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    with pytest.raises(MediaError) as caught:
        read_clip(tmp_path / name)
    assert caught.value.status == status
    assert str(tmp_path) not in str(caught.value) and name in str(caught.value)


def test_only_the_first_seconds_are_read_when_asked(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.mp4", made_clip(30, 24.0))
    assert len(read_clip(tmp_path / "a.mp4", seconds=0.5).frames) == 12
    assert len(read_clip(tmp_path / "a.mp4", seconds=0.51).frames) == 13
    assert len(read_clip(tmp_path / "a.mp4", seconds=0.001).frames) == 1
    assert len(read_clip(tmp_path / "a.mp4", seconds=9).frames) == 30


def test_too_large_a_clip_is_refused_before_memory_ends(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.mp4", made_clip(30))
    picture = 48 * 64 * 3
    assert len(read_clip(tmp_path / "a.mp4", max_bytes=30 * picture).frames) == 30
    for limit in (0, picture - 1, 20 * picture, 30 * picture - 1):
        with pytest.raises(MediaError) as caught:
            read_clip(tmp_path / "a.mp4", max_bytes=limit)
        assert caught.value.status == "too_large"


def test_the_limit_counts_the_pictures_that_a_pause_repeats(tmp_path: Path) -> None:
    write_raw(tmp_path / "a.mp4", [*(t / 25 for t in range(5)), 100.0])
    with pytest.raises(MediaError) as caught:
        read_clip(tmp_path / "a.mp4", max_bytes=2000 * 48 * 64 * 3)
    assert caught.value.status == "too_large"
    assert len(read_clip(tmp_path / "a.mp4", max_bytes=2501 * 48 * 64 * 3).frames) == 2501


def test_no_more_memory_is_held_than_is_returned(tmp_path: Path) -> None:
    write_raw(tmp_path / "a.mp4", [*(t / 25 for t in range(50)), *(4 + t / 25 for t in range(50))])
    tracemalloc.start()
    frames = read_clip(tmp_path / "a.mp4").frames
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(frames) == 150 and peak < 1.1 * frames.nbytes


def test_a_machine_without_enough_memory_says_so_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_clip(tmp_path / "a.mp4", made_clip(3))

    def full(pictures: Pictures, picture: np.ndarray) -> None:
        raise MemoryError("Unable to allocate 9 GiB")

    monkeypatch.setattr(Pictures, "add", full)
    with pytest.raises(MediaError) as caught:
        read_clip(tmp_path / "a.mp4")
    assert caught.value.status == "out_of_memory" and "a.mp4" in str(caught.value) and "\n" not in str(caught.value)


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    clip = Clip(made_frames(2), 25.0, made_sound(0.08, 12345), 12345)  # no rate that aac knows
    with pytest.raises(MediaError) as caught:
        write_clip(tmp_path / "a.mp4", clip)
    assert caught.value.status == "unwritable_video"
    assert list(tmp_path.iterdir()) == []


@needs_media
@pytest.mark.parametrize(
    ("name", "shape", "fps", "samples"),
    [
        ("cmet/video/W009_038.mp4", (175, 256, 256, 3), 25.0, 112000),
        ("edtalk/test_data/expression_source.mp4", (389, 256, 256, 3), 30.0, None),
    ],
)
def test_real_files_are_read_whole(name: str, shape: tuple[int, ...], fps: float, samples: int | None) -> None:
    clip = read_clip(MEDIA / name)
    assert clip.frames.shape == shape and clip.fps == fps
    assert (None if clip.audio is None else len(clip.audio)) == samples


def test_a_last_picture_stays_on_where_sound_goes_with_it(tmp_path: Path) -> None:
    """Three slides, the last for 2 s: writers put any number behind the last picture, so sound must bear it out."""
    for name, seconds in (("with.mp4", 3.0), ("without.mp4", 1.05)):
        with av.open(str(tmp_path / name), "w") as container:
            film = container.add_stream("mpeg4", rate=25)
            film.width, film.height, film.pix_fmt = 64, 48, "yuv420p"
            sound = container.add_stream("aac", rate=16000, layout="mono")
            for picture, time, lasts in zip(made_frames(3), (0, 15, 25), (15, 10, 50), strict=True):
                frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
                frame.pts, frame.time_base = time, Fraction(1, 25)
                for packet in film.encode(frame):
                    packet.duration = lasts * Fraction(1, 25) / packet.time_base
                    container.mux(packet)
            frame = av.AudioFrame.from_ndarray(made_sound(seconds)[None], format="fltp", layout="mono")
            frame.sample_rate = 16000
            container.mux([*film.encode(), *sound.encode(frame), *sound.encode()])
    assert read_clip(tmp_path / "with.mp4").duration == pytest.approx(3.0, abs=0.1)
    assert read_clip(tmp_path / "without.mp4").duration < 1.6


@pytest.mark.parametrize(
    ("name", "codec", "sound"),
    [
        ("a.avi", "libx264", "mp3"),  # no times for pictures that are coded in another order than shown
        ("a.avi", "mpeg4", "mp3"),
        ("a.flv", "libx264", "aac"),
        ("a.3gp", "libx264", "aac"),
        ("a.mpg", "mpeg2video", "mp2"),
        ("a.ts", "mpeg2video", "mp2"),
        ("a.nut", "mpeg4", "mp2"),
        ("a.mkv", "libx264", "ac3"),
    ],
)
def test_old_containers_keep_every_picture_and_click(tmp_path: Path, name: str, codec: str, sound: str) -> None:
    options = {"preset": "fast"} if codec == "libx264" else {"g": "12"}
    record(tmp_path / name, Recording(codec=codec, sound=sound, options=options))
    clip = read_clip(tmp_path / name)
    numbers = [number_of(frame) for frame in clip.frames]
    assert sorted(numbers) == numbers and sorted(set(numbers)) == list(range(50))
    assert clip.fps == 25.0 and len(numbers) <= 51  # MPEG's writers hold one picture for two ticks
    assert clip.audio is not None and clicks_of(clip.audio) == pytest.approx(CLICKS, abs=0.03)
