"""Reading golden folders and comparing arrays."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from benchmark.checkpoints.golden import GoldenError, GoldenFolder, compare


@pytest.mark.parametrize(
    ("measure", "error"),
    [("max", 3.0), ("mean", 1.0), ("relative", 0.3), ("exact", 2.0), ("p99.9", 0.997 * 3 + 0.003)],
)
def test_measures_by_hand(measure, error: float) -> None:
    want = np.array([10.0, 0.0, 0.0, 0.0])
    got = want + [0.0, 1.0, 0.0, -3.0]
    row = compare("c", "a", got, want, 0.0, measure)
    assert row.error == pytest.approx(error)
    assert row.relative == pytest.approx(0.3)
    assert not row.passed


def test_the_tolerance_is_inclusive() -> None:
    assert compare("c", "a", [1.5], [1.0], 0.5).passed
    assert not compare("c", "a", [1.5], [1.0], 0.49).passed


@pytest.mark.parametrize("got", [[1.0], [1.0, math.nan], [[1.0, 2.0]], [1.0, math.inf]])
def test_other_shapes_and_values_that_are_not_finite_fail(got) -> None:
    row = compare("c", "a", got, [1.0, 2.0], 1e9)
    assert not row.passed and row.error == math.inf and row.note


def test_what_is_not_finite_in_the_golden_array_must_be_so_in_ours() -> None:
    assert compare("c", "a", [math.inf, 1.0], [math.inf, 1.0], 0.0).passed
    assert not compare("c", "a", [-math.inf, 1.0], [math.inf, 1.0], 1.0).passed


def test_words_are_compared_exactly() -> None:
    row = compare("c", "a", np.array(["x", "y"]), np.array(["x", "z"]), 0.0)
    assert row.error == 1 and not row.passed


def folder(tmp_path: Path, index: object) -> Path:
    (tmp_path / "golden.json").write_text(json.dumps(index))
    return tmp_path


def test_an_index_gives_family_checks_and_seeds(tmp_path: Path) -> None:
    index = {"family": "f", "weights": {"key_prefix": "p.", "seed_offset": 4}, "checks": [{"id": "x", "file": "a.npz"}]}
    golden = GoldenFolder.read(folder(tmp_path, index))
    assert (golden.family, golden.seed.prefix, golden.seed.offset) == ("f", "p.", 4)
    assert golden.checks == [{"id": "x", "file": "a.npz"}]


@pytest.mark.parametrize("index", [[], {"family": "f"}, {"checks": []}, {"family": "f", "checks": [{"file": "a"}]}])
def test_malformed_indices_are_refused(tmp_path: Path, index: object) -> None:
    with pytest.raises(GoldenError, match=r"golden\.json"):
        GoldenFolder.read(folder(tmp_path, index))


def test_files_outside_of_the_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out.npz").write_bytes(b"")
    golden = GoldenFolder.read(folder(tmp_path / "in", {"family": "f", "checks": []}))
    with pytest.raises(GoldenError, match="outside"):
        golden.arrays("../out.npz")
    with pytest.raises(GoldenError, match="no file"):
        golden.arrays("absent.npz")
