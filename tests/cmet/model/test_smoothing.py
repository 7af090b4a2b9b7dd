"""Smoothing over time."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from cmet.model.smoothing import gaussian_kernel, smooth


def test_the_kernel_is_a_normalised_gaussian() -> None:
    side = np.exp(-0.5) / (1 + 2 * np.exp(-0.5))
    np.testing.assert_allclose(gaussian_kernel(torch.float64), [side, 1 - 2 * side, side], rtol=1e-12)


def test_damped_ends_are_a_convolution_with_zeros() -> None:
    codes = np.random.default_rng(0).standard_normal((9, 4))
    kernel = gaussian_kernel(torch.float64).numpy()
    expected = np.stack([np.convolve(column, kernel, mode="same") for column in codes.T], axis=1)
    np.testing.assert_allclose(smooth(torch.from_numpy(codes), "damp"), expected, atol=1e-12)


@pytest.mark.parametrize("frames", [1, 2, 7])
def test_a_constant_stays_constant_unless_its_ends_are_damped(frames: int) -> None:
    codes = torch.full((frames, 3), 2.0, dtype=torch.float64)
    torch.testing.assert_close(smooth(codes), codes)
    assert smooth(codes, "damp")[0, 0] == pytest.approx(2 * (0.7259314 if frames > 1 else 0.4518628), abs=1e-6)
