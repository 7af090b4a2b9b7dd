"""Features of a small made corpus: what is written, what is resumed, and what is said about clips that fail."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmark.checkpoints.errors import WeightsError
from benchmark.checkpoints.shipped import ship
from benchmark.media.audio import write_wav
from benchmark.media.clip import Clip
from benchmark.media.face_region import CROP_SCALE
from benchmark.media.video import read_clip, write_clip
from benchmark.media.yunet import Detections
from benchmark.prepare.command import main
from cmet.corpus import features
from cmet.corpus.prepared import list_clips, list_speech, read_corpus, speech_file
from cmet.corpus.recordings import Recording, list_recordings, read_table
from cmet.corpus.sampler import ClipKey
from cmet.edtalk.config import GeneratorConfig
from cmet.edtalk.generator import Generator
from cmet.inference.motion import face_crops, load_face_model, motion_codes
from cmet.model.speech_network import SpeechNetwork

SIZES = {"size": 32, "style_dim": 40, "width": 1 / 32, "exp_hidden": 8, "unused_entries": False}
SPEECH = {"embedding": 8, "width": 8, "emotions": 8, "affect": 7}
FRAMES = {("P01", "happy", 2, 1): 9, ("P01", "neutral", 1, 1): 7, ("P02", "neutral", 1, 12): 5}


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Random networks as they ship."""
    folder = tmp_path_factory.mktemp("weights")
    torch.manual_seed(0)
    said = {"command": "none", "seed": 0, "data_version": "0", "scores": {}}
    ship(Generator(GeneratorConfig(**SIZES)), folder / "face.safetensors", arguments=SIZES, **said)
    ship(SpeechNetwork(**SPEECH), folder / "speech.safetensors", arguments=SPEECH, **said)
    return folder


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Three clips of noise: one with sound of its own, one with a wav, one at 50 frames a second and 64 px."""
    root = tmp_path / "corpus"
    for number, ((who, emotion, level, clip), frames) in enumerate(FRAMES.items()):
        rng = np.random.default_rng(number)
        folder = root / who / "front" / emotion / f"level_{level}"
        folder.mkdir(parents=True)
        fast = number == 1
        count, side, fps = (2 * frames, 64, 50.0) if fast else (frames, 32, 25.0)
        sound = (0.2 * rng.standard_normal(frames * 640)).astype(np.float32)
        pictures = np.repeat(rng.integers(0, 255, (count, side // 8, side // 8, 3)), 8, axis=1).repeat(8, axis=2)
        write_clip(folder / f"{clip:03d}.mp4", Clip(pictures.astype(np.uint8), fps, None if fast else sound), crf=0)
        if fast:
            write_wav(folder / f"{clip:03d}.wav", np.tile(sound, 2))
    return root


def test_codes_and_embeddings_lie_in_the_authors_layout(corpus: Path, weights: Path, capsys) -> None:
    speech = ["--speech", str(weights / "speech.safetensors")]
    assert main(["features", str(corpus), "--face-model", str(weights / "face.safetensors"), *speech]) == 0
    assert "3 ok" in capsys.readouterr().out
    keys = [ClipKey(*key) for key in sorted(FRAMES)]
    for part, width in (("expression", 10), ("pose", 6), ("lip", 20)):
        assert list_clips(corpus, part) == keys  # type: ignore[arg-type]
        name = {"expression": "exp"}.get(part, part)
        values = np.load(corpus / "P01" / "front" / "happy" / "level_2" / f"001_ED_{name}.npy")
        assert values.shape == (9, width) and values.dtype == np.float32
    assert list_speech(corpus, "speech_features") == keys
    read = read_corpus(corpus, speech_folder="speech_features", rule="any")
    assert {tuple(vars(key).values()): len(codes) for key, codes in read.codes.items()} == FRAMES
    assert next(iter(read.speech.values())).shape == (8,)
    rows = list(csv.DictReader((corpus / "features.csv").open()))
    assert [(row["identity"], row["frames"], row["status"]) for row in rows] == [
        ("P01", "9", "ok"), ("P01", "7", "ok"), ("P02", "5", "ok"),
    ]  # fmt: skip
    origin = json.loads((corpus / "features.json").read_text())
    assert origin["codes"]["crop"] == "whole" and origin["speech/speech_features"]["encoder"] == "speech.safetensors"


def test_codes_do_not_depend_on_the_batch_and_are_those_of_the_generator(corpus: Path, weights: Path) -> None:
    network = load_face_model(weights / "face.safetensors")
    frames = read_clip(corpus / "P01" / "front" / "happy" / "level_2" / "001.mp4").frames
    whole = motion_codes(network, frames, batch=32)
    for one, two in zip(whole, motion_codes(network, frames, batch=2), strict=True):
        np.testing.assert_allclose(one, two, atol=1e-5)
    with torch.no_grad():
        picture = torch.from_numpy(frames[3:4]).permute(0, 3, 1, 2) / 127.5 - 1.0
        codes = network.codes(network.latent(picture))
    for one, two in zip(whole, codes, strict=True):
        np.testing.assert_allclose(one[3:4], two.numpy(), atol=1e-4)


def test_the_same_command_completes_what_is_missing(
    corpus: Path, weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["features", str(corpus), "--face-model", str(weights / "face.safetensors")]
    assert main(command) == 0
    stamp = {path: path.stat().st_mtime_ns for path in corpus.rglob("*.npy")}
    lost = corpus / "P02" / "front" / "neutral" / "level_1" / "012_ED_pose.npy"
    lost.unlink()
    with (corpus / "features.csv").open("a") as file:
        file.write("P02,neu")  # as an interruption leaves it
    read = []
    original = features._open
    monkeypatch.setattr(features, "_open", lambda item, *rest: read.append(item.key) or original(item, *rest))
    assert main(command) == 0
    assert read == [ClipKey("P02", "neutral", 1, 12)]
    assert {path for path in stamp if path.stat().st_mtime_ns == stamp[path]} == {
        path for path in stamp if not path.name.startswith("012")
    }
    assert len((corpus / "features.csv").read_text().splitlines()) == 4
    assert main([*command, "--speech", str(weights / "speech.safetensors")]) == 0
    assert len(list_speech(corpus, "speech_features")) == 3


def test_a_clip_that_fails_is_a_row_and_the_others_are_done(corpus: Path, weights: Path, capsys) -> None:
    (corpus / "P02" / "front" / "neutral" / "level_1" / "012.mp4").write_bytes(b"no video")
    silent = corpus / "P01" / "front" / "neutral" / "level_1" / "001.wav"
    write_wav(silent, np.zeros(4000, np.float32))
    both = ["--face-model", str(weights / "face.safetensors"), "--speech", str(weights / "speech.safetensors")]
    assert main(["features", str(corpus), *both]) == 1
    assert "1 ok, 1 unreadable_video, 1 unusable_speech" in capsys.readouterr().out
    rows = {row["emotion"] + row["identity"]: row for row in csv.DictReader((corpus / "features.csv").open())}
    assert rows["neutralP01"]["frames"] == "7" and "silent" in rows["neutralP01"]["reason"]
    assert rows["neutralP02"]["frames"] == "0" and "012.mp4" in rows["neutralP02"]["reason"]
    assert not speech_file(corpus, ClipKey("P01", "neutral", 1, 1), "speech_features").exists()


def test_features_of_other_networks_are_not_mixed_in(corpus: Path, weights: Path, tmp_path: Path, capsys) -> None:
    assert main(["features", str(corpus), "--face-model", str(weights / "face.safetensors")]) == 0
    torch.manual_seed(1)
    said = {"command": "none", "seed": 1, "data_version": "0", "scores": {}}
    ship(Generator(GeneratorConfig(**SIZES)), tmp_path / "face.safetensors", arguments=SIZES, **said)
    assert main(["features", str(corpus), "--face-model", str(tmp_path / "face.safetensors")]) == 2
    assert "features.json: codes were made with sha256" in capsys.readouterr().err
    assert main(["features", str(corpus), "--speech", str(weights / "speech.safetensors")]) == 0


def test_a_table_names_the_clips_of_any_corpus(corpus: Path, weights: Path, tmp_path: Path) -> None:
    video = corpus / "P01" / "front" / "happy" / "level_2" / "001.mp4"
    table = tmp_path / "clips.csv"
    table.write_text(f"identity,emotion,level,number,video,audio\nA1,happy,3,7,{video.relative_to(tmp_path)},\n")
    out = tmp_path / "features"
    assert main(["features", str(table), "--out", str(out), "--face-model", str(weights / "face.safetensors")]) == 0
    assert list_clips(out) == [ClipKey("A1", "happy", 3, 7)]
    assert read_table(table)[0].audio is None
    for content, message in (
        ("identity,emotion\n", "lacks the columns level, number, video"),
        ("identity,emotion,level,number,video\nA,happy,x,1,a.mp4\n", "line 2: .*whole numbers"),
        ("identity,emotion,level,number,video\n../A,happy,1,1,a.mp4\n", "line 2: identity"),
        ("identity,emotion,level,number,video\nA,happy,1,1,a.mp4\nA,happy,1,1,b.mp4\n", "line 3: the clip comes twice"),
        ("identity,emotion,level,number,video\nA,happy,1,1,\n", "no file is named"),
        ("identity,emotion,level,number,video\n", "lists no clip"),
    ):
        table.write_text(content)
        with pytest.raises(ValueError, match=message):
            read_table(table)


def test_recordings_are_found_with_their_sound(corpus: Path) -> None:
    found = list_recordings(corpus)
    assert [item.audio is not None for item in found] == [False, True, False]
    assert found[0] == Recording(found[0].key, corpus / "P01" / "front" / "happy" / "level_2" / "001.mp4", None)
    with pytest.raises(FileNotFoundError, match="no such folder"):
        list_recordings(corpus / "none")
    with pytest.raises(FileNotFoundError, match="or name a table"):
        list_recordings(corpus / "P01")


def test_the_face_is_cut_out_as_one_square_for_the_clip() -> None:
    class Detector:
        def detect(self, picture: np.ndarray) -> Detections:
            left = float(picture[0, 0, 0])
            return Detections(np.array([[left, 30.0, left + 20, 60.0]]), np.zeros((1, 5, 2)), np.array([0.9]))

    frames = np.zeros((6, 100, 100, 3), np.uint8)
    frames[:, :, :, 1] = np.arange(100)[:, None]
    frames[:, :, :, 2] = np.arange(100)
    frames[:5, 0, 0, 0], frames[5:, 0, 0, 0] = 30, 40
    side = int(30 * CROP_SCALE)  # boxes 30..50 and 40..60 wide, 30..60 high: a square of 30 about (45, 45)
    crops = face_crops(frames, side, "face", Detector())
    assert crops.shape == (6, 36, 36, 3)
    assert crops[0, 0, 0, 1] == crops[0, 0, 0, 2] == 45 - 18 and crops[5, -1, -1, 1] == 62
    shrunk = face_crops(frames, 50, "whole", None)
    assert shrunk.shape == (6, 50, 50, 3) and shrunk[1, 10, 20, 2] in (40, 41)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "neither a face model nor a speech encoder"),
        (["--face-model", "absent.pt"], "absent.pt: no such face model"),
        (["--speech", "absent.safetensors"], "absent.safetensors"),
    ],
)
def test_wrong_usage_is_one_line(corpus: Path, arguments: list[str], message: str, capsys) -> None:
    assert main(["features", str(corpus), *arguments]) == 2
    error = capsys.readouterr().err
    assert message in error and error.startswith("error: ") and error.count("\n") == 1


def test_a_foreign_face_model_is_refused_with_its_keys(tmp_path: Path) -> None:
    torch.save({"gen": {"fc.weight": torch.zeros(2)}}, tmp_path / "EDTalk.pt")
    with pytest.raises(WeightsError, match="is not for Generator: .* keys missing"):
        load_face_model(tmp_path / "EDTalk.pt")
