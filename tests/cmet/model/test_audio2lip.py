"""Audio2Lip: keys, small variants, independence of the batch."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from cmet.model.audio2lip import Audio2Lip, lip_codes


def test_small_variants_have_narrow_layers() -> None:
    network = Audio2Lip(lip=6, width=1 / 8)
    assert network.mapping.weight.shape == (6, 64)
    assert network.audio_encoder[0].conv_block[0].weight.shape == (4, 1, 3, 3)


def test_codes_do_not_depend_on_the_batch() -> None:
    torch.manual_seed(0)
    network = Audio2Lip(width=1 / 8).eval()
    audio = np.random.default_rng(0).standard_normal(640 * 13).astype(np.float32) * 0.1
    one, many = lip_codes(network, audio, batch=1), lip_codes(network, audio, batch=100)
    assert one.shape == (13, 20)
    torch.testing.assert_close(one, many, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("lip", [5, 20])
def test_the_code_has_as_many_numbers_as_directions(lip: int) -> None:
    assert Audio2Lip(lip=lip, width=1 / 16).eval()(torch.zeros(3, 1, 80, 16)).shape == (3, lip)
