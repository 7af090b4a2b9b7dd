"""Audio2Lip: a window of mel spectrogram becomes the lip code of one video frame.

Wav2Lip's audio encoder (Prajwal et al., 2020), 13 convolutions down to one pixel, and one linear layer into EDTalk's
lip directions.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from cmet.model.mel import Padding, mel_windows
from cmet.model.smoothing import Ends, smooth

Stride = int | tuple[int, int]
# channels in, channels out, kernel, stride, padding, residual
LAYERS: tuple[tuple[int, int, int, Stride, int, bool], ...] = (
    (1, 32, 3, 1, 1, False),
    (32, 32, 3, 1, 1, True),
    (32, 32, 3, 1, 1, True),
    (32, 64, 3, (3, 1), 1, False),
    (64, 64, 3, 1, 1, True),
    (64, 64, 3, 1, 1, True),
    (64, 128, 3, 3, 1, False),
    (128, 128, 3, 1, 1, True),
    (128, 128, 3, 1, 1, True),
    (128, 256, 3, (3, 2), 1, False),
    (256, 256, 3, 1, 1, True),
    (256, 512, 3, 1, 0, False),
    (512, 512, 1, 1, 0, False),
)


class ConvBlock(nn.Module):
    """Convolution, batch norm, the input added if residual, ReLU."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: Stride, padding: int, residual: bool) -> None:
        super().__init__()
        self.conv_block = nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride, padding), nn.BatchNorm2d(outputs))
        self.residual = residual

    def forward(self, x: Tensor) -> Tensor:
        """(B, inputs, H, W) -> (B, outputs, H', W')."""
        out: Tensor = self.conv_block(x)
        return F.relu(out + x if self.residual else out)


class Audio2Lip(nn.Module):
    """The network. `Audio2Lip()` loads Audio2Lip.pt.

    Args:
        lip: number of lip directions.
        width: factor on the channels of the convolutions.
    """

    def __init__(self, lip: int = 20, width: float = 1.0) -> None:
        super().__init__()

        def scaled(channels: int) -> int:
            return channels if channels == 1 else max(1, round(channels * width))

        self.audio_encoder = nn.Sequential(
            *(ConvBlock(scaled(layer[0]), scaled(layer[1]), *layer[2:]) for layer in LAYERS)
        )
        self.mapping = nn.Linear(scaled(512), lip)

    def forward(self, windows: Tensor) -> Tensor:
        """Mel windows float (B, 1, 80, 16) in [-4, 4] -> lip codes (B, lip)."""
        embedding = self.audio_encoder(windows).flatten(1)
        code: Tensor = self.mapping(embedding)
        return code


@torch.no_grad()
def lip_codes(
    network: Audio2Lip,
    audio: NDArray[np.float32],
    ends: Ends = "replicate",
    padding: Padding = "zero",
    batch: int = 256,
) -> Tensor:
    """Smoothed lip codes of speech.

    Args:
        network: in eval mode; decides device and precision.
        audio: float32 (N,), 16 kHz mono.
        ends: see `cmet.model.smoothing.smooth`.
        padding: see `cmet.model.mel`.
        batch: windows at a time; bounds memory, does not change the result beyond rounding.

    Returns:
        (N // 640, lip), one row for each frame at 25 a second.
    """
    like = network.mapping.weight
    windows = torch.from_numpy(mel_windows(audio, padding)).to(like.device, like.dtype)
    return smooth(torch.cat([network(part) for part in torch.split(windows, batch)]), ends)
