"""A sound track by its packets' times: silence in gaps, nothing twice, one rate, no channel that cancels another."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from benchmark.media.audio import read_audio
from benchmark.media.errors import MediaError
from benchmark.media.resample import resample
from benchmark.media.video import read_clip
from tests.benchmark.media.made import made_sound
from tests.benchmark.media.recordings import CLICKS, Recording, clicking, clicks_of, record


def write_stamped(path: Path, wave: np.ndarray, stamps: Callable[[int], float], rate: int = 48000) -> None:
    """Lossless sound in packets of 20 ms whose stamps, in seconds, are given by their number."""
    size = rate // 50
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=rate, layout="mono")
        for number, start in enumerate(range(0, len(wave), size)):
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray((wave[None, start : start + size] * 32767).astype(np.int16)),
                format="s16",
                layout="mono",
            )
            frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
            for packet in stream.encode(frame):
                packet.pts = packet.dts = round(stamps(number) * 1000)
                packet.time_base = Fraction(1, 1000)
                container.mux(packet)


@pytest.mark.parametrize(("name", "codec"), [("a.mkv", "libopus"), ("a.mkv", "aac"), ("a.mp4", "aac")])
def test_what_follows_a_gap_stays_at_its_time(tmp_path: Path, name: str, codec: str) -> None:
    record(tmp_path / name, Recording(sound=codec, lost=((0.6, 0.95),)))
    sound = read_clip(tmp_path / name).audio
    assert sound is not None
    for heard in (sound, read_audio(tmp_path / name)):
        assert clicks_of(heard) == pytest.approx(CLICKS, abs=0.005)
        assert np.abs(heard[10400:15000]).max() < 1e-3, "a gap is silent"


def test_stamps_that_tremble_tear_nothing(tmp_path: Path) -> None:
    wave, late = made_sound(2.0, 48000), np.random.default_rng(0).uniform(-0.009, 0.009, 200)
    write_stamped(tmp_path / "whole.mkv", wave, lambda number: 0.1 + number / 50)
    write_stamped(tmp_path / "trembling.mkv", wave, lambda number: 0.1 + number / 50 + late[number])
    assert np.array_equal(read_audio(tmp_path / "trembling.mkv"), read_audio(tmp_path / "whole.mkv"))


def test_of_sound_that_overlaps_what_came_first_stays(tmp_path: Path) -> None:
    wave = clicking(2.0)
    write_stamped(tmp_path / "a.mkv", wave, lambda number: number / 50 - 0.01 * np.clip(number - 39, 0, 10))
    heard = read_audio(tmp_path / "a.mkv")
    assert clicks_of(heard) == pytest.approx((0.5, 0.9, 1.4), abs=0.015)
    assert len(heard) == pytest.approx(1.9 * 16000, abs=2)


def test_stamps_that_start_anew_go_on(tmp_path: Path) -> None:
    wave = clicking(2.0)
    with av.open(str(tmp_path / "part.aac"), "w", format="adts") as container:  # two recordings, one behind the other
        stream = container.add_stream("aac", rate=48000, layout="mono")
        for start in range(0, len(wave), 1024):
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(wave[None, start : start + 1024]), format="fltp", layout="mono"
            )
            frame.sample_rate, frame.pts = 48000, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    part = (tmp_path / "part.aac").read_bytes()
    (tmp_path / "two.aac").write_bytes(part + part)
    one, two = (len(read_audio(tmp_path / name)) for name in ("part.aac", "two.aac"))
    assert two == pytest.approx(2 * one, abs=2)


def test_a_rate_that_changes_inside_the_file_moves_no_click(tmp_path: Path) -> None:
    with open(tmp_path / "a.mp3", "wb") as whole:
        for first, last, rate in ((0.0, 0.72, 48000), (0.72, 1.2, 44100), (1.2, 2.0, 48000)):
            wave = clicking(2.0)[round(first * 48000) : round(last * 48000)]
            name = tmp_path / f"{rate}_{first}.mp3"
            with av.open(str(name), "w", options={"write_xing": "0", "id3v2_version": "0"}) as container:
                stream = container.add_stream("libmp3lame", rate=rate, layout="mono")
                frame = av.AudioFrame.from_ndarray(resample(wave, 48000, rate)[None], format="fltp", layout="mono")
                frame.sample_rate, frame.pts = rate, 0
                container.mux(stream.encode(frame))
                container.mux(stream.encode())
            whole.write(name.read_bytes())
    heard = clicks_of(read_audio(tmp_path / "a.mp3"))
    # each part begins with the encoder's delay, and its last packet is filled up
    assert len(heard) == 3 and heard[0] == pytest.approx(0.55, abs=0.03)
    assert heard[1] - heard[0] == pytest.approx(0.55, abs=0.06) and heard[2] - heard[1] == pytest.approx(0.55, abs=0.06)


def test_a_channel_that_joins_inside_the_file_is_heard(tmp_path: Path) -> None:
    parts = []
    for channels in (1, 2):
        wave = np.repeat(clicking(2.0)[None], channels, axis=0)
        layout = "mono" if channels == 1 else "stereo"
        with av.open(str(tmp_path / f"{channels}.aac"), "w", format="adts") as container:
            stream = container.add_stream("aac", rate=48000, layout=layout)
            for start in range(0, wave.shape[1], 1024):
                frame = av.AudioFrame.from_ndarray(
                    np.ascontiguousarray(wave[:, start : start + 1024]), format="fltp", layout=layout
                )
                frame.sample_rate, frame.pts = 48000, start
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
        parts.append((tmp_path / f"{channels}.aac").read_bytes())
    (tmp_path / "both.aac").write_bytes(b"".join(parts))
    alone = read_audio(tmp_path / "1.aac")
    heard = clicks_of(read_audio(tmp_path / "both.aac"))
    assert heard == pytest.approx(
        [*clicks_of(alone), *(len(alone) / 16000 + click for click in clicks_of(alone))], abs=0.01
    )


def test_channels_in_opposite_phase_are_not_silence(tmp_path: Path) -> None:
    wave = made_sound(1.0)
    soundfile.write(tmp_path / "a.wav", np.stack([0.5 * wave, -wave], axis=1), 16000, subtype="FLOAT")
    soundfile.write(tmp_path / "b.wav", np.stack([0.9 * wave, -wave], axis=1), 16000, subtype="FLOAT")
    assert np.allclose(read_audio(tmp_path / "a.wav"), -0.25 * wave, atol=1e-6)  # a half is left: the mean
    assert np.array_equal(read_audio(tmp_path / "b.wav"), -wave)  # the louder one


def test_silence_in_two_channels_stays_silence(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros((1600, 2), np.float32), 16000)
    assert not read_audio(tmp_path / "a.wav").any()


def test_numbers_that_are_none_are_silence(tmp_path: Path) -> None:
    wave = made_sound(0.5)
    wave[100:110] = np.nan
    soundfile.write(tmp_path / "a.wav", wave, 16000, subtype="FLOAT")
    heard = read_audio(tmp_path / "a.wav")
    assert np.isfinite(heard).all() and not heard[100:110].any() and np.array_equal(heard[110:], wave[110:])


def test_a_gap_of_hours_is_one_line_and_no_memory(tmp_path: Path) -> None:
    write_stamped(tmp_path / "a.mkv", clicking(2.0), lambda number: number / 50 + (90_000.0 if number >= 50 else 0.0))
    with pytest.raises(MediaError) as caught:
        read_audio(tmp_path / "a.mkv")
    assert caught.value.status == "too_large" and "\n" not in str(caught.value)


def test_too_long_a_sound_is_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", made_sound(1.0), 16000)
    with pytest.raises(MediaError) as caught:
        read_audio(tmp_path / "a.wav", max_bytes=30_000)
    assert caught.value.status == "too_large" and "a.wav" in str(caught.value)
