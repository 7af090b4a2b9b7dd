"""Reading, resampling and writing sound."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from benchmark.media.audio import read_audio, write_wav
from benchmark.media.errors import MediaError
from benchmark.media.resample import fit_length, resample
from tests.benchmark.media.made import made_sound
from tests.shared_files import MEDIA, needs_media


def test_16_bit_sound_survives_writing_and_reading_exactly(tmp_path: Path) -> None:
    steps = np.random.default_rng(0).integers(-32768, 32768, 5000)
    audio = (steps / 32768).astype(np.float32)
    write_wav(tmp_path / "a.wav", audio)
    assert np.array_equal(read_audio(tmp_path / "a.wav"), audio)
    data, rate = soundfile.read(tmp_path / "a.wav", dtype="int16")
    assert rate == 16000 and np.array_equal(data, steps)


def test_loud_sound_is_clipped_not_wrapped(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", np.array([2.0, -2.0, 1.0, -1.0], np.float32))
    data, _ = soundfile.read(tmp_path / "a.wav", dtype="int16")
    assert data.tolist() == [32767, -32768, 32767, -32768]


@pytest.mark.parametrize(("subtype", "error"), [("PCM_16", 1e-4), ("PCM_24", 1e-6), ("FLOAT", 1e-7), ("PCM_U8", 1e-2)])
def test_any_sample_format_is_read(tmp_path: Path, subtype: str, error: float) -> None:
    audio = made_sound(0.5)
    soundfile.write(tmp_path / "a.wav", audio, 16000, subtype=subtype)
    assert np.abs(read_audio(tmp_path / "a.wav") - audio).max() < error


def test_channels_are_averaged(tmp_path: Path) -> None:
    left, right = made_sound(0.25), 0.5 * made_sound(0.25)[::-1]
    soundfile.write(tmp_path / "a.wav", np.stack([left, right], axis=1), 16000, subtype="FLOAT")
    assert np.allclose(read_audio(tmp_path / "a.wav"), (left + right) / 2, atol=1e-7)


@pytest.mark.parametrize("rate", [8000, 22050, 44100, 48000])
def test_a_tone_keeps_its_pitch_and_place_when_resampled(rate: int) -> None:
    t = np.arange(rate) / rate
    tone = (0.5 * np.sin(2 * np.pi * 440 * t)).astype(np.float32)
    ours = resample(tone, rate, 16000)
    wanted = 0.5 * np.sin(2 * np.pi * 440 * np.arange(16000) / 16000)
    assert ours.dtype == np.float32 and len(ours) == 16000
    assert np.abs(ours - wanted)[200:-200].max() < 2e-3


def test_equal_rates_change_nothing() -> None:
    audio = made_sound(0.1)
    assert resample(audio, 16000, 16000) is audio


def test_length_is_cut_or_filled_with_silence() -> None:
    assert fit_length(np.ones(3, np.float32), 5).tolist() == [1, 1, 1, 0, 0]
    assert fit_length(np.ones(3, np.float32), 2).tolist() == [1, 1]


def test_silence_is_sound(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", np.zeros(1600, np.float32))
    audio = read_audio(tmp_path / "a.wav")
    assert audio.dtype == np.float32 and audio.shape == (1600,) and not audio.any()


@pytest.mark.parametrize(("name", "status"), [("absent.wav", "missing_file"), ("noise.wav", "unreadable_audio")])
def test_a_bad_file_has_a_status(tmp_path: Path, name: str, status: str) -> None:
    (tmp_path / "noise.wav").write_bytes(np.random.default_rng(0).bytes(2000))
    with pytest.raises(MediaError) as caught:
        read_audio(tmp_path / name)
    assert caught.value.status == status


def test_a_file_without_a_sample_has_no_sound(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros(0, np.float32), 16000)
    with pytest.raises(MediaError) as caught:
        read_audio(tmp_path / "a.wav")
    assert caught.value.status == "no_audio"


@needs_media
def test_the_sound_in_a_video_is_in_time_with_its_wav() -> None:
    wav = read_audio(MEDIA / "cmet/audio/W009_038.wav")
    track = read_audio(MEDIA / "cmet/video/W009_038.mp4")
    middle = wav[40000:60000]
    lags = [float(np.dot(middle, track[40000 + lag : 60000 + lag])) for lag in range(-100, 101)]
    assert int(np.argmax(lags)) - 100 == 0
