"""The three ways to tell EDTalk the emotion, with the small networks that ship, and once at full size."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from baselines.edtalk import EDTalk
from baselines.edtalk_audio import EDTalkAudio
from baselines.edtalk_image import EDTalkImage
from baselines.edtalk_label import EDTalkLabel
from baselines.speech_to_expression import SpeechToExpression
from benchmark.checkpoints.seeded import Seed, fill_cmet
from benchmark.checkpoints.shipped import ship
from benchmark.core.errors import MissingCheckpoint, SampleError, UsageError
from benchmark.core.types import Cues, Sample
from benchmark.media.audio import write_wav
from benchmark.media.clip import Clip
from benchmark.media.video import write_clip
from cmet.edtalk.generator import Generator
from cmet.inference.networks import load_shipped_renderer
from cmet.model.audio2lip import Audio2Lip

KINDS = (EDTalkLabel, EDTalkImage, EDTalkAudio)


def speech(pitch: float, seconds: float) -> np.ndarray:
    time = np.arange(int(16000 * seconds)) / 16000
    return (0.2 * np.sin(2 * np.pi * pitch * time)).astype(np.float32)


def pictures(seed: int, count: int, side: int = 64) -> np.ndarray:
    small = np.random.default_rng(seed).integers(0, 256, (count, 8, 8, 3), dtype=np.uint8)
    return np.stack([cv2.resize(frame, (side, side)) for frame in small])


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    write_clip(tmp_path / "source.mp4", Clip(pictures(0, 8), 25.0, speech(150, 8 / 25)))
    write_clip(tmp_path / "reference.mp4", Clip(pictures(1, 3), 25.0))
    for pitch in (120, 240):
        write_wav(tmp_path / f"{pitch}.wav", speech(pitch, 0.8))
    return Sample(
        id="a",
        dataset="puppets",
        split="test",
        speaker="P25",
        sentence="s29",
        source=tmp_path / "source.mp4",
        source_emotion="neutral",
        emotion="sarcastic",
        intensity=3,
        speech=None,
        cues=Cues("contempt", (tmp_path / "120.wav", tmp_path / "240.wav"), (), tmp_path / "reference.mp4"),
    )


@pytest.fixture(scope="module")
def methods() -> dict[type[EDTalk], EDTalk]:
    made: dict[type[EDTalk], EDTalk] = {kind: kind() for kind in KINDS}
    for method in made.values():
        method.load("cpu", {})
    return made


@pytest.mark.parametrize("kind", KINDS)
def test_the_clip_has_the_sources_size_and_the_speechs_length(methods, kind, sample: Sample, tmp_path: Path) -> None:
    write_wav(tmp_path / "long.wav", speech(150, 0.6))
    first, again = methods[kind].edit(sample, 0), methods[kind].edit(sample, 0)
    assert first.frames.shape == (8, 64, 64, 3) and len(first.audio) == 8 * 640
    np.testing.assert_array_equal(first.frames, again.frames)
    assert len(methods[kind].edit(dataclasses.replace(sample, speech=tmp_path / "long.wav"), 0).frames) == 15


def test_a_source_that_begins_black_is_drawn_from_its_first_picture(methods, sample: Sample, tmp_path: Path) -> None:
    whole = np.repeat(pictures(3, 1), 8, axis=0)
    black = whole.copy()
    black[:3] = 0
    write_clip(tmp_path / "whole.mp4", Clip(whole, 25.0, speech(150, 8 / 25)), crf=0)
    write_clip(tmp_path / "black.mp4", Clip(black, 25.0, speech(150, 8 / 25)), crf=0)
    write_clip(tmp_path / "nothing.mp4", Clip(np.zeros_like(black), 25.0, speech(150, 8 / 25)), crf=0)
    method = methods[EDTalkLabel]
    drawn = method.edit(dataclasses.replace(sample, source=tmp_path / "whole.mp4"), 0)
    assert method.remarks(sample) == {}
    again = method.edit(dataclasses.replace(sample, source=tmp_path / "black.mp4"), 0)
    np.testing.assert_array_equal(again.frames, drawn.frames)
    assert method.remarks(sample) == {"reference_frame": 3.0}
    with pytest.raises(SampleError, match="all are of one colour") as caught:
        method.edit(dataclasses.replace(sample, source=tmp_path / "nothing.mp4"), 0)
    assert caught.value.status == "no_face"


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_cue_of_its_family_moves_the_edit(methods, kind, sample: Sample, tmp_path: Path) -> None:
    shown = methods[kind].expression(sample)
    others = {
        EDTalkLabel: {"label": "happy"},
        EDTalkImage: {"reference": sample.source},
        EDTalkAudio: {"emotional_speech": sample.cues.emotional_speech[:1]},
    }
    for owner, change in others.items():
        changed = dataclasses.replace(sample, cues=dataclasses.replace(sample.cues, **change), emotion="romantic")
        got = methods[kind].expression(changed)
        same = got.shape == shown.shape and torch.equal(got, shown)
        assert same == (owner is not kind)


def test_the_label_decides_the_code_and_not_the_target_emotion(methods, sample: Sample) -> None:
    method = methods[EDTalkLabel]
    np.testing.assert_array_equal(method.expression(sample)[0], method.codes.of("contempt", 3))
    weaker = dataclasses.replace(sample, intensity=1)
    np.testing.assert_array_equal(method.expression(weaker)[0], method.codes.of("contempt", 1))


def test_a_held_expression_is_what_the_face_model_draws_with_it(methods, sample: Sample) -> None:
    """The frames are the decoder's own with the label's code in place of the clip's."""
    from cmet.face_method import read_shot
    from cmet.model.audio2lip import lip_codes

    method, renderer = methods[EDTalkLabel], load_shipped_renderer()
    shot = read_shot(sample)
    driving = shot.pictures(64)
    with torch.no_grad():
        pose = renderer.generator.codes(renderer.generator.latent(driving)).pose
        lips = lip_codes(renderer.audio2lip, shot.speech)
        image = renderer.generator.decode(
            renderer.generator.encode(driving[:1]),
            lips[4:5],
            pose[4:5],
            method.expression(sample),
            renderer.generator.directions(),
        )
    expected = ((image[0].clamp(-1, 1) + 1) * 127.5).permute(1, 2, 0).numpy()
    assert np.abs(method.edit(sample, 0).frames[4] - expected).max() <= 0.6


def test_a_reference_is_followed_or_averaged_and_may_be_an_image(methods, sample: Sample, tmp_path: Path) -> None:
    held = EDTalkImage()
    held.load("cpu", {"over": "mean"})
    followed = methods[EDTalkImage].expression(sample)
    assert followed.shape == (3, 10)
    torch.testing.assert_close(held.expression(sample), followed.mean(dim=0, keepdim=True))
    frame = pictures(1, 3)[0]
    cv2.imwrite(str(tmp_path / "one.png"), cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
    still = dataclasses.replace(sample, cues=Cues(reference=tmp_path / "one.png"))
    with torch.no_grad():
        generator = methods[EDTalkImage].renderer.generator
        wide = torch.from_numpy(frame.astype(np.float32) / 127.5 - 1).permute(2, 0, 1)[None]
        expected = generator.codes(generator.latent(wide)).exp
    torch.testing.assert_close(methods[EDTalkImage].expression(still), expected, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize(
    ("kind", "status"), [(EDTalkLabel, "no_label"), (EDTalkImage, "no_reference"), (EDTalkAudio, "no_emotional_speech")]
)
def test_a_sample_without_the_cue_has_a_status(methods, kind, status: str, sample: Sample) -> None:
    with pytest.raises(SampleError) as caught:
        methods[kind].edit(dataclasses.replace(sample, cues=Cues()), 0)
    assert caught.value.status == status


def test_what_does_not_fit_is_said(tmp_path: Path, sample: Sample) -> None:
    np.save(tmp_path / "happy.npy", np.ones(7))
    with pytest.raises(UsageError, match="7 numbers"):
        EDTalkLabel().load("cpu", {"codes": str(tmp_path)})
    with pytest.raises(UsageError, match="frames, mean"):
        EDTalkImage().load("cpu", {"over": "median"})
    with pytest.raises(MissingCheckpoint, match="EDTalk.pt.*get EDTalk.pt from"):
        EDTalkAudio().load("cpu", {"weights": str(tmp_path)})
    path = tmp_path / "trained" / "regression.safetensors"
    path.parent.mkdir()
    sizes = {"speech": 5, "expression": 10}
    ship(SpeechToExpression(**sizes), path, arguments=sizes, command="none", seed=0, data_version="0", scores={})
    with pytest.raises(UsageError, match="5 -> 10 numbers"):
        EDTalkAudio().load("cpu", {"regression": str(path)})
    assert EDTalkAudio.inputs(sample, {"regression": str(path)}) == (path,)
    assert EDTalkLabel.inputs(sample, {"codes": str(tmp_path)}) == (tmp_path / "happy.npy",)


@pytest.mark.slow
def test_the_authors_files_are_enough_without_the_transformer(sample: Sample, tmp_path: Path) -> None:
    torch.save({"gen": fill_cmet(Generator(), Seed()).state_dict()}, tmp_path / "EDTalk.pt")
    torch.save({"state_dict": fill_cmet(Audio2Lip(), Seed()).state_dict()}, tmp_path / "Audio2Lip.pt")
    method = EDTalkLabel()
    method.load("cpu", {"weights": str(tmp_path)})
    assert method.renderer.generator.config.size == 256
    assert method.edit(sample, 0).frames.shape == (8, 64, 64, 3)
