"""How well a face model reenacts speakers it has not seen: the numbers that choices between face models rest on.

On the bank `validation` of `flow_bank`, from each speaker's first neutral frame to all emotional ones, by known codes:
PSNR beside that of copying the source; the share of the expression change that is drawn, in the action units that the
puppets' face judge reads off output, source and driving frame; sharpness against the driving frame's; the distance of
the finest flow from the true one; and what the encoder reads.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from benchmark.networks.judges import load_judge, normalised, whole_faces
from cmet.edtalk.decoder import Flow
from cmet.edtalk.generator import Generator
from tools.train.codes import EXPRESSION_CODES, LIP_CODES, POSE_CODES, CodeBook
from tools.train.flow_bank import FRAMES, Shard
from tools.train.flow_loss import Faces

GROUPS = {"lip": slice(0, 20), "pose": slice(20, 26), "expression": slice(26, 36)}


class Reenacted(NamedTuple):
    """Pictures uint8 (N, 128, 128, 3) RGB."""

    sources: NDArray[np.uint8]
    drivers: NDArray[np.uint8]
    outputs: NDArray[np.uint8]


@torch.inference_mode()
def reenact(network: Generator, shard: Shard, book: CodeBook, every: int = 1) -> tuple[Reenacted, float]:
    """First frame to frames 2, 3, ... of every `every`-th speaker, by known codes.

    Returns:
        pictures at the bank's size (a smaller network's output is enlarged); mean distance of the finest flow, pixels
        of a 128-pixel picture.
    """
    size = network.config.size
    faces = Faces.of([shard], book, size)
    basis = network.directions()
    outputs, apart, rows = [], [], []
    moving = list(range(2, FRAMES))
    for speaker in range(0, len(shard.images), every):
        sources, _, _, codes, where, visible, _ = faces.gather([(0, speaker, 0, moving)])
        lip, pose, exp = codes.split([LIP_CODES, POSE_CODES, EXPRESSION_CODES], dim=1)
        stages: dict[str, Tensor] = {}
        output = network.decode(network.encode(sources), lip, pose, exp, basis, stages.__setitem__)
        finest = network.dec.to_flows[-1]
        assert isinstance(finest, Flow)
        raw = stages[f"flowraw.{len(network.dec.to_flows) - 1}"]
        found = finest.grid.permute(0, 3, 1, 2) + torch.tanh(raw[:, :2])
        found = F.interpolate(found, size=where.shape[-1], mode="area")
        apart.append(float((visible * 64.0 * (found - where).norm(dim=1, keepdim=True)).sum() / visible.sum()))
        side = shard.images.shape[2]
        if size != side:
            output = F.interpolate(output, size=side, mode="bicubic", align_corners=False)
        shown = output.clamp(-1, 1).add(1).mul(127.5).round().byte().permute(0, 2, 3, 1)
        outputs.append(shown.numpy())
        rows.append(speaker)
    sources_seen = np.concatenate([np.repeat(shard.images[r, :1], len(moving), 0) for r in rows])
    drivers_seen = np.concatenate([shard.images[r, 2:] for r in rows])
    return Reenacted(sources_seen, drivers_seen, np.concatenate(outputs)), float(np.mean(apart))


def psnr(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Mean over pictures of the peak signal-to-noise ratio in dB."""
    error = np.square((one.astype(np.float32) - other) / 255.0).mean(axis=(1, 2, 3))
    return float(-10 * np.log10(error).mean())


def halved(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Pictures at half their side, area-averaged."""
    side = images.shape[1] // 2
    return np.stack([cv2.resize(one, (side, side), interpolation=cv2.INTER_AREA) for one in images])


def detail(images: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Variance of the Laplacian of the face's middle, for each picture."""
    side = images.shape[1]
    face = slice(side // 4, side * 7 // 8), slice(side // 4, side * 3 // 4)
    return np.array([cv2.Laplacian(cv2.cvtColor(one, cv2.COLOR_RGB2GRAY), cv2.CV_64F)[face].var() for one in images])


@torch.inference_mode()
def judged(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Action units (N, 21) that the puppets' face judge reads."""
    judge = load_judge("face")
    faces = whole_faces(images, 96)
    parts = [judge(normalised(faces[start : start + 64])).numpy() for start in range(0, len(faces), 64)]
    return np.concatenate(parts)


def change_drawn(seen: Reenacted) -> float:
    """Share of the change from source to driver, in judged action units, that source to output has: 1 is all of it."""
    source, driver, output = (judged(images) for images in seen)
    asked = driver - source
    return float(((output - source) * asked).sum() / np.square(asked).sum())


@torch.inference_mode()
def codes_read(network: Generator, shard: Shard, book: CodeBook) -> dict[str, float]:
    """R2 of the codes that the encoder reads off all frames of a shard, by group."""
    faces = Faces.of([shard], book, network.config.size)
    true = faces.codes[0].flatten(0, 1).numpy()
    parts = [torch.cat(network.codes(network.latent(faces.pictures(row))), dim=1) for row in shard.images]
    residual = np.square(torch.cat(parts).numpy() - true).sum(0)
    spread = np.square(true - true.mean(0)).sum(0)
    return {f"{name}_code_r2": 1.0 - float(residual[s].sum() / spread[s].sum()) for name, s in GROUPS.items()}


def scores_of(network: Generator, shard: Shard, book: CodeBook, every: int = 1) -> dict[str, float]:
    """All numbers; PSNR at 128 and at 64 pixels."""
    seen, apart = reenact(network, shard, book, every)
    small = Reenacted(*(halved(images) for images in seen))
    return {
        "psnr_db": psnr(seen.outputs, seen.drivers),
        "psnr_of_source_copy_db": psnr(seen.sources, seen.drivers),
        "psnr_64_db": psnr(small.outputs, small.drivers),
        "psnr_64_of_source_copy_db": psnr(small.sources, small.drivers),
        "change_drawn": change_drawn(seen),
        "sharpness": float(np.median(detail(seen.outputs) / detail(seen.drivers))),
        "flow_error_px": apart,
        **codes_read(network, shard, book),
    }


def contact_sheet(seen: Reenacted, count: int = 8) -> NDArray[np.uint8]:
    """Rows of source, driver and output side by side, evenly chosen."""
    rows = np.linspace(0, len(seen.outputs) - 1, count).astype(int)
    return np.concatenate([np.concatenate([one[k] for one in seen], axis=1) for k in rows])
