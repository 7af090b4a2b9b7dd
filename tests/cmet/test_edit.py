"""`python -m cmet.edit` with small random networks, and once at full size."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmark.media.audio import read_audio, write_wav
from benchmark.media.clip import Clip
from benchmark.media.video import probe, read_clip, write_clip
from benchmark.media.yunet import YUNET, Detections
from cmet.edit import main
from cmet.inference import face_detector
from cmet.inference.cmet import CMet
from cmet.inference.edit_video import edit_video
from cmet.inference.editing import mirrored, to_unit
from cmet.inference.face_crop import Region
from cmet.inference.feature_bank import Bank, write_bank
from cmet.inference.networks import RELEASED, load_networks
from cmet.inference.recorded_speech import Recordings
from cmet.inference.speech import load_speech_encoder
from tests.cmet.made_networks import EMBEDDING, SIZE, write_networks
from tests.shared_files import MEDIA, SHARED, WEIGHTS, needs_media

ROOT = Path(__file__).resolve().parents[2]
BOX = (30.0, 20.0, 50.0, 45.0)  # a face whose square, 30 wide about (40, 32.5), is 25..55 x 18..48
REGION = Region(25, 18, 55, 48)


class Detector:
    """Finds one face at a known place."""

    def detect(self, picture: np.ndarray) -> Detections:
        points = np.array([[35.0, 28.0], [45.0, 28.0], [40.0, 33.0], [36.0, 39.0], [44.0, 39.0]])
        return Detections(np.array([BOX]), points[None], np.array([0.9]))


def tone(frames: int, hertz: float = 220.0) -> np.ndarray:
    """A sound that rises and falls, 25 frames a second."""
    seconds = np.arange(frames * 640) / 16000
    return (0.3 * np.sin(2 * np.pi * hertz * seconds) * (0.6 + 0.4 * np.sin(9 * seconds))).astype(np.float32)


def pictures(frames: int, height: int, width: int, seed: int = 0) -> np.ndarray:
    """Coarse noise that the codec keeps well."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(40, 216, (frames, height // 8, width // 8, 3))
    return coarse.repeat(8, axis=1).repeat(8, axis=2).astype(np.uint8)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    return write_networks(tmp_path_factory.mktemp("weights"))


@pytest.fixture(scope="module")
def model(weights: Path) -> CMet:
    return load_networks(str(weights))


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """crop.mp4: 32 px, 14 frames; wide.mp4: 96x64, 12 frames; fast.mp4: 30 fps, 24 frames; silent.mp4; speech."""
    folder = tmp_path_factory.mktemp("media")
    write_clip(folder / "crop.mp4", Clip(pictures(14, SIZE, SIZE), 25.0, tone(14)))
    write_clip(folder / "wide.mp4", Clip(pictures(12, 64, 96), 25.0, tone(12)))
    write_clip(folder / "fast.mp4", Clip(pictures(24, SIZE, SIZE), 30.0, tone(20)))
    write_clip(folder / "silent.mp4", Clip(pictures(6, SIZE, SIZE), 25.0))
    for number, hertz in enumerate((300, 330, 360)):
        write_wav(folder / "happy" / f"A_{number}.wav", tone(15, hertz))
        write_wav(folder / "neutral" / f"A_{number}.wav", tone(15, hertz / 2))
    write_wav(folder / "long.wav", tone(21, 250.0))
    return folder


@pytest.fixture
def detector(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(face_detector, "load_detector", lambda path: Detector())


def edit(media: Path, weights: Path, out: Path, *more: str, source: str = "crop.mp4", cue: bool = True) -> Clip:
    """Run the command and read what it wrote."""
    speech = ["--emotion-speech", str(media / "happy"), "--neutral-speech", str(media / "neutral")] if cue else []
    command = ["--source", str(media / source), "--out", str(out), "--weights", str(weights), "--device", "cpu"]
    assert main([*command, *speech, *more]) == 0
    return read_clip(out)


def vector_of(media: Path, weights: Path) -> np.ndarray:
    """Difference of mean embeddings, written out."""
    encoder = load_speech_encoder(str(weights / "speech.safetensors"))
    happy, neutral = (
        np.stack([encoder.embed([read_audio(path)])[0] for path in sorted((media / side).iterdir())])
        for side in ("happy", "neutral")
    )
    return (happy.mean(axis=0) - neutral.mean(axis=0)).astype(np.float32)


def difference(one: np.ndarray, two: np.ndarray) -> float:
    return float(np.abs(one.astype(float) - two.astype(float)).mean())


def test_the_command_writes_what_the_model_draws_with_the_sources_sound(
    media: Path, weights: Path, model: CMet, tmp_path: Path, capsys
) -> None:
    out = edit(media, weights, tmp_path / "new" / "out.mp4", "--no-crop")
    said = capsys.readouterr().out
    assert (
        "3 emotional and 3 neutral recordings" in said and "14 frames, 32x32, 25 a second, 0.56 s, with sound" in said
    )
    assert out.frames.shape == (14, SIZE, SIZE, 3) and out.fps == 25.0
    source = read_clip(media / "crop.mp4")
    assert out.audio is not None and source.audio is not None and len(out.audio) == 14 * 640
    assert np.corrcoef(out.audio, source.audio)[0, 1] > 0.99
    driving = to_unit(source.frames)
    drawn = model.edit(driving[:1], driving, source.audio, torch.from_numpy(vector_of(media, weights)))
    write_clip(tmp_path / "direct.mp4", Clip(drawn.frames, 25.0, source.audio))
    assert (tmp_path / "new" / "out.mp4").read_bytes() == (tmp_path / "direct.mp4").read_bytes()
    info = probe(tmp_path / "new" / "out.mp4")
    assert (info.codec, info.pixel_format, info.audio_rate) == ("h264", "yuv420p", 16000)


@pytest.mark.parametrize("name", ["2024-11-14T22:57:44", 'run #3 "q" 50%\n', "-a"])
def test_files_have_any_name(
    name: str, media: Path, weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(media / "crop.mp4", f"{name}.mp4")
    shutil.copytree(media / "happy", f"{name} happy")
    shutil.copy(next((media / "neutral").iterdir()), f"{name}.wav")
    words = ["--source", f"{name}.mp4", "--emotion-speech", f"./{name} happy", "--neutral-speech", f"./{name}.wav"]
    out = ["--out", f"{name} out.mp4", "--weights", str(weights), "--device", "cpu", "--no-crop"]
    assert main([*words, *out]) == 0
    assert read_clip(f"{name} out.mp4").frames.shape == (14, SIZE, SIZE, 3)


def test_other_rates_become_25_frames_a_second(media: Path, weights: Path, tmp_path: Path, capsys) -> None:
    out = edit(media, weights, tmp_path / "out.mp4", "--no-crop", source="fast.mp4")
    assert out.fps == 25.0 and len(out.frames) == 20  # 24 frames at 30 a second last 0.8 s
    assert out.audio is not None and np.corrcoef(out.audio, tone(20))[0, 1] > 0.99


def test_speech_decides_length_and_sound(media: Path, weights: Path, tmp_path: Path) -> None:
    out = edit(media, weights, tmp_path / "out.mp4", "--no-crop", "--speech", str(media / "long.wav"))
    assert len(out.frames) == 21 and out.audio is not None
    assert np.corrcoef(out.audio, tone(21, 250.0))[0, 1] > 0.99
    short = edit(media, weights, tmp_path / "short.mp4", "--no-crop", "--seconds", "0.2")
    assert len(short.frames) == 5 and short.audio is not None and len(short.audio) == 5 * 640


def test_a_still_image_can_speak(media: Path, weights: Path, tmp_path: Path, detector: None) -> None:
    import cv2

    cv2.imwrite(str(tmp_path / "still.png"), pictures(1, 64, 96)[0])
    happy = ["--emotion-speech", str(media / "happy"), "--neutral-speech", str(media / "neutral")]
    spoken = ["--speech", str(media / "long.wav"), "--seconds", "0.4", "--paste-back"]
    out = edit(tmp_path, weights, tmp_path / "out.mp4", *happy, *spoken, source="still.png", cue=False)
    assert out.frames.shape == (10, 64, 96, 3) and out.fps == 25.0 and out.audio is not None


def test_lips_can_stay_the_sources(media: Path, weights: Path, model: CMet, tmp_path: Path) -> None:
    kept = edit(media, weights, tmp_path / "kept.mp4", "--no-crop", "--keep-lips")
    assert len(kept.frames) == 14 and kept.audio is not None
    silent = edit(media, weights, tmp_path / "silent.mp4", "--no-crop", source="silent.mp4")
    assert len(silent.frames) == 6 and silent.audio is None
    source, vector = read_clip(media / "crop.mp4"), vector_of(media, weights)
    result = edit_video(model, source, vector, detector=None, lips="clip")
    driving = to_unit(source.frames)
    direct = model.edit(driving[:1], driving, None, torch.from_numpy(vector)).frames
    np.testing.assert_array_equal(result.clip.frames, direct)


def test_the_face_is_cut_out_and_pasted_back(
    media: Path, weights: Path, model: CMet, tmp_path: Path, detector: None, capsys
) -> None:
    alone = edit(media, weights, tmp_path / "alone.mp4", source="wide.mp4")
    assert alone.frames.shape == (12, SIZE, SIZE, 3)
    assert "face: 30x30 at 25, 18 of 96x64" in capsys.readouterr().out
    back = edit(media, weights, tmp_path / "back.mp4", "--paste-back", source="wide.mp4")
    source = read_clip(media / "wide.mp4")
    assert back.frames.shape == source.frames.shape
    outside = np.ones((64, 96), bool)
    outside[REGION.top : REGION.bottom, REGION.left : REGION.right] = False
    assert difference(back.frames[:, outside], source.frames[:, outside]) < 4
    assert difference(back.frames[:, ~outside], source.frames[:, ~outside]) > 15
    vector, speech = vector_of(media, weights), read_audio(media / "long.wav")
    longer = edit_video(model, source, vector, detector=Detector(), speech=speech, paste_back=True)
    np.testing.assert_array_equal(longer.source_frames, mirrored(21, 12))
    np.testing.assert_array_equal(longer.clip.frames[:, outside], source.frames[mirrored(21, 12)][:, outside])
    assert longer.region == REGION


def test_somebody_else_is_shown_if_an_image_says_so(media: Path, weights: Path, tmp_path: Path, detector: None) -> None:
    import cv2

    still = edit(media, weights, tmp_path / "still.mp4", source="wide.mp4")
    cv2.imwrite(str(tmp_path / "other.png"), pictures(1, 64, 64, seed=9)[0])
    other = edit(media, weights, tmp_path / "other.mp4", "--identity", str(tmp_path / "other.png"), source="wide.mp4")
    assert difference(still.frames, other.frames) > 8


def test_progress_counts_frames_that_are_read_and_drawn(media: Path, weights: Path, model: CMet) -> None:
    seen: list[tuple[int, int]] = []
    source, speech = read_clip(media / "crop.mp4"), read_audio(media / "long.wav")
    edit_video(
        model,
        source,
        vector_of(media, weights),
        detector=None,
        speech=speech,
        batch=10,
        progress=lambda *counts: seen.append(counts),
    )
    assert seen == [(done, 35) for done in (10, 14, 24, 34, 35)]


def test_intensity_scales_the_emotion(media: Path, weights: Path, model: CMet) -> None:
    source, vector = read_clip(media / "crop.mp4"), vector_of(media, weights)
    plain = [edit_video(model, source, f * vector, detector=None).clip.frames for f in (0.0, 1.0, 30.0)]
    assert 0 < difference(plain[0], plain[1]) < difference(plain[0], plain[2])


def test_wavs_embeddings_and_a_bank_give_the_same_edit(media: Path, weights: Path, tmp_path: Path) -> None:
    encoder = str(weights / "speech.safetensors")
    from_wavs = edit(media, weights, tmp_path / "wavs.mp4", "--no-crop")
    sides = {}
    for side in ("happy", "neutral"):
        files = sorted((media / side).iterdir())
        rows = np.stack([load_speech_encoder(encoder).embed([read_audio(path)])[0] for path in files])
        sides[side] = Recordings(tuple(path.stem for path in files), rows)
        np.save(tmp_path / f"{side}.npy", rows)
    write_bank(Bank(sides, "speech.safetensors"), tmp_path / "bank.npz")
    bank = ["--bank", str(tmp_path / "bank.npz"), "--speech-encoder", encoder]
    arrays = ["--emotion-speech", str(tmp_path / "happy.npy"), "--neutral-speech", str(tmp_path / "neutral.npy")]
    for number, cue in enumerate((arrays, [*bank, "--emotion", "happy"], [*bank, "--emotion-speech", arrays[1]])):
        other = edit(media, weights, tmp_path / f"{number}.mp4", "--no-crop", *cue, cue=False)
        np.testing.assert_array_equal(other.frames, from_wavs.frames)
    strong = edit(media, weights, tmp_path / "strong.mp4", "--no-crop", "--intensity", "40", *arrays, cue=False)
    assert difference(strong.frames, from_wavs.frames) > 0.5


def test_the_sources_own_speech_is_neutral_if_nothing_else_is(
    media: Path, weights: Path, tmp_path: Path, capsys
) -> None:
    happy = ["--emotion-speech", str(media / "happy" / "A_0.wav")]
    own = edit(media, weights, tmp_path / "own.mp4", "--no-crop", *happy, cue=False)
    said = capsys.readouterr()
    assert "neutral speech: that of crop.mp4" in said.out and "too few to tell" in said.out
    assert said.err.startswith("warning: the emotion vector is not reliable")
    named = ["--neutral-speech", str(media / "crop.mp4")]
    same = edit(media, weights, tmp_path / "same.mp4", "--no-crop", *happy, *named, cue=False)
    np.testing.assert_array_equal(own.frames, same.frames)


def test_paper_mode_keeps_the_rate_and_needs_25_frames(media: Path, weights: Path, tmp_path: Path, capsys) -> None:
    write_clip(tmp_path / "thirty.mp4", Clip(pictures(27, SIZE, SIZE), 30.0, tone(20)))
    media_of = tmp_path / "thirty.mp4"
    cue = ["--emotion-speech", str(media / "happy"), "--neutral-speech", str(media / "neutral")]
    out = edit(
        tmp_path, weights, tmp_path / "out.mp4", "--no-crop", "--mode", "paper", *cue, source=media_of.name, cue=False
    )
    assert out.fps == 30.0 and len(out.frames) == 22  # 0.9 s of sound are 22 lip codes
    assert "keeps the source's 30 frames a second" in capsys.readouterr().err
    assert main(_wrong(media, weights, tmp_path, "--mode", "paper", "--no-crop")) == 2
    assert "needs 25 frames, the source has 14; use mode 'clean'" in capsys.readouterr().err


def _wrong(media: Path, weights: Path, out: Path, *more: str) -> list[str]:
    cue = ["--emotion-speech", str(media / "happy"), "--neutral-speech", str(media / "neutral")]
    command = ["--source", str(media / "crop.mp4"), "--out", str(out / "wrong.mp4"), "--weights", str(weights)]
    return [*command, *cue, *more]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--emotion", "happy"], "name the emotion by --emotion-speech WAV..., or by --emotion NAME"),
        (["--paste-back", "--no-crop"], "--paste-back needs the source's own face"),
        (["--keep-lips", "--speech", "{media}/long.wav"], "--keep-lips and --speech"),
        (["--out", "out.avi"], "--out must be called NAME.mp4"),
        (["--out", "{media}/crop.mp4"], "--out would overwrite"),
        (["--intensity", "nan"], "--intensity must be a number"),
        (["--batch-size", "0"], "--batch-size must be above 0"),
        (["--source", "absent.mp4"], "absent.mp4: no such file"),
        (["--emotion-speech", "absent.wav"], "absent.wav: no such file or folder"),
        (["--source", "{media}/long.wav"], "long.wav holds no video"),
        (["--source", "{media}/wide.mp4"], "96x64 are no face crops"),
        (
            ["--emotion-speech", "{media}/five.npy"],
            "embeddings do not fit: 5 numbers of emotional speech, 12 of neutral",
        ),
        (["--emotion-speech", "{media}/five.npy", "--neutral-speech", "{media}/five.npy"], "read embeddings of 12"),
        (["--weights", "{media}"], "EDTalk.pt: no such file; get EDTalk.pt from the download list of https://"),
        (["--mode", "fast"], "no such choice 'fast'"),
        (["--sauce", "x"], "unknown option '--sauce'; did you mean '--source'?"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(
    media: Path, weights: Path, tmp_path: Path, more: list[str], message: str, capsys
) -> None:
    np.save(media / "five.npy", np.arange(5.0))
    crop = [] if "--paste-back" in more else ["--no-crop"]
    assert main(_wrong(media, weights, tmp_path, *crop, *(part.format(media=media) for part in more))) == 2
    error = capsys.readouterr().err.splitlines()
    assert error[-1].startswith("error: ") and message in error[-1]
    assert all(line.startswith("warning: ") for line in error[:-1])
    assert not list(tmp_path.iterdir())


def test_a_bank_and_another_encoder_do_not_mix(media: Path, weights: Path, tmp_path: Path, capsys) -> None:
    rows = Recordings(("A_1",), np.zeros((1, EMBEDDING), np.float32))
    write_bank(Bank({"happy": rows, "neutral": rows}, "emotion2vec"), tmp_path / "bank.npz")
    command = ["--source", str(media / "crop.mp4"), "--out", str(tmp_path / "o.mp4"), "--weights", str(weights)]
    more = ["--no-crop", "--emotion", "happy", "--bank", str(tmp_path / "bank.npz"), "--speech-encoder", "puppets"]
    assert main([*command, *more]) == 2
    assert "bank.npz was made by 'emotion2vec', not by 'puppets'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        ("foreign", ("keys missing (enc.net_app", "1 keys unexpected (head.bias)")),
        ("truncated", ("not a whole torch file",)),
        ("unsafe", ("could be code",)),
    ],
)
def test_a_wrong_checkpoint_is_refused_with_its_keys_and_the_address_of_the_right_one(
    media: Path, tmp_path: Path, kind: str, parts: tuple[str, ...], capsys
) -> None:
    folder = tmp_path / kind
    folder.mkdir()
    foreign = {"gen": {"fc.0.weight": torch.zeros(512, 512), "head.bias": torch.zeros(3)}}
    for record in RELEASED:
        torch.save(foreign, folder / record.name)
    whole = (folder / "EDTalk.pt").read_bytes()
    if kind == "truncated":
        (folder / "EDTalk.pt").write_bytes(whole[: len(whole) // 2])
    if kind == "unsafe":
        torch.save({"gen": Path("x")}, folder / "EDTalk.pt")
    command = _wrong(media, folder, tmp_path, "--no-crop", "--device", "cpu")
    if kind == "foreign":  # once as a process of its own, torch's import included
        done = subprocess.run([sys.executable, "-m", "cmet.edit", *command], cwd=ROOT, capture_output=True, text=True)
        code, error = done.returncode, done.stderr
    else:
        code, error = main(command), capsys.readouterr().err
    assert code == 2 and error.startswith("error: ") and error.count("\n") == 1, error
    assert f"{kind}/EDTalk.pt" in error
    assert "get EDTalk.pt from the download list of https://github.com/tanshuai0219/EDTalk" in error
    assert all(part in error for part in parts), error
    assert not (tmp_path / "wrong.mp4").exists()


@pytest.mark.slow
@pytest.mark.timeout(1200)  # ten frames are ten seconds on a free core
@needs_media
def test_a_real_clip_at_full_size_has_the_right_length_sound_and_rate(tmp_path: Path, capsys) -> None:
    features, detector_file = SHARED / "features" / "cmet_mead.npz", WEIGHTS / YUNET.name
    if not (features.is_file() and detector_file.is_file()):
        pytest.skip("no published features or no detector in ../shared")
    source, out = MEDIA / "cmet" / "video" / "W009_038.mp4", tmp_path / "happy.mp4"
    command = ["--source", str(source), "--out", str(out), "--emotion", "happy", "--bank", str(features)]
    more = ["--weights", "seeded:0", "--seconds", "0.4", "--face-detector", str(detector_file), "--device", "cpu"]
    assert main([*command, *more]) == 0
    said = capsys.readouterr()
    assert "30 emotional and 160 neutral recordings" in said.out and "NOT TRAINED" in said.out
    assert "warning: THE NETWORKS ARE NOT TRAINED" in said.err and "not reliable" not in said.err
    clip, original = read_clip(out), read_clip(source, max_frames=10)
    assert clip.fps == 25.0 and clip.frames.shape == (10, 256, 256, 3)
    assert clip.audio is not None and original.audio is not None and len(clip.audio) == 10 * 640
    assert np.corrcoef(clip.audio, original.audio)[0, 1] > 0.98
    assert clip.frames.std() > 10  # a picture, not one colour
