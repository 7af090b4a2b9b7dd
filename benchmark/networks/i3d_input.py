"""What I3D sees of a clip: two chains from decoded frames to its input.

`author_clip` is the chain of C-MET's released evaluation: 15 frames, OpenCV's bilinear reduction to 64 x 64 in uint8
(strong aliasing), then TensorFlow 1's bilinear enlargement to 224 without the half-pixel shift. `half_pixel_clip` is
the chain of the torch ports (VideoGPT, StyleGAN-V): one bilinear step with half-pixel centres, the shorter side to
224, centre crop. The same clip through the two chains gives different features; a distance is only comparable within
one.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor


def reduce_frames(frames: NDArray[np.uint8], side: int = 64) -> NDArray[np.uint8]:
    """OpenCV's bilinear resize without antialiasing: uint8 (T, H, W, 3) -> uint8 (T, side, side, 3)."""
    _check(frames)
    small = [cv2.resize(frame, (side, side), interpolation=cv2.INTER_LINEAR) for frame in frames]
    return np.stack(small).astype(np.uint8)


def enlarge_legacy(frames: NDArray[np.uint8], size: int = 224) -> Tensor:
    """Bilinear resize as TensorFlow 1 did it: source coordinate = target x source side / target side, last row clamped.

    Args:
        frames: uint8 (T, h, w, 3), RGB.
        size: side of the result.

    Returns:
        float32 (3, T, size, size), -1 to 1.
    """
    _check(frames)
    return enlarge(torch.from_numpy(np.ascontiguousarray(frames)), size)


def enlarge(frames: Tensor, size: int = 224) -> Tensor:
    """`enlarge_legacy` of a tensor, on its device: uint8 (T, h, w, 3) -> float32 (3, T, size, size), -1 to 1."""
    x = frames.permute(3, 0, 1, 2).float()
    for axis in (2, 3):
        length = x.shape[axis]
        position = torch.arange(size, dtype=torch.float32, device=x.device) * (length / size)
        low = position.floor().long()
        high = (low + 1).clamp(max=length - 1)
        shape = [1, 1, 1, 1]
        shape[axis] = size
        fraction = (position - low).view(shape)
        below, above = x.index_select(axis, low), x.index_select(axis, high)
        x = below + (above - below) * fraction
    return 2 * x / 255 - 1


def author_clip(frames: NDArray[np.uint8], size: int = 224) -> Tensor:
    """The released evaluation's chain: uint8 (T, H, W, 3) RGB -> float32 (3, T, size, size), -1 to 1."""
    return enlarge_legacy(reduce_frames(frames), size)


def half_pixel_clip(frames: NDArray[np.uint8], size: int = 224) -> Tensor:
    """The torch ports' chain: uint8 (T, H, W, 3) RGB -> float32 (3, T, size, size), -1 to 1."""
    _check(frames)
    return half_pixel(torch.from_numpy(np.ascontiguousarray(frames)), size)


def half_pixel(frames: Tensor, size: int = 224) -> Tensor:
    """`half_pixel_clip` of a tensor, on its device: uint8 (T, H, W, 3) -> float32 (3, T, size, size), -1 to 1."""
    x = frames.permute(0, 3, 1, 2).float() / 255
    height, width = x.shape[2:]
    scale = size / min(height, width)
    target = (size, math.ceil(width * scale)) if height < width else (math.ceil(height * scale), size)
    x = F.interpolate(x, target, mode="bilinear", align_corners=False)
    top, left = (x.shape[2] - size) // 2, (x.shape[3] - size) // 2
    x = x[:, :, top : top + size, left : left + size].permute(1, 0, 2, 3)
    return 2 * x - 1


def _check(frames: NDArray[np.uint8]) -> None:
    if frames.dtype != np.uint8 or frames.ndim != 4 or frames.shape[-1] != 3 or len(frames) == 0:
        raise ValueError(f"frames must be uint8 (T >= 1, H, W, 3), got {frames.dtype} {frames.shape}")
