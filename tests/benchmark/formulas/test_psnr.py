"""PSNR and SSIM against scikit-image."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from benchmark.formulas.psnr import psnr
from benchmark.formulas.ssim import ssim, ssim_frames, ssim_gaussian

RNG = np.random.default_rng(0)
CLIP = RNG.integers(0, 256, (3, 40, 56, 3), dtype=np.uint8)
NOISY = np.clip(CLIP.astype(int) + RNG.integers(-25, 26, CLIP.shape), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("frame", range(3))
def test_equal_scikit_image_on_colour(frame: int) -> None:
    a, b = CLIP[frame], NOISY[frame]
    assert psnr(a, b) == pytest.approx(peak_signal_noise_ratio(a, b), rel=1e-12)
    assert ssim(a, b) == pytest.approx(structural_similarity(a, b, channel_axis=2), rel=1e-9)
    gaussian = structural_similarity(
        a, b, channel_axis=2, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
    )
    assert ssim_gaussian(a, b) == pytest.approx(gaussian, rel=1e-9)


def test_equal_scikit_image_on_grey_floats() -> None:
    a, b = CLIP[0, ..., 0] / 255.0, NOISY[0, ..., 0] / 255.0
    assert psnr(a, b, data_range=1.0) == pytest.approx(peak_signal_noise_ratio(a, b, data_range=1.0), rel=1e-12)
    assert ssim(a, b, data_range=1.0) == pytest.approx(structural_similarity(a, b, data_range=1.0), rel=1e-9)


def test_a_constant_difference_has_a_closed_form() -> None:
    a = np.full((8, 8, 3), 100, np.uint8)
    assert psnr(a, a + np.uint8(5)) == pytest.approx(20 * np.log10(255 / 5), rel=1e-12)
    c1 = (0.01 * 255) ** 2
    assert ssim(a, a + np.uint8(5)) == pytest.approx((2 * 100 * 105 + c1) / (100**2 + 105**2 + c1), rel=1e-9)


def test_identical_images() -> None:
    assert psnr(CLIP[0], CLIP[0]) == np.inf
    assert ssim(CLIP[0], CLIP[0]) == 1.0
    constant = np.zeros((16, 16, 3), np.uint8)
    assert ssim(constant, constant) == 1.0


def test_clips_are_scored_frame_by_frame() -> None:
    np.testing.assert_array_equal(ssim_frames(CLIP, NOISY), [ssim(a, b) for a, b in zip(CLIP, NOISY, strict=True)])
    with pytest.raises(ValueError, match="of one shape"):
        ssim_frames(CLIP, NOISY[:2])


@pytest.mark.parametrize("score", [psnr, ssim, ssim_gaussian])
def test_what_cannot_be_compared_is_refused(score: object) -> None:
    for a, b, message in (
        (CLIP[0], CLIP[0, :20], "share shape"),
        (CLIP[0], CLIP[0].astype(np.float32), "share shape and dtype"),
        (CLIP[0] / 255.0, NOISY[0] / 255.0, "explicit data_range"),
    ):
        with pytest.raises(ValueError, match=message):
            score(a, b)  # type: ignore[operator]
    broken = np.full((16, 16), np.nan)
    with pytest.raises(ValueError, match="not finite"):
        score(broken, broken, data_range=1.0)  # type: ignore[operator]


def test_images_below_the_window_are_refused() -> None:
    with pytest.raises(ValueError, match="sides of 7 or more"):
        ssim(CLIP[0, :6], CLIP[0, :6])
    with pytest.raises(ValueError, match="sides of 11 or more"):
        ssim_gaussian(CLIP[0, :10], CLIP[0, :10])
