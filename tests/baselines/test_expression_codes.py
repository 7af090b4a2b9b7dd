"""Tables of expression codes: what ships, and what EDTalk releases."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from baselines.edtalk_label import SHIPPED
from baselines.expression_codes import ExpressionCodes, read_expression_codes
from benchmark.checkpoints.shipped import write_entry
from benchmark.core.types import BASIC_EMOTIONS
from tests.shared_files import SHARED


def test_the_table_that_ships_has_every_emotion_and_level() -> None:
    table = read_expression_codes(SHIPPED).codes
    levels = {(e, level) for e in BASIC_EMOTIONS for level in ((1,) if e == "neutral" else (1, 2, 3))}
    assert set(table) == levels
    calm = table["neutral", 1]
    for emotion in set(BASIC_EMOTIONS) - {"neutral"}:
        far = [float(np.linalg.norm(table[emotion, level] - calm)) for level in (1, 2, 3)]
        assert far[0] < far[1] < far[2], f"{emotion}: levels grow away from neutral"


def test_the_nearest_level_is_taken_and_an_unknown_one_is_the_strongest() -> None:
    table = ExpressionCodes(
        {("happy", level): np.full(2, level, np.float32) for level in (1, 2)} | {("sad", 0): np.ones(2, np.float32)}
    )
    assert [table.of("happy", level)[0] for level in (0, 1, 2, 3)] == [2, 1, 2, 2]
    assert table.of("sad", 2)[0] == 1
    with pytest.raises(KeyError):
        table.of("angry", 1)


def test_folder_and_npz_hold_the_same(tmp_path: Path) -> None:
    codes = {"happy": np.arange(10, dtype=np.float32), "sad": -np.ones((1, 10))}
    for name, code in codes.items():
        np.save(tmp_path / f"{name}.npy", code)
    np.savez(tmp_path / "codes.npz", **codes)
    for path in (tmp_path, tmp_path / "codes.npz"):
        np.testing.assert_array_equal(read_expression_codes(path).of("happy", 3), codes["happy"])
        np.testing.assert_array_equal(read_expression_codes(path).of("sad", 1), codes["sad"][0])


def test_a_damaged_or_unfit_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "codes.safetensors"
    save_file({"happy/1": np.ones(10, np.float32)}, path)
    write_entry(path, {})
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    manifest[path.name]["sha256"] = "0" * 64
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ValueError, match="damaged"):
        read_expression_codes(path)
    with pytest.raises(ValueError, match="one length"):
        ExpressionCodes({("happy", 1): np.ones(3, np.float32), ("sad", 1): np.ones(4, np.float32)})
    with pytest.raises(FileNotFoundError):
        read_expression_codes(tmp_path / "nothing.npz")


@pytest.mark.skipif(not (SHARED / "features").is_dir(), reason="no real features in ../shared/features")
def test_edtalks_released_codes_are_read_as_they_are() -> None:
    path = SHARED / "features" / "edtalk_predefined_exp_weights.npz"
    table = read_expression_codes(path)
    assert {emotion for emotion, _ in table.codes} == set(BASIC_EMOTIONS)
    with np.load(path) as released:
        np.testing.assert_array_equal(table.of("happy", 3), released["happy"])
