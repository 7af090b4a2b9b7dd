"""The chains from decoded frames to a network's input."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image

from benchmark.checkpoints.golden import GoldenError
from benchmark.networks.emotion_fan import fan_input
from benchmark.networks.i3d import _pad_same
from benchmark.networks.i3d_input import author_clip, enlarge_legacy, half_pixel_clip, reduce_frames
from benchmark.networks.resnet18 import IMAGENET_DEVIATION, IMAGENET_MEAN, judge_input
from benchmark.parity.golden.inputs import formula_clip, formula_image, formula_sound

CLIP = formula_clip({"set": "PUB", "t": [0, 1, 2], "height": 96, "width": 128})


def test_formula_images_have_the_recipe_s_spot_values() -> None:
    image = formula_image("PUB", 3, 97, 131)
    assert image.sum() == 4594297
    assert image[50, 60].tolist() == [72, 171, 245]
    assert formula_image("ALT", 3, 97, 131)[96, 130].tolist() == [136, 87, 172]
    sound = formula_sound()
    assert sound[:8].tolist() == [10160, 7870, 5580, 4730, 5470, 6210, 4070, 1780]
    assert int(sound.astype(np.int64).sum()) == -1329770
    with pytest.raises(GoldenError, match="unknown set"):
        formula_image("NEW", 0, 8, 8)


def test_judge_input_is_pillow_s_resize_and_imagenet_s_scale() -> None:
    ours = judge_input(CLIP)
    assert ours.shape == (3, 3, 224, 224)
    image = np.asarray(Image.fromarray(CLIP[1]).resize((224, 224), Image.Resampling.BILINEAR)) / 255.0
    expected = (image - np.array(IMAGENET_MEAN)) / np.array(IMAGENET_DEVIATION)
    np.testing.assert_allclose(ours[1].permute(1, 2, 0).numpy(), expected, atol=1e-6)


def test_fan_input_keeps_the_aspect_and_the_range() -> None:
    ours = fan_input(CLIP)
    assert ours.shape == (3, 3, 224, 298)
    assert ours.min() >= 0
    assert 0.9 < ours.max() <= 1
    same = formula_clip({"set": "PUB", "t": 0, "height": 224, "width": 224})
    assert (fan_input(same)[0].permute(1, 2, 0).numpy() * 255).round().astype(np.uint8).tobytes() == same[0].tobytes()


def test_legacy_enlargement_has_no_half_pixel_shift() -> None:
    """Target row y reads source row y * h / size: at twice the size even rows are source rows, odd ones lie between."""
    small = CLIP[:, :32, :32]
    big = (enlarge_legacy(small, 64) + 1) * 127.5
    source = torch.from_numpy(small).permute(3, 0, 1, 2).float()
    torch.testing.assert_close(big[:, :, ::2, ::2], source, rtol=0, atol=1e-3)
    torch.testing.assert_close(big[:, :, 1:-1:2, ::2], (source[:, :, :-1] + source[:, :, 1:]) / 2, rtol=0, atol=1e-3)
    torch.testing.assert_close(big[:, :, -1], big[:, :, -2], rtol=0, atol=1e-3)  # the last row is clamped


def test_the_two_chains_differ_on_the_same_clip() -> None:
    square = np.random.default_rng(0).integers(0, 256, (3, 96, 96, 3), dtype=np.uint8)
    author, port = author_clip(square), half_pixel_clip(square)
    assert author.shape == port.shape == (3, 3, 224, 224)
    assert (author - port).abs().max() > 0.1


def test_half_pixel_chain_crops_the_centre_of_a_wide_clip() -> None:
    whole = F.interpolate(torch.from_numpy(CLIP).permute(0, 3, 1, 2).float(), (48, 64), mode="bilinear")
    expected = whole[..., 8:56].permute(1, 0, 2, 3) / 127.5 - 1
    torch.testing.assert_close(half_pixel_clip(CLIP, 48), expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("chain", [author_clip, half_pixel_clip, reduce_frames, judge_input])
def test_frames_that_are_not_uint8_rgb_are_refused(chain: object) -> None:
    for wrong in (CLIP.astype(np.float32), CLIP[0], CLIP[:0]):
        with pytest.raises(ValueError, match="uint8"):
            chain(wrong)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("length", "kernel", "stride"), [(15, 7, 2), (16, 7, 2), (7, 3, 1), (4, 2, 2), (5, 2, 2), (9, 3, 2)]
)
def test_same_padding_gives_the_ceiling_and_puts_the_odd_zero_last(length: int, kernel: int, stride: int) -> None:
    x = torch.ones(1, 1, length, length, length)
    padded = _pad_same(x, (kernel,) * 3, (stride,) * 3)
    out = -(-length // stride)
    total = max((out - 1) * stride + kernel - length, 0)
    assert padded.shape[2] == length + total
    line = padded[0, 0, :, padded.shape[3] // 2, padded.shape[4] // 2]
    assert line.tolist() == [0.0] * (total // 2) + [1.0] * length + [0.0] * (total - total // 2)
