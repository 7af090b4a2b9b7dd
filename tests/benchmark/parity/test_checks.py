"""Every golden value of the reference code is met, and a folder with other weights is noticed."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from benchmark.checkpoints.golden import GoldenError, GoldenFolder
from benchmark.media.similarity import similarity
from benchmark.parity.golden import CHECKS
from benchmark.parity.golden.inputs import formula_image

SLOW = {"i3d", "identity", "syncnet.evaluate"}
QUICK = sorted(set(CHECKS) - SLOW)


def run(golden: GoldenFolder, check_id: str) -> None:
    torch.set_num_threads(1)
    checks = [c for c in golden.checks if c["id"] == check_id]
    assert checks, f"the folder has no check '{check_id}'"
    for check in checks:
        found = CHECKS[check_id](golden, check)
        assert found
        assert [row for row in found if not row.passed] == []


@pytest.mark.golden
@pytest.mark.parametrize("check_id", QUICK)
def test_golden_values_are_met(check_id: str, golden: GoldenFolder) -> None:
    run(golden, check_id)


@pytest.mark.golden
@pytest.mark.slow
@pytest.mark.parametrize("check_id", sorted(SLOW))
def test_golden_values_of_large_networks_are_met(check_id: str, golden: GoldenFolder) -> None:
    run(golden, check_id)


@pytest.mark.golden
def test_every_check_of_the_folder_is_known(golden: GoldenFolder) -> None:
    assert {c["id"] for c in golden.checks} <= set(CHECKS)


@pytest.mark.golden
@pytest.mark.parametrize("weights", [{"key_prefix": "x", "seed_offset": 0}, {"key_prefix": "", "seed_offset": 1}])
def test_other_weights_are_noticed(weights: dict[str, object], golden: GoldenFolder) -> None:
    other = replace(golden, index={**golden.index, "weights": weights})
    check = next(c for c in golden.checks if c["id"] == "syncnet.audio_embeddings")
    assert not any(row.passed for row in CHECKS["syncnet.audio_embeddings"](other, check))


@pytest.mark.golden
def test_a_folder_without_manifests_is_enough(golden: GoldenFolder, tmp_path: Path) -> None:
    for name in ("golden.json", "A_syncnet_golden.npz"):
        shutil.copy(golden.path / name, tmp_path)
    alone = GoldenFolder.read(tmp_path)
    check = next(c for c in alone.checks if c["id"] == "syncnet.lip_embedding")
    assert all(row.passed for row in CHECKS["syncnet.lip_embedding"](alone, check))


@pytest.mark.golden
def test_a_manifest_of_another_network_is_refused(golden: GoldenFolder, tmp_path: Path) -> None:
    for name in ("golden.json", "A_syncnet_golden.npz"):
        shutil.copy(golden.path / name, tmp_path)
    shutil.copy(golden.path / "E_iresnet50_manifest.json", tmp_path / "A_syncnet_manifest.json")
    other = GoldenFolder.read(tmp_path)
    check = next(c for c in other.checks if c["id"] == "syncnet.lip_embedding")
    with pytest.raises(GoldenError, match="entries differ from the network"):
        CHECKS["syncnet.lip_embedding"](other, check)


@pytest.mark.golden
def test_another_folder_s_frames_are_followed(golden: GoldenFolder) -> None:
    """Frames of the other formula give other embeddings: nothing of the folder is built into the check."""
    check = dict(next(c for c in golden.checks if c["id"] == "syncnet.lip_embedding"))
    check["frames"] = {**check["frames"], "set": "ALT"}
    assert not any(row.passed for row in CHECKS["syncnet.lip_embedding"](golden, check))


@pytest.mark.golden
@pytest.mark.parametrize("name", ["align0", "align1"])
def test_aligned_crops_equal_the_reference_pixel_for_pixel(name: str, golden: GoldenFolder) -> None:
    """Our similarity with OpenCV's warp, on the picture that the reference aligned (PUB, t = 1)."""
    arrays = golden.arrays("E_identity_golden.npz")
    template = np.array(golden.json("E_identity_cases.json")["template_112"])
    matrix = similarity(arrays[f"{name}_landmarks"], template)
    side = 256 if name == "align0" else 112
    crop = cv2.warpAffine(formula_image("PUB", 1, side, side), matrix, (112, 112), borderValue=0)
    np.testing.assert_array_equal(crop, arrays[f"{name}_crop"])
