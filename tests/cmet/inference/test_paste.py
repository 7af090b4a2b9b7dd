"""Putting a face back: the mask in closed form, and what stays untouched."""

from __future__ import annotations

import numpy as np
import pytest

from cmet.inference.face_crop import Region, cut
from cmet.inference.paste import feathered_mask, paste

REGION = Region(30, 20, 94, 84)


def pictures(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, 120, 160, 3)).astype(np.uint8)


def test_the_mask_is_half_a_cosine_at_the_edges_and_one_inside() -> None:
    mask = feathered_mask(REGION, 160, 120, feather=0.125)  # a soft edge of 8 pixels
    ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(1, 9) / 9)
    np.testing.assert_allclose(mask[32, :8], ramp, atol=1e-6)
    np.testing.assert_allclose(mask[-8:, 32], ramp[::-1], atol=1e-6)
    np.testing.assert_array_equal(mask[8:-8, 8:-8], 1.0)
    np.testing.assert_allclose(mask[0, 0], ramp[0] ** 2, atol=1e-6)
    np.testing.assert_array_equal(mask, mask[::-1, ::-1])
    np.testing.assert_array_equal(feathered_mask(REGION, 160, 120, feather=0.0), 1.0)


def test_there_is_no_soft_edge_where_the_frame_ends() -> None:
    mask = feathered_mask(Region(0, 20, 160, 120), 160, 120)
    np.testing.assert_array_equal(mask[-1], 1.0)
    np.testing.assert_array_equal(mask[50, [0, -1]], 1.0)
    assert 0 < mask[0, 80] < 0.1


def test_a_face_that_was_not_edited_gives_the_frames_back() -> None:
    frames = pictures(3)
    np.testing.assert_array_equal(paste(frames, cut(frames, REGION, 64), REGION), frames)


@pytest.mark.parametrize("size", [32, 64, 128])
def test_the_middle_is_the_face_and_the_outside_is_the_frame(size: int) -> None:
    frames, before = pictures(2), pictures(2)
    faces = np.full((2, size, size, 3), 200, np.uint8)
    out = paste(frames, faces, REGION)
    outside = np.ones((120, 160), bool)
    outside[20:84, 30:94] = False
    np.testing.assert_array_equal(out[:, outside], frames[:, outside])
    np.testing.assert_array_equal(out[:, 40:60, 50:70], 200)
    np.testing.assert_array_equal(frames, before)
    left, share = out[0, 50, 30].astype(float), feathered_mask(REGION, 160, 120)[30, 0]
    np.testing.assert_allclose(left, frames[0, 50, 30] * (1 - share) + 200 * share, atol=0.51)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="3 faces can't be put into 2 frames"):
        paste(pictures(2), np.zeros((3, 32, 32, 3), np.uint8), REGION)
    with pytest.raises(ValueError, match="not inside frames of 160x120"):
        paste(pictures(2), np.zeros((2, 32, 32, 3), np.uint8), Region(100, 20, 164, 84))
