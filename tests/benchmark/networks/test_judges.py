"""The puppets' judges: what they read, and that the shipped files are the recorded ones."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest

from benchmark.networks.judges import JUDGES, MOUTH_BOX, NETWORKS, judge_checkpoint, load_judge, mouths, whole_faces

MANIFEST = json.loads((JUDGES / "manifest.json").read_text())


def test_pictures_are_averaged_down() -> None:
    frames = np.random.default_rng(0).integers(0, 256, (2, 128, 128, 3), dtype=np.uint8)
    blocks = frames.reshape(2, 64, 2, 64, 2, 3).mean(axis=(2, 4))
    assert np.abs(whole_faces(frames, 64).astype(float) - blocks).max() <= 0.51


def test_mouths_are_the_lower_face_in_bgr() -> None:
    frames = np.zeros((1, 128, 128, 3), np.uint8)
    frames[:, int(MOUTH_BOX[1] * 128) + 2 :, :, 0] = 200  # red below the eyes
    seen = mouths(frames)
    assert seen.shape == (1, 64, 64, 3)
    assert seen[0, 8:, :, 2].min() == 200 and seen[..., :2].max() == 0


@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_the_shipped_file_is_the_recorded_one_and_loads(name: str) -> None:
    record = judge_checkpoint(name)  # type: ignore[arg-type]
    data = (JUDGES / record.name).read_bytes()
    assert hashlib.sha256(data).hexdigest() == record.sha256 and len(data) == record.size
    assert not load_judge(name).training  # type: ignore[arg-type]
    entry = MANIFEST[record.name]
    assert entry["command"].startswith("python -m tools.train.judges") and entry["scores"]


def test_the_recorded_scores_are_those_of_useful_judges() -> None:
    """Measured on the test identities when the weights were made."""
    assert MANIFEST["identity.safetensors"]["scores"]["frame_pair_auc"] >= 0.99
    for shift in (0, 3, 5, 8):
        assert MANIFEST["sync.safetensors"]["scores"][f"offset_found_at_shift_{shift}"] >= 0.95
    assert MANIFEST["emotion.safetensors"]["scores"]["clip_accuracy"] >= 0.95
    units = MANIFEST["face.safetensors"]["scores"]
    assert units["mean_absolute_error"] < units["mean_absolute_error_of_zero"] / 2
