"""C-MET as a method of the benchmark, with the small networks that ship."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from benchmark.core.errors import MissingCheckpoint, SampleError, UsageError
from benchmark.core.types import Cues, Sample
from benchmark.media.audio import write_wav
from benchmark.media.clip import Clip
from benchmark.media.video import write_clip
from cmet.face_method import resized
from cmet.method import CMet


def speech(seed: int, seconds: float) -> np.ndarray:
    rng = np.random.default_rng(seed)
    time = np.arange(int(16000 * seconds)) / 16000
    return (0.2 * np.sin(2 * np.pi * (120 + 20 * seed) * time) + 0.02 * rng.standard_normal(len(time))).astype(
        np.float32
    )


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    frames = np.random.default_rng(0).integers(0, 256, (12, 128, 128, 3), dtype=np.uint8)
    write_clip(tmp_path / "source.mp4", Clip(frames, 25.0, speech(0, 12 / 25)))
    for name, seed in (("emotional", 3), ("neutral", 1)):
        write_wav(tmp_path / f"{name}.wav", speech(seed, 0.8))
    return Sample(
        id="a",
        dataset="puppets",
        split="test",
        speaker="P25",
        sentence="s29",
        source=tmp_path / "source.mp4",
        source_emotion="neutral",
        emotion="happy",
        intensity=3,
        speech=None,
        cues=Cues(emotional_speech=(tmp_path / "emotional.wav",), neutral_speech=(tmp_path / "neutral.wav",)),
    )


@pytest.fixture(scope="module")
def method() -> CMet:
    made = CMet()
    made.load("cpu", {})
    return made


def test_the_edit_has_the_sources_size_length_and_sound(method: CMet, sample: Sample) -> None:
    clip = method.edit(sample, 0)
    assert isinstance(clip, Clip)
    assert clip.frames.shape == (12, 128, 128, 3) and clip.fps == 25.0
    assert clip.audio is not None and len(clip.audio) == 12 * 640


def test_speech_decides_the_length(method: CMet, sample: Sample, tmp_path: Path) -> None:
    write_wav(tmp_path / "long.wav", speech(5, 1.0))
    clip = method.edit(dataclasses.replace(sample, speech=tmp_path / "long.wav"), 0)
    assert isinstance(clip, Clip) and len(clip.frames) == 25


def test_the_same_sample_gives_the_same_pixels(method: CMet, sample: Sample) -> None:
    first, second = method.edit(sample, 0), method.edit(sample, 0)
    assert isinstance(first, Clip) and isinstance(second, Clip)
    np.testing.assert_array_equal(first.frames, second.frames)


def test_intensity_scales_the_vector(sample: Sample) -> None:
    one, two = CMet(), CMet()
    one.load("cpu", {})
    two.load("cpu", {"intensity": 2.0})
    np.testing.assert_allclose(two.vector(sample), 2 * one.vector(sample), rtol=1e-6)


def test_a_sample_without_emotional_speech_has_a_status(method: CMet, sample: Sample) -> None:
    with pytest.raises(SampleError) as caught:
        method.edit(dataclasses.replace(sample, cues=Cues(label="happy")), 0)
    assert caught.value.status == "no_emotional_speech"


def test_wrong_options_and_missing_weights_are_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="mode"):
        CMet().load("cpu", {"mode": "papre"})
    with pytest.raises(UsageError, match="intensity"):
        CMet().load("cpu", {"intensty": 1.0})
    with pytest.raises(MissingCheckpoint, match="EDTalk.pt.*get EDTalk.pt from"):
        CMet().load("cpu", {"weights": str(tmp_path)})


def test_resizing_down_averages_and_back_up_keeps_a_flat_picture() -> None:
    frames = np.random.default_rng(1).integers(0, 256, (1, 8, 8, 3), dtype=np.uint8)
    blocks = frames.reshape(1, 4, 2, 4, 2, 3).mean(axis=(2, 4))
    assert np.abs(resized(frames, 4).astype(float) - blocks).max() <= 0.51
    assert np.unique(resized(np.full((1, 4, 4, 3), 77, np.uint8), 8)).tolist() == [77]


def test_an_edit_says_how_far_its_vector_can_be_trusted(method: CMet, sample: Sample, tmp_path: Path) -> None:
    alone = method.remarks(sample)
    assert alone["vector_reliable"] is False and "too few recordings" in str(alone["warning"])
    sides = {}
    for name, pitch in (("high", 6), ("low", 0)):
        for place in range(6):
            write_wav(tmp_path / f"{name}{place}.wav", speech(pitch, 0.7 + 0.05 * place))
        sides[name] = tuple(tmp_path / f"{name}{place}.wav" for place in range(6))
    apart = dataclasses.replace(sample, cues=Cues(emotional_speech=sides["high"], neutral_speech=sides["low"]))
    same = dataclasses.replace(sample, cues=Cues(emotional_speech=sides["low"][::2], neutral_speech=sides["low"][1::2]))
    told = method.remarks(apart)
    assert told["vector_reliable"] is True and "warning" not in told
    assert float(told["vector_halves_cosine"]) > 0.9 and float(told["vector_p_value"]) <= 0.05
    noise = method.remarks(same)
    assert noise["vector_reliable"] is False and "not reliable" in str(noise["warning"])


def test_the_users_own_weights_decide_whether_an_output_is_still_right(sample: Sample, tmp_path: Path) -> None:
    for name in ("EDTalk.pt", "C-MET.pth", "notes.txt"):
        (tmp_path / name).write_text("x")
    encoder = tmp_path / "speech.safetensors"
    assert CMet.inputs(sample, {"weights": str(tmp_path)}) == (tmp_path / "C-MET.pth", tmp_path / "EDTalk.pt")
    assert CMet.inputs(sample, {"weights": "puppets", "speech_encoder": str(encoder)}) == (encoder,)
    assert CMet.inputs(sample, {"weights": "puppets", "speech_encoder": "emotion2vec"}) == ()


def test_a_source_of_another_rate_is_edited_at_25_frames_a_second(method: CMet, sample: Sample, tmp_path: Path) -> None:
    frames = np.random.default_rng(0).integers(0, 256, (24, 128, 128, 3), dtype=np.uint8)
    write_clip(tmp_path / "fast.mp4", Clip(frames, 50.0, speech(0, 12 / 25)))
    clip = method.edit(dataclasses.replace(sample, source=tmp_path / "fast.mp4"), 0)
    assert isinstance(clip, Clip) and clip.fps == 25.0 and len(clip.frames) == 12
