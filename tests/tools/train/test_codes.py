"""The code book: what the small face model's codes mean."""

from __future__ import annotations

import numpy as np
import pytest

from benchmark.core.action_units import ACTION_UNITS
from benchmark.puppets.parameters import EYES, POSE, VISEMES
from tools.train.codes import EXPRESSION_CODES, EYE_WEIGHT, LIP_CODES, POSE_CODES, CodeBook


@pytest.fixture
def frames() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    low_rank = rng.random((400, 6)) @ rng.random((6, len(ACTION_UNITS)))
    return {
        "action_units": low_rank.astype(np.float32),
        "visemes": rng.random((400, len(VISEMES))).astype(np.float32),
        "pose": rng.standard_normal((400, len(POSE))).astype(np.float32),
        "eyes": rng.random((400, len(EYES))).astype(np.float32),
    }


def test_codes_have_the_sizes_of_edtalk(frames: dict[str, np.ndarray]) -> None:
    book = CodeBook.fit(frames["action_units"], frames["eyes"])
    assert (LIP_CODES, POSE_CODES, EXPRESSION_CODES) == (20, 6, 10)
    assert book.encode(**frames).shape == (400, 36)


def test_ten_numbers_hold_nine_independent_directions_exactly(frames: dict[str, np.ndarray]) -> None:
    book = CodeBook.fit(frames["action_units"], frames["eyes"])  # six directions of units, three of eyes
    assert book.explained == pytest.approx(1.0, abs=1e-9)
    codes = book.encode(**frames)[:, 26:]
    values = np.concatenate([frames["action_units"], frames["eyes"] * EYE_WEIGHT], axis=1) - book.mean
    rebuilt = codes @ np.linalg.pinv(book.expression)
    np.testing.assert_allclose(rebuilt, values, atol=1e-5)


def test_explained_variance_is_that_of_a_principal_component_analysis(frames: dict[str, np.ndarray]) -> None:
    rng = np.random.default_rng(1)
    units = rng.standard_normal(frames["action_units"].shape).astype(np.float32)
    book = CodeBook.fit(units, frames["eyes"])
    values = np.concatenate([units, frames["eyes"] * EYE_WEIGHT], axis=1)
    singular = np.linalg.svd(values - values.mean(0), compute_uv=False) ** 2
    assert book.explained == pytest.approx(singular[:10].sum() / singular.sum(), rel=1e-6)


def test_lip_codes_see_visemes_only_and_expression_codes_do_not(frames: dict[str, np.ndarray]) -> None:
    book = CodeBook.fit(frames["action_units"], frames["eyes"])
    before = book.encode(**frames)
    after = book.encode(**{**frames, "visemes": np.zeros_like(frames["visemes"])})
    assert not np.allclose(before[:, :20], after[:, :20])
    np.testing.assert_array_equal(before[:, 20:], after[:, 20:])


def test_lip_codes_keep_distances_between_mouths(frames: dict[str, np.ndarray]) -> None:
    book = CodeBook.fit(frames["action_units"], frames["eyes"])
    lips = book.encode(**frames)[:, :20]
    far = np.linalg.norm(lips[0] - lips[1]) / np.linalg.norm(frames["visemes"][0] - frames["visemes"][1])
    assert far == pytest.approx(8.0, rel=1e-4)


def test_a_pose_of_another_length_is_refused(frames: dict[str, np.ndarray]) -> None:
    book = CodeBook.fit(frames["action_units"], frames["eyes"])
    with pytest.raises(ValueError, match="pose"):
        book.encode(**{**frames, "pose": frames["pose"][:, :3]})
