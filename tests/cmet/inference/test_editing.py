"""The editing protocol with a transformer that can be computed by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from cmet.inference.editing import choose_frames, edit_codes, mirrored, to_pixels, to_unit

VECTOR = torch.full((1, 1, 3), 0.5)


def linear(reference: torch.Tensor, vector: torch.Tensor, codes: torch.Tensor) -> torch.Tensor:
    """direction = reference/2 + codes/10 + mean of the vector."""
    return reference / 2 + codes / 10 + vector.mean()


def by_hand(codes: np.ndarray, window: int) -> np.ndarray:
    """The recursion, frame by frame: frame i sees the direction of frame i - window."""
    directions = np.zeros_like(codes)
    for i, code in enumerate(codes):
        before = directions[i - window] if i >= window else 0.0
        directions[i] = before / 2 + code / 10 + 0.5
    return codes + directions


@pytest.mark.parametrize("frames", [1, 4, 5, 23, 25])
def test_clean_mode_edits_every_frame(frames: int) -> None:
    codes = torch.randn(frames, 10, dtype=torch.float64)
    edited = edit_codes(linear, VECTOR.double(), codes)
    np.testing.assert_allclose(edited.codes, by_hand(codes.numpy(), 5), atol=1e-12)
    torch.testing.assert_close(edited.codes, codes + edited.directions)


@pytest.mark.parametrize(("frames", "kept"), [(5, 5), (23, 20), (25, 25)])
def test_paper_mode_leaves_out_what_does_not_fill_a_window(frames: int, kept: int) -> None:
    codes = torch.randn(frames, 10, dtype=torch.float64)
    edited = edit_codes(linear, VECTOR.double(), codes, mode="paper")
    np.testing.assert_allclose(edited.codes, by_hand(codes.numpy()[:kept], 5), atol=1e-12)


def test_both_modes_agree_on_whole_windows_of_any_length() -> None:
    codes = torch.randn(21, 10)
    clean, paper = (edit_codes(linear, VECTOR, codes, 7, mode) for mode in ("clean", "paper"))
    assert torch.equal(clean.codes, paper.codes)


@pytest.mark.parametrize(("frames", "mode"), [(0, "clean"), (4, "paper")])
def test_too_few_frames_are_refused(frames: int, mode) -> None:
    with pytest.raises(ValueError, match="needs"):
        edit_codes(linear, VECTOR, torch.zeros(frames, 10), mode=mode)


def test_mirroring_walks_to_and_fro_showing_each_end_twice() -> None:
    assert mirrored(8, 3).tolist() == [0, 1, 2, 2, 1, 0, 0, 1]
    forth = np.arange(6)
    doubled = np.concatenate([forth, forth[::-1]])
    assert mirrored(40, 6).tolist() == np.tile(doubled, 4)[:40].tolist()


def test_clean_mode_keeps_pose_and_expression_together() -> None:
    frames = choose_frames(50, 20, 20)
    assert frames.pose.tolist() == frames.expression.tolist() == mirrored(50, 20).tolist()
    assert choose_frames(12, 20, 20).pose.tolist() == list(range(12))


def test_paper_mode_holds_the_pose_and_mirrors_a_shortened_expression() -> None:
    frames = choose_frames(60, 40, 45, "paper")
    assert frames.pose.tolist() == [*range(40), *[39] * 20]
    assert frames.expression.tolist() == mirrored(60, 25).tolist()


def test_paper_mode_refuses_what_would_never_end() -> None:
    with pytest.raises(ValueError, match="25 frames at least"):
        choose_frames(60, 24, 20, "paper")
    assert len(choose_frames(60, 25, 25, "paper").expression) == 60


def test_clean_pixels_map_the_fixed_range() -> None:
    video = torch.tensor([-2.0, -1.0, 0.0, 0.5, 1.0, 3.0]).reshape(1, 1, 1, 6).expand(2, 3, 4, 6)
    assert to_pixels(video)[0, 0, :, 0].tolist() == [0, 0, 128, 191, 255, 255]


def test_paper_pixels_stretch_the_clips_own_range_and_truncate() -> None:
    video = torch.tensor([0.0, 0.1, 0.25]).reshape(1, 1, 1, 3).expand(1, 3, 1, 3)
    assert to_pixels(video, "paper")[0, 0, :, 0].tolist() == [0, 102, 255]
    assert to_pixels(torch.zeros(1, 3, 2, 2), "paper").max() == 0


def test_pixels_survive_the_way_there_and_back() -> None:
    pixels = np.arange(256, dtype=np.uint8).reshape(1, 16, 16, 1).repeat(3, axis=3)
    unit = to_unit(pixels)
    assert unit.shape == (1, 3, 16, 16) and unit.min() == -1 and unit.max() == 1
    np.testing.assert_array_equal(to_pixels(unit), pixels)
