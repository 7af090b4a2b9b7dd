from __future__ import annotations

import pytest
import torch
from torch import nn

from benchmark.networks.syncnet import (
    AUDIO_COLUMNS,
    COLUMNS_PER_FRAME,
    WINDOW,
    SyncNet,
    audio_windows,
    embed_audio,
    embed_lips,
    fc6_kernel,
)


@pytest.fixture(scope="module")
def network() -> SyncNet:
    torch.manual_seed(0)
    made = SyncNet(width=0.125, size=64, embedding=32)
    for layer in made.modules():
        if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d | nn.BatchNorm3d):
            nn.init.normal_(layer.running_mean)
            nn.init.uniform_(layer.running_var, 0.5, 2)
            nn.init.normal_(layer.weight)
            nn.init.normal_(layer.bias)
    return made.eval()


@pytest.mark.parametrize(("size", "kernel"), [(224, 6), (128, 3), (96, 2), (64, 1)])
def test_last_convolution_covers_the_whole_map(size: int, kernel: int) -> None:
    assert fc6_kernel(size) == kernel
    small = SyncNet(width=0.125, size=size, embedding=16).eval()
    with torch.inference_mode():
        assert small.lip(torch.zeros(1, 3, 5, size, size)).shape == (1, 1, 16)


def test_one_pass_over_a_clip_equals_the_loop_over_windows(network: SyncNet) -> None:
    frames = torch.randint(0, 256, (12, 64, 64, 3), dtype=torch.uint8)
    one_pass = embed_lips(network, frames)
    with torch.inference_mode():
        loop = [network.lip(frames[i : i + WINDOW].float().permute(3, 0, 1, 2)[None])[0, 0] for i in range(8)]
    expected = torch.stack(loop)
    assert (one_pass - expected).abs().max() < 1e-5 * expected.abs().max()


@pytest.mark.parametrize("chunk", [1, 3, 8])
def test_chunks_do_not_change_the_embeddings(network: SyncNet, chunk: int) -> None:
    frames = torch.randint(0, 256, (12, 64, 64, 3), dtype=torch.uint8)
    track = torch.randn(60, 13)
    torch.testing.assert_close(embed_lips(network, frames, chunk), embed_lips(network, frames), rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(embed_audio(network, track, chunk=chunk), embed_audio(network, track))


def test_audio_windows_start_every_fourth_row_and_span_twenty() -> None:
    track = torch.arange(61.0).unsqueeze(1).expand(61, 13)
    windows = audio_windows(track)
    assert windows.shape == (11, 1, 13, AUDIO_COLUMNS)
    for v, window in enumerate(windows):
        assert window[0, 5].tolist() == list(range(COLUMNS_PER_FRAME * v, COLUMNS_PER_FRAME * v + AUDIO_COLUMNS))


def test_too_little_sound_or_picture_is_refused(network: SyncNet) -> None:
    with pytest.raises(ValueError, match="19 MFCC rows hold 0 windows"):
        audio_windows(torch.zeros(19, 13))
    with pytest.raises(ValueError, match="hold 2 windows of 20, 3 are needed"):
        embed_audio(network, torch.zeros(24, 13), count=3)
    with pytest.raises(ValueError, match="needs 5 frames"):
        embed_lips(network, torch.zeros(4, 64, 64, 3))
    with pytest.raises(ValueError, match=r"frames must be \(T >= 5, 64, 64, 3\)"):
        embed_lips(network, torch.zeros(5, 96, 96, 3))
    with pytest.raises(ValueError, match="training mode"):
        embed_lips(SyncNet(width=0.125, size=64), torch.zeros(5, 64, 64, 3))
    with pytest.raises(ValueError, match="frames must be"):
        network.lip(torch.zeros(1, 3, 5, 96, 96))
    with pytest.raises(ValueError, match="mfcc must be"):
        network.audio(torch.zeros(1, 13, 20))
