"""The extractors of the two named protocols: what goes in, and, slowly, what comes out of seeded networks."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmark.core.errors import CheckpointError, MissingCheckpoint
from benchmark.core.types import BASIC_EMOTIONS
from benchmark.extractors import EXTRACTORS
from benchmark.extractors.face_chips import CHIP, MEAN_FACE, PADDING, PARTS, face_chip
from benchmark.extractors.faces_beside import face_pairs
from benchmark.extractors.i3d_logits import I3DWindow
from benchmark.extractors.jpeg import through_jpeg, through_mjpeg
from benchmark.extractors.judge_hub import emotion_columns, preprocessing
from benchmark.extractors.lazy_clip import LazyClip
from benchmark.media.clip import Clip
from benchmark.media.similarity import apply, similarity
from benchmark.media.video import read_clip, write_clip
from tests.benchmark.media.made import made_clip, made_frames
from tests.shared_files import MEDIA, WEIGHTS, needs_media, needs_weights

SPEAKS = MEDIA / "dreamtalk/mead_clips/M030_front_happy_level3_001.mp4"


def test_the_chip_brings_eyes_and_nose_where_dlib_puts_them() -> None:
    expected = (PADDING + MEAN_FACE) / (2 * PADDING + 1) * CHIP.side
    turn = np.array([[0.4, -0.2, 30.0], [0.2, 0.4, 20.0]])  # a similarity from the chip to the picture
    points = np.zeros((68, 2))
    points[PARTS] = apply(turn, expected)
    back = similarity(points[PARTS], expected)
    assert np.allclose(apply(back, points[PARTS]), expected)
    picture = np.zeros((160, 160, 3), np.uint8)
    x, y = points[33].round().astype(int)
    picture[y - 2 : y + 3, x - 2 : x + 3] = 255  # a bright nose
    chip = face_chip(picture, points)
    rows, columns = np.nonzero(chip[..., 0] > 128)
    assert chip.shape == (224, 224, 3)
    assert abs(columns.mean() - expected[4, 0]) < 2 and abs(rows.mean() - expected[4, 1]) < 2


def test_jpeg_costs_a_little_and_the_first_frames_less_than_rate_control_gives_later_ones() -> None:
    frames = made_frames(12, 96, 128)
    coded = through_mjpeg(frames, 25.0)
    assert coded.shape == frames.shape and coded.dtype == np.uint8
    error = np.abs(coded.astype(int) - frames).mean(axis=(1, 2, 3))
    assert (error > 0).all() and (error < 12).all()
    assert np.array_equal(coded, through_mjpeg(frames, 25.0))
    single = through_jpeg(frames[0])
    assert 0 < np.abs(single.astype(int) - frames[0]).mean() < 4


@pytest.mark.parametrize("sides", [(63, 65), (17, 33)])
def test_odd_sizes_survive_jpeg(sides: tuple[int, int]) -> None:
    frames = made_frames(3, *sides)
    assert through_mjpeg(frames, 30000 / 1001).shape == frames.shape


@pytest.mark.parametrize(
    ("frames", "starts"),
    [(1, [0]), (9, [0]), (16, [0]), (33, [0, 17]), (64, [0, 16, 32, 48]), (200, [0, 61, 123, 184])],
)
def test_windows_spread_over_the_clip_and_repeat_the_last_frame_of_a_short_one(frames: int, starts: list[int]) -> None:
    found = I3DWindow.frames.choose(frames)
    assert found[:, 0].tolist() == starts and found.shape == (len(starts), 16)
    assert found.max() == frames - 1
    inside = found[:, 1:] - found[:, :-1]
    assert (inside == 1).all() if frames >= 16 else set(inside.ravel()) <= {0, 1}


class TestHubJudge:
    """A model folder of the transformers hub, made here with random weights."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        transformers = pytest.importorskip("transformers", reason="needs transformers: pip install -e '.[speech]'")
        labels = ["Anger", "contempt", "happiness", "surprise", "other"]
        config = transformers.ViTConfig(
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=16,
            image_size=32,
            patch_size=16,
            id2label=dict(enumerate(labels)),
            label2id={label: i for i, label in enumerate(labels)},
        )
        place = tmp_path / "hub_judge"
        transformers.ViTForImageClassification(config).save_pretrained(place)
        told = {"size": {"height": 32, "width": 32}, "image_mean": [0.5] * 3, "image_std": [0.5] * 3}
        (place / "preprocessor_config.json").write_text(json.dumps(told))
        return tmp_path

    @needs_weights
    @needs_media
    def test_any_classifier_with_emotions_as_labels_judges(self, folder: Path, footage) -> None:
        judge = EXTRACTORS.get("judge_hub")()
        judge.load("cpu", {"weights": folder, "batch_size": 8})
        mean = judge.extract(footage(SPEAKS))["mean"]  # type: ignore[union-attr]
        known = {e for e, v in zip(BASIC_EMOTIONS, mean, strict=True) if not np.isnan(v)}
        assert known == {"angry", "contempt", "happy", "surprised"} and np.nansum(mean) == pytest.approx(1)

    def test_a_folder_of_something_else_is_refused(self, folder: Path) -> None:
        (folder / "hub_judge" / "model.safetensors").write_bytes(b"x")
        with pytest.raises(CheckpointError):
            EXTRACTORS.get("judge_hub")().load("cpu", {"weights": folder})
        (folder / "hub_judge" / "config.json").unlink()
        with pytest.raises(MissingCheckpoint, match="hub_judge"):
            EXTRACTORS.get("judge_hub")().load("cpu", {"weights": folder})

    def test_labels_and_preprocessing_are_read_or_refused(self, tmp_path: Path) -> None:
        assert emotion_columns({0: "fearful", 1: "Sadness", 2: "sad"}) == {"fear": [0], "sad": [1, 2]}
        with pytest.raises(CheckpointError, match="cat, dog"):
            emotion_columns({0: "cat", 1: "dog"})
        path = tmp_path / "p.json"
        for told, size in (({"size": 224}, (224, 224)), ({"size": {"shortest_edge": 64}}, (64, 64))):
            path.write_text(json.dumps(told | {"image_mean": [0.1] * 3, "image_std": [0.2] * 3}))
            assert preprocessing(path)[0] == size
        for bad in (
            {},
            {"size": 0, "image_mean": [0] * 3, "image_std": [1] * 3},
            {"size": 8, "image_mean": [0] * 3, "image_std": [0] * 3},
        ):
            path.write_text(json.dumps(bad))
            with pytest.raises(CheckpointError):
                preprocessing(path)


@needs_weights
@needs_media
def test_faces_beside_hold_the_same_share_of_both_clips(footage, tmp_path: Path) -> None:
    frames = read_clip(SPEAKS, max_frames=20).frames
    write_clip(tmp_path / "slow.mp4", Clip(np.repeat(frames, 2, axis=0), 25.0), crf=0)
    write_clip(tmp_path / "fast.mp4", Clip(frames, 25.0), crf=0)
    slow, fast = footage(tmp_path / "slow.mp4"), footage(tmp_path / "fast.mp4")
    pairs = face_pairs(slow, fast)
    assert pairs.output.shape == pairs.other.shape == (8, 128, 128, 3)
    assert np.abs(pairs.output[2].astype(int) - pairs.other[2]).mean() < 6  # frame 10 of 40 beside frame 5 of 20
    found = EXTRACTORS.get("faces_beside")().extract_pair(fast, fast)  # type: ignore[union-attr]
    assert np.isinf(found["psnr"]).all() and np.allclose(found["ssim"], 1)


FULL = (
    "inception_pool3", "inception_jpeg", "i3d_author", "i3d_window", "judge_mead", "judge_mead_author", "judge_crema_d",
    "judge_crema_d_author", "judge_fan", "identity_arcface50", "syncnet_lips", "syncnet_sound", "lpips_beside",
)  # fmt: skip


@needs_weights
@needs_media
@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_every_network_loads_its_released_layout_and_gives_finite_features(tmp_path: Path, footage) -> None:
    from tests.seeded_weights import seeded_weights

    (tmp_path / "pfld").symlink_to(WEIGHTS / "pfld")
    clip = read_clip(SPEAKS, max_frames=20)
    sound = made_clip(20).audio
    write_clip(tmp_path / "a.mp4", Clip(clip.frames, 25.0, sound))
    write_clip(tmp_path / "b.mp4", Clip(clip.frames[::-1].copy(), 25.0, sound))
    with seeded_weights(tmp_path):
        for name in FULL:
            features = []
            for batch, across in ((16, False), (5, True)):
                extractor = EXTRACTORS.get(name)()
                extractor.load("cpu", {"weights": tmp_path, "batch_size": batch})
                first, second = footage(tmp_path / "a.mp4"), footage(tmp_path / "b.mp4")
                if name == "lpips_beside":
                    features.append(extractor.extract_pair(first, second))  # type: ignore[union-attr]
                    continue
                extractor._across = across  # type: ignore[union-attr]
                features.append(extractor.extract_many([first, second])[0])  # type: ignore[union-attr]
            assert not isinstance(features[0], Exception), (name, features[0])
            assert set(features[0]) == set(extractor.provides)
            for key, values in features[0].items():
                assert np.isfinite(values).all(), (name, key)
                assert np.abs(values - features[1][key]).max() <= 2e-5 * max(1e-6, np.abs(values).max()), (name, key)


def test_footage_reads_the_sound_of_a_file_without_picture(tmp_path: Path) -> None:
    from benchmark.media.audio import write_wav

    sound = np.sin(np.arange(8000) / 20).astype(np.float32) * 0.5
    write_wav(tmp_path / "a.wav", sound)
    assert np.abs(LazyClip(tmp_path / "a.wav").sound - sound).max() < 1e-4
