"""The editing protocol of C-MET as pure functions: which frames are edited, in which order, and which are shown.

Two modes. `paper` keeps what the reference does, so that its videos can be made again:

* the last N mod 5 frames are not edited, and the last 20 edited ones are cut off;
* a clip that is too short for the speech is mirrored in expression but held at its last frame in pose, so that the two
  fall out of step;
* the picture is stretched to the clip's own range of values.

`clean` edits every frame, mirrors pose and expression together, and maps [-1, 1] to [0, 255].
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Mode = Literal["paper", "clean"]
MODES: tuple[Mode, ...] = ("clean", "paper")
WINDOW = 5
"""Frames that are edited at a time."""
PAPER_CUT = 20
"""Edited frames that the reference drops from the end."""

Predict = Callable[[Tensor, Tensor, Tensor], Tensor]
"""(reference (1, T, n), vector (1, 1, D), codes (1, T, n)) -> direction (1, T, n)."""


class Edited(NamedTuple):
    """Expression codes after the edit."""

    codes: Tensor
    """(N', n) edited codes; N' = N in clean mode, N - N mod window in paper mode."""
    directions: Tensor
    """(N', n) what was added."""


class Frames(NamedTuple):
    """Which frame of the driving clip each output frame takes its pose and its expression from."""

    pose: NDArray[np.int64]
    """(L,)."""
    expression: NDArray[np.int64]
    """(L,), indices into the edited codes."""


def edit_codes(predict: Predict, vector: Tensor, codes: Tensor, window: int = WINDOW, mode: Mode = "clean") -> Edited:
    """Edit a clip window by window; each window sees the directions of the one before, the first sees zeros.

    Args:
        predict: the cross-modal transformer, e.g. `lambda *x: connector(*x).direction`.
        vector: (1, 1, D) emotion vector.
        codes: (N, n) expression codes of the clip, N >= 1.
        window: frames at a time.
        mode: `paper` leaves out frames that do not fill a window; `clean` fills the last window with its last frame.

    Raises:
        ValueError: no frame, or in paper mode less than one window.
    """
    count = len(codes)
    if count == 0 or (mode == "paper" and count < window):
        raise ValueError(f"mode '{mode}' needs {1 if mode == 'clean' else window} frames to edit, got {count}")
    if mode == "paper":
        codes = codes[: count - count % window]
    missing = -len(codes) % window
    filled = torch.cat([codes, codes[-1:].expand(missing, -1)])
    reference = torch.zeros_like(filled[None, :window])
    directions = []
    for start in range(0, len(filled), window):
        reference = predict(reference, vector, filled[None, start : start + window])
        directions.append(reference[0])
    direction = torch.cat(directions)[: len(codes)]
    return Edited(codes + direction, direction)


def mirrored(count: int, length: int) -> NDArray[np.int64]:
    """Walk `length` frames to and fro until `count` are shown; each end is shown twice. (count,) in [0, length)."""
    position = np.arange(count) % (2 * length)
    return np.where(position < length, position, 2 * length - 1 - position)


def choose_frames(count: int, pose_frames: int, edited_frames: int, mode: Mode = "clean") -> Frames:
    """Which frames make an output of `count` frames.

    Args:
        count: frames of the output, as many as there are lip codes.
        pose_frames: frames of the clip that gives the pose.
        edited_frames: edited expression codes.
        mode: `paper`: pose holds its last frame; expression loses its last 20 frames, then is mirrored.
            `clean`: both are mirrored over the same number of frames.

    Raises:
        ValueError: nothing left to show (paper mode, fewer than 25 frames: the reference never ends there).
    """
    if mode == "paper":
        kept = edited_frames - PAPER_CUT
        if kept <= 0:
            raise ValueError(
                f"mode 'paper' cuts the last {PAPER_CUT} edited frames and so needs a driving clip of"
                f" {PAPER_CUT + WINDOW} frames at least; {edited_frames} were edited. Use mode 'clean'."
            )
        return Frames(np.minimum(np.arange(count), pose_frames - 1), mirrored(count, kept))
    shared = mirrored(count, min(pose_frames, edited_frames))
    return Frames(shared, shared)


def to_pixels(video: Tensor, mode: Mode = "clean") -> NDArray[np.uint8]:
    """Generated frames as pixels.

    Args:
        video: float (T, 3, H, W), nominally in [-1, 1]; clipped to it.
        mode: `paper` stretches the clip's own range to 0..255 and truncates; `clean` maps [-1, 1] to 0..255 and rounds.

    Returns:
        uint8 (T, H, W, 3). A clip of one single value is black in paper mode.
    """
    video = video.detach().clamp(-1.0, 1.0).permute(0, 2, 3, 1)
    if mode == "paper":
        low, high = video.min(), video.max()
        span = high - low
        pixels = (video - low) / span * 255 if span > 0 else torch.zeros_like(video)
    else:
        pixels = ((video.float() + 1.0) * 127.5).round()
    return np.asarray(pixels.to(torch.uint8).cpu().numpy())


def to_unit(frames: NDArray[np.uint8]) -> Tensor:
    """Pixels uint8 (T, H, W, 3) as the networks read them: float32 (T, 3, H, W) in [-1, 1]."""
    # u/255 in float64, then float32, as torchvision's conversion followed by (v - 0.5) * 2 gives it
    unit = torch.from_numpy((frames / 255.0).astype(np.float32))
    return ((unit - 0.5) * 2.0).permute(0, 3, 1, 2).contiguous()
