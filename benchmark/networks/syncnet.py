"""SyncNet: do these lips and this sound belong together?

Two towers, one for five consecutive face crops and one for 0.2 s of sound, end in vectors whose distance is small when
picture and sound are in sync (Chung & Zisserman, "Out of time: automated lip sync in the wild", ACCV-W 2016). Layers
and key names are those of the released checkpoint `syncnet_v2.model` (joonson/syncnet_python, `SyncNetModel.py`, at
width 1 and 224 pixels); `width`, `size` and `embedding` build the same network smaller.

Conventions of the released weights: frames are **BGR, 0 to 255, not normalised**; sound enters as MFCC of int16 samples
(see `benchmark.networks.mfcc`), 20 columns for five frames at 25 frames per second.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from benchmark.networks.widths import scaled

WINDOW = 5
"""Frames that one lip embedding sees."""
AUDIO_COLUMNS = 20
"""MFCC columns (10 ms each) that one audio embedding sees."""
COLUMNS_PER_FRAME = 4
"""MFCC columns per video frame at 25 frames per second."""
COEFFICIENTS = 13
CPU_WINDOWS = 4
"""Windows per pass on a CPU: their first layer fits its cache, more are slower (4: 20 ms a window, 64: 24 ms)."""


class SyncNet(nn.Module):
    """Lip and audio towers. Call `lip` and `audio`; there is no joint forward pass.

    Args:
        width: multiplier of all inner channel counts; 1.0 is the published network.
        size: side of the square face crops in pixels, at least 64 (224 is published). Sets the kernel of `fc6`.
        embedding: length of the vectors (1024 is published).
    """

    def __init__(self, width: float = 1.0, size: int = 224, embedding: int = 1024) -> None:
        super().__init__()
        if size < 64:
            raise ValueError(f"SyncNet needs face crops of at least 64 pixels, got size={size}")
        self.size = size
        self.embedding = embedding
        c64, c96, c192, c256, c384, c512 = (scaled(c, width) for c in (64, 96, 192, 256, 384, 512))
        self.netcnnaud = nn.Sequential(  # (B, 1, 13, 20) -> (B, 512, 1, 1)
            *_layer2d(1, c64),
            nn.MaxPool2d(1, 1),
            *_layer2d(c64, c192),
            nn.MaxPool2d(3, (1, 2)),
            *_layer2d(c192, c384),
            *_layer2d(c384, c256),
            *_layer2d(c256, c256),
            nn.MaxPool2d(3, 2),
            *_layer2d(c256, c512, kernel=(5, 4), padding=0),
        )
        self.netfcaud = _head(c512, embedding)
        self.netfclip = _head(c512, embedding)
        self.netcnnlip = nn.Sequential(  # (B, 3, T, S, S) -> (B, 512, T - 4, 1, 1); only the first layer sees time
            *_layer3d(3, c96, (WINDOW, 7, 7), stride=2),
            nn.MaxPool3d((1, 3, 3), (1, 2, 2)),
            *_layer3d(c96, c256, (1, 5, 5), stride=2, padding=1),
            nn.MaxPool3d((1, 3, 3), (1, 2, 2), (0, 1, 1)),
            *_layer3d(c256, c256, (1, 3, 3), padding=1),
            *_layer3d(c256, c256, (1, 3, 3), padding=1),
            *_layer3d(c256, c256, (1, 3, 3), padding=1),
            nn.MaxPool3d((1, 3, 3), (1, 2, 2)),
            *_layer3d(c256, c512, (1, fc6_kernel(size), fc6_kernel(size))),
        )

    def lip_features(self, frames: Tensor) -> Tensor:
        """Output of the visual trunk, before the fully connected layers.

        Args:
            frames: float (B, 3, T, size, size), BGR, 0 to 255, T >= 5.

        Returns:
            float (B, T - 4, 512 * width); row i sees frames i to i + 4.
        """
        if frames.ndim != 5 or frames.shape[1] != 3 or frames.shape[2] < WINDOW or frames.shape[3:] != (self.size,) * 2:
            raise ValueError(
                f"frames must be (B, 3, T >= {WINDOW}, {self.size}, {self.size}), got {tuple(frames.shape)}"
            )
        trunk: Tensor = self.netcnnlip(frames)
        return trunk.flatten(3).squeeze(3).transpose(1, 2)

    def lip(self, frames: Tensor) -> Tensor:
        """Lip embeddings of every window of a clip, in one pass over its frames.

        Args:
            frames: float (B, 3, T, size, size), BGR, 0 to 255, T >= 5.

        Returns:
            float (B, T - 4, embedding), not normalised.
        """
        features = self.lip_features(frames)
        rows: Tensor = self.netfclip(features.reshape(-1, features.shape[-1]))
        return rows.reshape(*features.shape[:2], -1)

    def audio(self, mfcc: Tensor) -> Tensor:
        """Audio embeddings.

        Args:
            mfcc: float (B, 1, 13, 20).

        Returns:
            float (B, embedding), not normalised.
        """
        if tuple(mfcc.shape[1:]) != (1, COEFFICIENTS, AUDIO_COLUMNS):
            raise ValueError(f"mfcc must be (B, 1, {COEFFICIENTS}, {AUDIO_COLUMNS}), got {tuple(mfcc.shape)}")
        out: Tensor = self.netfcaud(self.netcnnaud(mfcc).flatten(1))
        return out


def audio_windows(mfcc: Tensor, count: int | None = None) -> Tensor:
    """Cut an MFCC track into the windows that belong to video frames 0, 1, 2, ... at 25 frames per second.

    Args:
        mfcc: float (M, 13), one row every 10 ms.
        count: how many windows; None: as many as fit.

    Returns:
        float (count, 1, 13, 20), a view; window v starts at row 4 v.

    Raises:
        ValueError: fewer than `count` windows (or none) fit.
    """
    fits = (mfcc.shape[0] - AUDIO_COLUMNS) // COLUMNS_PER_FRAME + 1 if mfcc.shape[0] >= AUDIO_COLUMNS else 0
    if fits < (1 if count is None else count):
        raise ValueError(f"{mfcc.shape[0]} MFCC rows hold {fits} windows of {AUDIO_COLUMNS}, {count or 1} are needed")
    windows = mfcc.unfold(0, AUDIO_COLUMNS, COLUMNS_PER_FRAME)  # (fits, 13, 20)
    return windows[:count].unsqueeze(1)


def fc6_kernel(size: int) -> int:
    """Side of the feature map before `fc6` for face crops of `size` pixels: 6 at 224, 3 at 128, 2 at 96, 1 at 64."""
    side = (size - 7) // 2 + 1  # conv1, stride 2
    side = (side - 3) // 2 + 1  # pool1
    side = (side + 2 - 5) // 2 + 1  # conv2, stride 2, padding 1
    side = (side + 2 - 3) // 2 + 1  # pool2, padding 1
    return (side - 3) // 2 + 1  # pool5


def _layer2d(
    inputs: int, outputs: int, kernel: tuple[int, int] = (3, 3), padding: int = 1
) -> tuple[nn.Module, nn.Module, nn.Module]:
    return nn.Conv2d(inputs, outputs, kernel, padding=padding), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)


def _layer3d(
    inputs: int, outputs: int, kernel: tuple[int, int, int], stride: int = 1, padding: int = 0
) -> tuple[nn.Module, nn.Module, nn.Module]:
    convolution = nn.Conv3d(inputs, outputs, kernel, (1, stride, stride), (0, padding, padding))
    return convolution, nn.BatchNorm3d(outputs), nn.ReLU(inplace=True)


def _head(features: int, embedding: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(features, features), nn.BatchNorm1d(features), nn.ReLU(), nn.Linear(features, embedding)
    )


def embed_lips(network: SyncNet, frames: Tensor, chunk: int = 64, trunk: FlatTrunk | None = None) -> Tensor:
    """Lip embeddings of one clip of any length in bounded memory; the cut points do not change the result.

    Runs the visual trunk as two-dimensional convolutions with the batch norms folded in (`FlatTrunk`), 1.6 times as
    fast on a CPU as the published loop over windows and equal to it within 1e-5.

    Args:
        network: in eval mode.
        frames: uint8 or float (T, size, size, 3), BGR, 0 to 255, T >= 5.
        chunk: most windows per pass; a CPU takes at most `CPU_WINDOWS`.
        trunk: the network's, if it was made before; None: make it.

    Returns:
        float32 (T - 4, embedding) on the network's device.
    """
    device = next(network.parameters()).device
    windows = frames.shape[0] - WINDOW + 1
    if windows < 1 or frames.shape[1:] != (network.size, network.size, 3):
        raise ValueError(
            f"frames must be (T >= {WINDOW}, {network.size}, {network.size}, 3), got {tuple(frames.shape)}: "
            f"a lip embedding needs {WINDOW} frames"
        )
    chunk = min(chunk, CPU_WINDOWS) if device.type == "cpu" else chunk
    parts = []
    with torch.inference_mode():
        trunk = trunk or FlatTrunk(network)
        for start in range(0, windows, chunk):
            part = frames[start : min(start + chunk, windows) + WINDOW - 1].to(device).float()
            parts.append(network.netfclip(trunk(part.permute(0, 3, 1, 2))))
    return torch.cat(parts)


class FlatTrunk:
    """The visual trunk without a time axis, for evaluation.

    Only its first convolution sees time, so five frames become fifteen channels and all other layers work on single
    pictures. Each batch norm is folded, in float64, into the convolution before it.

    Args:
        network: in eval mode; later changes of its weights are not seen.
    """

    def __init__(self, network: SyncNet) -> None:
        if network.training:
            raise ValueError("SyncNet is in training mode; call eval() before embedding")
        self.steps: list[Callable[[Tensor], Tensor]] = []
        layers = list(network.netcnnlip)
        for layer, following in zip(layers, [*layers[1:], None], strict=True):
            if isinstance(layer, nn.Conv3d) and isinstance(following, nn.BatchNorm3d):
                self.steps.append(_folded(layer, following))
            elif isinstance(layer, nn.MaxPool3d):
                self.steps.append(_flat_pool(layer))

    def __call__(self, frames: Tensor) -> Tensor:
        """Features (T - 4, 512 * width) of frames float (T, 3, size, size), T >= 5."""
        count = len(frames) - WINDOW + 1
        x = torch.cat([frames[k : k + count] for k in range(WINDOW)], dim=1)  # (count, 5 * 3, S, S)
        x = x.contiguous(memory_format=torch.channels_last)  # the layout that the CPU's convolutions are fast in
        for step in self.steps:
            x = step(x)
        return x.flatten(1)


def _folded(convolution: nn.Conv3d, norm: nn.BatchNorm3d) -> Callable[[Tensor], Tensor]:
    """Convolution, batch norm and ReLU as one two-dimensional convolution."""
    assert norm.running_mean is not None and norm.running_var is not None and convolution.bias is not None
    scale = norm.weight.double() / torch.sqrt(norm.running_var.double() + norm.eps)
    weight = (convolution.weight.double() * scale.view(-1, 1, 1, 1, 1)).transpose(1, 2).flatten(1, 2).float()
    bias = ((convolution.bias.double() - norm.running_mean.double()) * scale + norm.bias.double()).float()
    stride, padding = convolution.stride[1:], [int(p) for p in convolution.padding[1:]]
    return lambda x: F.conv2d(x, weight, bias, stride, padding).relu_()


def _flat_pool(pool: nn.MaxPool3d) -> Callable[[Tensor], Tensor]:
    kernel, stride, padding = (_last_two(value) for value in (pool.kernel_size, pool.stride, pool.padding))
    return lambda x: F.max_pool2d(x, kernel, stride, padding)


def _last_two(value: int | tuple[int, ...]) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else (value[-2], value[-1])


def embed_audio(network: SyncNet, mfcc: Tensor, count: int | None = None, chunk: int = 256) -> Tensor:
    """Audio embeddings of the first `count` video frames of a clip.

    Args:
        network: in eval mode.
        mfcc: float (M, 13).
        count: number of windows; None: as many as fit.
        chunk: windows per pass.

    Returns:
        float32 (count, embedding) on the network's device.
    """
    device = next(network.parameters()).device
    windows = audio_windows(mfcc, count)
    parts = []
    with torch.inference_mode():
        for start in range(0, len(windows), chunk):
            parts.append(network.audio(windows[start : start + chunk].to(device).float()))
    return torch.cat(parts)
