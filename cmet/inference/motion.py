"""From pictures to motion codes: load a face model, cut out the face, encode it in batches."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from benchmark.checkpoints.load import load
from benchmark.checkpoints.shipped import load_shipped
from benchmark.media.face_region import CROP_SCALE
from benchmark.media.faces import Detector, square_crop, track_face
from cmet.edtalk.config import GeneratorConfig
from cmet.edtalk.generator import Generator
from cmet.inference.editing import to_unit

Crop = Literal["whole", "face"]

Codes = NDArray[np.float32]


def load_face_model(path: Path, device: str = "cpu") -> Generator:
    """The face model of a file: a small one if a manifest beside it lists it, otherwise EDTalk at full size.

    Raises:
        WeightsError: the file is missing, damaged, or not EDTalk's; it lists missing and unexpected keys.
    """
    manifest = path.parent / "manifest.json"
    if manifest.is_file() and path.name in json.loads(manifest.read_text(encoding="utf-8")):
        return load_shipped(lambda **sizes: Generator(GeneratorConfig(**sizes)), path).to(device)
    return load(Generator(), path, keys=("gen",)).to(device)


def motion_codes(
    network: Generator, frames: NDArray[np.uint8], batch: int = 32
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Lip, pose and expression codes of face crops.

    Args:
        network: in eval mode.
        frames: uint8 (T, S, S, 3), RGB, of the network's size.
        batch: frames at a time.

    Returns:
        float32 (T, 20), (T, 6), (T, 10).
    """
    device = next(network.parameters()).device
    parts = []
    with torch.inference_mode():
        for start in range(0, len(frames), batch):
            pictures = to_unit(frames[start : start + batch]).to(device)
            parts.append([code.float().cpu().numpy() for code in network.codes(network.latent(pictures))])
    lip, pose, expression = (np.concatenate(column) for column in zip(*parts, strict=True))
    return lip, pose, expression


def face_crops(frames: NDArray[np.uint8], size: int, crop: Crop, detector: Detector | None) -> NDArray[np.uint8]:
    """Pictures as the face model reads them.

    Args:
        frames: uint8 (T, H, W, 3).
        size: side of the result.
        crop: `whole`: the picture's shape is not kept, as in the reference; `face`: one square for the whole clip.
        detector: for `face`.

    Returns:
        uint8 (T, size, size, 3).

    Raises:
        MediaError: `no_face`, `several_faces`.
    """
    if crop == "face" and detector is not None:
        boxes = track_face(frames, detector).boxes
        union = np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])
        frames = np.stack([square_crop(frame, union, CROP_SCALE) for frame in frames])
    return resized(frames, size)


def resized(frames: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """Pictures uint8 (T, H, W, 3) as (T, size, size, 3): by area when they shrink, bilinear when they grow."""
    if frames.shape[1:3] == (size, size):
        return frames
    way = cv2.INTER_AREA if min(frames.shape[1:3]) >= size else cv2.INTER_LINEAR
    return np.stack([np.asarray(cv2.resize(frame, (size, size), interpolation=way), np.uint8) for frame in frames])
