"""The evaluators whose released weights do not ship: what goes in, and that a file that does not fit is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from benchmark.core.errors import CheckpointError, SampleError
from benchmark.extractors import emotion_hsemotion, inception_pool3, sync_syncnet
from benchmark.extractors.base import Extractor
from benchmark.extractors.emotion_hsemotion import EmotionHSEmotion
from benchmark.extractors.inception_pool3 import InceptionPool3
from benchmark.extractors.lazy_clip import LazyClip
from benchmark.extractors.sync_syncnet import SyncSyncNet, lower_faces
from benchmark.media.clip import Clip
from benchmark.media.faces import FaceTrack
from benchmark.media.video import write_clip
from benchmark.metrics.lip_sync import OWN_LIP, OWN_SOUND, score_own_sound
from benchmark.networks.inception import Inception
from benchmark.networks.syncnet import SyncNet
from tests.benchmark.media.made import made_clip

Saved = Callable[[object, str, nn.Module], Path]


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Saved:
    """`saved(module, "RECORD", network)`: write the network's weights and make the module's record point at them."""

    def save(module: object, record: str, network: nn.Module) -> Path:
        path = tmp_path / "weights" / Path(getattr(module, record).name).name
        path.parent.mkdir(exist_ok=True)
        torch.save(network.state_dict(), path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        monkeypatch.setattr(module, record, replace(getattr(module, record), sha256=digest))
        return path.parent

    return save


class Fixed:
    """A face tracker that always finds the same box."""

    def track(self, clip: Clip) -> FaceTrack:
        count = len(clip.frames)
        boxes = np.tile([16.0, 8.0, 48.0, 40.0], (count, 1))
        return FaceTrack(count, np.arange(count), boxes, np.zeros((count, 5, 2)), np.ones(count), count)


def test_the_crop_of_syncnet_hangs_below_the_face() -> None:
    frames = np.zeros((3, 100, 120, 3), np.uint8)
    frames[..., 2] = np.arange(100, dtype=np.uint8)[:, None] + 50  # blue tells the row
    frames[..., 0] = np.arange(120, dtype=np.uint8)[None, :]  # red tells the column
    boxes = np.tile([40.0, 30, 60, 50], (3, 1))  # centre (50, 40), half side 10
    crops = lower_faces(frames, np.arange(3), boxes)
    assert crops.shape == (3, 224, 224, 3)
    rows, columns = crops[0, :, 112, 0].astype(int) - 50, crops[0, 112, :, 2].astype(int)
    assert (rows[0], rows[-1]) == (30, 57)  # from centre - s to centre + 1.8 s
    assert (columns[0], columns[-1]) == (36, 63)  # 1.4 s to both sides


def test_beyond_the_picture_there_is_gray() -> None:
    crops = lower_faces(np.zeros((1, 40, 40, 3), np.uint8), np.arange(1), np.array([[-10.0, 10, 10, 30]]))
    assert (crops[0, :, 0] == 110).all() and crops[0, 112, -1].max() == 0


def test_a_wandering_box_is_smoothed() -> None:
    frames = np.zeros((20, 60, 60, 3), np.uint8)
    frames[..., 0] = np.arange(60, dtype=np.uint8)[None, :] * 4
    boxes = np.tile([20.0, 20, 40, 40], (20, 1))
    boxes[10] += 9  # one frame off
    crops = lower_faces(frames, np.arange(20), boxes)
    assert all(np.array_equal(crop, crops[0]) for crop in crops)


def test_the_published_scores_find_a_shift() -> None:
    rng = np.random.default_rng(0)
    track = rng.normal(size=(60, 32))
    for shift in (-7, 0, 4):
        lip = track[20:50]
        sound = track[20 + shift : 50 + shift]
        assert score_own_sound({OWN_LIP: lip, OWN_SOUND: sound}).offset == shift


def test_hsemotion_reads_and_weighs_as_its_authors_do() -> None:
    extractor = EmotionHSEmotion()
    prepared = extractor.prepare(np.full((50, 50, 3), 255, np.uint8))
    assert prepared.shape == (3, 224, 224)
    assert np.allclose(prepared[:, 0, 0], [(1 - 0.485) / 0.229, (1 - 0.456) / 0.224, (1 - 0.406) / 0.225])
    probabilities = extractor.probabilities(np.array([[0, 0, np.log(2), 0, 0, 0, 0, 0]], np.float32))
    assert np.allclose(probabilities, [[1 / 9] * 2 + [2 / 9] + [1 / 9] * 5])
    assert "contempt" in extractor.classes and len(emotion_hsemotion.HSEMOTION.sha256 or "") == 64


@pytest.mark.parametrize(
    ("module", "record", "kind"),
    [(sync_syncnet, "SYNCNET", SyncSyncNet), (inception_pool3, "INCEPTION", InceptionPool3)],
)
def test_weights_of_another_network_are_refused(
    module: object, record: str, kind: type[Extractor], saved: Saved
) -> None:
    folder = saved(module, record, nn.Linear(2, 2))
    with pytest.raises(CheckpointError, match="does not fit"):
        kind().load("cpu", {"weights": folder, "batch_size": 4})


@pytest.mark.slow
def test_syncnet_runs_end_to_end_whatever_the_chunk(saved: Saved, tmp_path: Path) -> None:
    torch.manual_seed(0)
    folder = saved(sync_syncnet, "SYNCNET", SyncNet())
    write_clip(tmp_path / "clip.mp4", made_clip(24, fps=30.0))  # becomes 20 frames at 25
    features = []
    for size in (3, 32):
        extractor = SyncSyncNet()
        extractor.load("cpu", {"weights": folder, "batch_size": size})
        features.append(extractor.extract(LazyClip(tmp_path / "clip.mp4", {"yunet": Fixed()})))  # type: ignore[dict-item]
    assert features[0]["lip"].shape == (16, 1024) and features[0]["audio"].shape[1] == 1024
    for name in ("lip", "audio"):
        assert np.abs(features[0][name] - features[1][name]).max() < 1e-5 * np.abs(features[0][name]).max()
    for clip, status in ((made_clip(24, sound=False), "no_audio"), (made_clip(4), "too_short")):
        write_clip(tmp_path / "bad.mp4", clip)
        with pytest.raises(SampleError) as caught:
            extractor.extract(LazyClip(tmp_path / "bad.mp4", {"yunet": Fixed()}))  # type: ignore[dict-item]
        assert caught.value.status == status


@pytest.mark.slow
def test_inception_sees_sixteen_spread_frames(saved: Saved, tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = Inception().eval()
    folder = saved(inception_pool3, "INCEPTION", network)
    clip = made_clip(31, sound=False)
    write_clip(tmp_path / "clip.mp4", clip, crf=0)
    extractor = InceptionPool3()
    extractor.load("cpu", {"weights": folder, "batch_size": 5})
    found = extractor.extract(LazyClip(tmp_path / "clip.mp4"))["pool3"]
    with torch.inference_mode():
        last = torch.from_numpy(clip.frames[30:31]).permute(0, 3, 1, 2).float() / 255
        expected = network(last).pool3.numpy()[0]
    assert found.shape == (16, 2048) and np.abs(found[15] - expected).max() < 1e-5 * np.abs(expected).max()
