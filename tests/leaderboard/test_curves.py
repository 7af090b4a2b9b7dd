"""Curves over time against numbers that are known, from a made cache of features; damaged ones are no curves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmark.analysis.loudness import measure_loudness
from benchmark.core.action_units import ACTION_UNITS
from benchmark.core.arrays import pack_arrays
from benchmark.core.files import file_sha256
from benchmark.core.fingerprint import KEY_LENGTH
from benchmark.core.types import BASIC_EMOTIONS, SEVEN_EMOTIONS
from benchmark.media.clip import Clip
from benchmark.media.video import write_clip
from benchmark.results import store
from benchmark.results.store import StoredRun, list_runs
from leaderboard.curve_charts import emotion_curves, identity_curves, mouth_curves
from leaderboard.curve_sources import KINDS, emotions_of
from leaderboard.curves import curves_of, read_curves, stored_at, write_curves
from tests.made_runs import write_one

SAMPLE = "P1_happy_1"
KEY = "k" * 64


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A run of one method with three clips of one sample: 50 frames of 25 a second, silent first half."""
    folder = write_one(tmp_path, "cmet")
    record = store.read_run(folder)
    record["fingerprints"]["extraction"] = {source.extractor: KEY for kind in KINDS.values() for source in kind}
    store.write_run(folder, record)
    sound = np.r_[np.zeros(16000), 0.5 * np.sin(np.arange(16000) / 5)].astype(np.float32)
    card = next(card for card in record["samples"] if card["id"] == SAMPLE)
    for shade, role in enumerate(("source", "target", "output")):
        frames = np.full((50, 64, 64, 3), 60 * shade, np.uint8)
        write_clip(tmp_path / card[role], Clip(frames, 25.0, sound, 16000))
    return tmp_path


def runs_of(root: Path) -> list[StoredRun]:
    return list(list_runs(root / "results").runs)


def keep(root: Path, role: str, extractor: str, **arrays: Any) -> Path:
    """Put features of a clip into the cache."""
    (card,) = [card for card in runs_of(root)[0].record["samples"] if card["id"] == SAMPLE]
    digest = file_sha256(root / card[role])
    path = root / "cache" / "features" / f"{extractor}-{KEY[:KEY_LENGTH]}" / digest[:2] / f"{digest}.npz"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pack_arrays({name: np.asarray(array) for name, array in arrays.items()}))
    return path


def test_identity_is_the_cosine_with_the_sources_mean(root: Path) -> None:
    angle = np.deg2rad(np.array([10.0, -10.0, 10.0, -10.0]))
    keep(root, "source", "puppet_identity", frame_embeddings=np.c_[np.cos(angle), np.sin(angle)].astype("f4"))
    keep(root, "output", "puppet_identity", frame_embeddings=np.array([[3.0, 0.0], [0.0, 2.0]]))
    curves = curves_of(root, runs_of(root), SAMPLE)
    identity = {view: one["identity"] for view, one in curves["views"].items()}
    assert identity["source"] == {"frames": [0, 4, 8, 12], "values": [round(float(np.cos(angle[0])), 4)] * 4}
    assert identity["cmet"] == {"frames": [0, 4], "values": [1.0, 0.0]} and "target" not in identity
    figure = identity_curves(curves, {"cmet": "C-MET"}, {"cmet": ""})
    assert {trace.name: list(trace.x) for trace in figure.data}["source"] == [0.0, 0.16, 0.32, 0.48]


def test_without_the_source_there_is_nothing_to_compare_with(root: Path) -> None:
    keep(root, "output", "puppet_identity", frame_embeddings=np.eye(2))
    assert curves_of(root, runs_of(root), SAMPLE) == {}


def test_emotion_and_mouth_of_puppets_and_the_sound(root: Path) -> None:
    probs = np.full((25, 8), 0.1, "f4")
    probs[:, BASIC_EMOTIONS.index("happy")] = 0.3
    units = np.zeros((50, len(ACTION_UNITS)))
    units[:, ACTION_UNITS.index("AU25")], units[:, ACTION_UNITS.index("AU26")] = 0.2, 0.6
    keep(root, "target", "puppet_emotion", probs=probs[0], frame_probs=probs)
    keep(root, "target", "puppet_face", action_units=units, features=units)
    curves = curves_of(root, runs_of(root), SAMPLE)
    target = curves["views"]["target"]
    assert target["emotion"]["frames"] == list(range(0, 50, 2)) and target["emotion"]["values"]["happy"] == [0.3] * 25
    assert target["mouth"]["values"] == [0.4] * 50 and target["fps"] == 25.0
    assert max(target["sound"][:24]) < 0.05 and min(target["sound"][27:49]) > 0.9
    (line, area) = mouth_curves(curves, {}, {}).data
    assert line.x[-1] == pytest.approx(49 / 25) and max(area.y) == pytest.approx(0.4)
    assert list(emotion_curves(curves, "happy", {}, {}).data[0].y) == [0.3] * 25
    assert emotion_curves(curves, "sarcastic", {}, {}).layout.yaxis.title.text == "probability of happy"


def test_real_faces_have_the_frames_that_were_looked_at(root: Path) -> None:
    frames = np.array([5, 20, 40])
    keep(root, "source", "identity_mobilefacenet", embeddings=np.eye(3, 128), mean=np.ones(128), frames=frames)
    keep(root, "source", "emotion_hsemotion", probs=np.eye(3, 8), mean=np.ones(8), frames=frames)
    keep(root, "output", "emotion_hsemotion", probs=np.eye(3, 7), mean=np.ones(7), frames=frames)
    points = np.zeros((2, 468, 2))
    points[:, 263, 0], points[1, 14, 1] = 80.0, 20.0
    keep(root, "source", "landmarks_facemesh", points=points, score=np.ones(2), fps=25.0)
    curves = curves_of(root, runs_of(root), SAMPLE)
    source = curves["views"]["source"]
    assert source["identity"]["frames"] == source["emotion"]["frames"] == [5, 20, 40]
    assert source["identity"]["values"] == [round(1 / np.sqrt(3), 4)] * 3
    assert source["mouth"] == {"frames": [0, 1], "values": [0.0, 25.0]}
    assert set(curves["views"]["cmet"]["emotion"]["values"]) == set(SEVEN_EMOTIONS)
    assert curves["origin"]["emotion"] == "HSEmotion" and "MediaPipe" in curves["origin"]["mouth"]
    assert emotion_curves(curves, "happy", {}, {}).data[0].x[0] == 0.2


def test_pfld_is_asked_where_the_mesh_is_not_there(root: Path) -> None:
    points = np.zeros((1, 68, 2))
    points[0, 45, 0], points[0, 66, 1] = 50.0, 10.0
    keep(root, "output", "landmarks_pfld", points=points)
    curves = curves_of(root, runs_of(root), SAMPLE)
    assert curves["views"]["cmet"]["mouth"]["values"] == [20.0] and "PFLD" in curves["origin"]["mouth"]


def test_damaged_features_are_no_curve(root: Path) -> None:
    path = keep(root, "source", "puppet_emotion", frame_probs=np.full((5, 8), 0.125))
    good = path.read_bytes()
    assert curves_of(root, runs_of(root), SAMPLE)["views"].keys() == {"source"}
    for bad in (b"", good[:-30], b"PK" + good[:200], good.replace(b"frame_probs", b"frame_prabs")):
        path.write_bytes(bad)
        assert curves_of(root, runs_of(root), SAMPLE) == {}
    for arrays in ({"frame_probs": np.full((5, 8), np.nan)}, {"frame_probs": np.ones((5, 3))}, {"other": np.ones(3)}):
        keep(root, "source", "puppet_emotion", **arrays)
        assert curves_of(root, runs_of(root), SAMPLE) == {}


def test_written_curves_are_read_again_and_damaged_ones_are_not(root: Path, tmp_path: Path) -> None:
    keep(root, "source", "puppet_emotion", frame_probs=np.full((25, 8), 0.125))
    out = tmp_path / "out"
    assert write_curves(root, runs_of(root), [SAMPLE, "P1_happy_2"], out) == 1
    told = read_curves(out, "puppets", "test", SAMPLE)
    assert told == curves_of(root, runs_of(root), SAMPLE) and read_curves(out, "puppets", "test", "../x") == {}
    path = stored_at(out, "puppets", "test", SAMPLE)
    for spoil in (
        {"views": []}, {"origin": 3}, {"views": {"source": {"fps": "x"}}}, {"views": {"source": {"sound": [1]}}},
        {"views": {"source": {"fps": 25, "mouth": {"frames": [0, 1], "values": [1.0]}}}},
        {"views": {"source": {"fps": 25, "mouth": {"frames": [0], "values": ["<b>"]}}}},
    ):  # fmt: skip
        path.write_text(json.dumps(told | spoil))
        assert read_curves(out, "puppets", "test", SAMPLE) == {}, spoil


def test_strides_and_classes_are_those_of_the_extractors() -> None:
    """The leaderboard can't import the extractors, which need torch; this test can."""
    from benchmark.extractors import EXTRACTORS, puppet_emotion, puppet_identity

    rows = {"frame_probs": np.ones((3, 8)), "frame_embeddings": np.ones((3, 4))}
    reads = {source.extractor: source.read for kind in KINDS.values() for source in kind}
    assert list(reads["puppet_emotion"](rows)[0]) == [k * puppet_emotion.STRIDE for k in range(3)]
    assert list(reads["puppet_identity"](rows)[0]) == [k * puppet_identity.STRIDE for k in range(3)]
    for source in KINDS["emotion"]:
        classes = EXTRACTORS.get(source.extractor).classes
        assert emotions_of(len(classes)) == classes
    for extractor in reads:
        provided = set(EXTRACTORS.get(extractor).provides)
        assert provided & {"frame_probs", "probs", "action_units", "points", "frame_embeddings", "embeddings"}


def test_a_clip_that_is_no_video_has_no_sound(tmp_path: Path) -> None:
    (tmp_path / "x.mp4").write_bytes(b"no")
    assert measure_loudness(tmp_path / "x.mp4") == ([], 25.0)
