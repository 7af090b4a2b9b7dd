"""FLOAT as a method: a small network end to end, and once the released sizes on a real clip."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from baselines.float_.config import EMOTIONS
from baselines.float_.method import FloatAudio, FloatLabel, FloatMethod, noise_seed
from baselines.float_.model import Float
from benchmark.checkpoints.locate import VARIABLE
from benchmark.checkpoints.seeded import Seed
from benchmark.core.errors import MissingCheckpoint, SampleError, UsageError
from benchmark.core.types import Cues, Sample
from benchmark.media.audio import read_audio, write_wav
from benchmark.media.clip import Clip
from benchmark.media.video import read_clip, write_clip
from benchmark.results.store import read_scores
from benchmark.run.command import main
from tests.baselines.float_.made_float import small_float, write_float
from tests.benchmark.media.made import made_clip, made_frames, made_sound
from tests.shared_files import MEDIA, WEIGHTS, needs_media, needs_weights


def voice(pitch: float, seconds: float) -> np.ndarray:
    time = np.arange(int(16000 * seconds)) / 16000
    return (0.2 * np.sign(np.sin(2 * np.pi * pitch * time)) * np.sin(9 * time)).astype(np.float32)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_float(tmp_path_factory.mktemp("float"), small_float())


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    write_clip(tmp_path / "source.mp4", Clip(made_frames(8, 64, 64), 25.0, made_sound(8 / 25)))
    for pitch in (120, 240):
        write_wav(tmp_path / f"{pitch}.wav", voice(pitch, 0.8))
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
        cues=Cues("disgusted", (tmp_path / "120.wav", tmp_path / "240.wav"), (), None),
    )


def loaded(kind: type[FloatMethod], folder: Path, **options: object) -> FloatMethod:
    method = kind()
    method.load("cpu", {"weights": str(folder), **options})
    return method


def frames(method: FloatMethod, sample: Sample, seed: int = 0) -> np.ndarray:
    clip = method.edit(sample, seed)
    assert isinstance(clip, Clip)
    return clip.frames


@pytest.mark.parametrize("kind", [FloatAudio, FloatLabel])
def test_the_clip_has_the_sources_size_and_the_speechs_length(kind, folder: Path, sample: Sample) -> None:
    method = loaded(kind, folder)
    clip = method.edit(sample, 0)
    assert isinstance(clip, Clip) and clip.fps == 25.0
    assert clip.frames.shape == (8, 64, 64, 3) and clip.audio is not None and len(clip.audio) == 8 * 640
    write_wav(sample.source.with_name("long.wav"), voice(150, 0.93))
    longer = dataclasses.replace(sample, speech=sample.source.with_name("long.wav"))
    assert len(frames(method, longer)) == 23, "23.25 frames of speech are three windows of this network"


def test_sample_and_seed_decide_the_clip_whatever_was_edited_before(folder: Path, sample: Sample) -> None:
    other = dataclasses.replace(sample, id="b")
    method = loaded(FloatAudio, folder)
    first = frames(method, sample)
    assert not np.array_equal(first, frames(method, other)), "every sample has noise of its own"
    assert not np.array_equal(first, frames(method, sample, seed=1))
    np.testing.assert_array_equal(first, frames(method, sample))
    np.testing.assert_array_equal(frames(loaded(FloatAudio, folder), other), frames(method, other))
    assert noise_seed(sample, 0) != noise_seed(sample, 1) != noise_seed(other, 1)


def test_emotion_is_the_mean_of_what_the_cues_recordings_say(folder: Path, sample: Sample) -> None:
    method = loaded(FloatAudio, folder)
    network = small_float()
    heard = torch.cat([network.hear_emotion(read_audio(path)) for path in sample.cues.emotional_speech])
    shares = method.emotion(sample, voice(150, 0.5))
    torch.testing.assert_close(shares, heard.mean(dim=0, keepdim=True))
    frames(method, sample)
    share, place = shares[0].max(dim=0)
    said = method.remarks(sample)
    assert said == {"emotion_heard": EMOTIONS[int(place)], "emotion_share": pytest.approx(float(share), abs=1e-5)}
    assert method.remarks(dataclasses.replace(sample, id="b")) == {}


def test_or_of_the_speech_itself_as_released(folder: Path, sample: Sample) -> None:
    method = loaded(FloatAudio, folder, emotion="speech")
    spoken = voice(150, 0.5)
    bare = dataclasses.replace(sample, cues=Cues())
    torch.testing.assert_close(method.emotion(bare, spoken), small_float().hear_emotion(spoken))
    assert len(frames(method, bare)) == 8


def test_only_the_cue_of_its_family_moves_the_emotion(folder: Path, sample: Sample) -> None:
    fewer = {"emotional_speech": sample.cues.emotional_speech[:1]}
    for kind, own, foreign in ((FloatAudio, fewer, {"label": "happy"}), (FloatLabel, {"label": "happy"}, fewer)):
        method = loaded(kind, folder)
        shown = [
            method.emotion(
                dataclasses.replace(sample, cues=dataclasses.replace(sample.cues, **change), emotion=target),
                voice(150, 0.5),
            )
            for change, target in (({}, "sarcastic"), (own, "sarcastic"), (foreign, "romantic"))
        ]
        assert not torch.equal(shown[0], shown[1]) and torch.equal(shown[0], shown[2])


def test_a_label_is_one_of_seven(folder: Path, sample: Sample) -> None:
    method = loaded(FloatLabel, folder)
    assert method.emotion(sample, voice(150, 0.5)).tolist() == [[0, 1, 0, 0, 0, 0, 0]]
    for label, status in (("contempt", "unknown_label"), (None, "no_label")):
        with pytest.raises(SampleError) as caught:
            method.edit(dataclasses.replace(sample, cues=Cues(label)), 0)
        assert caught.value.status == status


@pytest.mark.parametrize("option", [{"e_cfg_scale": 5.0}, {"a_cfg_scale": 1.0}, {"r_cfg_scale": 2.0}, {"nfe": 3}])
def test_every_option_of_sampling_moves_the_clip(folder: Path, sample: Sample, option: dict[str, float]) -> None:
    assert not np.array_equal(
        frames(loaded(FloatLabel, folder), sample), frames(loaded(FloatLabel, folder, **option), sample)
    )


def test_frames_are_the_autoencoders_own(folder: Path, sample: Sample) -> None:
    """Without the method: the first frame by area at 32 pixels, motion with the sample's noise, pixels, enlarged."""
    import cv2

    from baselines.float_.sampling import Sampling
    from baselines.float_.speech import one_hot

    method, network = loaded(FloatLabel, folder), small_float()
    source = read_clip(sample.source)
    picture = cv2.resize(source.frames[0], (32, 32), interpolation=cv2.INTER_AREA)
    image = torch.from_numpy(picture.astype(np.float32) / 127.5 - 1).permute(2, 0, 1)[None]
    with torch.no_grad():
        portrait = network.motion_autoencoder.encode(image)
        motion = network.motion(portrait, source.audio, one_hot("disgust"), noise_seed(sample, 7), Sampling())
        drawn = network.motion_autoencoder.decode(portrait, motion[5:6])[0]
    expected = ((drawn.clamp(-1, 1) + 1) * 127.5).permute(1, 2, 0).numpy()
    expected = cv2.resize(expected, (64, 64), interpolation=cv2.INTER_CUBIC)
    assert np.abs(frames(method, sample, seed=7)[5] - expected.clip(0, 255)).max() < 3


def test_samples_that_can_not_be_edited_have_a_status(folder: Path, sample: Sample, tmp_path: Path) -> None:
    method = loaded(FloatAudio, folder)
    write_clip(tmp_path / "wide.mp4", made_clip(8))
    write_clip(tmp_path / "silent.mp4", Clip(made_frames(8, 64, 64), 25.0))
    write_wav(tmp_path / "short.wav", voice(150, 0.05))
    cases = {
        "no_emotional_speech": dataclasses.replace(sample, cues=Cues("happy")),
        "wrong_size": dataclasses.replace(sample, source=tmp_path / "wide.mp4"),
        "no_speech": dataclasses.replace(sample, source=tmp_path / "silent.mp4"),
        "unusable_speech": dataclasses.replace(sample, speech=tmp_path / "short.wav"),
        "missing_file": dataclasses.replace(sample, source=tmp_path / "nowhere.mp4"),
    }
    for status, case in cases.items():
        with pytest.raises(SampleError) as caught:
            method.edit(case, 0)
        assert caught.value.status == status


def test_options_and_files_that_do_not_fit_are_said(folder: Path, tmp_path: Path) -> None:
    for option, words in (
        ({"nfe": 1}, "method.nfe must be a whole number"),
        ({"solver": "rk5"}, "method.solver must be one of"),
        ({"crop": "hair"}, "method.crop must be one of none, face"),
        ({"emotion": "label"}, "method.emotion must be one of cue, speech"),
        ({"guidance": 2}, "no option 'guidance'"),
    ):
        with pytest.raises(UsageError, match=words):
            loaded(FloatAudio, folder, **option)
    with pytest.raises(UsageError, match="no option 'emotion'"):
        loaded(FloatLabel, folder, emotion="cue")
    with pytest.raises(UsageError, match="needs method.weights=DIR"):
        FloatAudio().load("cpu", {})
    with pytest.raises(MissingCheckpoint, match=r"missing checkpoint: .*get float.pth from https://drive.google.com/"):
        loaded(FloatAudio, tmp_path)


def test_the_weights_content_and_not_their_place_decides_whether_outputs_are_right(
    folder: Path, sample: Sample, tmp_path: Path
) -> None:
    assert "weights" not in FloatAudio.output_options({"weights": "x", "nfe": 4})
    assert FloatAudio.inputs(sample, {}) == ()
    moved = shutil.copytree(folder, tmp_path / "moved")
    names = [path.relative_to(moved) for path in FloatAudio.inputs(sample, {"weights": str(moved)})]
    assert names == [path.relative_to(folder) for path in FloatAudio.inputs(sample, {"weights": str(folder)})]
    assert len(names) == 6


def test_a_mock_needs_no_weights(tmp_path: Path, sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "m.csv").write_text("id,source,target,emotion\na,source.mp4,source.mp4,happy\n")
    assert run(tmp_path, "float", "--mock") == 0
    assert run(tmp_path, "float") == 2
    assert "method float needs method.weights=" in capsys.readouterr().err


def test_a_run_keeps_what_was_heard(
    folder: Path, tmp_path: Path, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "m.csv").write_text(
        "id,source,target,emotion,emotional_speech\na,source.mp4,source.mp4,happy,120.wav;240.wav\n"
    )
    assert run(tmp_path, "float", f"method.weights={folder}") == 0
    (results,) = (tmp_path / "root" / "results" / "clips" / "test" / "float").iterdir()
    assert (read_scores(results).status == "ok").all()
    assert "emotion_heard" in (results / "run.json").read_text()


def run(folder: Path, method: str, *more: str) -> int:
    flags = ["--method", method, "--dataset", "clips", "--metrics", "psnr"]
    return main([*flags, f"dataset.manifest={folder / 'm.csv'}", f"runtime.root={folder / 'root'}", *more])


@pytest.mark.slow
@needs_media
@needs_weights
def test_the_released_sizes_run_on_a_real_clip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of the released names and sizes (seeded), a face cut out of a real frame, three frames of speech."""
    from baselines.float_.files import seeded

    monkeypatch.setenv(VARIABLE, str(WEIGHTS))
    folder = write_float(tmp_path / "checkpoints", seeded(Float(), Seed()), small=False)
    speech = read_audio(MEDIA / "float" / "aud-sample-vs-1.wav")[:2000]
    write_wav(tmp_path / "speech.wav", speech)
    shutil.copy(MEDIA / "cmet" / "video" / "W009_038.mp4", tmp_path / "real.mp4")
    (tmp_path / "m.csv").write_text(
        "id,source,emotion,speech,emotional_speech\na,real.mp4,happy,speech.wav,speech.wav\n"
    )
    assert run(tmp_path, "float", f"method.weights={folder}", "method.crop=face") == 0
    shutil.rmtree(folder)  # 2.5 GB
    (video,) = (tmp_path / "root").rglob("a.mp4")
    clip = read_clip(video)
    assert len(clip.frames) == 3 and clip.frames.shape[1] == clip.frames.shape[2] > 100
    assert clip.frames.std() > 5
